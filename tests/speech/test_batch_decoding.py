"""The batch decoder beside openai-whisper's own, with the demo weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import torch
import whisper
from torch.utils._python_dispatch import TorchDispatchMode
from whisper.audio import N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.timing import find_alignment
from whisper.tokenizer import Tokenizer, get_tokenizer

from pca_pipeline.call import Samples
from pca_pipeline.settings import SpeechSettings
from pca_pipeline.speech.alignment import align
from pca_pipeline.speech.cuda_graphs import StepGraphs
from pca_pipeline.speech.decoding import Decoded, Rules, decode, greedy_step
from pca_pipeline.speech.spectrogram import log_mel
from pca_pipeline.speech.text_decoder import KeyValue, TextDecoder
from pca_pipeline.speech.weights import load_weights
from tests.speech.conftest import DEMO

TOKENIZER: Tokenizer = get_tokenizer(False)
START = list(TOKENIZER.sot_sequence_including_notimestamps)


@pytest.fixture(scope="module", autouse=True)
def _no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def model() -> Any:
    """The demo Whisper, as precise as the library's."""
    return load_weights(SpeechSettings(model=str(DEMO), device="cpu", compute_type="float32"))


@pytest.fixture(scope="module")
def decoder(model: Any) -> TextDecoder:
    """Its text decoder, for batches."""
    return TextDecoder(model)


@pytest.fixture(scope="module")
def rules(model: Any) -> Rules:
    """Its decoding rules."""
    return Rules(TOKENIZER, model.device)


@pytest.fixture(scope="module")
def cross(model: Any, decoder: TextDecoder, sample_windows: list[Samples]) -> list[KeyValue]:
    """The decoder's cross-attention keys and values of a call's windows."""
    return decoder.project(model.encoder(log_mel(sample_windows, model)))


def _only(cross: list[KeyValue], rows: list[int]) -> list[KeyValue]:
    return [(keys[rows], values[rows]) for keys, values in cross]


def _tokens(texts: list[Decoded]) -> list[tuple[int, ...]]:
    return [text.tokens for text in texts]


def test_spectrograms_are_the_librarys(model: Any, sample_windows: list[Samples]) -> None:
    """Made together, each as if it were alone."""
    for window, mel in zip(sample_windows, log_mel(sample_windows, model), strict=True):
        expected = log_mel_spectrogram(pad_or_trim(torch.from_numpy(window), N_SAMPLES), model.dims.n_mels)
        assert torch.allclose(mel, expected, atol=1e-4)


def test_greedy_texts_are_the_librarys(
    model: Any, decoder: TextDecoder, rules: Rules, cross: list[KeyValue], sample_windows: list[Samples]
) -> None:
    """The same tokens and nearly the same mean log-probability, window by window."""
    count = len(sample_windows)
    texts = decode(decoder, rules, cross, [START] * count, [100] * count)
    options = whisper.DecodingOptions(language="en", without_timestamps=True, fp16=False, sample_len=100)
    expected = whisper.decode(model, log_mel(sample_windows, model), options)
    assert any(text.tokens for text in texts)
    for text, wanted in zip(texts, expected, strict=True):
        assert list(text.tokens) == wanted.tokens
        # the library leaves some chance to times and languages, which are no tokens here
        assert text.mean_log_probability == pytest.approx(wanted.avg_logprob, abs=0.05)


@pytest.mark.parametrize("temperature", [0.0, 0.6, 1.0])
def test_a_text_depends_on_no_neighbour(
    decoder: TextDecoder, rules: Rules, cross: list[KeyValue], sample_windows: list[Samples], temperature: float
) -> None:
    """Alone or in a batch, greedy or sampled, with other rows' prompts longer than its own."""
    count = len(sample_windows)
    prompts = [[TOKENIZER.sot_prev, *TOKENIZER.encode(" Acme Care" * (row % 3)), *START] for row in range(count)]
    together = decode(decoder, rules, cross, prompts, [60] * count, temperature)
    for row in range(count):
        (alone,) = decode(decoder, rules, _only(cross, [row]), [prompts[row]], [60], temperature)
        assert alone.tokens == together[row].tokens


