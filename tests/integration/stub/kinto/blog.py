"""A consumer of kinto (a server of JSON documents that we did not write): a blog that keeps its articles there.

`blog-kinto.json` beside this file is what a real kinto 26.5.0 promised it, recorded by

    treaty record --edge blog:kinto:0=http://127.0.0.1:8888 --out tests/integration/stub/kinto -- \
        python tests/integration/stub/kinto/blog.py

with the server and the settings of `tests/third_party/systems.py`. What `play` does was all that was recorded.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final

import requests

TIMEOUT: Final = 30


class Conflict(Exception):
    """Somebody else was faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as the server keeps it."""

    id: str
    title: str
    tag: str


class Blog:
    """Articles in a collection of one author's bucket.

    Args:
        url: of the server, without a slash at the end.
        author: name of an account.
        password: its password.

    """

    def __init__(self, url: str, author: str, password: str) -> None:
        self._server = f"{url}/v1"
        self._articles = f"{self._server}/buckets/blog/collections/articles/records"
        self._author = author
        self._password = password

    def set_up(self) -> None:
        """Sign up, and make room for articles."""
        account = {"data": {"password": self._password}}
        url = f"{self._server}/accounts/{self._author}"
        requests.put(url, json=account, timeout=TIMEOUT).raise_for_status()
        for place in ("blog", "blog/collections/articles"):
            self._send("PUT", f"{self._server}/buckets/{place}").raise_for_status()

    def publish(self, title: str) -> Article:
        """Add an article."""
        return _article(self._send("POST", self._articles, json={"data": {"title": title}}))

    def titles(self) -> list[str]:
        """List the titles, the last article first."""
        listed = self._send("GET", self._articles).json()["data"]
        return [each["title"] for each in listed]

    def read(self, id_: str) -> Article | None:
        """Give an article, or None when there is none."""
        answer = self._send("GET", f"{self._articles}/{id_}")
        return None if answer.status_code == 404 else _article(answer)

    def revise(self, article: Article, title: str) -> Article:
        """Give an article another title; raises `Conflict` when it is not what it was."""
        url = f"{self._articles}/{article.id}"
        answer = self._send("PATCH", url, json={"data": {"title": title}}, headers={"If-Match": article.tag})
        if answer.status_code == 412:
            raise Conflict(article.title)
        return _article(answer)

    def withdraw(self, article: Article) -> None:
        """Take an article away."""
        self._send("DELETE", f"{self._articles}/{article.id}").raise_for_status()

    def _send(self, method: str, url: str, **more: Any) -> requests.Response:
        return requests.request(method, url, auth=(self._author, self._password), timeout=TIMEOUT, **more)


def _article(answer: requests.Response) -> Article:
    answer.raise_for_status()
    data = answer.json()["data"]
    return Article(id=data["id"], title=data["title"], tag=answer.headers["ETag"])


def play(blog: Blog) -> None:
    """Do everything once."""
    blog.set_up()
    first = blog.publish("First words")
    blog.publish("Second thoughts")
    blog.titles()
    blog.read(first.id)
    blog.revise(first, "First words, again")
    try:
        blog.revise(first, "too late")
    except Conflict:
        blog.read(first.id)
    blog.withdraw(first)
    blog.read(first.id)


if __name__ == "__main__":
    play(Blog(os.environ["TREATY_URL_BLOG_KINTO"].rstrip("/"), "alice", "s3cret-Pa55"))
