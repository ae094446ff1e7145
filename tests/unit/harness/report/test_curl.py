from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaty.report.curl import curl_command
from treaty.verify.sent_request import SentRequest

SCRIPT = """curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }
"""


def request(**parts: object) -> SentRequest:
    return SentRequest(**{"method": "GET", "url": "http://127.0.0.1:1/a", **parts})  # type: ignore[arg-type] # a table


def arguments(command: str, **environment: str) -> list[str]:
    """Give the words that a shell hands to curl."""
    done = subprocess.run(
        ["/bin/sh", "-c", SCRIPT + command], capture_output=True, check=True, env=environment, timeout=20, text=True
    )
    return done.stdout.split("\0")[:-1]


def test_a_plain_read_is_one_line() -> None:
    assert curl_command(request()) == "curl -i http://127.0.0.1:1/a"


def test_a_write_has_a_line_for_each_header_and_the_body() -> None:
    """The method is left out where curl takes it by itself."""
    written = request(method="POST", headers=(("Content-Type", "application/json"),), body=b'{"name": "O\'Hara"}')
    assert curl_command(written) == (
        "curl -i http://127.0.0.1:1/a \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        '  --data-raw \'{"name": "O\'"\'"\'Hara"}\''
    )


def test_what_is_not_shown_is_a_variable_of_the_shell() -> None:
    """Only the names that are listed; a dollar sign elsewhere is a dollar sign."""
    secret = request(
        method="PUT",
        url="http://127.0.0.1:1/a?t=${TOKEN}",
        headers=(("Authorization", "Bearer ${AUTHORIZATION}"), ("Content-Type", "text/plain")),
        body=b"${TOKEN} $HOME ${HOME}",
        variables=("AUTHORIZATION", "TOKEN"),
    )
    assert arguments(curl_command(secret), TOKEN="a b'c", AUTHORIZATION="x$y", HOME="/h") == [
        "-i",
        "-X",
        "PUT",
        "--globoff",
        "http://127.0.0.1:1/a?t=a b'c",
        "-H",
        "Authorization: Bearer x$y",
        "-H",
        "Content-Type: text/plain",
        "--data-raw",
        "a b'c $HOME ${HOME}",
    ]


def test_a_variable_stands_where_people_can_read_it() -> None:
    """Between double quotes, unless something else there means something to a shell."""
    headers = (("Authorization", "Bearer ${TOKEN}"), ("X", "a!`b`${TOKEN}"), ("Y", "plain"))
    assert curl_command(request(headers=headers, variables=("TOKEN",))).splitlines()[1:] == [
        '  -H "Authorization: Bearer ${TOKEN}" \\',
        "  -H 'X: a!`b`'\"${TOKEN}\" \\",
        "  -H 'Y: plain'",
    ]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"method": "HEAD"}, ["--head"]),
        ({"method": "DELETE"}, ["-X", "DELETE"]),
        ({"method": "POST"}, ["-H", "Content-Type:", "--data-raw", ""]),
        ({"headers": (("X-Empty", ""),)}, ["-H", "X-Empty;"]),
        ({"url": "http://127.0.0.1:1/a?b[]=1"}, ["--globoff"]),
        ({"url": "http://127.0.0.1:1/a/../b"}, ["--path-as-is"]),
        ({"method": "GET", "body": b"x"}, ["-X", "GET", "-H", "Content-Type:", "--data-raw", "x"]),
    ],
)
def test_what_curl_would_change_by_itself_is_kept(parts: dict[str, object], words: list[str]) -> None:
    """Methods, empty headers, brackets, dots, and a body that is no form."""
    given_words = arguments(curl_command(request(**parts)))
    assert [word for word in given_words if word in words] == words


@pytest.mark.parametrize("data", [b"\x00\xff\x1b[31m", b"two\n  lines"])
def test_a_body_that_is_no_plain_text_comes_through_a_pipe(data: bytes) -> None:
    """The bytes arrive as they are, even when the command was indented on its way."""
    command = curl_command(request(method="POST", body=data))
    assert command.isprintable() or "\\\n" in command
    done = subprocess.run(
        ["/bin/sh", "-c", "curl() { cat; }\n" + command],
        capture_output=True,
        check=True,
        timeout=20,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert done.stdout == data


def test_a_long_body_has_to_be_in_a_file() -> None:
    command = curl_command(request(method="POST", body=b"x" * 11), longest_body=10)
    assert '--data-binary "@$BODY_FILE"' in command
    assert "xxx" not in command


_TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20) | st.sampled_from(
    ["'", '"', "$(id)", "`id`", "\\", "!!"]
)


@settings(max_examples=40)
@given(name=_TEXT, value=_TEXT.filter(bool), body=_TEXT)
def test_every_text_reaches_curl_as_it_is(name: str, value: str, body: str) -> None:
    """Whatever the shell could make of it."""
    sent = request(method="POST", url=f"http://127.0.0.1:1/{name}", headers=(("X-A", value),), body=body.encode())
    words = arguments(curl_command(sent))
    assert f"http://127.0.0.1:1/{name}" in words
    assert f"X-A: {value}" in words
    assert words[-1] == body
