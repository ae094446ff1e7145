"""A service that echoes, and a client that sends it sixty secrets in every way that clients have."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import requests
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

_PEM_LINES = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4mPaNtE7Qv0w4hPlantedQ=="
HEADER = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")


def _jwt(name: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "4711", "name": name}).encode()).decode().rstrip("=")
    return f"{HEADER}.{claims}.{(name * 9)[:43]}"


def opaque(number: int) -> str:
    """Give a text that looks random, another for each number."""
    digest = base64.urlsafe_b64encode((f"planted {number} " * 3).encode())[::-1].decode()
    return f"Zq{number}" + "".join(character for character in digest if character.isalnum())[:22]


TOKEN_OF_LOGIN = opaque(0) + "Login"
COOKIE_OF_LOGIN = opaque(99) + "Cookie"


def planted_app(*, broken: bool = False) -> Flask:
    """Build the service; a broken one says other things where no secret is."""
    app = Flask("planted")

    @app.post("/login")
    def login() -> ResponseReturnValue:
        answer = jsonify(access_token=TOKEN_OF_LOGIN, token_type=1 if broken else "Bearer")
        answer.set_cookie("sessionid", COOKIE_OF_LOGIN, httponly=True)
        answer.set_cookie("theme", "dark")
        return answer

    @app.route("/echo", methods=["GET", "POST", "PUT"])
    def echo() -> ResponseReturnValue:
        data = request.get_data()
        if request.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        if broken:
            data = b"broken " + data
        return Response(data, content_type=request.headers.get("Content-Type", "text/plain"))

    @app.route("/show/<path:rest>", methods=["GET", "POST"])
    def show(rest: str) -> ResponseReturnValue:
        return jsonify(
            path=request.path,
            rest=f"broken {rest}" if broken else rest,
            args=request.args.to_dict(),
            headers=dict(request.headers),
            cookies=request.cookies.to_dict(),
            count="one" if broken else 1,
        )

    return app


class Sender:
    """Sends to the echoing service in one way or another."""

    def __init__(self, url: str) -> None:
        self._url = url

    def json(self, value: object) -> None:
        self._send("POST", "/echo", json.dumps(value).encode(), "application/json")

    def text(self, text: str, media_type: str = "text/plain") -> None:
        self._send("POST", "/echo", text.encode(), media_type)

    def form(self, text: str) -> None:
        self.text(text, "application/x-www-form-urlencoded")

    def packed(self, value: object) -> None:
        packed = gzip.compress(json.dumps(value).encode(), mtime=0)
        self._send("POST", "/echo", packed, "application/json", {"Content-Encoding": "gzip"})

    def chunks(self, pieces: Iterator[bytes]) -> None:
        requests.post(f"{self._url}/echo", data=pieces, headers={"Content-Type": "application/json"}, timeout=10)

    def parts(self, name: str, value: str) -> None:
        requests.post(f"{self._url}/echo", files={"file": ("a.txt", b"words")}, data={name: value}, timeout=10)

    def show(self, path: str = "x", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        requests.get(f"{self._url}/show/{path}", headers=named, timeout=10)

    def login(self, password: str) -> None:
        requests.post(f"{self._url}/login", json={"user": "alice", "password": password}, timeout=10)

    def _send(self, method: str, path: str, data: bytes, media_type: str, more: dict[str, str] | None = None) -> None:
        headers = {"Content-Type": media_type, **(more or {})}
        requests.request(method, self._url + path, data=data, headers=headers, timeout=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One secret, and how it is sent."""

    kind: str
    secret: str
    send: Callable[[Sender, str], None]


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _pieces(text: str) -> Iterator[bytes]:
    data = json.dumps({"api_key": text}).encode()
    for start in range(0, len(data), 7):
        yield data[start : start + 7]


_LINES = '{{"a":1}}\n{{"client_secret":"{}"}}\n'
_FIELD = '<input type="password" name="password" value="{}">'
_MAIL = "Hello Bob,\n\nopen https://shop.example/account/reset-password/{} to go on.\n"
_MUTATION = "mutation($p: String!, $n: String) { login(name: $n, password: $p) { id } }"
_SOAP = '<e:Envelope xmlns:e="x"><e:Body><wsse:Password Type="t">{}</wsse:Password></e:Body></e:Envelope>'
_RPC = "<struct><member><name>password</name><value><string>{}</string></value></member></struct>"

