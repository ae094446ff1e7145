"""treaty.yaml from the file to the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.config import CONFIG_NAME, Config, EdgeSetting, RedactionSetting, Service, find_config, load_config
from treaty.errors import ConfigInvalid, FileMissing
from treaty.session.exchange import Edge

WHOLE = """
services:
  user:
    url: http://127.0.0.1:8081/
    start: [python, -m, treaty_shop, serve, user]
    ready: /health
    messages: /_pact/messages
    stop: "stop 'the user'"
    reset: ${url}/reset
    env: {PORT: "${port}", ORDER_URL: "${edge.user.order}", DATABASE_URL: "sqlite:///${work}/user.db", DEBUG: on}
  order: {start: 'serve order --port ${port}', reset: [empty, "${work}"]}
  mail: {kind: smtp}
edges: [client:user, user:order, "payment:user:9105=http://127.0.0.1:8081", user:mail]
pacts: promises
sessions: .treaty/recorded
strictness: replay
redaction: {allow: [name], names: [badge]}
"""


def _load(folder: Path, text: str) -> Config:
    path = folder / CONFIG_NAME
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_a_whole_file_becomes_a_value(tmp_path: Path) -> None:
    config = _load(tmp_path, WHOLE)
    assert config == Config(
        path=tmp_path / CONFIG_NAME,
        services={
            "user": Service(
                name="user",
                url="http://127.0.0.1:8081",
                start=("python", "-m", "treaty_shop", "serve", "user"),
                ready="/health",
                messages="/_pact/messages",
                stop=("stop", "the user"),
                reset="${url}/reset",
                env={
                    "PORT": "${port}",
                    "ORDER_URL": "${edge.user.order}",
                    "DATABASE_URL": "sqlite:///${work}/user.db",
                    "DEBUG": "on",
                },
            ),
            "order": Service(name="order", start=("serve", "order", "--port", "${port}"), reset=("empty", "${work}")),
            "mail": Service(name="mail", kind="smtp"),
        },
        edges=(
            EdgeSetting(edge=Edge(consumer="client", provider="user")),
            EdgeSetting(edge=Edge(consumer="user", provider="order")),
            EdgeSetting(edge=Edge(consumer="payment", provider="user"), port=9105, url="http://127.0.0.1:8081"),
            EdgeSetting(edge=Edge(consumer="user", provider="mail")),
        ),
        pacts=tmp_path / "promises",
        sessions=tmp_path / ".treaty/recorded",
        strictness="replay",
        redaction=RedactionSetting(allow=("name",), names=("badge",)),
    )


@pytest.mark.parametrize("text", ["", "{}", "# only a comment\n"])
def test_an_empty_file_means_the_defaults(tmp_path: Path, text: str) -> None:
    config = _load(tmp_path, text)
    assert (config.pacts, config.sessions, config.strictness) == (
        tmp_path / "pacts",
        tmp_path / ".treaty/sessions",
        "promise",
    )


@pytest.mark.parametrize(
    ("text", "where", "why", "hint"),
    [
        (
            "servises: {}",
            "line 1, servises",
            "'servises' is not a key of the configuration",
            "did you mean 'services'?",
        ),
        (
            "services:\n  user:\n    strat: x\n",
            "line 3, services.user.strat",
            "'strat' is not a key of a service",
            "did you mean 'start'?",
        ),
        ("strictness: promis", "line 1, strictness", "'promis' is none of promise, replay", "did you mean 'promise'?"),
        ("services: {mail: {kind: imap}}", "services.mail.kind", "'imap' is none of http, smtp", ""),
        ("services: {us er: {}}", "services.us er", "is not a name that starts with a letter", ""),
        ("services: {user: }", "services.user", "nothing is not the settings of a service", ""),
        ("services: {user: {start: [python, 8080]}}", "services.user.start[1]", "quote numbers", ""),
        (
            "services: {user: {url: 'http://h:1', start: []}}",
            "services.user.start",
            "an empty list is not a command",
            "",
        ),
        ("services: {user: {url: 'http://h:1', start: 'x \"y'}}", "services.user.start", "no closing quotation", ""),
        ("services: {user: {url: 'http://h:1', start: '  '}}", "services.user.start", "the command is empty", ""),
        ("services: {user: {url: h}}", "services.user.url", "not of the form", ""),
        ("services: {mail: {kind: smtp, url: 'http://h'}}", "services.mail.url", "smtp://HOST:PORT", ""),
        ("services: {user: {env: {1A: x}}}", "services.user.env.1A", "does not start with a digit", ""),
        ("services: {user: {env: {A: }}}", "services.user.env.A", 'write "" for an empty one', ""),
        ("services: {user: {vary: {A: []}}}", "services.user.vary.A", "an empty list is not a list of values", ""),
        ("edges: client:user", "line 1, edges", "'client:user' is not a list of edges", ""),
        ("edges:\n- client\n", "line 2, edges[0]", "'client' is not an edge: there is no ':'", "CONSUMER:PROVIDER"),
        ("pacts: ''", "line 1, pacts", "is not the path of a folder", ""),
        ("redaction: {alow: [x]}", "redaction.alow", "'alow' is not a key of redaction", "did you mean 'allow'?"),
        ("[1]", "line 1", "a list is not keys with values", ""),
        ("a\n", "line 1", "'a' is not keys with values", ""),
    ],
)
def test_a_fault_is_named_with_key_line_and_a_way_out(
    tmp_path: Path, text: str, where: str, why: str, hint: str
) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        _load(tmp_path, text)
    assert where in caught.value.where
    assert why in caught.value.why
    assert hint in caught.value.hint


def test_several_faults_are_all_named_in_the_order_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        _load(tmp_path, "strictness: x\nservices: {user: {strat: 1}}\npact: y\n")
    assert [line.partition(":")[0] for line in caught.value.why.splitlines()] == [
        "line 1, strictness",
        "line 2, services.user.strat",
        "line 3, pact",
    ]


def test_a_long_text_in_a_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        _load(tmp_path, f"strictness: {'s3cr3t' * 10}\n")
    assert "s3cr3t" * 5 not in str(caught.value)


def test_a_missing_file_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(FileMissing) as caught:
        load_config(tmp_path / CONFIG_NAME)
    assert "treaty init" in caught.value.hint


def test_the_nearest_file_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / CONFIG_NAME).touch()
    assert find_config(deep) == tmp_path / CONFIG_NAME
    (tmp_path / "a" / CONFIG_NAME).touch()
    assert find_config(deep) == tmp_path / "a" / CONFIG_NAME


def test_what_varies_between_runs_is_left_alone_elsewhere(tmp_path: Path) -> None:
    """Values are texts as they are written, as those of env are."""
    config = _load(tmp_path, "services: {user: {url: 'http://h:1', start: x, env: {B: 1}, vary: {A: [01, on]}}}")
    assert config.services["user"].vary == {"A": ("01", "on")}
    assert config.services["user"].env == {"B": "1"}
