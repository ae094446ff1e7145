"""Keys in paths."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import observed, views_of
from treaty.normalize.path_keys import named_by_paths


def test_keys_have_their_provider_and_the_kind_of_thing() -> None:
    session = Session()
    session.call("a>b", "GET /users/7/orders/3f2504e04f89", None, 200, {"user_id": 9})
    assert named_by_paths(observed(session)) == {("b", "user", 7), ("b", "order", "3f2504e04f89")}


def uploads(path: str, *, content: bytes = b"hello") -> Session:
    """Upload a file for a project, and ask for it."""
    session = Session()
    session.call("a>b", "POST /projects", {"name": "demo"}, 201, {"name": "demo"})
    session.call("a>b", "GET /projects/demo", None, 200, {"name": "demo"})
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\ndemo\r\n'
        b'--x\r\nContent-Disposition: form-data; name="content"; filename="%s"\r\n\r\n%s\r\n--x--\r\n'
    )
    name = path.rpartition("/")[2].encode()
    form = Raw(parts % (name, content), "multipart/form-data; boundary=x")
    session.call("a>b", "POST /projects/demo/upload", form, 200, {"done": True})
    session.call("a>b", f"GET {path}", None, 200, Raw(content, "application/octet-stream"))
    return session


@pytest.mark.parametrize(
    ("path", "minted", "ending"),
    [
        ("/files/notes.txt", ["project_name", "project_filename"], "}"),
        ("/files/demo-1.0.gz", ["project_name"], "}-1.0.gz"),
    ],
    ids=["a name of its own", "called after a key"],
)
def test_the_name_of_an_upload_is_new_each_time_and_followed_to_its_path(
    path: str, minted: list[str], ending: str
) -> None:
    (read,) = [view for view in views_of(uploads(path), "a>b") if view.request["path"] == path]
    assert [name.rpartition("_")[0] for name in read.state["mint"]] == minted
    assert (read.generator("path").endswith(ending), read.asked("path")) == (True, ["/files/[^/]+"])
    assert "call POST /projects/{id}/upload -> 200" in read.steps
    (body,) = [step["call"]["request"]["body"] for step in read.state["steps"][1:]]
    assert f'filename="{read.generator("path").rpartition("/")[2]}"' in body["content"]


def test_in_a_binary_upload_the_name_stands_beside() -> None:
    (read,) = [
        view
        for view in views_of(uploads("/files/demo-1.0.gz", content=b"\xff\x00"), "a>b")
        if "files" in view.request["path"]
    ]
    (body,) = [step["call"]["request"]["body"] for step in read.state["steps"][1:]]
    (variable,) = read.state["mint"]
    assert body["values"] == {"$.content[0].filename": f"${{{variable}}}-1.0.gz", "$.name[0]": f"${{{variable}}}"}
