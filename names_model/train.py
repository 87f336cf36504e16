"""Train the recognizer of names that ships with the product, and say what it finds on wordings it has not seen.

    python -m names_model.train --steps 6000 --out pca_pipeline/pii/model

A spaCy `ner` (Honnibal & Montani, https://spacy.io/models#design-cnn) over hashed embeddings of the form, the end, the
shape and the list membership of each word; about three megabytes. Half an hour on one core.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import spacy
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import warmup_linear

from names_model.exchanges import Turn, exchanges
from pca_pipeline.pii.models.passages import LABELS, passages, prepare
from pca_pipeline.pii.stream import Conversation, Line

TALK = ("people", "places", "business", "things")
BATCH = 128  # turns
HIDDEN = 0.25  # share of names whose lists are kept from the model, so that it learns to do without
WIDTH, DEPTH, HIDDEN_WIDTH = 64, 3, 64
RATE, WARMUP = 2e-3, 300
_EMBED = {
    "@architectures": "spacy.MultiHashEmbed.v2",
    "width": WIDTH,
    "attrs": ["NORM", "SUFFIX", "SHAPE", "TAG"],
    "rows": [4000, 2000, 500, 300],
    "include_static_vectors": False,
}
_MODEL = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": HIDDEN_WIDTH,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": _EMBED,
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": WIDTH,
            "depth": DEPTH,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    },
}


def new_model() -> Language:
    """An untrained pipeline of one recognizer."""
    nlp = spacy.blank("en")
    prepare(nlp.vocab)
    recognizer = nlp.add_pipe("ner", config={"model": _MODEL})
    for label in LABELS:
        recognizer.add_label(label)
    return nlp


def examples(turns: Iterator[tuple[Turn, ...]], nlp: Language, rng: Random) -> Iterator[Example]:
    """Endless training examples: a turn each, with the end of the turn before."""
    for exchange in turns:
        conversation = Conversation([Line(turn.speaker, tuple(w.text for w in turn.words)) for turn in exchange])
        names = {
            (segment, at): (word.label, word.name)
            for segment, turn in enumerate(exchange)
            for at, word in enumerate(turn.words)
            if word.name and word.label
        }
        owners = [names.get((token.segment, token.word), ("", 0)) for token in conversation.tokens]
        for passage in passages(conversation, nlp.vocab, only_likely=False):
            inside = owners[passage.first : passage.first + len(passage.doc)]
            reference = Doc(nlp.vocab, words=[token.text for token in passage.doc])
            reference.ents = tuple(_entities(reference, inside))
            _hide_lists(passage.doc, inside, rng)
            yield Example(passage.doc, reference)


def _entities(doc: Doc, owners: list[tuple[str, int]]) -> Iterator[Span]:
    first = 0
    for at in range(1, len(doc) + 1):
        if at == len(doc) or owners[at] != owners[first]:
            if owners[first][0]:
                yield Span(doc, first, at, label=owners[first][0])
            first = at


def _hide_lists(doc: Doc, owners: list[tuple[str, int]], rng: Random) -> None:
    hidden = {owner for owner in set(owners) if owner[0] and rng.random() < HIDDEN}
    for token, owner in zip(doc, owners, strict=True):
        if owner in hidden:
            kind = re.sub("[FST]", "", re.match("[A-Z#]*", token.tag_)[0]) or "U"
            token.tag_ = kind + re.sub("^[A-Z#]*", "", token.tag_)


def trained_model(folder: Path) -> Language:
    """A model of an earlier training."""
    nlp = spacy.load(folder)
    prepare(nlp.vocab)
    return nlp


def train(nlp: Language, steps: int, seed: int, rate: float = RATE, new: bool = True) -> None:
    """Train in place on `steps` batches: from nothing, or from where an earlier training ended."""
    rng = Random(seed)
    source = examples(exchanges(TALK, "train", rng), nlp, rng)
    optimizer = nlp.initialize(lambda: list(islice(source, 500))) if new else nlp.resume_training()
    rates = warmup_linear(rate, WARMUP, steps)
    losses: Counter[str] = Counter()
    for step in range(1, steps + 1):
        optimizer.learn_rate = next(rates)
        nlp.update(list(islice(source, BATCH)), sgd=optimizer, drop=0.15, losses=losses)
        if step % 250 == 0:
            print(f"step {step}: loss {losses['ner'] / 250:.1f}, {evaluate(nlp, 300, seed)}", flush=True)
            losses.clear()


def evaluate(nlp: Language, count: int, seed: int) -> str:
    """Precision and recall on wordings that were held out of training."""
    rng = Random(f"evaluation {seed}")
    found = list(islice(examples(exchanges(TALK, "test", rng), nlp, rng), count))
    docs = nlp.get_pipe("ner").pipe(iter([example.predicted for example in found]), batch_size=BATCH)
    scored = [Example(doc, example.reference) for doc, example in zip(docs, found, strict=True)]
    scores = Scorer.score_spans(scored, "ents")
    per = scores["ents_per_type"] or {}
    return ", ".join(f"{label} {per[label]['p']:.2f}/{per[label]['r']:.2f}" for label in LABELS if label in per)


def main() -> None:
    """Train, evaluate, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=RATE, help="highest rate of learning")
    parser.add_argument("--start", type=Path, help="a model to go on from, instead of from nothing")
    parser.add_argument("--out", type=Path, default=Path("pca_pipeline/pii/model"))
    options = parser.parse_args()
    nlp = trained_model(options.start) if options.start else new_model()
    train(nlp, options.steps, options.seed, options.rate, new=options.start is None)
    nlp.meta.update(name="spoken_names", version="1", description="People, places and organisations in spoken English")
    nlp.to_disk(options.out, exclude=["vocab"])  # it holds the words of the training, which nothing needs
    print(f"held-out wordings, precision/recall: {evaluate(nlp, 3000, options.seed + 1)}")


if __name__ == "__main__":
    main()
