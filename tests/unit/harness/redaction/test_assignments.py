"""Finding secrets that are assigned to a name in text without a structure we parse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.redaction.assignments import assignments, markup
from treaty.redaction.names import role_of_name

SECRET = "q8Zr2LmT0v"


def assigned(text: str, *, only_equals: bool = False) -> list[tuple[str, str]]:
    """Give value and role of each assignment."""
    found = assignments(text, role_of_name, only_equals=only_equals)
    return [(text[start:end], role) for start, end, role in found]


def marked(text: str) -> list[tuple[str, str]]:
    """Give value and role of each element and form field."""
    return [(text[start:end], role) for start, end, role in markup(text, role_of_name)]


class TestAssignments:
    @pytest.mark.parametrize(
        "text",
        [
            f"password={SECRET}",
            f"PASSWORD = {SECRET}",
            f"password: {SECRET}",
            f"user.password={SECRET}",
            f"user[password]={SECRET}",
            f"http://a.test/?page=1&password={SECRET}&next=2",
            f"password='{SECRET}'",
            f'password = "{SECRET}"',
            f'{{"password": "{SECRET}", "name": "a',
            f'{{\\"password\\":\\"{SECRET}\\"}}',
            f"login failed (password={SECRET}), try again",
            f"a;password={SECRET};b",
        ],
    )
    def test_a_value_ends_where_its_notation_says(self, text: str) -> None:
        """Quotes, separators of URLs and brackets are not part of it."""
        assert assigned(text) == [(SECRET, "password")]

    def test_a_quoted_value_may_hold_anything_but_its_quote(self) -> None:
        """An escaped quote does not end it."""
        assert assigned(r'password="a b\"c=d" x') == [(r"a b\"c=d", "password")]
        assert assigned("password='a \"b' x") == [('a "b', "password")]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "password",
            "password=",
            "password=\nnext",
            'password=""',
            "password_hint=blue",
            "next_page_token=abcdef",
            "xpassword_type=plain",
            "your password is needed: see below"[:20],
        ],
    )
    def test_other_texts_hold_none(self, text: str) -> None:
        """Names that are not secret, and secret names without a value."""
        assert assigned(text) == []

    def test_every_assignment_is_found_with_its_role(self) -> None:
        """In the order of the text."""
        text = "client_secret=abc&grant_type=x&access_token=def&card_number=4111"
        assert assigned(text) == [("abc", "secret"), ("def", "token"), ("4111", "card")]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("pin: abc", []),
            ("pin: abcd", [("abcd", "code")]),
            ("pin=abc", [("abc", "code")]),
            ('pin: "abc"', [("abc", "code")]),
        ],
    )
    def test_after_a_colon_a_short_bare_word_is_prose(self, text: str, found: list[tuple[str, str]]) -> None:
        assert assigned(text) == found

    @pytest.mark.parametrize(
        "text",
        [
            f'mutation {{login(password:"{SECRET}") {{token}}}}',
            f'login(name: "ann", password : "{SECRET}")',
            f'{{\\"password\\": \\"{SECRET}\\"}}',
        ],
    )
    def test_in_prose_a_quoted_value_after_a_colon_is_assigned(self, text: str) -> None:
        """Queries of GraphQL are texts inside JSON."""
        assert assigned(text, only_equals=True) == [(SECRET, "password")]

    def test_in_prose_only_equals_signs_assign(self) -> None:
        assert assigned(f"Your password: {SECRET}", only_equals=True) == []
        assert assigned(f"?password={SECRET}", only_equals=True) == [(SECRET, "password")]

    @given(
        st.text("abz 19=&:;,", max_size=10),
        st.text("abcXYZ019+/_-.", min_size=4, max_size=12),
        st.text(" &;,<)", min_size=1, max_size=3),
    )
    def test_whatever_stands_around_it(self, before: str, secret: str, after: str) -> None:
        """A secret at its name is found whole, and nothing of the rest with it."""
        text = f"{before}&password={secret}{after}"
        assert (secret, "password") in assigned(text)


class TestMarkup:
    @pytest.mark.parametrize(
        "text",
        [
            f"<password>{SECRET}</password>",
            f"<login><ns:password kind='x'>{SECRET}</ns:password></login>",
            f'<input name="password" value="{SECRET}">',
            f"<INPUT VALUE='{SECRET}' ID=password />",
            f'<input type="password" name="field7" value="{SECRET}"/>',
            f'<meta name="password" content="{SECRET}">',
            f"<param name=password value={SECRET} >",
        ],
    )
    def test_elements_and_fields_of_a_secret_name(self, text: str) -> None:
        """Whatever the order of attributes and their quotes."""
        assert marked(text) == [(SECRET, "password")]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            f"password {SECRET}",
            f"<name>{SECRET}</name>",
            "<password></password>",
            "<password/>",
            '<input name="password" value="">',
            '<input name="password">',
            f'<input name="search" value="{SECRET}">',
            f'<span name="password" value="{SECRET}">',
            f"<password>{SECRET}",
        ],
    )
    def test_everything_else_stays(self, text: str) -> None:
        """Other names, empty values, elements that are not closed."""
        assert marked(text) == []

    def test_all_of_them_are_found(self) -> None:
        text = f"<a><token>abc</token><pin>12</pin></a><input name=cvv value=3>{SECRET}"
        assert marked(text) == [("abc", "token"), ("12", "code"), ("3", "code")]
