"""The app factory of each service."""

from flask import Flask

from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Return the app of the service that the settings name; raises `InvalidSetting`.

    Only that service is imported: each could live in a program of its own.
    """
    if settings.service is ServiceName.USER:
        from treaty_shop.user import app as user  # noqa: PLC0415 (only what runs is loaded)

        return user.create_app(settings)
    if settings.service is ServiceName.ORDER:
        from treaty_shop.order import app as order  # noqa: PLC0415 (only what runs is loaded)

        return order.create_app(settings)
    if settings.service is ServiceName.PAYMENT:
        from treaty_shop.payment import app as payment  # noqa: PLC0415 (only what runs is loaded)

        return payment.create_app(settings)
    if settings.service is ServiceName.INVENTORY:
        from treaty_shop.inventory import app as inventory  # noqa: PLC0415 (only what runs is loaded)

        return inventory.create_app(settings)
    if settings.service is ServiceName.ACCOUNTS:
        from treaty_shop.accounts import app as accounts  # noqa: PLC0415 (only what runs is loaded)

        return accounts.create_app(settings)
    if settings.service is ServiceName.GATEWAY:
        from treaty_shop.gateway import app as gateway  # noqa: PLC0415 (only what runs is loaded)

        return gateway.create_app(settings)
    from treaty_shop.notification import app as notification  # noqa: PLC0415 (only what runs is loaded)

    return notification.create_app(settings)
