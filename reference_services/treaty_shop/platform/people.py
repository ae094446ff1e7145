"""What the callers of the user and notification services share."""

from treaty_shop.platform.calls import Dependency

_OK = 200
_NOT_FOUND = 404


class UserDirectory:
    """Looks users up in the user service."""

    def __init__(self, users: Dependency) -> None:
        self._users = users

    def email_of(self, user_id: int) -> str | None:
        """Return a user's email, or None when there is no such user.

        Raises `DependencyFailed` (also when the answer holds no email) or `DependencyTimedOut`.
        """
        answer = self._users.get(f"/api/v1/users/{user_id}")
        if answer.status == _NOT_FOUND:
            return None
        email = answer.body.get("email") if isinstance(answer.body, dict) else None
        if answer.status != _OK or not isinstance(email, str):
            raise self._users.misunderstood()
        return email


def notification_body(user_id: int, title: str, content: str, recipient: str | None) -> dict[str, object]:
    """Return the body that asks for a mail; a recipient of None is left out."""
    body: dict[str, object] = {
        "user_id": user_id,
        "type": "email",
        "title": title,
        "content": content,
    }
    return body if recipient is None else {**body, "recipient": recipient}
