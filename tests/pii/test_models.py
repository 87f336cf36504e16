"""Models of names: the one that comes along, and those that a user brings."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from pca_pipeline.errors import SetupError
from pca_pipeline.pii.models import load_model
from pca_pipeline.pii.models.base import Named, NameModel
from pca_pipeline.pii.models.own import OwnModel
from pca_pipeline.pii.models.passages import REACH, kind, passages, prepare
from pca_pipeline.pii.stream import Conversation
from tests.pii.conftest import Turns, conversation

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def own() -> NameModel:
    """The model that comes along."""
    return OwnModel()


def named(model: NameModel, turns: Turns) -> set[tuple[str, str]]:
    """Entity and text of what a model finds."""
    stream = conversation(turns)
    return {(one.entity, text_of(stream, one)) for one in model.find(stream)}


def text_of(stream: Conversation, one: Named) -> str:
    """The words of a finding."""
    return stream.text[stream.tokens[one.first].start : stream.tokens[one.last].end]


@pytest.mark.parametrize(
    ("text", "entity", "name"),
    [
        ("hi this is tomasz wojcik about my bill", "PERSON", "tomasz wojcik"),
        ("I spoke with somebody called Oluchi on Tuesday.", "PERSON", "Oluchi"),
        ("yeah it's for my sister oksana, she has the second line", "PERSON", "oksana"),
        ("Could you let Dr. Halvorsen know I called?", "PERSON", "Halvorsen"),
        ("the parcel was signed for by a marguerite dupont", "PERSON", "marguerite dupont"),
        ("we moved here from albuquerque last spring", "LOCATION", "albuquerque"),
        ("I live in Chattanooga these days.", "LOCATION", "Chattanooga"),
        ("he works for Meridian Insurance downtown", "ORGANIZATION", "Meridian Insurance"),
    ],
)
def test_names_are_found_in_talk(own: NameModel, text: str, entity: str, name: str) -> None:
    """Names in sentences that the training never saw, with capitals and without."""
    assert (entity, name) in named(own, [("customer", text)])


@pytest.mark.parametrize(
    "text",
    [
        "i will mark the bill as paid and you may get a letter in june",
        "Okay, perfect. Thanks so much for the help today.",
        "it says error four nine on the router and the light is red",
        "Can I get the balance on my savings account, please?",
    ],
)
def test_ordinary_talk_holds_no_names(own: NameModel, text: str) -> None:
    """Words that are names elsewhere are words here."""
    assert not {entity for entity, _ in named(own, [("customer", text)])} & {"PERSON"}


def test_the_model_that_comes_along_is_small() -> None:
    """At most 15 MB, without the words of its training."""
    folder = Path(__file__).parents[2] / "pca_pipeline" / "pii" / "model"
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 15 * MEGABYTE
    assert not list(folder.rglob("strings.json"))


def test_turns_that_cannot_hold_a_name_are_not_read() -> None:
    """What saves most of the model's time: closed classes, numbers and lower-case words are no names."""
    stream = conversation([("agent", "okay and the amount is four hundred"), ("customer", "It's for Priya.")])
    assert [passage.own for passage in passages(stream, spacy.blank("en").vocab)] == [stream.turns[1].first]


def test_of_a_long_turn_only_what_is_around_a_likely_word_is_read() -> None:
    """The model sees no further than a few words anyway."""
    stream = conversation(
        [("customer", "and so the thing is that " * 5 + "priyanka" + " went to see about the thing" * 5)]
    )
    (passage,) = passages(stream, spacy.blank("en").vocab)
    assert "priyanka" in passage.doc.text and len(passage.doc) == 2 * REACH + 1


def test_pieces_give_what_whole_turns_give() -> None:
    """Reading less changes nothing that is found."""
    nlp = spacy.load(Path(__file__).parents[2] / "pca_pipeline" / "pii" / "model")
    prepare(nlp.vocab)
    text = (
        "and so the thing is that oluchi banerjee went to see about it at noon on friday and then my sister summer "
        "told me that it will be fine by june and i should ask for mister price or call rose at meridian water again"
    )
    stream = conversation([("customer", text)])

    def found(only_likely: bool) -> tuple[int, set[tuple[str, int]]]:
        read = list(passages(stream, nlp.vocab, only_likely))
        docs = [nlp.get_pipe("ner")(passage.doc) for passage in read]
        spans = {(e.text, p.first + e.start) for p, doc in zip(read, docs, strict=True) for e in doc.ents}
        return sum(map(len, docs)), spans

    (whole, all_names), (less, names) = found(only_likely=False), found(only_likely=True)
    assert names == all_names and names and less < whole


@pytest.mark.parametrize(
    ("word", "letters"),
    [("the", "C"), ("four", "#"), ("maria", "F"), ("will's", "CF"), ("grace", "FW"), ("qzxv", "U"), ("x", "L")],
)
def test_kinds_of_words(word: str, letters: str) -> None:
    """What the lists say of a word."""
    assert set(letters) <= set(kind(word))


def test_none_is_no_model() -> None:
    """Names are found by rules alone then."""
    assert load_model("none") is None


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
