from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from treaty.adapters.header_command import HeaderCommand, HeaderCommandFailed
from treaty.errors import UsageError
from treaty.verify.calls import Call

CALL = Call(method="POST", target="/orders", headers=(("Content-Type", "application/json"),), body=b'{"n": 1}')
SIGN = """
import base64, hashlib, json, sys
request = json.load(sys.stdin)
body = base64.b64decode(request["body_base64"])
assert request["headers"] == [["Content-Type", "application/json"]]
text = f"{request['method']} {request['url']} ".encode() + body
print("X-Signature:", hashlib.sha256(text).hexdigest())
print()
print("Authorization: Bearer fresh")
"""


def command(code: str, *, seconds: float = 20.0, learned: list[str] | None = None) -> HeaderCommand:
    found = [] if learned is None else learned
    return HeaderCommand(
        f"{sys.executable} -c {shlex.quote(code)}",
        seconds=seconds,
        conceal=lambda text: text.replace("hunter2", "***"),
        learn=found.append,
        folder=Path.cwd(),
    )


def test_it_reads_the_request_and_prints_headers() -> None:
    """Method, URL, headers and the bytes of the body; every value that it prints is learned as secret."""
    learned: list[str] = []
    headers = command(SIGN, learned=learned).headers_for(CALL, url="http://shop/orders")
    assert [name for name, _ in headers] == ["X-Signature", "Authorization"]
    assert len(headers[0][1]) == 64
    assert headers[1][1] == "Bearer fresh"
    assert learned == [value for _, value in headers]
    again = command(SIGN).headers_for(CALL, url="http://shop/orders")
    other = command(SIGN).headers_for(CALL, url="http://shop/other")
    assert again == headers
    assert other[0] != headers[0]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; sys.exit('the key hunter2 is wrong')", "status 1: the key *** is wrong"),
        ("raise SystemExit(3)", "status 3: it said nothing"),
        ("print('no header')", "line 1"),
        ("print('X: 1'); print('A B: 2')", "line 2"),
        ("import sys; sys.stdout.buffer.write(bytes([255]))", "UTF-8"),
    ],
)
def test_what_gives_no_headers_fails_with_its_reason(code: str, why: str) -> None:
    """Secrets in what it wrote are concealed; what it printed is not shown at all."""
    with pytest.raises(HeaderCommandFailed) as raised:
        command(code).headers_for(CALL, url="http://shop/orders")
    assert why in str(raised.value)
    assert "no header" not in str(raised.value)


def test_what_does_not_end_is_ended_with_all_that_it_started() -> None:
    """A child that holds its output would keep us waiting."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import signal; signal.pause()'])"
    with pytest.raises(HeaderCommandFailed, match=r"did not end within 0\.5 s"):
        command(code, seconds=0.5).headers_for(CALL, url="http://shop/orders")


def test_what_prints_without_end_is_ended_at_once() -> None:
    """What it prints is not collected until its time is over."""
    with pytest.raises(HeaderCommandFailed, match="printed more than 65536 bytes"):
        command("while True: print('X-A: b')").headers_for(CALL, url="http://shop/orders")


def test_errors_without_end_do_not_keep_headers_from_being_read() -> None:
    """Of what it says to standard error only the end is of use."""
    code = "import sys; sys.stderr.write('e' * 1_000_000 + 'the end'); print('X-A: b')"
    assert command(code).headers_for(CALL, url="http://shop/orders") == (("X-A", "b"),)
    with pytest.raises(HeaderCommandFailed, match=r"the end$"):
        command(f"{code}; sys.exit(1)").headers_for(CALL, url="http://shop/orders")


def test_a_large_body_is_read_by_a_command_in_whole_or_not_at_all() -> None:
    """More than a pipe holds."""
    large = Call(method="POST", target="/orders", headers=(), body=bytes(1_000_000))
    count = "import base64, json, sys; print('X-Size:', len(base64.b64decode(json.load(sys.stdin)['body_base64'])))"
    assert command(count).headers_for(large, url="http://shop/orders") == (("X-Size", "1000000"),)
    assert command("print('X-A: b')").headers_for(large, url="http://shop/orders") == (("X-A", "b"),)


def test_a_command_that_is_not_there_fails() -> None:
    gone = HeaderCommand("no-such-command", seconds=1, conceal=str, learn=lambda _: None, folder=Path.cwd())
    with pytest.raises(HeaderCommandFailed, match="cannot be run"):
        gone.headers_for(CALL, url="http://shop/orders")


@pytest.mark.parametrize("text", ["", "  ", "'open"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="header command"):
        HeaderCommand(text, seconds=1, conceal=str, learn=lambda _: None, folder=Path.cwd())
