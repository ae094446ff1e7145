"""Edges and services as written on the command line and in treaty.yaml."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.config.edges import EdgeSetting, check_url, parse_edge, parse_service
from treaty.errors import EdgeInvalid
from treaty.session.exchange import Edge

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "port", "url"),
    [
        ("order:user", 0, None),
        ("order:user:9101", 9101, None),
        ("order:user=http://127.0.0.1:8081", 0, "http://127.0.0.1:8081"),
        ("order:user:9101=https://user.example/", 9101, "https://user.example"),
        (" order:user:0=http://[::1]:8081 ", 0, "http://[::1]:8081"),
    ],
)
def test_all_forms_are_read(text: str, port: int, url: str | None) -> None:
    assert parse_edge(text) == EdgeSetting(edge=Edge(consumer="order", provider="user"), port=port, url=url)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("order", "there is no ':'"),
        ("", "there is no ':'"),
        ("order:user:1:2", "more than two ':'"),
        ("order:us er", "'us er' is not the name of a provider"),
        (":user", "'' is not the name of a consumer"),
        ("user:user", "consumer and provider are the same"),
        ("order:user:65536", "'65536' is not a port"),
        ("order:user:http", "'http' is not a port"),
        ("order:user:", "'' is not a port"),
        ("order:user=", "not of the form"),
        ("order:user=127.0.0.1:8081", "not of the form"),
        ("order:user=ftp://host", "not of the form"),
        ("order:user=http://", "not of the form"),
        ("order:user=http://host:0", "port 0"),
        ("order:user=http://host:99999", "malformed"),
        ("order:user=http://[::1", "malformed"),
        ("order:user=http://a..b", "malformed"),
        ("order:user=http://host/api", "has a path"),
        ("order:user=http://host?a=1", "query"),
        ("order:user=http://ho st", "space"),
    ],
)
def test_a_malformed_edge_says_what_is_wrong_and_shows_the_form(text: str, why: str) -> None:
    with pytest.raises(EdgeInvalid) as caught:
        parse_edge(text)
    assert why in caught.value.why
    assert "CONSUMER:PROVIDER" in caught.value.hint


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(EdgeInvalid) as caught:
        parse_edge("order:user=http://me:hunter2@host:80")
    assert "user or password" in caught.value.why
    assert "hunter2" not in str(caught.value)


@given(consumer=NAMES, provider=NAMES, port=st.integers(0, 65535), with_url=st.booleans())
def test_what_is_written_is_what_is_read(consumer: str, provider: str, port: int, with_url: bool) -> None:
    url = "http://127.0.0.1:8081" if with_url else None
    text = f"{consumer}:{provider}:{port}" + (f"={url}" if url else "")
    if consumer == provider:
        with pytest.raises(EdgeInvalid):
            parse_edge(text)
    else:
        assert parse_edge(text) == EdgeSetting(edge=Edge(consumer=consumer, provider=provider), port=port, url=url)


def test_a_service_is_a_name_and_a_url() -> None:
    assert parse_service("user=http://127.0.0.1:8081/") == ("user", "http://127.0.0.1:8081")


@pytest.mark.parametrize("text", ["user", "=http://host", "us er=http://host", "user=host", "user=http://a:b@host"])
def test_a_malformed_service_is_refused(text: str) -> None:
    with pytest.raises(EdgeInvalid) as caught:
        parse_service(text)
    assert caught.value.why
    assert "NAME=URL" in caught.value.hint


def test_a_mail_server_has_a_scheme_of_its_own() -> None:
    assert check_url("smtp://127.0.0.1:25", ("smtp",)) == ("smtp://127.0.0.1:25", "")
    assert check_url("http://127.0.0.1:25", ("smtp",))[0] is None
