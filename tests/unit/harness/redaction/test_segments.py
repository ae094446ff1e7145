"""Tokens in paths, and ids that only stand where tokens may stand."""

from __future__ import annotations

import pytest

from tests.unit.harness.redaction.planted import make_redactor
from treaty.redaction.segments import opening_segments


@pytest.mark.parametrize(
    ("path", "token"),
    [
        ("/reset/Tok-abc-planted-77", "Tok-abc-planted-77"),
        ("/users/5/reset-password/4f1bA9xK22pQ?x=1", "4f1bA9xK22pQ"),
        ("see https://a.example/verify-email/9c1185a5c5e9fc5461280897.", ""),
        ("see https://a.example/verify-email/9c1185a5c5e9fc54612808977ee8.", "9c1185a5c5e9fc54612808977ee8"),
        ("/magic-link/kZ3mQ8vT1xY7wP4n/", "kZ3mQ8vT1xY7wP4n"),
        ("/invitations", ""),
        ("/api/token/kZ3mQ8vT1xY7wP4nB2cD", "kZ3mQ8vT1xY7wP4nB2cD"),
        ("/invite/aB3dE5fG7hJ9", "aB3dE5fG7hJ9"),
    ],
)  # fmt: skip
def test_a_token_behind_its_word_is_found(path: str, token: str) -> None:
    """The word in front and a value that nobody could guess make a token."""
    found = [path[start:end].rstrip(".") for start, end, _ in opening_segments(path)]
    assert found == [token] * bool(token)


@pytest.mark.parametrize(
    "path",
    [
        *("/reset/550e8400-e29b-41d4-a716-446655440000", "/verify/42", "/verify/1234567890"),
        *("/confirm/507f1f77bcf86cd799439011",),
        *("/tokens/tok_17", "/secrets/my-database-secret", "/secrets/team-2-database", "/credentials/aws-production"),
        *("/invitations/summer-party-2026", "/confirm/2026-01-02T10", "/reset/everything-now", "/reset/preferences"),
        *("/things/Zq31gIjMgQWZ05WYsBHI", "/verify/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/keys/ed25519-signing-key-2026"),
        *("/verify/order-2026-000123", "/activate/Summer-Sale-2026", "/reset/", "reset/Tok-abc-planted-77"),
    ],
)  # fmt: skip
def test_ids_and_names_behind_the_same_words_stay(path: str) -> None:
    """Uuids, numbers, ULIDs, object ids, slugs and dates are no tokens."""
    assert make_redactor().path(path) == path


@pytest.mark.parametrize("secret", ["whsec_5b1f0c3d7e9a4b62AA", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl"])
def test_a_secret_in_a_path_ends_with_its_segment(secret: str) -> None:
    """Whatever characters such a secret may have elsewhere, the segments beside it are none of it."""
    redactor = make_redactor()
    first, hidden, last = redactor.path(f"/webhooks/{secret}/events").removeprefix("/").split("/")
    assert (first, last) == ("webhooks", "events")
    assert hidden != secret
    assert redactor.path(f"/{secret}/others") == f"/{hidden}/others"
