"""Of which document an upload is the next version: proposed here, decided by a person."""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.errors import CiteDeskError
from core.types import Applicability
from corpus.identity.joining import Decision, Joined, Joins, one_language
from corpus.identity.kept import Candidate, Identities, IdentityState, Proposal
from corpus.identity.likeness import Text, alike
from corpus.identity.names import bare, bare_file, same_name
from corpus.overlap.kept import Sketches
from corpus.overlap.sketches import banded
from corpus.refusals import Seen
from corpus.rows import VersionRecord
from service.audiences import EVERYTHING

if TYPE_CHECKING:
    from service.parts import Parts

log = logging.getLogger("citedesk.identities")

_READ = 6
"""So many documents are read and compared."""
_MOST = 3
"""So many are proposed."""
_SHARED = 0.15
"""A document is worth reading from this share of passages on that have one like them in it."""


class IdentityWork:
    """Finds what uploads look like, and makes them the next versions of that."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.kept = Identities(parts.database)
        self._joins = Joins(parts.database)
        self._sketches = Sketches(parts.database, parts.records.version_chunks)
        self._turn = threading.Lock()

    def look(self, version_id: str) -> None:
        """Propose what a version may be the next version of, if it came in without an identity.

        A step after the work is done: where it fails, the log says so and nothing else is lost.
        """
        try:
            known = self.kept.of(version_id)
            if known is not None and known.state is IdentityState.UNKNOWN:
                version = self._parts.records.version(version_id)
                if version.chunk_count:
                    self.kept.propose(version_id, self._found(version))
        except Exception:
            log.exception("version %s could not be compared with other documents", version_id)

    def shown(self, version_id: str, sight: Container[str] = EVERYTHING) -> dict[str, Any]:
        """Return what is known of the identity of a version, as far as somebody may see.

        ``state`` is ``given`` where the file came with an identity, ``unknown`` until it has been
        compared, then ``proposed``, ``joined`` or ``alone``; ``looks_like`` lists the documents
        that it may be the next version of, the most alike first.
        """
        known = self.kept.of(version_id)
        state = known.state.value if known else "given"
        found: list[dict[str, Any]] = []
        if known is not None and known.state is IdentityState.PROPOSED:
            own = self._parts.records.version(version_id).document_id
            # Once it has versions of its own, it is a lineage and no version of another.
            if len(self._parts.records.versions(own)) == 1:
                found = [told for p in known.proposals for told in self._told(p, sight)]
            state = state if found else IdentityState.ALONE.value
        return {"version_id": version_id, "state": state, "looks_like": found}

    def join(
        self,
        version_id: str,
        document: str,
        *,
        by: str = "",
        reason: str = "",
        force: bool = False,
        expected: Seen = None,
        sight: Container[str] = EVERYTHING,
    ) -> Joined:
        """Make a version the next one of a document, as a draft; a live one is withdrawn with it.

        Raises:
            NotFound, OptionInvalid, Conflict: it cannot be, as in ``corpus.identity.joining``.
            GateClosed: it is live and answers rest on it, and nobody answers for what becomes
                of them.
        """
        from service.releasing import past_break

        parts = self._parts
        document_id = parts.records.document_of(document) or document
        live = parts.live.current()
        self._joins.require_fit(version_id, document_id)
        left = parts.records.version(version_id).document_id
        own = live.standing(left)
        impact, breaks = None, {}
        if own.live or own.scheduled:
            impact = parts.gate.withdrawal(left)
            parts.gate.require_open(impact, force=force, reason=reason, by=by, sight=sight)
            breaks = past_break(impact)
        seen = live.standing(document_id).moves if expected is None else expected
        decision = Decision(by, reason, seen, own.moves, **breaks)
        joined = self._joins.join(version_id, document_id, decision, self._follow)
        self._settle(joined, impact, by)
        return joined

    def say_alone(self, version_id: str, by: str = "", reason: str = "") -> None:
        """Note that a version is a document of its own.

        Raises:
            NotFound: there is no such version.
            Conflict: its document has other versions.
        """
        self.kept.say_alone(version_id, by=by, reason=reason)

    def _follow(self, session: Session, left: str, joined: str) -> None:
        self._parts.approved_answers.follow(session, left, joined)

    def _settle(self, joined: Joined, impact: dict[str, Any] | None, by: str) -> None:
        """Let the indexes, the answers and the conflicts follow what is done already."""
        parts = self._parts
        parts.pipeline.move(joined.to_index)
        parts.pipeline.relabel(joined.version_id)
        if impact is not None:
            told = {"move": "withdraw", "title": impact["title"], "version_id": None, "by": by}
            parts.gate.released(joined.document_id, told, impact)
        parts.conflicts.look(joined.version_id)

    def _found(self, version: VersionRecord) -> list[Proposal]:
        if len(self._parts.records.versions(version.document_id)) > 1:
            return []
        candidates = {
            c.version_id: c
            for c in self._standing(self.kept.candidates(version.document_id, version.audience))
            if one_language(version.language, c.language)
        }
        new = self._text(version)
        found = []
        for version_id in self._nearest(version, list(candidates.values())):
            old = self._text(self._parts.records.version(version_id))
            likeness = alike(new, old)
            if likeness is not None and likeness.enough:
                document_id = candidates[version_id].document_id
                found.append(Proposal(document_id, version_id, likeness))
        return sorted(found, key=lambda p: -p.alike.score)[:_MOST]

    def _standing(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Of each document the version that serves, else its newest."""
        live = self._parts.live.current().versions
        chosen: dict[str, Candidate] = {}
        for candidate in candidates:
            held = chosen.get(candidate.document_id)
            if held is None or candidate.version_id in live:
                chosen[candidate.document_id] = candidate
        return list(chosen.values())

    def _nearest(self, version: VersionRecord, candidates: Sequence[Candidate]) -> list[str]:
        """The versions worth reading: those of a like name, and those with many like passages."""
        ids = [candidate.version_id for candidate in candidates]
        with self._turn:
            held = self._sketches.of([version.id, *ids])
        own = held.pop(version.id)
        met: dict[str, set[int]] = defaultdict(set)
        for row, other, _ in banded(own, held):
            met[other].add(row)
        votes = Counter({other: len(rows) for other, rows in met.items()})
        names = bare_file(version.file_name), bare(version.title)
        named = {
            c.version_id
            for c in candidates
            if same_name(names[0], bare_file(c.file_name)) or same_name(names[1], bare(c.title))
        }
        enough = max(1, round(_SHARED * version.chunk_count))
        near = [other for other, _ in votes.most_common() if votes[other] >= enough]
        first = sorted(named, key=lambda other: -votes[other])
        return list(dict.fromkeys((*near[:_READ], *first[:_READ])))

    def _text(self, version: VersionRecord) -> Text:
        said, read = version.applicability, version.applies_read
        model = said.model or (read.applicability.model if read else "")
        about = Applicability(said.product, model, said.region)
        chunks = self._parts.records.version_chunks(version.id)
        return Text(version.file_name, version.title, chunks, about)

    def _told(self, proposal: Proposal, sight: Container[str]) -> Iterator[dict[str, Any]]:
        records = self._parts.records
        try:
            newest = records.versions(proposal.document_id)[0]
            compared = records.version(proposal.version_id)
        except CiteDeskError:
            return  # It has become a version of another document since.
        if newest.audience in sight and compared.audience in sight:
            yield {
                "document_id": proposal.document_id,
                "version_id": compared.id,
                "title": compared.title,
                "file_name": compared.file_name,
                "number": compared.number,
                "live": compared.id in self._parts.live.current().versions,
                "same_name": proposal.alike.same_name,
                "same_title": proposal.alike.same_title,
                "same_passages": proposal.alike.same,
                "passages": proposal.alike.of,
                "common": proposal.alike.common,
                "score": proposal.alike.score,
            }
