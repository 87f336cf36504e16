"""How the networks of the second reading are taught."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

pytest.importorskip("faker")

from benchmarks.redaction_calls import Call, Turn, Word
from benchmarks.written_redaction import NEUTRAL, read_conversations
from pca_pipeline.pii.review.network import read_networks
from review_model.examples import KINDS, UNTAUGHT, Example, example
from review_model.talk import TALK, changed, snippets
from review_model.train import Recipe, evaluate, opinions_of, train, write

NARROW = Recipe(width=80, epochs=40, rate=3e-3, dropout=0.1)
CALL = Call(
    (
        Turn("agent", (Word("Your"), Word("number,"), Word("Dana?", "PERSON", 1), Word("It's"), Word("$40."))),
        Turn("customer", (Word("It's"), Word("4417,", "ACCOUNT_NUMBER", 2), Word("um", "ACCOUNT_NUMBER", 2, needed=False))),
        Turn("agent", (Word("4417.", "ACCOUNT_NUMBER", 3), Word("Thanks,"), Word("Dana.", "PERSON", 4), Word("Kit", NEUTRAL))),
    ),
    agent="Kit",
)  # fmt: skip


def spoken(call: Call, entity: str) -> list[str]:
    """The words of an entity, without marks."""
    return [word.text.strip(".,?") for turn in call.turns for word in turn.words if word.entity == entity]


@pytest.fixture(scope="module")
def taught() -> list[Example]:
    """A call over and over."""
    return [example(changed(CALL, Random(seed)), agent_known=True) for seed in range(40)]


def test_the_talk_is_marked_as_the_networks_learn_it() -> None:
    """Every conversation reads, no number stands twice, and nearly every kind is told apart somewhere."""
    written = list(read_conversations(TALK))
    entities = {word.entity for one in written for turn in one.call.turns for word in turn.words}
    assert len({one.number for one in written}) == len(written) > 1000
    assert entities <= {None, NEUTRAL, *KINDS}
    assert len(set(KINDS) - entities) < 4


def test_a_token_has_the_kind_of_its_word() -> None:
    """And what may be personal or not is not taught."""
    kinds = example(CALL, agent_known=False).kinds.tolist()
    names = ["?" if kind == UNTAUGHT else KINDS[kind] for kind in kinds]
    assert " ".join(name or "-" for name in names) == "- - PERSON - - - ACCOUNT_NUMBER ? ACCOUNT_NUMBER - PERSON ?"


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_conversation_keeps_its_sense(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that is read back is still the same one, and what is nobody's keeps its digits."""
    monkeypatch.setattr("review_model.talk.NOISE", (0.0,))  # which would tear them apart
    monkeypatch.setattr("review_model.talk.CUT", 0.0)
    call = changed(CALL, Random(seed))
    numbers, names = spoken(call, "ACCOUNT_NUMBER"), spoken(call, "PERSON")
    labelled = not numbers
    assert labelled or (numbers[0] == numbers[2] and names[0] == names[1])
    assert [word.text for word in call.turns[0].words][-2:] in (["It's", "$40."], ["it's", "$40"])


def test_changes_are_many() -> None:
    """No two copies are alike for long."""
    assert len({" ".join(spoken(changed(CALL, Random(seed)), "ACCOUNT_NUMBER")) for seed in range(50)}) > 20


def test_snippets_mark_names_and_leave_numbers_open() -> None:
    """What the wordings do not mark is not taught as nothing personal where it may be something."""
    words = [word for call in snippets(50, Random(1)) for turn in call.turns for word in turn.words]
    assert {word.entity for word in words} == {None, NEUTRAL, "PERSON", "LOCATION", "ORGANIZATION"}
    assert not [word for word in words if word.entity is None and any(map(str.isdigit, word.text))]


def test_a_network_learns_and_works_as_it_learnt(taught: list[Example], tmp_path: Path) -> None:
    """The file that is written answers as the network that was trained, to half precision."""
    network = train(taught, NARROW, seed=1)
    write([network, network], tmp_path / "networks.npz")
    kinds, (one, same) = read_networks(tmp_path / "networks.npz")
    held = example(changed(CALL, Random(1000)), agent_known=True)
    with torch.no_grad():
        rows, mask = torch.from_numpy(held.rows)[None].long(), torch.ones(1, len(held.kinds), 1)
        expected = torch.softmax(network(rows, mask)[0], -1).numpy()
    assert kinds == KINDS
    assert np.allclose(one(held.rows), expected, atol=0.02) and (one(held.rows) == same(held.rows)).all()
    assert evaluate([network], [held]).startswith("personal tokens 1.000, others 0.0")


def test_a_student_learns_what_its_teachers_think(taught: list[Example]) -> None:
    """More than the marks: here they think nothing of anything, and so does it."""
    nothing = [np.eye(len(KINDS), dtype=np.float16)[np.zeros(len(one.kinds), int)] for one in taught]
    student = train(taught, NARROW, 1, nothing)
    assert evaluate([student], taught).startswith("personal tokens 0.000")


def test_an_opinion_has_a_row_for_each_token(taught: list[Example]) -> None:
    """In the order of the examples, the mean of all teachers."""
    teachers = [train(taught[:4], Recipe(16, 1, 1e-3, 0.0), seed) for seed in (1, 2)]
    for example_, thought in zip(taught, opinions_of(teachers, taught), strict=True):
        rows, mask = torch.from_numpy(example_.rows)[None].long(), torch.ones(1, len(example_.kinds), 1)
        with torch.no_grad():
            alone = [torch.softmax(one(rows, mask)[0], -1).numpy() for one in teachers]
        assert np.allclose(thought, np.mean(alone, axis=0), atol=0.02)
