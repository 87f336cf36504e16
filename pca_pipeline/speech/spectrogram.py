"""Log-mel spectrograms of many windows at once, on the model's device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from whisper.audio import HOP_LENGTH, N_FFT, N_SAMPLES, mel_filters

from pca_pipeline.call import Samples


def log_mel(windows: Sequence[Samples], model: Any) -> torch.Tensor:
    """Spectrograms as `whisper.log_mel_spectrogram` makes them, shape (n_windows, n_mels, 3000), float32.

    Windows are float32 at 16 kHz and are padded to 30 s. The library scales a batch by its loudest window; here each is
    scaled by itself, so that it does not depend on the others.
    """
    device = model.device
    audio = torch.zeros(len(windows), N_SAMPLES)
    for row, window in zip(audio, windows, strict=True):
        row[: len(window)] = torch.from_numpy(window[:N_SAMPLES])
    audio = audio.to(device)
    spectrum = torch.stft(audio, N_FFT, HOP_LENGTH, window=torch.hann_window(N_FFT, device=device), return_complex=True)
    mel = mel_filters(device, model.dims.n_mels) @ spectrum[..., :-1].abs() ** 2
    levels = mel.clamp(min=1e-10).log10()
    levels = torch.maximum(levels, levels.amax(dim=(1, 2), keepdim=True) - 8.0)
    return (levels + 4.0) / 4.0
