"""Debian's chromium, driven by its DevTools protocol over two pipes; needs no further library."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration import chromium
from tests.integration.chromium import BROWSER

OPTIONS = (*chromium.OPTIONS, "--remote-debugging-pipe", "--window-size=1280,900")
BOUND = 60.0
"""Seconds that nothing takes, also on a slow machine."""


class Page:
    """One page that is open in a browser."""

    def __init__(self, sending: int, receiving: int) -> None:
        self._sending = sending
        self._receiving = os.fdopen(receiving, "rb")
        self._rest = b""
        self._number = 0
        self.complaints: list[str] = []
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.command(f"{domain}.enable")

    _session: str = ""

    def command(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and give its result; exceptions of the page are kept as complaints."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": name, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._sending, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(answer["params"]["exceptionDetails"]))
            elif answer.get("method") == "Log.entryAdded" and answer["params"]["entry"]["source"] == "security":
                self.complaints.append(answer["params"]["entry"]["text"])
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, url: str) -> None:
        """Go to an address."""
        self.command("Page.navigate", url=url)

    def evaluate(self, script: str) -> Any:
        """Run a script in the page and give its value."""
        result = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, script: str) -> Any:
        """Wait until a script gives something true, and give it."""
        end = time.monotonic() + BOUND
        while True:
            value = self.evaluate(
                f"document.readyState === 'complete' && ((value) => value instanceof Node || value)({script})"
            )
            if value:
                return value
            assert time.monotonic() < end, f"{script} stays {value!r}; complaints: {self.complaints}"
            self.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")

    def text(self, selector: str) -> str:
        """Give the text that is visible below an element."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    def click(self, selector: str) -> None:
        """Click on an element that is visible; by a script, as its place may move on the way of a mouse."""
        self.wait(
            f"(() => {{ const element = document.querySelector({json.dumps(selector)});"
            " if (!element?.getBoundingClientRect().width) return false; element.focus(); element.click(); return true;"
            " })()"
        )

    def press(self, key: str) -> None:
        """Press a key that writes nothing."""
        for kind in ("keyDown", "keyUp"):
            self.command("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def press_enter(self) -> None:
        """Press the key that sends a form."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if kind == "keyDown" else {}
            self.command(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, **text
            )

    def write(self, text: str) -> None:
        """Write into the element that has the focus."""
        self.command("Input.insertText", text=text)

    def picture(self, file: Path) -> None:
        """Save what the page looks like."""
        data = self.command("Page.captureScreenshot", format="png")["data"]
        file.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        """Let go of the pipes."""
        self._receiving.close()
        os.close(self._sending)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._receiving.fileno(), 1 << 20)
            assert data, "the browser has ended"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def browsing(folder: Path) -> Iterator[Page]:
    """Start a browser with an empty profile and give a page of it."""
    to_read, sending = os.pipe()
    receiving, to_write = os.pipe()
    # The browser reads commands from descriptor 3 and writes answers to 4.
    command = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
    process = subprocess.Popen(
        ["/bin/bash", "-c", command, BROWSER, *OPTIONS, f"--user-data-dir={folder}", "about:blank"],
        pass_fds=(to_read, to_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(to_write)
    watchdog = threading.Timer(2 * BOUND, process.kill)
    watchdog.start()
    page = Page(sending, receiving)
    try:
        yield page
    finally:
        watchdog.cancel()
        page.close()
        process.kill()
        process.wait(BOUND)
