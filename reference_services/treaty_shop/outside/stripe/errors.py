"""What Stripe's API answers when it does not do what it was asked (https://docs.stripe.com/api/errors)."""

from typing import Any, Final

_DOCUMENTATION: Final = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """An error object with the status it is answered with.

    `code` is for programs, `param` the parameter that is wrong; `more` are further members, such as ``decline_code``.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.more = more

    @property
    def body(self) -> dict[str, Any]:
        """The error as it is written; members without a value are left out."""
        members = {
            "code": self.code,
            "doc_url": None if self.code is None else _DOCUMENTATION + self.code.replace("_", "-"),
            "message": str(self),
            "param": self.param,
            "type": self.kind,
            **self.more,
        }
        return {"error": {name: value for name, value in members.items() if value is not None}}


def missing(param: str) -> StripeError:
    """Return the error for a parameter that is needed."""
    return StripeError(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def no_such(kind: str, id_: str, param: str = "id") -> StripeError:
    """Return the error for an object that there is not."""
    return StripeError(404, f"No such {kind}: '{id_}'", code="resource_missing", param=param)


def unexpected_state(message: str, code: str, **more: Any) -> StripeError:
    """Return the error for an object that is in another state than what is asked of it needs."""
    return StripeError(400, message, code=code, **more)
