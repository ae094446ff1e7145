"""A command of the user that reads a request and prints headers for it: signatures, fresh tokens."""

from __future__ import annotations

import base64
import json
import os
import select
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from treaty.errors import UsageError
from treaty.session.exchange import Headers
from treaty.verify.calls import Call, CallFailed

_TAIL: Final = 600
_MOST_PRINTED: Final = 65536


class HeaderCommandFailed(CallFailed):
    """The command gave no headers, so the request was not sent."""


class HeaderCommand:
    """Runs the command once for each request.

    It gets ``{"method", "url", "headers": [[name, value], ...], "body_base64"}`` as JSON on standard input and prints
    lines ``Name: value``.

    Args:
        text: the command as it was given; split into words like a shell does, run without one.
        seconds: how long it may take.
        conceal: keeps secrets out of what it writes to standard error.
        learn: is told every value that it prints, since these are secret.
        folder: where it runs.

    Raises:
        UsageError: when the text has no words.

    """

    def __init__(
        self,
        text: str,
        *,
        seconds: float,
        conceal: Callable[[str], str],
        learn: Callable[[str], None],
        folder: Path,
    ) -> None:
        self._words: Final = command_words(text)
        self._seconds: Final = seconds
        self._conceal: Final = conceal
        self._learn: Final = learn
        self._folder: Final = folder

    def headers_for(self, call: Call, *, url: str) -> Headers:
        """Run the command for a request and give the headers to add.

        Args:
            call: as it goes on the wire, but for the headers that every client adds by itself.
            url: absolute.

        Raises:
            HeaderCommandFailed: when it does not end well and in time, or prints what is no header.

        """
        request = {
            "method": call.method,
            "url": url,
            "headers": [list(line) for line in call.headers],
            "body_base64": base64.b64encode(call.body or b"").decode(),
        }
        headers = _parse(self._run(json.dumps(request).encode()))
        for _, value in headers:
            self._learn(value)
        return headers

    def _run(self, request: bytes) -> bytes:
        try:
            process = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder,
                start_new_session=True,
            )
        except OSError as fault:
            raise HeaderCommandFailed(f"the header command cannot be run: {fault.strerror or fault}") from None
        with process:
            try:
                output, errors = _converse(process, request, deadline=time.monotonic() + self._seconds)
            except TimeoutError:
                raise HeaderCommandFailed(f"the header command did not end within {self._seconds:g} s") from None
            finally:
                # What it started, too: a child that holds the pipes would keep us here.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            raise HeaderCommandFailed(
                f"the header command ended with status {process.returncode}: {self._shown(errors) or 'it said nothing'}"
            )
        return output

    def _shown(self, errors: bytes) -> str:
        return self._conceal(errors.decode("utf-8", "replace")).strip()[-_TAIL:]


def _converse(process: subprocess.Popen[bytes], request: bytes, *, deadline: float) -> tuple[bytes, bytes]:
    """Write to a command's input and read what it prints; unlike `communicate` within a bound, as it may never end.

    Raises:
        HeaderCommandFailed: when it prints too much.
        TimeoutError: when it has not ended in time.

    """
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    output, errors = bytearray(), bytearray()
    unsent = memoryview(request)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE, None)
        selector.register(process.stdout, selectors.EVENT_READ, output)
        selector.register(process.stderr, selectors.EVENT_READ, errors)
        while selector.get_map():
            for key, _ in selector.select(max(deadline - time.monotonic(), 0.0)):
                if key.data is None:
                    unsent = _written(key.fd, unsent)
                    if not unsent:
                        selector.unregister(key.fileobj)
                        process.stdin.close()
                elif part := os.read(key.fd, _MOST_PRINTED):
                    key.data.extend(part)
                    del errors[:-_MOST_PRINTED]
                    if len(output) > _MOST_PRINTED:
                        raise HeaderCommandFailed(f"the header command printed more than {_MOST_PRINTED} bytes")
                else:
                    selector.unregister(key.fileobj)
            if time.monotonic() >= deadline:
                raise TimeoutError
    try:
        process.wait(max(deadline - time.monotonic(), 0.0))
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    return bytes(output), bytes(errors)


def _written(descriptor: int, unsent: memoryview) -> memoryview:
    """Write what a pipe takes without waiting, and give the rest: none when nobody reads."""
    try:
        return unsent[os.write(descriptor, unsent[: select.PIPE_BUF]) :]
    except BrokenPipeError:
        return unsent[:0]


def command_words(text: str) -> tuple[str, ...]:
    """Split a command into words like a shell does.

    Raises:
        UsageError: when it cannot be split, or has no words.

    """
    try:
        words = tuple(shlex.split(text))
    except ValueError as fault:
        raise _unusable(f"it cannot be split into words: {str(fault).lower()}") from None
    if not words:
        raise _unusable("it is empty")
    return words


def _parse(output: bytes) -> Headers:
    found: list[tuple[str, str]] = []
    try:
        lines = output.decode().splitlines()
    except UnicodeDecodeError:
        raise HeaderCommandFailed("the header command printed bytes that are no UTF-8") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not name or not all(33 <= ord(character) < 127 for character in name):
            # The line is not shown: it may hold a secret.
            raise HeaderCommandFailed(f"line {number} of the header command is not of the form 'NAME: VALUE'")
        found.append((name, value.strip()))
    return tuple(found)


def _unusable(why: str) -> UsageError:
    return UsageError(
        "the header command is not usable", where="--header-command", why=why, hint="'python sign.py --key dev'"
    )
