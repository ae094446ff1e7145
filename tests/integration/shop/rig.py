"""The shop on real sockets, inside the test process, with its traffic and mails in view."""

import asyncio
import io
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import requests
from aiosmtpd.smtp import SMTP, Envelope, Session

from treaty_shop.apps import create_app
from treaty_shop.driver.calls import Client
from treaty_shop.driver.control import Control
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.json_text import Json, read_json
from treaty_shop.platform.names import CORE, DEPENDENCIES, ServiceName
from treaty_shop.platform.pace import PaceKind
from treaty_shop.platform.serving import base_url, listen, serve
from treaty_shop.platform.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

USER, ORDER = ServiceName.USER, ServiceName.ORDER
PAYMENT, NOTIFICATION = ServiceName.PAYMENT, ServiceName.NOTIFICATION
_NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as a recorder would see it."""

    consumer: str
    provider: str
    method: str
    path: str
    body: Json
    status: int


class _Seen:
    """Writes down every request to a service, in the order of their replies."""

    def __init__(self, app: "WSGIApplication", provider: ServiceName, calls: list[Call]) -> None:
        self._app = app
        self._provider = provider
        self._calls = calls

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(content)
        statuses: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: None = None, /) -> object:
            statuses.append(status)
            return start_response(status, headers, exc_info)

        body = self._app(environ, start)  # type: ignore[arg-type] # the write callable is never used
        if environ.get("HTTP_USER_AGENT") != "shop-control":
            call = Call(
                consumer=environ.get("HTTP_USER_AGENT", "").removeprefix("shop-"),
                provider=self._provider,
                method=environ["REQUEST_METHOD"],
                path=environ["PATH_INFO"],
                body=read_json(content) if content else None,
                status=int(statuses[0].split()[0]),
            )
            self._calls.append(call)
        return body


@dataclass(slots=True, kw_only=True)
class Mails:
    """What a mail server took over; recipients in `refused` are answered 550."""

    url: str = ""
    refused: set[str] = field(default_factory=set)
    taken: list[tuple[str, list[str], str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (the name is aiosmtpd's)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuse or accept a recipient."""
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (as above)
        """Take a mail over."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken.append((envelope.mail_from or "", envelope.rcpt_tos, content.decode()))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mails]:
    """Run a mail server on a free port."""
    mails = Mails()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(mails, hostname="sink", loop=loop), "127.0.0.1", 0)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    mails.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield mails
    finally:
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A running shop: its URLs, a client, the control behind it, and what was called so far."""

    urls: Mapping[ServiceName, str]
    client: Client
    control: Control
    calls: list[Call]

    def sign_up(self, name: str = "ada") -> int:
        """Sign a user up and return the id."""
        body = {"username": name, "email": f"{name}@example.com", "password": "correct horse"}
        return _id(self.client.post(USER, "/api/v1/users", body))

    def order(self, user_id: int, price: object = 33, **options: object) -> int:
        """Place an order, wait for what follows at once, and return the id."""
        body = {"user_id": user_id, "items": [{"name": "atlas", "price": price, "quantity": 2}], **options}
        id_ = _id(self.client.post(ORDER, "/api/v1/orders", body))
        self.control.settle()
        return id_

    def pay(self, order_id: int, user_id: int, amount: object = 66) -> int:
        """Start the payment of an order and return its id."""
        body = {"order_id": order_id, "user_id": user_id, "amount": amount, "payment_type": "alipay"}
        id_ = _id(self.client.post(PAYMENT, "/api/v1/payments", body))
        self.control.settle()
        return id_

    def complete_payment(self) -> None:
        """Let the oldest payment go all its way."""
        for step in ("payment.process", "payment.complete", "payment.receipt"):
            self.control.advance(PAYMENT, step)

    def answer(self, service: ServiceName, method: str, path: str, body: object = None) -> requests.Response:
        """Return whatever a request is answered."""
        return requests.request(method, f"{self.urls[service]}{path}", json=body, timeout=10)


def _id(body: Json) -> int:
    assert isinstance(body, dict)
    id_ = body["id"]
    assert isinstance(id_, int)
    return id_


@contextmanager
def serving(
    settings: Settings, calls: list[Call] | None = None, handed_down: socket.socket | None = None
) -> Iterator[str]:
    """Serve one service on a socket that was handed down, or a free port; yields its URL."""
    with handed_down or listen("127.0.0.1", 0) as listener:
        url = base_url(listener)
        app = create_app(settings)
        if calls is not None:
            app.wsgi_app = _Seen(app.wsgi_app, settings.service, calls)  # type: ignore[method-assign] # Flask's documented way to wrap
        stop = threading.Event()
        thread = threading.Thread(target=serve, args=(app, listener, stop))
        thread.start()
        try:
            yield url
        finally:
            stop.set()
            thread.join(30)
            assert not thread.is_alive()


@contextmanager
def running_shop(*faults: str, smtp_url: str | None = None, start_id: int = 1) -> Iterator[Shop]:
    """Run the whole shop, gated."""
    calls: list[Call] = []
    listeners = {service: listen("127.0.0.1", 0) for service in CORE}
    urls = {service: base_url(listener) for service, listener in listeners.items()}
    base = Settings(
        service=USER,
        smtp_url=smtp_url,
        pace=PaceKind.GATE,
        faults=Faults(faults),
        start_id=start_id,
    )
    with ExitStack() as stack:
        for service in CORE:
            dependencies = {name: urls.get(name, _NOWHERE) for name in DEPENDENCIES[service]}
            settings = replace(base, service=service, dependencies=dependencies)
            stack.enter_context(serving(settings, calls, listeners[service]))
        client, control = Client(urls), Control(urls)
        stack.callback(client.close)
        stack.callback(control.close)
        yield Shop(urls=urls, client=client, control=control, calls=calls)
