"""What only a browser can show: scripts and widths. Skipped without Chromium."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import uvicorn

from pca_pipeline import audio
from pca_pipeline.call import Recording
from pca_pipeline.settings import Settings
from pca_pipeline.warehouse import load, publish, stage
from pca_pipeline.web import create_app
from tests.factories import CUSTOMER, Turn, agent, make_call
from tests.web.browser import Page, chromium

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed.")
LONG = make_call(
    "long", duration=600, turns=[Turn(("customer", "agent_1")[n % 2], 5.0 * n, f"sentence {n}") for n in range(100)]
)
WIDE = make_call(
    "wide",
    participants=(CUSTOMER, agent(1, "Bartholomew Featherstonehaugh of Technical Support")),
    turns=[Turn("customer", 1.0, "w" * 200), Turn("agent_1", 200.0, "[CREDIT_CARD] " * 5)],
)
FOLLOWS = "document.querySelector('#follow').checked"
PAUSED = "document.querySelector('audio').paused"


def _is_at(seconds: float) -> str:
    """Whether the sentence that begins then is the current one, in JavaScript."""
    return f"document.querySelector('.current .time')?.dataset.at === '{seconds:.1f}'"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over a call with its audio, `long`, the same without, `silent`, and one of long words."""
    settings = Settings(folder=tmp_path_factory.mktemp("calls"))
    sound = settings.folder / LONG.audio
    sound.parent.mkdir(parents=True)
    audio.write(Recording(np.zeros((2, 600 * 8000), np.float32), 8000, "ULAW"), sound, "wav")
    silent = replace(LONG, call=replace(LONG.call, call_id="silent"), audio=None)
    for call in (LONG, silent, WIDE):
        stage(call, settings.staged_folder)
    load(settings)
    publish(settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser for all of these tests: starting one takes longer than any of them."""
    assert CHROMIUM
    with chromium(CHROMIUM, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.mark.parametrize("call", ["long", "silent"])
def test_a_moment_in_the_address_is_gone_to(page: Page, address: str, call: str) -> None:
    """Its sentence is marked and visible, with audio and without; words, times and lanes link to theirs."""
    page.open(f"{address}/calls/{call}?text=sentence+80#t=400")
    page.wait(_is_at(400))
    assert (
        page.ask("[...document.querySelectorAll('.found')].map((word) => word.textContent).join(' ')") == "sentence 80"
    )
    page.wait("document.querySelector('.current').getBoundingClientRect().bottom < innerHeight")
    page.click(".lane")
    page.wait("Math.abs(document.querySelector('.playhead').getAttribute('x1') - 300) < 10")
    page.ask("document.querySelectorAll('.word')[3].click()")
    page.wait(_is_at(5))
    page.ask("document.querySelectorAll('.time')[99].click()")
    page.wait(_is_at(495))


def test_each_place_of_the_words_is_gone_to(page: Page, address: str) -> None:
    """The first one if the address has no moment, the next by button and key, then the first again."""
    page.open(f"{address}/calls/long?text=sentence+8")
    page.wait(_is_at(40))
    assert page.ask("document.querySelector('#next').textContent") == "11 places, next"
    page.click("#next")
    page.wait(_is_at(400))
    page.wait("document.querySelector('.current').getBoundingClientRect().bottom < innerHeight")
    page.press("n")
    page.wait(_is_at(405))
    page.open(f"{address}/calls/long?text=sentence+8#t=445")
    page.wait(_is_at(445))
    page.press("n")
    page.wait(_is_at(40))
    page.open(f"{address}/calls/long?text=zebra")
    assert page.ask("document.querySelector('#next').hidden")


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_no_word_of_a_table_is_broken(page: Page, address: str, width: int) -> None:
    """Headings and numbers about speakers are on one line each."""
    page.open(f"{address}/calls/wide", width)
    lines = """[...document.querySelectorAll('.people th, .people .num')].map((one) => {
        const text = document.createRange();
        text.selectNodeContents(one);
        return new Set([...text.getClientRects()].map((line) => line.top)).size;
    })"""
    assert max(page.ask(lines)) == 1


def test_keys_and_following(page: Page, address: str) -> None:
    """The space bar plays even after a click on the box; scrolling during playback stops following."""
    page.open(f"{address}/calls/long")
    page.click("#follow")
    assert not page.ask(FOLLOWS)
    page.press(" ")
    page.wait(f"!{PAUSED}")
    assert not page.ask(FOLLOWS)
    page.click("#follow")
    assert page.ask(FOLLOWS)
    page.wheel(600)
    page.wait(f"!{FOLLOWS}")
    page.press(" ")
    page.wait(PAUSED)
    page.press("ArrowRight")
    assert page.ask("document.querySelector('audio').currentTime") >= 5
    page.press("/")
    assert page.ask("document.activeElement.name") == "text"


@pytest.mark.parametrize("path", ["/", "/?text=sentence&sort=longest", "/?queue=Nope", "/calls/long", "/calls/wide"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out(page: Page, address: str, path: str, width: int) -> None:
    """No page is wider than the window, whatever words are in it; the player leaves most of a phone's screen free."""
    page.open(address + path, width)
    assert page.ask("document.documentElement.scrollWidth") <= width
    assert page.ask("[...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= one.clientWidth)")
    if width < 700:
        assert page.ask("document.querySelector('.player')?.getBoundingClientRect().height ?? 0") < 150
