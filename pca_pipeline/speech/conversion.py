"""openai-whisper weights as a CTranslate2 model, which faster-whisper reads.

The alignment heads, which tell when a word is said, come along; a conversion from Hugging Face knows only those of
OpenAI's own models. Needs the extra `faster`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import whisper
from ctranslate2.converters import TransformersConverter
from transformers import (
    GenerationConfig,
    PreTrainedTokenizerFast,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)
from transformers.convert_slow_tokenizer import TikTokenConverter
from whisper.tokenizer import Tokenizer, get_tokenizer

from pca_pipeline.errors import SetupError
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.weights import load_weights

# openai-whisper's names of a layer's parts, and those of Hugging Face; each is replaced in this order.
RENAMED = (
    ("blocks.", "layers."),
    ("cross_attn_ln.", "encoder_attn_layer_norm."),
    ("cross_attn.", "encoder_attn."),
    (".attn_ln.", ".self_attn_layer_norm."),
    (".attn.", ".self_attn."),
    ("mlp_ln.", "final_layer_norm."),
    ("mlp.0.", "fc1."),
    ("mlp.2.", "fc2."),
    ("query.", "q_proj."),
    ("key.", "k_proj."),
    ("value.", "v_proj."),
    ("_attn.out.", "_attn.out_proj."),
    ("encoder.ln_post.", "encoder.layer_norm."),
    ("decoder.ln.", "decoder.layer_norm."),
    ("positional_embedding", "embed_positions.weight"),
    ("token_embedding.", "embed_tokens."),
)


def load(model: str) -> Any:
    """A whisper.model.Whisper in float32 with the right heads of alignment, by path or by name. Raises SetupError."""
    return load_weights(SpeechSettings(model=model, device="cpu", compute_type="float32"))


def convert(model: Any, folder: Path, quantization: str | None = None) -> Path:
    """Write a whisper.model.Whisper to `folder`, as float32 or quantized; a converted model that was there is replaced.

    Raises SetupError for a folder that holds anything else.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "model.bin").is_file():
        raise SetupError(f"The folder {folder} holds something else than a converted model.", "Name a new folder.")
    with tempfile.TemporaryDirectory() as middle:
        write_hugging_face(model, Path(middle))
        files = ["tokenizer.json", "preprocessor_config.json"]
        TransformersConverter(middle, copy_files=files).convert(str(folder), quantization=quantization, force=True)
    return folder


def write_hugging_face(model: Any, folder: Path) -> None:
    """The same model as Hugging Face transformers lays it out, in float32."""
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages)
    converted = WhisperForConditionalGeneration(_config(model.dims))
    weights = {f"model.{_renamed(name)}": weight.float() for name, weight in model.state_dict().items()}
    converted.load_state_dict(weights | {"proj_out.weight": weights["model.decoder.embed_tokens.weight"]})
    converted.generation_config = _generation_config(model, tokenizer)
    converted.save_pretrained(folder)
    WhisperFeatureExtractor(feature_size=model.dims.n_mels).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(tokenizer), unk_token="<|endoftext|>", eos_token="<|endoftext|>"
    ).save_pretrained(folder)


def _config(dims: Any) -> WhisperConfig:
    return WhisperConfig(
        vocab_size=dims.n_vocab,
        num_mel_bins=dims.n_mels,
        d_model=dims.n_audio_state,
        max_source_positions=dims.n_audio_ctx,
        max_target_positions=dims.n_text_ctx,
        encoder_layers=dims.n_audio_layer,
        encoder_attention_heads=dims.n_audio_head,
        encoder_ffn_dim=4 * dims.n_audio_state,
        decoder_layers=dims.n_text_layer,
        decoder_attention_heads=dims.n_text_head,
        decoder_ffn_dim=4 * dims.n_text_state,
    )


def _renamed(name: str) -> str:
    for old, new in RENAMED:
        name = name.replace(old, new)
    return name


def _generation_config(model: Any, tokenizer: Tokenizer) -> GenerationConfig:
    """What openai-whisper never writes, its languages, and the heads of alignment as (layer, head)."""
    silent = (tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm, tokenizer.transcribe, tokenizer.translate)
    languages = tokenizer.all_language_tokens if model.is_multilingual else ()
    return GenerationConfig(
        suppress_tokens=sorted({*tokenizer.non_speech_tokens, *silent, tokenizer.no_speech}),
        begin_suppress_tokens=[*tokenizer.encode(" "), tokenizer.eot],
        lang_to_id={tokenizer.decode([token]): token for token in languages},
        alignment_heads=model.alignment_heads.indices().T.tolist(),
        decoder_start_token_id=tokenizer.sot,
        eos_token_id=tokenizer.eot,
    )


def _tokenizer(tokenizer: Tokenizer) -> Any:
    """A tokenizers.Tokenizer with the same ids, from the vocabulary in openai-whisper's package."""
    encoding = tokenizer.encoding
    vocabulary = Path(whisper.__file__).parent / "assets" / encoding.name
    special = sorted(tokenizer.special_tokens, key=tokenizer.special_tokens.__getitem__)
    return TikTokenConverter(str(vocabulary), encoding._pat_str, extra_special_tokens=special).converted()
