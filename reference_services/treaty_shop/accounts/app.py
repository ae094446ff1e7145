"""The accounts service over HTTP."""

from flask import Blueprint, Flask, Response, jsonify

from treaty_shop.accounts.domain import Account, Movement
from treaty_shop.accounts.schema import SCHEMA
from treaty_shop.accounts.service import AccountsService
from treaty_shop.accounts.storage import SqlAccounts
from treaty_shop.accounts.text_routes import text_routes
from treaty_shop.platform.clock import now, to_wire
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.web import body_fields, new_app, new_runtime, path_id


def create_app(settings: Settings) -> Flask:
    """Return the accounts service as a Flask app, with its own storage; raises `InvalidSetting`."""
    runtime = new_runtime(settings)
    accounts = SqlAccounts(runtime.keep(open_database(settings.database_url, SCHEMA, settings.start_id)))
    service = AccountsService(accounts=accounts, clock=now)
    app = new_app(runtime, _routes(service))
    app.register_blueprint(text_routes(service))
    return app


def _routes(service: AccountsService) -> Blueprint:
    routes = Blueprint("accounts", __name__)

    @routes.post("/accounts")
    def open_account() -> tuple[Response, int]:
        return jsonify(_wire(service.open(body_fields().identifier("user_id")))), 201

    @routes.get("/accounts/<user>")
    def read_account(user: str) -> Response:
        return jsonify(_wire(service.read(path_id(user, "account"))))

    @routes.get("/accounts/<user>/balance")
    def read_balance(user: str) -> Response:
        account = service.read(path_id(user, "account"))
        return jsonify({"user_id": account.user_id, "balance": account.balance})

    @routes.post("/accounts/<user>/topup")
    def top_up(user: str) -> Response:
        return jsonify(_wire(service.top_up(path_id(user, "account"), body_fields().money("amount"))))

    @routes.post("/accounts/<user>/debits")
    def debit(user: str) -> tuple[Response, int]:
        user_id, fields = path_id(user, "account"), body_fields()
        movement, new = service.debit(user_id, fields.identifier("order_id"), fields.money("amount"))
        return jsonify(_movement_wire(movement)), 201 if new else 200

    @routes.get("/accounts/<user>/movements")
    def list_movements(user: str) -> Response:
        movements = service.movements(path_id(user, "account"))
        return jsonify({"data": [_movement_wire(movement) for movement in movements]})

    return routes


def _wire(account: Account) -> dict[str, object]:
    return {
        "user_id": account.user_id,
        "balance": account.balance,
        "created_at": to_wire(account.created_at),
        "updated_at": to_wire(account.updated_at),
    }


def _movement_wire(movement: Movement) -> dict[str, object]:
    return {
        "id": movement.id,
        "user_id": movement.user_id,
        "kind": movement.kind,
        "order_id": movement.order_id,
        "amount": movement.amount,
        "balance": movement.balance,
        "created_at": to_wire(movement.created_at),
    }
