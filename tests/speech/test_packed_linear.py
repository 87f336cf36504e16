"""Packed layers beside torch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pca_pipeline.speech.packed_linear import PackedLinear, can_pack, pack

pytestmark = pytest.mark.skipif(not can_pack(torch.zeros(1)), reason="this torch has no oneDNN")


@pytest.fixture
def layers() -> nn.Sequential:
    """A linear layer with a bias, and one without inside another module."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(48, 80), nn.Sequential(nn.GELU(), nn.Linear(80, 24, bias=False)))


@pytest.mark.parametrize("shape", [(1, 48), (4, 1, 48), (2, 1500, 48)], ids=["one row", "a step", "an encoding"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_results_are_those_of_torch(layers: nn.Sequential, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """With and without a bias, for any number of rows, in both precisions of a CPU."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1)).to(dtype)
    layers.to(dtype)
    with torch.inference_mode():
        expected = layers(x)
        pack(layers)
        got = layers(x)
    assert isinstance(layers[0], PackedLinear)
    assert not [part for part in layers.modules() if isinstance(part, nn.Linear)]
    assert got.dtype == dtype
    assert torch.allclose(got, expected, atol=1e-5 if dtype == torch.float32 else 0.02)


def test_a_row_depends_on_no_other(layers: nn.Sequential) -> None:
    """Alone or among others, the same to the last bits."""
    x = torch.randn((16, 48), generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        pack(layers)
        together = layers(x)
        assert all(torch.allclose(layers(row[None])[0], together[at], atol=1e-6) for at, row in enumerate(x))


def test_without_onednn_layers_stay(layers: nn.Sequential, monkeypatch: pytest.MonkeyPatch) -> None:
    """A torch without it computes as it always does."""
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    pack(layers)
    assert isinstance(layers[0], nn.Linear)
