"""Flow files of mitmproxy are read by its own reader; what is no HTTP call is reported.

`mitmproxy.io` warns when it is loaded, so it is imported after the adapter, which knows that.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mitmproxy import flow, http
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow, tutils

from treaty.adapters.mitmproxy_dumps import read_flows
from treaty.errors import CaptureUnreadable
from treaty.record.captures.finds import CapturedCall, Find, Oddity
from treaty.record.captures.parties import Parties, ServiceAddress
from treaty.session.exchange import Edge, Exchange


def call(*, path: bytes = b"/books/7?full=1", **response: object) -> http.HTTPFlow:
    """Give a flow of a call to http://shop.test:8081."""
    made = tflow.tflow(
        req=tutils.treq(host="shop.test", port=8081, path=path, headers=http.Headers(((b"Host", b"shop.test:8081"),))),
        resp=tutils.tresp(**response),
    )
    made.request.timestamp_start = 1_800_000_000.5
    assert made.response is not None
    made.response.timestamp_end = 1_800_000_001.0
    return made


def read(folder: Path, *flows: flow.Flow, parties: Parties | None = None, end: bytes = b"") -> list[Find]:
    from mitmproxy.io import FlowWriter

    path = folder / "capture.flow"
    with path.open("wb") as target:
        writer = FlowWriter(target)
        for each in flows:
            writer.add(each)
        target.write(end)
    return list(read_flows(path, parties or Parties()))


def only(found: list[Find]) -> Exchange:
    (item,) = found
    assert isinstance(item, CapturedCall)
    return item.exchange


def test_a_flow_is_an_exchange_with_its_edge_and_times(tmp_path: Path) -> None:
    exchange = only(read(tmp_path, call(content=b"{}")))
    assert exchange.edge == Edge(consumer="client", provider="shop.test-8081")
    assert (exchange.request.path, exchange.request.query) == ("/books/7", "full=1")
    assert exchange.request.authority == "shop.test:8081"
    assert exchange.started == datetime.fromtimestamp(1_800_000_000.5, UTC)
    assert exchange.ended == datetime.fromtimestamp(1_800_000_001.0, UTC)
    assert exchange.response is not None
    assert exchange.response.content.data == b"{}"


def test_cookies_that_http_2_split_become_one_line(tmp_path: Path) -> None:
    made = call()
    made.request.headers = http.Headers(((b"cookie", b"a=1"), (b"cookie", b"b=2")))
    assert only(read(tmp_path, made)).request.headers == (("cookie", "a=1; b=2"),)


def test_a_coding_is_undone(tmp_path: Path) -> None:
    made = call()
    assert made.response is not None
    made.response.headers["content-encoding"] = "gzip"
    made.response.content = b"plain"
    exchange = only(read(tmp_path, made))
    assert exchange.response is not None
    assert (exchange.response.content.data, exchange.response.content.coding) == (b"plain", "gzip")


def test_a_coding_that_cannot_be_undone_is_reported(tmp_path: Path) -> None:
    made = call(content=b"no gzip", headers=http.Headers(((b"content-encoding", b"gzip"),)))
    found, odd = read(tmp_path, made)
    assert isinstance(found, CapturedCall)
    assert isinstance(odd, Oddity)
    assert (odd.kept, odd.reason, odd.detail) == (True, "its answer's content coding could not be undone", "gzip")


def by_header(made: http.HTTPFlow) -> None:
    made.request.headers["proxy-authorization"] = "Basic b3JkZXI6eA=="


def by_metadata(made: http.HTTPFlow) -> None:
    made.metadata["proxyauth"] = ("order", "x")


@pytest.mark.parametrize("told", [by_header, by_metadata])
def test_the_user_of_the_proxy_is_the_consumer(tmp_path: Path, told: Callable[[http.HTTPFlow], None]) -> None:
    made = call()
    told(made)
    exchange = only(read(tmp_path, made))
    assert exchange.edge.consumer == "order"
    assert "proxy-authorization" not in {name.lower() for name, _ in exchange.request.headers}


