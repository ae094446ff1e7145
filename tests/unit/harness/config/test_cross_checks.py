"""Contradictions between the parts of a configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.config import load_config
from treaty.errors import ConfigInvalid


def _fault(folder: Path, text: str) -> ConfigInvalid:
    path = folder / "treaty.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        load_config(path)
    return caught.value


@pytest.mark.parametrize(
    ("text", "where", "why", "hint"),
    [
        (
            "services: {user: {url: 'http://h:1'}}\nedges: [a:user, b:user, a:user]",
            "line 2, edges[2]",
            "a -> user is already edge 1",
            "",
        ),
        (
            "services: {user: {url: 'http://h:1'}}\nedges: ['a:user:91', 'b:user:91']",
            "line 2, edges[1]",
            "port 91 is already that of a -> user",
            "",
        ),
        (
            "services: {user: {url: 'http://h:1'}}\nedges: [a:usr]",
            "line 2, edges[0]",
            "nothing says where 'usr' is",
            "did you mean 'user'?",
        ),
        ("edges: [a:zzz]", "line 1, edges[0]", "nothing says where 'zzz' is", "a:zzz=URL"),
        ("services: {user: {}}\nedges: [a:user]", "edges[0]", "it has neither url nor start", "services.user a url"),
        ("services: {user: {start: x}}", "services.user.start", "neither start nor env uses ${port}", "${port}"),
        ("services: {user: {vary: {A: [1, 2]}}}", "services.user.vary", "start is missing", ""),
        (
            "services: {user: {url: 'http://h:1', start: x, vary: {A: ['${wrok}']}}}",
            "services.user.vary.A[0]",
            "${wrok} is unknown",
            "did you mean 'work'?",
        ),
        ("services: {user: {stop: x}}", "services.user.stop", "start is missing", ""),
        ("services: {user: {url: 'http://h:1', ready: /x}}", "services.user.ready", "start is missing", ""),
        (
            "services: {user: {url: 'http://h:1', messages: 'http://h:${work}/x'}}",
            "services.user.messages",
            "${work} is unknown here",
            "port and url",
        ),
        (
            """services: {user: {url: 'http://h:1', start: x, env: {A: '${edge.user.ordr}'}}, order: {url: 'http://h:2'}}
edges: [user:order]""",
            "services.user.env.A",
            "${edge.user.ordr} is not an edge of this file",
            "did you mean 'edge.user.order'?",
        ),
        (
            "services: {user: {url: 'http://h:1', start: [x, '${edge.a.b}']}}",
            "services.user.start[1]",
            "${edge.a.b} is not an edge",
            "add a:b to edges",
        ),
        ("services: {user: {start: 'x ${prt} ${port}'}}", "start[1]", "${prt} is unknown", "did you mean 'port'?"),
        ("services: {user: {start: 'x ${HOME} ${port}'}}", "start[1]", "${HOME} is unknown", "$${ writes a plain ${"),
    ],
)
def test_a_contradiction_is_named_with_its_place(tmp_path: Path, text: str, where: str, why: str, hint: str) -> None:
    fault = _fault(tmp_path, text)
    assert where in fault.where
    assert why in fault.why
    assert hint in fault.hint


def test_a_pure_consumer_need_not_be_a_service(tmp_path: Path) -> None:
    path = tmp_path / "treaty.yaml"
    path.write_text("services: {user: {url: 'http://h:1'}}\nedges: [client:user, 'client:far=http://far:1']")
    assert [str(setting.edge) for setting in load_config(path).edges] == ["client -> user", "client -> far"]


def test_a_mail_service_needs_no_address(tmp_path: Path) -> None:
    path = tmp_path / "treaty.yaml"
    path.write_text("services: {mail: {kind: smtp}}\nedges: [notification:mail]")
    assert load_config(path).services["mail"].url is None


def test_an_escaped_reference_is_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "treaty.yaml"
    path.write_text("services: {user: {url: 'http://h:1', start: 'echo $${HOME}'}}")
    assert load_config(path).services["user"].start == ("echo", "$${HOME}")