PLANTED: tuple[Planted, ...] = tuple(
    Planted(kind=kind, secret=secret, send=send)
    for kind, secret, send in (
        ("login", opaque(1), lambda to, it: to.login(it)),
        ("bearer", opaque(2), lambda to, it: to.show(Authorization=f"Bearer {it}")),
        ("basic", opaque(3), lambda to, it: to.show(Authorization=_basic("bob", it))),
        ("bare authorization", opaque(4), lambda to, it: to.show(Authorization=it)),
        ("api key header", opaque(5), lambda to, it: to.show(X_Api_Key=it)),
        ("vendor header", opaque(6), lambda to, it: to.show(X_Vault_Token=it)),
        ("cookie", opaque(7), lambda to, it: to.show(Cookie=f"lang=de; connect.sid=s%3A{it}; theme=dark")),
        ("cookie of any name", opaque(8), lambda to, it: to.show(Cookie=f"zz={it}")),
        ("json password", opaque(9), lambda to, it: to.json({"user": {"name": "bob", "password": it}})),
        ("json list", opaque(10), lambda to, it: to.json({"backup_codes": [it, it]})),
        ("json number", "739146825", lambda to, it: to.json({"otp": int(it)})),
        ("json in json", opaque(11), lambda to, it: to.json({"log": json.dumps({"secret": it})})),
        ("json packed", opaque(12), lambda to, it: to.json({"data": _b64(json.dumps({"password": it, "a": 1}))})),
        ("json escaped", "pl\u00e4nted-Gr\u00fc\u00dfe-77/x", lambda to, it: to.json({"passphrase": it})),
        ("json pair", opaque(13), lambda to, it: to.json({"env": [{"name": "DB_PASSWORD", "value": it}]})),
        ("json headers", opaque(14), lambda to, it: to.json({"headers": {"Authorization": [f"Bearer {it}"]}})),
        ("graphql", opaque(15), lambda to, it: to.json({"query": _MUTATION, "variables": {"n": "bob", "p": it}})),
        ("graphql inline", opaque(16), lambda to, it: to.json({"query": f'{{login(password: "{it}") {{id}}}}'})),
        ("ndjson", opaque(17), lambda to, it: to.text(_LINES.format(it), "application/x-ndjson")),
        ("form", opaque(18), lambda to, it: to.form(f"user=bob&user[password]={it}&remember=on")),
        ("form encoded", "p%40&+ =pl/anted-9", lambda to, it: to.form(f"password={quote(it, safe='')}")),
        ("multipart", opaque(19), lambda to, it: to.parts("password", it)),
        ("multipart json", opaque(20), lambda to, it: to.parts("meta", json.dumps({"token": it}))),
        ("xml", opaque(21), lambda to, it: to.text(f"<a><password>{it}</password></a>", "application/xml")),
        ("xml cdata", opaque(22), lambda to, it: to.text(f"<a><secret><![CDATA[{it}]]></secret></a>", "text/xml")),
        ("xml attribute", opaque(23), lambda to, it: to.text(f'<db user="a" password="{it}"/>', "application/xml")),
        ("soap", opaque(24), lambda to, it: to.text(_SOAP.format(it), "application/soap+xml")),
        ("xml-rpc", opaque(25), lambda to, it: to.text(_RPC.format(it), "text/xml")),
        ("yaml", opaque(26), lambda to, it: to.text(f"db:\n  password: {it}\n  port: 1\n", "application/yaml")),
        ("log line", opaque(27), lambda to, it: to.text(f"INFO login user=bob password={it} ok")),
        ("gzip", opaque(28), lambda to, it: to.packed({"api_key": it})),
        ("chunk borders", opaque(29), lambda to, it: to.chunks(_pieces(it))),
        ("query", opaque(30), lambda to, it: to.show(f"x?access_token={it}&page=2")),
        ("query encoded", "q%2Bpl an+ted&Zz8", lambda to, it: to.show(f"x?api_key={quote(it, safe='')}")),
        ("path", opaque(31), lambda to, it: to.show(f"reset/{it}")),
        ("readable path", "Tok-abc-" + "planted-Reset-77", lambda to, it: to.show(f"reset/{it}")),
        ("path and bearer", opaque(32), lambda to, it: to.show(f"x/{it}", Authorization=f"Bearer {it}")),
        ("mail", opaque(33), lambda to, it: to.json({"to": "bob@example.com", "text": _MAIL.format(it)})),
        ("otp in prose", "48391572", lambda to, it: to.json({"sms": f"Your login code is {it}. Keep it."})),
        ("password in prose", opaque(34), lambda to, it: to.json({"text": f"Your new password is {it}."})),
        ("oauth code", opaque(35), lambda to, it: to.show(f"callback?code={it}&state=af0ifjsldkj")),
        (
            "oauth exchange",
            opaque(36),
            lambda to, it: to.form(f"grant_type=authorization_code&code={it}&redirect_uri=https%3A%2F%2Fa.example"),
        ),
        ("oauth json", opaque(37), lambda to, it: to.json({"grant_type": "authorization_code", "code": it})),
        ("url password", opaque(38), lambda to, it: to.json({"dsn": f"postgres://app:{it}@db.example:5432/shop"})),
        ("connection string", opaque(39), lambda to, it: to.json({"conn": f"Server=db;Password={it};Timeout=3"})),
        ("storage key", _b64(opaque(40)), lambda to, it: to.json({"c": f"AccountName=a;AccountKey={it};Suffix=x"})),
        ("redis url", opaque(41), lambda to, it: to.text(f"redis://:{it}@cache:6379/0")),
        ("card", "4242424242424242", lambda to, it: to.json({"note": f"paid with {it}, thanks"})),
        ("card with blanks", "5555 5555 5555 4444", lambda to, it: to.form(f"n={it.replace(' ', '+')}")),
        ("card number", "378282246310005", lambda to, it: to.json({"number": int(it)})),
        ("jwt", _jwt("planted"), lambda to, it: to.json({"anything": it})),
        ("jwt in a link", _jwt("linked"), lambda to, it: to.show(f"x?next=https%3A%2F%2Fa.example%2F{it}")),
        (
            "private key",
            f"-----BEGIN PRIVATE KEY-----\n{_PEM_LINES}\n-----END PRIVATE KEY-----",
            lambda to, it: to.json({"pem": it}),
        ),
        ("aws key", "AKIA" + "PLANTED7EXAMPLE7", lambda to, it: to.json({"id": it})),
        ("stripe key", "sk_" + "live_planted51HxQ2eZvKYlo2C", lambda to, it: to.text(f"use {it} please")),
        ("github token", "ghp_" + "pLaNtEd1" * 4 + "AbCd", lambda to, it: to.json({"x": it})),
        ("slack token", "xoxb-" + "123456789012-plantedXYZ", lambda to, it: to.json({"x": it})),
        ("google key", "AIza" + "SyPlanted7890abcdefghijklmnopqrstuv", lambda to, it: to.show(f"x?key={it}")),
        ("webhook secret", "whsec_" + "planted0123456789abcdefXYZ", lambda to, it: to.json({"x": it})),
        ("webhook address", "T0PLANT/B0PLANT/" + opaque(42), lambda to, it: to.text(f"https://hooks.slack.com/services/{it}")),
        ("smtp plain", _b64("\0bob\0" + opaque(43)), lambda to, it: to.text(f"C: AUTH PLAIN {it}\nS: 235 ok")),
        ("curl in prose", opaque(44), lambda to, it: to.json({"doc": f"curl -H 'Authorization: Bearer {it}'"})),
        ("basic in prose", opaque(45), lambda to, it: to.json({"seen": "auth was " + _basic("bob", it)})),
        ("html field", opaque(46), lambda to, it: to.text(_FIELD.format(it), "text/html")),
        ("hex in two cases", "0badc0dedeadbeef7e57ab1e", lambda to, it: to.json({"api_key": it, "as": it.upper()})),
    )
)  # fmt: skip


def play(url: str) -> None:
    """Send everything."""
    sender = Sender(url)
    for each in PLANTED:
        each.send(sender, each.secret)
    sender.show(Authorization=f"Bearer {TOKEN_OF_LOGIN}", Cookie=f"sessionid={COOKIE_OF_LOGIN}; theme=dark")
    sender.json({"page": "next", "theme": "dark"})