def test_a_limit_cuts_and_is_told(decoder: TextDecoder, rules: Rules, cross: list[KeyValue]) -> None:
    """A row that would go on has not ended."""
    rows = _only(cross, [0, 1])
    (whole, _), (cut, other) = (decode(decoder, rules, rows, [START] * 2, limits) for limits in ([100, 100], [3, 100]))
    assert whole.ended and not cut.ended
    assert cut.tokens == whole.tokens[:3]
    assert other.ended


def test_captured_steps_choose_the_same(decoder: TextDecoder, rules: Rules, cross: list[KeyValue]) -> None:
    """A step that is captured once for each of a few batch sizes, its cache loaded again and again as rows end."""
    captured: list[Callable[[], None]] = []

    def capture(run: Callable[[], None]) -> Callable[[], None]:
        """What a graph is on a GPU: the same work on the same memory."""
        captured.append(run)
        return run

    count = len(cross[0][0])
    prompts = [[TOKENIZER.sot_prev, *TOKENIZER.encode(" Acme" * row), *START] for row in range(count)]
    graphs = StepGraphs(partial(greedy_step, decoder, rules), decoder.context, capture)
    for rows in (list(range(count)), [2, 0, 1]):
        some = _only(cross, rows), [prompts[row] for row in rows], [60] * len(rows)
        assert _tokens(decode(decoder, rules, *some, graphs=graphs)) == _tokens(decode(decoder, rules, *some))
    assert 1 < len(captured) < 6


def test_where_nothing_can_be_captured_decoding_goes_on(
    decoder: TextDecoder, rules: Rules, cross: list[KeyValue], caplog: pytest.LogCaptureFixture
) -> None:
    """A device without room for a graph is told of once, and hears the same."""

    def no_room(_run: Callable[[], None]) -> Callable[[], None]:
        raise torch.OutOfMemoryError("no room")

    graphs = StepGraphs(partial(greedy_step, decoder, rules), decoder.context, no_room)
    some = _only(cross, [0, 1, 2]), [START] * 3, [60] * 3
    assert _tokens(decode(decoder, rules, *some, graphs=graphs)) == _tokens(decode(decoder, rules, *some))
    assert caplog.text.count("without CUDA graphs") == 1


def test_a_step_reads_nothing_back_and_keeps_its_shapes(
    decoder: TextDecoder, rules: Rules, cross: list[KeyValue]
) -> None:
    """What a GPU needs to run a step from a graph: no value on the host, no shape that depends on the position."""
    tokens, cache = decoder.prepare(_only(cross, [0, 1, 2]), [START] * 3, 20)
    decoder.advance(tokens, cache, torch.arange(len(START)))
    seen = []
    for position in (len(START), len(START) + 7):
        positions = torch.tensor([position])
        with _Operations() as operations:
            greedy_step(decoder, rules, tokens[:, :1], cache, positions)
        seen.append(operations.calls)
    assert seen[0] == seen[1]
    assert not [name for name, _ in seen[0] if "_local_scalar_dense" in name or "nonzero" in name]


class _Operations(TorchDispatchMode):
    """Names and result shapes of the operations that run."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, object]] = []

    def __torch_dispatch__(self, function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        self.calls.append((str(function), getattr(result, "shape", None)))
        return result


def test_alignment_is_the_librarys(
    model: Any, decoder: TextDecoder, cross: list[KeyValue], sample_windows: list[Samples]
) -> None:
    """Times of a batch are those of `whisper.timing.find_alignment`, window by window."""
    heads = [(layer, head) for layer, head in model.alignment_heads.indices().T.tolist()]
    tokens = [TOKENIZER.encode(" thank you for calling how can I help"), TOKENIZER.encode(" four seven one"), []]
    texts = [Decoded(tuple(text), (-0.5,) * (len(text) + 1), True) for text in tokens]
    seconds = [len(window) / 16000 for window in sample_windows[:3]]
    batch = align(decoder, heads, TOKENIZER, _only(cross, [0, 1, 2]), texts, seconds)
    mels = log_mel(sample_windows[:3], model)
    for row, text in enumerate(tokens):
        expected = find_alignment(model, TOKENIZER, text, mels[row], int(seconds[row] * 100))
        assert [word.word for word in batch[row]] == [word.word for word in expected]
        for got, wanted in zip(batch[row], expected, strict=True):
            assert (got.start, got.end) == pytest.approx((wanted.start, wanted.end), abs=0.021)
            assert got.probability == pytest.approx(0.6065, abs=1e-3)
