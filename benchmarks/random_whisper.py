"""Whisper with random weights, of any size, that writes a given number of tokens. Only for measuring speed.

No decoder is changed, so that every engine works as usual: the text is random words that do not repeat, each almost
certain, and ends by itself. The next word depends only on its place in the text, since the table of places, which the
tokens' embeddings are compared with, outweighs everything else.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import get_tokenizer

PROMPT = 4  # tokens before the text: start, language, task, no times
PLACES_SCALE = 100.0  # against about 1 of what the layers add
LOGIT_SCALE = 30.0  # standard deviation of logits: the best token then has nearly all the probability

# (mels, width, encoder layers, decoder layers, vocabulary) of openai-whisper's multilingual models
SIZES = {
    "tiny": (80, 384, 4, 4, 51865),
    "base": (80, 512, 6, 6, 51865),
    "small": (80, 768, 12, 12, 51865),
    "medium": (80, 1024, 24, 24, 51865),
    "large-v3": (128, 1280, 32, 32, 51866),
    "turbo": (128, 1280, 32, 4, 51866),
}
HEAD_WIDTH = 64


def dimensions(mels: int, width: int, encoder: int, decoder: int, vocabulary: int) -> ModelDimensions:
    """Sizes of a model as openai-whisper has them."""
    heads = width // HEAD_WIDTH
    return ModelDimensions(mels, 1500, width, heads, encoder, vocabulary, 448, width, heads, decoder)


def save(dims: ModelDimensions, tokens: int, path: Path) -> Path:
    """Write a checkpoint, in half precision as OpenAI's are, whose every text has `tokens` tokens."""
    checkpoint = {"dims": asdict(dims), "model_state_dict": make(dims, tokens).half().state_dict()}
    torch.save(checkpoint | {"alignment_heads": [[dims.n_text_layer - 1, head] for head in range(2)]}, path)
    return path


@torch.no_grad()
def make(dims: ModelDimensions, tokens: int) -> Whisper:
    """The model itself, float32 on the CPU."""
    torch.manual_seed(0)
    model = Whisper(dims)
    end = get_tokenizer(dims.n_vocab >= 51865, num_languages=dims.n_vocab - 51765 - 1).eot
    width = dims.n_text_state
    words = torch.randn(dims.n_vocab, width)
    words[end + 1 :] = 0  # special tokens are never the likeliest
    ending = torch.randn(width)
    ending -= ending.mean()
    words[end] = ending
    places = torch.randn(dims.n_text_ctx, width)
    places[PROMPT - 1 + tokens :] = ending
    model.decoder.token_embedding.weight.copy_(words)
    model.decoder.positional_embedding.copy_(PLACES_SCALE * places)
    model.decoder.ln.weight.fill_(LOGIT_SCALE / width**0.5)
    return model
