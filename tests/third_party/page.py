"""The page of the documentation that shows what came out, written from the results of the last run of each system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from tests.third_party.mutating import Mutation
from tests.third_party.proving import Proof
from tests.third_party.systems import SYSTEMS, System

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "third-party-systems.md"
_HEAD: Final = (
    *("server", "client", "exchanges", "interactions", "same bytes"),
    *("fresh", "2nd run", "3rd run", "among strangers", "official verifier"),
)
_BEGIN: Final = "<!-- results: written by make third-party -->\n"
_END: Final = "<!-- end of results -->\n"


def save(results: Path, system: System, proof: Proof, mutation: Mutation, *, most: int) -> None:
    """Keep what came out for a system, where so many harmful changes were made at most."""
    results.mkdir(parents=True, exist_ok=True)
    found = {"most": most, "proof": asdict(proof), "mutation": asdict(mutation)}
    (results / f"{system.name}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


def write_page(results: Path) -> None:
    """Write the results into the page, between its two marks; the rest stays."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_BEGIN}{tables(results)}{_END}{after}", encoding="utf-8")


def tables(results: Path) -> str:
    """Give the tables as Markdown."""
    found = [
        (system, json.loads((results / f"{system.name}.json").read_text(encoding="utf-8")))
        for system in SYSTEMS
        if (results / f"{system.name}.json").exists()
    ]
    return "\n".join(
        (
            *_table(
                _HEAD,
                [_situations(system, each["proof"]) for system, each in found],
            ),
            "",
            *_table(
                ("server", "strength", "false alarms", "on the wire: caught", "missed", "harmless", "false alarms"),
                [_mutations(system, each["proof"], each["mutation"]) for system, each in found],
            ),
            "",
            _limits(found),
            "",
            *_findings("Not kept on a healthy server:", found, _not_kept),
            *_findings("Missed on the wire:", found, lambda each: _on_the_wire(each, "missed")),
            *_findings("False alarms on the wire:", found, lambda each: _on_the_wire(each, "alarms")),
            "",
        )
    )


def _limits(found: Sequence[tuple[System, Mapping[str, Any]]]) -> str:
    """Say how many changes were made, so that a hundred per cent of sixty is not taken for all."""
    limits = " and ".join(f"`--most {each}`" for each in sorted({each["most"] for _, each in found}))
    return f"Harmful changes on the wire are chosen evenly, here by {limits}."


def _situations(system: System, proof: Mapping[str, Any]) -> Sequence[str]:
    said = proof["situations"]
    shown = [_verdicts(said.get(name)) for name in ("fresh", "2nd", "3rd", "strangers", "official")]
    same = "yes" if proof["same_bytes"] else "**no**"
    return (system.server, system.client, str(proof["exchanges"]), str(proof["interactions"]), same, *shown)


def _verdicts(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return "needs secrets"
    rest = [f"**{said[name]} {name}**" for name in ("broken", "untold") if said[name]]
    return ", ".join((f"{said['kept']} kept", *rest))


def _mutations(system: System, proof: Mapping[str, Any], mutation: Mapping[str, Any]) -> Sequence[str]:
    strength = proof["strength"]
    if _is_red(proof):
        mutation = {"broken": 0, "untold": 0, "harmful": 0, "harmless": 0, "missed": (), "alarms": ()}
    caught = mutation["broken"] + mutation["untold"]
    return (
        system.server,
        f"{_percent(strength['caught'], strength['harmful'])} of {strength['harmful']}",
        f"{strength['false_alarms']} of {strength['harmless']}",
        f"{_percent(caught, mutation['harmful'])} of {mutation['harmful']}",
        str(len(mutation["missed"])),
        str(mutation["harmless"]),
        str(len(mutation["alarms"])),
    )


def _is_red(proof: Mapping[str, Any]) -> bool:
    """Tell whether a healthy server is red already: then red says nothing of a broken one."""
    return bool(proof["situations"]["fresh"]["broken"] + proof["situations"]["fresh"]["untold"])


def _on_the_wire(each: Mapping[str, Any], name: str) -> Sequence[str]:
    return () if _is_red(each["proof"]) else each["mutation"][name]


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}".replace("%", " %") if whole else "-"


def _not_kept(each: Mapping[str, Any]) -> Sequence[str]:
    """Name each interaction once, with the first situation in which it was not kept."""
    found: dict[str, str] = {}
    for name, said in each["proof"]["situations"].items():
        for complaint in said["complaints"]:
            description, _, what = complaint.partition(": ")
            found.setdefault(description, f"`{description}`, {name}: {what[:160]}")
    return list(found.values())


def _findings(title: str, found: Sequence[tuple[System, Mapping[str, Any]]], of: Any) -> list[str]:
    lines = [f"- {system.server}: {_plain(each)}" for system, results in found for each in of(results)]
    return [title, "", *lines, ""] if lines else []


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = (head, ["---"] * len(head), *rows)
    return [f"| {' | '.join(cells)} |" for cells in lines]
