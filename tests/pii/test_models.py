"""Models of names that a user brings."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.models import load_model
from pca_pipeline.pii.models.base import Named, NameModel
from pca_pipeline.pii.words.stream import Conversation
from tests.pii.conftest import Turns, conversation


def named(model: NameModel, turns: Turns) -> set[tuple[str, str]]:
    """Entity and text of what a model finds."""
    stream = conversation(turns)
    return {(one.entity, text_of(stream, one)) for one in model.find(stream)}


def text_of(stream: Conversation, one: Named) -> str:
    """The words of a finding."""
    return stream.text[stream.tokens[one.first].start : stream.tokens[one.last].end]


@pytest.mark.parametrize("setting", ["own", "none"])
def test_what_comes_along_is_no_model_of_names(setting: str) -> None:
    """Nothing is loaded beside the second reading, or beside the rules."""
    assert load_model(setting) is None


@pytest.mark.parametrize("setting", ["", "big", "spacy:", "bert:folder", "spacy:no_such_package"])
def test_a_model_that_does_not_load_is_named(setting: str) -> None:
    """The error holds the setting and what may stand there."""
    with pytest.raises(SetupError, match=setting or "pii.model") as error:
        load_model(setting)
    assert "pii.model" in str(error.value)


@pytest.mark.parametrize("kind", ["transformers", "gliner"])
def test_nothing_is_downloaded(kind: str, tmp_path: Path) -> None:
    """A name that is no folder is refused, since the libraries would look it up."""
    pytest.importorskip(kind)
    with pytest.raises(SetupError, match="no folder"):
        load_model(f"{kind}:{tmp_path / 'missing'}")


def test_a_spacy_pipeline_of_the_user(tmp_path: Path) -> None:
    """Its entities count under their names here; others are left alone; offsets are the conversation's."""
    nlp = spacy.blank("en")
    patterns = [("PERSON", "zorblax"), ("GPE", "atlantis"), ("ORG", "acme"), ("MONEY", "dollars")]
    nlp.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": text} for label, text in patterns])
    nlp.to_disk(tmp_path)
    model = load_model(f"spacy:{tmp_path}")
    assert model is not None
    turns = [("agent", "who is this"), ("customer", "zorblax of atlantis, with acme, ten dollars")]
    assert named(model, turns) == {("PERSON", "zorblax"), ("LOCATION", "atlantis"), ("ORGANIZATION", "acme")}


def test_a_transformer_of_the_user(tmp_path: Path) -> None:
    """A token classifier, tiny and trained here, finds the one name it knows in both turns."""
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    import torch

    torch.manual_seed(0)
    vocabulary = {word: at for at, word in enumerate(["[PAD]", "[UNK]", "my", "name", "is", "zorblax", "here"])}
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]")
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        id2label={0: "O", 1: "B-PER"}, label2id={"O": 0, "B-PER": 1},
    )  # fmt: skip
    network = transformers.BertForTokenClassification(config)
    batch = tokenizer(["my name is zorblax", "zorblax is here", "is my name here"], return_tensors="pt", padding=True)
    wanted = (batch["input_ids"] == vocabulary["zorblax"]).long()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        network(**batch, labels=wanted).loss.backward()
        optimizer.step()
    network.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    model = load_model(f"transformers:{tmp_path}")
    assert model is not None
    stream = conversation([("customer", "my name is zorblax"), ("agent", "zorblax is here")])
    assert [(one.entity, one.first) for one in model.find(stream)] == [("PERSON", 3), ("PERSON", 4)]


def test_a_gliner_model_of_the_user(tmp_path: Path) -> None:
    """A tiny untrained one loads from its folder, and what it names are words of the turn."""
    gliner, transformers = pytest.importorskip("gliner"), pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {word: at for at, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "my", "name", "is", "maria"])}
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    )
    encoder = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    transformers.BertModel(encoder).save_pretrained(tmp_path / "encoder")
    tokenizer.save_pretrained(tmp_path / "encoder")
    config = gliner.GLiNERConfig(
        model_name=str(tmp_path / "encoder"), hidden_size=16, max_width=4, max_len=64, encoder_config=encoder
    )
    gliner.GLiNER.from_config(config).save_pretrained(tmp_path / "model")
    model = load_model(f"gliner:{tmp_path / 'model'}")
    assert model is not None
    stream = conversation([("customer", "my name is maria"), ("agent", "is maria my name")])
    assert all(one.first <= one.last < len(stream.tokens) for one in model.find(stream))
