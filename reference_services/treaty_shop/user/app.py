"""The user service over HTTP."""

from flask import Blueprint, Flask, Response, jsonify

from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.web import body_fields, new_app, new_runtime, path_id
from treaty_shop.user.domain import User, UserDetails, hash_password
from treaty_shop.user.schema import SCHEMA
from treaty_shop.user.service import UserService
from treaty_shop.user.storage import SqlUsers


def create_app(settings: Settings) -> Flask:
    """Return the user service as a Flask app, with its own storage; raises `InvalidSetting`."""
    runtime = new_runtime(settings)
    users = SqlUsers(runtime.keep(open_database(settings.database_url, SCHEMA, settings.start_id)))
    return new_app(runtime, _routes(UserService(users), demand_password="S0-6" in settings.faults))


def _routes(service: UserService, *, demand_password: bool) -> Blueprint:
    routes = Blueprint("user", __name__)

    @routes.post("/users")
    def create_user() -> tuple[Response, int]:
        return jsonify(_wire(service.sign_up(_details(password_required=True)))), 201

    @routes.post("/users/login")
    def log_in() -> Response:
        fields = body_fields()
        return jsonify(_wire(service.log_in(fields.text("email"), fields.text("password"))))

    @routes.get("/users/<segment>")
    def read_user(segment: str) -> Response:
        return jsonify(_wire(service.read(path_id(segment, "user"))))

    @routes.put("/users/<segment>")
    def change_user(segment: str) -> Response:
        id_ = path_id(segment, "user")
        return jsonify(_wire(service.change(id_, _details(password_required=demand_password))))

    @routes.delete("/users/<segment>")
    def delete_user(segment: str) -> Response:
        service.delete(path_id(segment, "user"))
        return jsonify({"message": "User deleted successfully"})

    return routes


def _details(*, password_required: bool) -> UserDetails:
    fields = body_fields()
    username, email = fields.text("username"), fields.email("email")
    if not password_required and not fields.has("password"):
        return UserDetails(username=username, email=email)
    password = fields.text("password")
    return UserDetails(username=username, email=email, password_hash=hash_password(password))


def _wire(user: User) -> dict[str, object]:
    return {"id": user.id, "username": user.username, "email": user.email}
