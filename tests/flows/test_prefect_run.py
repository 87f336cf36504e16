"""The command `prefect run`: its parameters, and what happens where Prefect does not let it in."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect.plugins import HookContext

from flows.prefect_run import parameters, run, setup_environment


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("a=calls/inbox", "calls/inbox"),
        ("a=7", 7),
        ("a=true", True),
        ('a="7"', "7"),
        ('a={"speech": {"model": "small"}}', {"speech": {"model": "small"}}),
        ("a=b=c", "b=c"),
        ("a=", ""),
    ],
)
def test_values_are_json_or_else_text(pair: str, value: object) -> None:
    """A value that is JSON is taken as such; anything else, with further `=` too, is text."""
    assert parameters([pair]) == {"a": value}


@given(st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), st.text(alphabet=st.characters(categories=["L"]))))
def test_any_words_come_through_unchanged(given_words: dict[str, str]) -> None:
    """Names and words of any script reach the flow as they were typed."""
    words = {
        name: text for name, text in given_words.items() if text not in {"true", "false", "null", "NaN", "Infinity"}
    }
    assert parameters([f"{name}={text}" for name, text in words.items()]) == words


@pytest.mark.parametrize(("arguments", "ends"), [(["run", "x.py:y"], True), (["version"], False)])
def test_other_prefect_releases_get_a_clear_message(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], ends: bool
) -> None:
    """Without Prefect's private app `prefect run` says what to type instead; other commands go on."""
    monkeypatch.setitem(sys.modules, "prefect.cli._app", None)
    monkeypatch.setattr(sys, "argv", ["prefect", *arguments])
    context = HookContext(prefect_version="9.9", api_url=None, logger_factory=logging.getLogger)
    if ends:
        with pytest.raises(SystemExit, match=r"Prefect 9\.9 .*python -m flows\.ingest.*pca run"):
            setup_environment(ctx=context)
    else:
        setup_environment(ctx=context)


@pytest.mark.parametrize(
    ("entrypoint", "pairs", "complaint"),
    [
        ("flows/ingest.py:nothing", [], "'nothing' not found"),
        ("flows/nothing.py:ingest", [], "No such file"),
        ("flows/ingest.py", [], "No module named"),
        ("flows/ingest.py:ingest", ["nothing=1"], "unexpected keyword argument 'nothing'"),
        ("flows/ingest.py:ingest", ["inbox"], "--param takes key=value, not 'inbox'"),
    ],
)
def test_mistakes_end_with_one_sentence(entrypoint: str, pairs: list[str], complaint: str) -> None:
    """A file, flow or parameter that does not exist ends the command with what is wrong, not with a traceback."""
    with pytest.raises(SystemExit, match=complaint):
        run(entrypoint, param=pairs)
