"""The smallest speaker diarization pipeline that pyannote.audio loads: real classes, untrained weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyannote.audio
import torch
import yaml
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.embedding import XVectorMFCC
from pyannote.audio.models.segmentation import PyanNet
from pytorch_lightning import Trainer

DIMENSION = 16  # of a speaker embedding


def write_pipeline(folder: Path) -> None:
    """config.yaml and the weights it names, as a clone of a pipeline from the hub has them."""
    torch.manual_seed(0)
    _save(_segmentation(), folder / "segmentation")
    _save(_embedding(), folder / "embedding")
    (folder / "plda").mkdir()
    zeros, ones = np.zeros(DIMENSION), np.eye(DIMENSION)
    np.savez(folder / "plda/xvec_transform.npz", mean1=zeros, mean2=zeros, lda=ones)
    np.savez(folder / "plda/plda.npz", mu=zeros, tr=ones, psi=np.linspace(2, 1, DIMENSION))
    (folder / "config.yaml").write_text(yaml.safe_dump(_config()))


def _config() -> dict[str, Any]:
    parts = {name: f"$model/{name}" for name in ("segmentation", "embedding", "plda")}
    return {
        "version": pyannote.audio.__version__,
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": parts | {"clustering": "AgglomerativeClustering"},
        },
        "params": {
            "clustering": {"method": "centroid", "min_cluster_size": 2, "threshold": 0.7},
            "segmentation": {"min_duration_off": 0.0},
        },
    }


def _segmentation() -> PyanNet:
    model = PyanNet(lstm={"hidden_size": 8, "num_layers": 1}, linear={"hidden_size": 8, "num_layers": 1})
    model.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=5.0,
        classes=["a", "b", "c"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    return model


def _embedding() -> XVectorMFCC:
    model = XVectorMFCC(dimension=DIMENSION)
    model.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=3.0, classes=["a", "b"]
    )
    return model


def _save(model: Any, folder: Path) -> None:
    folder.mkdir()
    model.build()
    trainer = Trainer(
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        accelerator="cpu",
    )
    trainer.strategy.connect(model)
    trainer.save_checkpoint(folder / "pytorch_model.bin", weights_only=True)
