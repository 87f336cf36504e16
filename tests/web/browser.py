"""A page in headless Chromium, over its own protocol: clicks and keys like a person's, and answers of the page."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

_SECONDS = 20.0


class Page:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0

    def _call(self, method: str, **params: object) -> dict[str, Any]:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv(timeout=_SECONDS))
            if answer.get("id") == self._sent:
                return answer["result"]  # type: ignore[no-any-return]

    def open(self, address: str, width: int = 1280) -> None:
        """Load a page in that width."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 700
        )
        self._call("Page.navigate", url="about:blank")
        self._call("Page.navigate", url=address)
        self.wait(f"location.href === {json.dumps(address)} && document.readyState === 'complete'")

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        return self._call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until an expression is true. Raises TimeoutError."""
        deadline = time.monotonic() + _SECONDS
        while not self.ask(expression):
            if time.monotonic() > deadline:
                raise TimeoutError(expression)
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """The middle of an element."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.ask(f"(() => {{ const b = {box}; return [b.x + b.width / 2, b.y + b.height / 2]; }})()")
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def wheel(self, down: int) -> None:
        """Scroll by that many pixels."""
        self._call("Input.dispatchMouseEvent", type="mouseWheel", x=400, y=500, deltaX=0, deltaY=down)

    def press(self, key: str) -> None:
        """A key."""
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, text=key if len(key) == 1 else "")


@contextmanager
def chromium(program: str, profile: Path) -> Iterator[Page]:
    """A browser with one page; `profile` is an empty folder of its own."""
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--mute-audio", "--remote-debugging-port=0")
    command = [program, *options, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        try:
            with urlopen(f"http://127.0.0.1:{_port(profile)}/json") as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            with connect(tabs[0]["webSocketDebuggerUrl"], max_size=None) as socket:
                yield Page(socket)
        finally:
            browser.terminate()


def _port(profile: Path) -> str:
    """The port on which the browser listens, which it writes into its profile."""
    told = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _SECONDS
    while not (told.exists() and told.read_text()):
        if time.monotonic() > deadline:
            raise TimeoutError(told.name)
        time.sleep(0.05)
    return told.read_text().split()[0]
