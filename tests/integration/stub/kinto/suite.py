"""The tests of the blog, against what kinto promised it; `test_third_party_provider.py` runs them as `test_blog.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.stub.kinto.blog import Blog, Conflict

if TYPE_CHECKING:
    from treaty_stubs import Stub

pytestmark = pytest.mark.treaty_stub("blog-kinto.json", provider="kinto")

RECORDS = "/v1/buckets/blog/collections/articles/records"


@pytest.fixture(name="blog")
def _blog(treaty_stub: Stub) -> Blog:
    return Blog(treaty_stub.url, "alice", "another-Pa55word")


def in_state(stub: Stub, description: str, *words: str) -> None:
    """Choose the provider state, of those of an interaction, whose name has these words."""
    (name,) = {
        state.name
        for each in stub.platform.interactions()
        if each.candidate.name.startswith(description)
        for state in each.candidate.interaction.states
        if all(word in state.name for word in words)
    }
    stub.choose_state(name)


def test_an_author_signs_up_and_makes_room(blog: Blog, treaty_stub: Stub) -> None:
    blog.set_up()
    treaty_stub.expect_called("PUT /v1/accounts/{id}", times=1, body={"data": {"password": "another-Pa55word"}})
    treaty_stub.expect_called("PUT /v1/buckets/**", times=2)


def test_an_article_has_the_title_that_it_was_given(blog: Blog, treaty_stub: Stub) -> None:
    first, second = blog.publish("A title of mine"), blog.publish("Another one")
    assert (first.title, second.title) == ("A title of mine", "Another one")
    assert first.id != second.id
    assert first.tag
    treaty_stub.expect_called(f"POST {RECORDS}", times=2)


def test_articles_are_listed(blog: Blog) -> None:
    titles = blog.titles()
    assert len(titles) == 2
    assert all(titles)


def test_an_article_is_revised_with_the_tag_that_it_had(blog: Blog, treaty_stub: Stub) -> None:
    article = blog.publish("Frist")
    assert blog.revise(article, "First").title == "First"
    treaty_stub.expect_called(f"PATCH {RECORDS}/{{id}}", times=1, headers={"If-Match": article.tag})


def test_somebody_else_was_faster(blog: Blog, treaty_stub: Stub) -> None:
    article = blog.publish("First")
    in_state(
        treaty_stub, "PATCH /v1/buckets/{bucket_id}/collections/{collection_id}/records/{record_id} -> 412", "updated"
    )
    with pytest.raises(Conflict):
        blog.revise(article, "too late")


def test_an_article_that_was_withdrawn_is_gone(blog: Blog, treaty_stub: Stub) -> None:
    article = blog.publish("First")
    assert blog.read(article.id) is not None
    blog.withdraw(article)
    in_state(treaty_stub, "GET", "deleted")
    assert blog.read(article.id) is None


@pytest.mark.treaty_stub(stateful=True)
def test_articles_are_as_they_were_left(blog: Blog) -> None:
    """Listed newest first, refused with a tag that is not theirs any more, and gone when they were withdrawn."""
    blog.set_up()
    one, two = blog.publish("Mine"), blog.publish("Another")
    assert blog.titles() == ["Another", "Mine"]
    assert blog.read(one.id) == one
    assert blog.revise(one, "Mine, again").tag != one.tag
    with pytest.raises(Conflict):
        blog.revise(one, "too late")
    blog.withdraw(two)
    assert blog.read(two.id) is None
    assert blog.titles() == ["Mine, again"]


@pytest.mark.treaty_stub(allow_unmatched=True)
def test_what_kinto_never_promised_is_no_success(blog: Blog, treaty_stub: Stub) -> None:
    answer = blog._send("POST", f"{treaty_stub.url}{RECORDS}", json={"title": "without data"})
    assert answer.status_code == 501
    assert answer.json()["nearest"][0]["interaction"].startswith("POST ")
