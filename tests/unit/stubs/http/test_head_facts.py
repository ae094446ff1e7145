"""What a head says about how the rest is read."""

from __future__ import annotations

from treaty_stubs.http.head_facts import HeadFacts, read_facts


def test_names_are_found_in_any_case_and_lines_are_counted() -> None:
    """Two hosts are told, the largest length counts, and codings are joined."""
    facts = read_facts(
        [
            (b"HOST", b"a"),
            (b"host", b"b"),
            (b"Content-Length", b"3"),
            (b"content-length", b"7"),
            (b"Content-Encoding", b"gzip"),
            (b"Expect", b"100-continue"),
            (b"Transfer-Encoding", b" Chunked"),
        ]
    )
    assert facts == HeadFacts(2, 7, b"100-continue", b",gzip", is_coded_for_transfer=False)


def test_other_transfer_codings_are_told() -> None:
    assert read_facts([(b"transfer-encoding", b"gzip, chunked")]).is_coded_for_transfer
    assert read_facts([]) == HeadFacts(0, 0, b"", b"", is_coded_for_transfer=False)
