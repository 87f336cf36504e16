"""Whisper weights by name or by path, with the attention heads that know when a word is said.

`whisper.load_model(path)` leaves the default heads (the upper half of the decoder), `load_model(name)` sets
the measured ones: loading by path would silently change word times. Here both get the right heads.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import torch
import whisper

from pca_pipeline.errors import MissingWeightsError, SetupError
from pca_pipeline.settings import SpeechSettings


def load_weights(settings: SpeechSettings) -> Any:
    """A whisper.model.Whisper on the device of the settings. Raises SetupError with how to fix it.

    Weights that are named and not on this machine yet are downloaded, which needs a network.
    """
    device = choose_device(settings.device)
    path = _checkpoint(settings)
    try:
        model = whisper.load_model(str(path or settings.model), device, str(_folder(settings)))
        if path is not None:
            _set_alignment_heads(model, path)
    except Exception as error:  # torch, pickle, zip and network errors have no common base
        raise SetupError(
            f"The speech model {settings.model!r} could not be loaded ({type(error).__name__}).",
            "Name a checkpoint of openai-whisper (.pt)." if path else _without_a_network(settings.model),
        ) from error
    for part, dtype in zip(
        (model.encoder, model.decoder), choose_precision(settings.compute_type, device), strict=True
    ):
        store(part, dtype)
    return model.eval()


def store(module: torch.nn.Module, dtype: torch.dtype) -> None:
    """Store the large weights in `dtype`; layer norms and positional embeddings stay in float32.

    openai-whisper stores float32 and casts at every call; the results are bit for bit the same, without the casts.
    """
    for part in module.modules():
        if isinstance(part, (torch.nn.Linear, torch.nn.Conv1d, torch.nn.Embedding)):
            part.to(dtype)


def choose_precision(wanted: str, device: str) -> tuple[torch.dtype, torch.dtype]:
    """Number formats of encoder and decoder. Raises SetupError for one that the device cannot compute in."""
    if wanted == "int8":
        raise SetupError("speech.compute_type 'int8' needs faster-whisper.", "Set speech.engine to 'faster-whisper'.")
    if wanted == "float16" and device == "cpu":
        raise SetupError("A CPU does not compute in float16.", "Set speech.compute_type to 'auto' or 'bfloat16'.")
    if wanted != "auto":
        return (getattr(torch, wanted),) * 2
    if device == "cuda":
        return torch.float16, torch.float16
    # measured: an encoder in bfloat16 takes two thirds of the time with such instructions, 1.8 times as long without
    return (torch.bfloat16 if _multiplies_bfloat16() else torch.float32), torch.float32


def _multiplies_bfloat16() -> bool:
    """Whether the processor has instructions that multiply bfloat16 matrices: AVX-512 BF16 or AMX."""
    checks = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(check() for check in checks if check)


def find_weights(settings: SpeechSettings) -> Path:
    """The checkpoint that would be loaded. Raises MissingWeightsError when it is not on this machine."""
    path = _checkpoint(settings) or _folder(settings) / whisper._MODELS[settings.model].rsplit("/", 1)[-1]
    if not path.is_file():
        raise MissingWeightsError(
            f"The weights of {settings.model!r} are not on this machine.",
            f"The first `pca run` downloads them. {_without_a_network(settings.model)}",
        )
    return path


def _without_a_network(model: str) -> str:
    return (
        f'Without a network: run python -c "import whisper; whisper.load_model({model!r})" where there is one, copy the '
        ".pt file from ~/.cache/whisper to this machine, and set speech.model to its path."
    )


def choose_device(wanted: str) -> str:
    """`cuda` or `cpu`. Raises SetupError when a GPU is asked for and none answers."""
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise SetupError(
            "speech.device is 'cuda', but no GPU answers.",
            "Check `nvidia-smi`, or set speech.device to 'auto'.",
        )
    return "cuda" if available and wanted != "cpu" else "cpu"


def _folder(settings: SpeechSettings) -> Path:
    """Where weights are kept: the setting, or where whisper itself keeps them."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    return settings.model_folder or Path(cache).expanduser() / "whisper"


def _checkpoint(settings: SpeechSettings) -> Path | None:
    """The file that `speech.model` names, if it names one. Raises SetupError when it is not there."""
    path = Path(settings.model)
    if path.is_file():
        return path
    if settings.model in whisper.available_models():
        return None
    raise SetupError(
        f"There is no speech model {settings.model!r}: neither a file nor a Whisper model's name.",
        f"Give the path of a checkpoint, or one of: {', '.join(whisper.available_models())}.",
    )


def _set_alignment_heads(model: Any, path: Path) -> None:
    """The heads that the checkpoint carries as (layer, head) pairs, else those of the official model of its name."""
    heads = _heads_in(path)
    if heads:
        mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        mask[tuple(zip(*heads, strict=True))] = True
        model.register_buffer("alignment_heads", mask.to_sparse().to(model.device), persistent=False)
    elif path.stem in whisper._ALIGNMENT_HEADS:
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[path.stem])


def _heads_in(path: Path) -> list[list[int]]:
    if not zipfile.is_zipfile(path):
        return []
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    return [list(pair) for pair in checkpoint.get("alignment_heads", [])]
