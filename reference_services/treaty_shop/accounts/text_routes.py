"""Accounts as an older client knows them: opened and topped up by a query, answered without content."""

from flask import Blueprint, Response, jsonify, request

from treaty_shop.accounts.service import AccountsService
from treaty_shop.platform.errors import BadRequest
from treaty_shop.platform.fields import Fields, parse_id
from treaty_shop.platform.text_replies import say_errors_in_text, text_reply
from treaty_shop.platform.web import path_id


def text_routes(service: AccountsService) -> Blueprint:
    """Return the routes ``/accounts``: views of the service's own accounts."""
    routes = Blueprint("accounts_in_text", __name__)
    say_errors_in_text(routes)

    @routes.post("/accounts")
    def open_account() -> Response:
        user_id = parse_id(request.args.get("user_id", ""))
        if not user_id:
            raise BadRequest("missing_field", "Missing user_id")
        service.open(user_id)
        return text_reply(201)

    @routes.get("/accounts/<user>/balance")
    def read_balance(user: str) -> Response:
        account = service.read(path_id(user, "account"))
        return jsonify({"user_id": str(account.user_id), "balance": account.balance})

    @routes.post("/accounts/<user>/topup")
    def top_up(user: str) -> Response:
        service.top_up(path_id(user, "account"), Fields(dict(request.args)).price("amount"))
        return text_reply(204)

    return routes