def test_behind_a_reverse_proxy_the_upstream_is_the_provider(tmp_path: Path) -> None:
    """There the Host is that of the proxy, where the client sent it to."""
    made = call()
    made.client_conn.proxy_mode = ProxyMode.parse("reverse:http://shop.test:8081@9101")
    made.request.headers["host"] = "localhost:9101"
    named = Parties(services=(ServiceAddress(name="shop", host="shop.test", port=8081),))
    assert only(read(tmp_path, made, parties=named)).edge.provider == "shop"


def test_a_provider_that_was_not_asked_for_is_left_out_in_silence(tmp_path: Path) -> None:
    named = Parties(services=(ServiceAddress(name="other", host="other.test", port=80),), only_named=True)
    assert read(tmp_path, call(), parties=named) == []


def test_a_call_without_an_answer_has_its_error(tmp_path: Path) -> None:
    made = tflow.tflow(err=tflow.terr("connection lost"))
    exchange = only(read(tmp_path, made))
    assert (exchange.response, exchange.error) == (None, "connection lost")
    assert only(read(tmp_path, tflow.tflow())).error == "the provider did not answer"


def test_other_protocols_are_reported_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    connect = tflow.tflow(req=tutils.treq(method=b"CONNECT"), resp=True)
    replayed = call()
    replayed.is_replay = "response"
    flows = (tflow.ttcpflow(), tflow.tudpflow(), tflow.tdnsflow(), tflow.twebsocketflow(), connect, replayed, call())
    *odd, last = read(tmp_path, *flows)
    assert [(each.place, each.reason) for each in odd if isinstance(each, Oddity)] == [
        ("flow 1", "is TCP, no HTTP"),
        ("flow 2", "is UDP, no HTTP"),
        ("flow 3", "is DNS, no HTTP"),
        ("flow 4", "is a WebSocket, no request with an answer"),
        ("flow 5", "opens a tunnel; the calls inside it count"),
        ("flow 6", "was answered by mitmproxy from a recording, not by the provider"),
    ]
    assert isinstance(last, CapturedCall)


def test_a_flow_that_was_edited_says_so(tmp_path: Path) -> None:
    made = call()
    made.backup()
    made.request.path = "/other"
    _, odd = read(tmp_path, made)
    assert isinstance(odd, Oddity)
    assert (odd.kept, odd.reason) == (True, "was edited in mitmproxy")


def test_a_body_that_was_streamed_past_is_missing(tmp_path: Path) -> None:
    made = call(headers=http.Headers(((b"content-length", b"77"),)))
    assert made.response is not None
    made.response.data.content = None
    found, odd = read(tmp_path, made)
    assert isinstance(found, CapturedCall)
    assert found.exchange.response is not None
    assert found.exchange.response.content.size == 77
    assert isinstance(odd, Oddity)
    assert odd.reason == "its answer's body was streamed past and not kept"


def test_of_a_file_that_was_cut_off_the_whole_flows_count(tmp_path: Path) -> None:
    found, odd = read(tmp_path, call(), end=b"5000:7:version;")
    assert isinstance(found, CapturedCall)
    assert isinstance(odd, Oddity)
    assert (odd.place, odd.kept) == ("flow 2", False)


def test_a_record_that_makes_no_sense_does_not_stop_the_rest(tmp_path: Path) -> None:
    """Its end is known, so what follows can be read."""
    from mitmproxy.io import tnetstring

    state = call().get_state()
    del state["request"]
    record = tnetstring.dumps(state)
    first, odd, last = read(tmp_path, call(), end=record + tnetstring.dumps(call().get_state()))
    assert isinstance(first, CapturedCall)
    assert odd == Oddity(place="flow 2", reason="is damaged")
    assert isinstance(last, CapturedCall)


@pytest.mark.parametrize("data", [b"5000:7:version;", b"2:ab~", b"1234567890123456:", b"0:}", b"11:7:version;1:1#}"])
def test_a_file_whose_first_flow_cannot_be_read_is_an_error(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(CaptureUnreadable):
        read(tmp_path, end=data)


def test_a_file_of_an_older_version_is_read(tmp_path: Path) -> None:
    """mitmproxy upgrades the states of its earlier formats step by step."""
    from mitmproxy.io import tnetstring

    state = call().get_state()
    state["version"] = 20
    path = tmp_path / "old.flow"
    with path.open("wb") as target:
        tnetstring.dump(state, target)
    assert isinstance(next(read_flows(path, Parties())), CapturedCall)
