"""Wires normalisation: sessions from folders, pacts into a folder, merged with what lies there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from treaty.config import find_config, load_config
from treaty.contract.json_value import JsonInvalid, loads
from treaty.contract.specification import V4, Specification
from treaty.errors import DiskFull, ExitStatus, NothingRecorded, OutputUnwritable, PactUnreadable
from treaty.normalize.evidence_form import ByEdge, evidence_document
from treaty.normalize.findings import Finding
from treaty.normalize.merge import Merged, merge
from treaty.normalize.pipeline import Normalized, normalize
from treaty.normalize.strictness import PROMISE
from treaty.normalize.versions import in_version, with_keys_of
from treaty.pactfile import canonical_json
from treaty.session.exchange import Edge
from treaty.verify.fewer_steps import states_of
from treaty_cli.bootstrap.evidence_files import write_evidence
from treaty_cli.bootstrap.recorded import read_sessions

if TYPE_CHECKING:
    from treaty.verify.tried_states import Minimised
    from treaty_cli.bootstrap.minimising import MinimiseRequest

GENERATED_FOLDER: Final = ".generated"
_NO_SPACE: Final = (28, 122)


@dataclass(frozen=True, slots=True, kw_only=True)
class PactOutcome:
    """What became of one pact.

    Attributes:
        edge: consumer and provider.
        path: its file.
        interactions: how many it holds now.
        merged: what was added, changed, kept, pruned, edited, and what conflicts.
        written: whether the file changed.
        dropped: what the version of the specification cannot say, one sentence for each thing.

    """

    edge: Edge
    path: Path
    interactions: int
    merged: Merged
    written: bool
    dropped: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizeSummary:
    """What normalisation did.

    Attributes:
        pacts: one outcome an edge, in order.
        findings: what the sessions show beside promises.
        observed: number of exchanges by edge.
        problems: lines of sessions that could not be read, and evidence that could not be written.
        minimised: what trying steps brought, by provider.

    """

    pacts: Sequence[PactOutcome]
    findings: Sequence[Finding]
    observed: Mapping[Edge, int]
    problems: Sequence[str]
    minimised: Sequence[Minimised] = ()

    def exit_status(self) -> ExitStatus:
        """Give 1 when a merge conflicts, else 0."""
        conflicts = any(outcome.merged.conflicts for outcome in self.pacts)
        return ExitStatus.BROKEN if conflicts else ExitStatus.KEPT


def normalize_to(session: Path, out: Path, *, prune: bool = False, strictness: str = PROMISE) -> NormalizeSummary:
    """Turn one session into pacts in a folder; see `normalize_all`."""
    return normalize_all([session], out, prune=prune, strictness=strictness)


def usual_strictness() -> str:
    """Give what the nearest treaty.yaml says of strictness, else the default."""
    found = find_config(Path.cwd())
    return PROMISE if found is None else load_config(found).strictness


def normalize_all(
    sessions: Iterable[Path],
    out: Path,
    *,
    prune: bool = False,
    allow_empty: bool = False,
    strictness: str = PROMISE,
    version: Specification = V4,
    minimising: MinimiseRequest | None = None,
) -> NormalizeSummary:
    """Turn sessions, taken as one, into pacts in a folder.

    Args:
        sessions: session folders.
        out: the folder of the pacts; made if need be.
        prune: take out interactions that were generated before and not seen now.
        allow_empty: sessions without anything to promise are fine.
        strictness: see `treaty.normalize.strictness`.
        version: of the Pact specification, for all pacts that are written.
        minimising: whose set-up steps are tried, see `treaty_cli.bootstrap.minimising`; None tries none.

    Raises:
        FileMissing, SessionUnreadable: when a session cannot be read.
        NothingRecorded: when there is nothing to promise.
        PactUnreadable: when a file that should be merged is not JSON.
        OutputUnwritable, DiskFull: when a file cannot be written.
        TreatyError: when a provider whose steps should be tried does not start.

    """
    folders = tuple(sessions)
    recorded = read_sessions(folders)
    result = normalize(recorded, recorded.declared, recorded.runs, strictness=strictness)
    if not result.pacts and not allow_empty:
        raise NothingRecorded(
            "nothing was recorded that could become a promise",
            where=", ".join(str(folder) for folder in folders),
            why=_why_empty(result),
            hint="point the consumers at the recorder's URLs, and look at the findings of `treaty record`",
        )
    pacts, minimised = _minimised(result, out, minimising)
    # All files are read and merged before the first is written: one that cannot be read leaves the folder as it was.
    plans = [_plan(edge, document, out, version, prune=prune) for edge, document in pacts.items()]
    outcomes = [_write(plan) for plan in plans]
    evidence = evidence_document(_evidence(result, minimised), result.findings, recorded.numbering)
    return NormalizeSummary(
        pacts=outcomes,
        findings=result.findings,
        observed=result.observed,
        problems=[*recorded.problems, *write_evidence(evidence, folders)],
        minimised=minimised,
    )


def _minimised(
    result: Normalized, out: Path, request: MinimiseRequest | None
) -> tuple[Mapping[Edge, Mapping[str, Any]], Sequence[Minimised]]:
    if request is None:
        return result.pacts, ()
    from treaty_cli.bootstrap.minimising import minimise  # noqa: PLC0415 - verification is needed only here

    edited = {edge: _edited_states(edge, document, out) for edge, document in result.pacts.items()}
    return minimise(request, result.pacts, out=out, edited=edited, phrases=result.phrases)


def _evidence(result: Normalized, minimised: Sequence[Minimised]) -> ByEdge:
    found = result.evidence()
    if not minimised:
        return found
    from treaty_cli.bootstrap.minimising import left_evidence  # noqa: PLC0415 - verification is needed only here

    return left_evidence(found, minimised)


def _edited_states(edge: Edge, document: Mapping[str, Any], out: Path) -> frozenset[str]:
    """Give the keys of states that do not lie in the folder as they were generated."""
    path = _path(edge, out)
    ours, base = (states_of(_load(each) or {}) for each in (path, _base_path(path)))
    generated = {**states_of(document), **base}
    return frozenset(key for key, state in ours.items() if key in generated and state != generated[key])


def _why_empty(result: Normalized) -> str:
    if not any(result.observed.values()):
        return "the session holds no exchange"
    return "\n".join(f"{finding.edge}: {finding.text}" for finding in result.findings) or "no exchange is a promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    edge: Edge
    path: Path
    merged: Merged
    dropped: Sequence[str]


def _plan(edge: Edge, document: Mapping[str, Any], out: Path, version: Specification, *, prune: bool) -> _Plan:
    path = _path(edge, out)
    theirs, dropped = in_version(document, version)
    base, ours = (_of_version(_load(each), theirs, version) for each in (_base_path(path), path))
    return _Plan(edge=edge, path=path, merged=merge(base, ours, theirs, prune=prune), dropped=dropped)


def _path(edge: Edge, out: Path) -> Path:
    return out / f"{edge.consumer}-{edge.provider}.json"


def _of_version(
    document: Mapping[str, Any] | None, theirs: Mapping[str, Any], version: Specification
) -> Mapping[str, Any] | None:
    """Write what lies in the folder as the version has it, so that all sides of a merge say things alike.

    What is no pact, or of this version already, is merged as it is.
    """
    if document is None or _version_of(document) == _version_of(theirs):
        return document
    try:
        written, _ = in_version(document, version)
    except PactUnreadable:
        return document
    return with_keys_of(written, theirs)


def _version_of(document: Mapping[str, Any]) -> str:
    found: Any = document.get("metadata")
    for key in ("pactSpecification", "version"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return str(found).partition(".")[0]


def _base_path(path: Path) -> Path:
    return path.parent / GENERATED_FOLDER / path.name


def _write(plan: _Plan) -> PactOutcome:
    data = canonical_json(plan.merged.pact)
    written = not plan.path.exists() or plan.path.read_bytes() != data
    if written:
        _replace(plan.path, data)
    _replace(_base_path(plan.path), canonical_json(plan.merged.base))
    return PactOutcome(
        edge=plan.edge,
        path=plan.path,
        interactions=len(plan.merged.pact["interactions"]),
        merged=plan.merged,
        written=written,
        dropped=plan.dropped,
    )


def _load(path: Path) -> Mapping[str, Any] | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise OutputUnwritable("a pact cannot be read", where=str(path), why=fault.strerror or str(fault)) from None
    try:
        value = loads(data)
    except JsonInvalid as fault:
        raise PactUnreadable(
            f"{path.name} is not a Pact file we can read",
            where=f"{path}, line {fault.line}",
            why=fault.reason,
            hint="mend it or move it away; nothing was overwritten",
        ) from None
    if not isinstance(value, dict):
        raise PactUnreadable(f"{path.name} is not a Pact file we can read", where=str(path), why="it is no object")
    return value


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step, so that a reader sees the old one or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            umask = os.umask(0)
            os.umask(umask)
            Path(temporary).chmod(0o666 & ~umask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as fault:
        kind = DiskFull if fault.errno in _NO_SPACE else OutputUnwritable
        raise kind("a pact cannot be written", where=str(path), why=fault.strerror or str(fault)) from None
