"""The notification service over HTTP."""

from typing import Final

from flask import Blueprint, Flask, Response, jsonify

from treaty_shop.notification.domain import (
    Notification,
    NotificationDraft,
    NotificationType,
    is_notification_id,
    new_ids,
)
from treaty_shop.notification.opening import open_notifications
from treaty_shop.notification.service import NotificationService
from treaty_shop.platform.clock import now, optional_to_wire, to_wire
from treaty_shop.platform.fields import Fields
from treaty_shop.platform.mail import make_sender
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.web import (
    body_fields,
    new_app,
    new_runtime,
    not_found,
    path_id,
)

_MOST_OF_A_BATCH: Final = 100
_LONGEST_CONTENT: Final = 10_000


def create_app(settings: Settings) -> Flask:
    """Return the notification service as a Flask app, with its own storage; raises `InvalidSetting`."""
    runtime = new_runtime(settings)
    notifications, deliveries = open_notifications(runtime)
    service = NotificationService(
        notifications=notifications,
        deliveries=deliveries,
        sender=make_sender(settings.smtp_url, settings.timeout, settings.smtp_ca_file),
        work=runtime.work,
        log=runtime.log,
        clock=now,
        new_id=new_ids(),
    )
    service.resume()
    return new_app(runtime, _routes(service))


def _routes(service: NotificationService) -> Blueprint:
    routes = Blueprint("notification", __name__)

    @routes.post("/notifications")
    def create_notification() -> tuple[Response, int]:
        (notification,) = service.queue([_draft(body_fields())])
        return jsonify(_wire(notification)), 201

    @routes.post("/notifications/batch")
    def create_batch() -> tuple[Response, int]:
        elements = body_fields().objects("notifications", most=_MOST_OF_A_BATCH)
        service.queue([_draft(element) for element in elements])
        return jsonify({"message": "notifications queued"}), 201

    @routes.get("/notifications/<segment>")
    def read_notification(segment: str) -> Response:
        if not is_notification_id(segment):
            raise not_found("notification")
        return jsonify(_wire(service.read(segment)))

    @routes.get("/notifications/user/<user>")
    def list_notifications(user: str) -> Response:
        notifications = service.list_of_user(path_id(user, "user"))
        return jsonify({"data": [_wire(notification) for notification in notifications]})

    return routes


def _draft(fields: Fields) -> NotificationDraft:
    type_ = fields.choice("type", NotificationType)
    is_mail = type_ is NotificationType.EMAIL
    return NotificationDraft(
        user_id=fields.identifier("user_id"),
        type=type_,
        title=fields.text("title"),
        content=fields.text("content", limit=_LONGEST_CONTENT, lines=True),
        recipient=fields.email("recipient") if is_mail else fields.text("recipient"),
    )


def _wire(notification: Notification) -> dict[str, object]:
    return {
        "id": notification.id,
        "user_id": notification.user_id,
        "type": notification.type,
        "title": notification.title,
        "content": notification.content,
        "recipient": notification.recipient,
        "status": notification.status,
        "sent_at": optional_to_wire(notification.sent_at),
        "created_at": to_wire(notification.created_at),
        "updated_at": to_wire(notification.updated_at),
    }
