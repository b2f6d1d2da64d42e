"""The glossary in the records, and in the memory of every process that reads it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import Conflict, NotFound
from corpus.audit import note
from corpus.glossary.checks import Placed, problems_of, refuse
from corpus.glossary.entry import Entry, Named, Status
from corpus.glossary.lexicon import Key, Lexicon, key_of
from corpus.glossary.sheet import read_sheet, write_sheet
from corpus.tables import GlossaryChangeRow, GlossaryRow


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought."""

    added: int
    changed: int
    unchanged: int
    removed: int


class Glossary:
    """The entries; every change is one transaction that all processes see at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._lexicon = Lexicon(epoch=-1)

    def current(self) -> Lexicon:
        """Return what is approved now, in this and every other process."""
        with self._database.read() as session:
            epoch = _epoch(session)
        held = self._lexicon
        if held.epoch == epoch:
            return held
        with self._lock, self._database.read() as session:
            self._lexicon = Lexicon(_entries(session), _epoch(session))
            return self._lexicon

    def entries(self, status: Status | None = None) -> list[Entry]:
        """Return the entries of one status, else all that are approved or proposed."""
        with self._database.read() as session:
            found = _entries(session)
        if status is not None:
            return [entry for entry in found if entry.status is status]
        return [entry for entry in found if entry.status is not Status.REJECTED]

    def get(self, entry_id: str) -> Entry:
        """Return one entry.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return _entry(_row(session, entry_id))

    def put(self, entry: Entry, by: str = "") -> Entry:
        """Add an entry, or store one anew under the id it has; return it as it is stored.

        Raises:
            GlossaryInvalid: it is unfit by itself or beside the others; nothing was changed.
            NotFound: there is no entry with its id.
        """
        with self._database.begin() as session:
            stored = {e.id: e for e in _entries(session)}
            if entry.id and entry.id not in stored:
                _row(session, entry.id)
            made = replace(entry, id=entry.id or new_id("gls"), by=by, at=utc_now())
            _accept(session, [Placed(made)], stored)
            _log(session, "changed" if entry.id else "added", made.label(), by)
        return made

    def approve(self, entry_id: str, by: str = "") -> Entry:
        """Take a proposal into use.

        Raises:
            NotFound, GlossaryInvalid
            Conflict: it is approved already.
        """
        entry = self.get(entry_id)
        if entry.status is Status.APPROVED:
            raise Conflict("This entry is approved already.", "Reload the glossary.")
        return self.put(replace(entry, status=Status.APPROVED), by)

    def remove(self, entry_id: str, by: str = "") -> None:
        """Take an entry out; a proposal is kept as turned down, so that it is not made again.

        Raises:
            NotFound
        """
        with self._database.begin() as session:
            row = _row(session, entry_id)
            label = _entry(row).label()
            if row.status == Status.PROPOSED:
                row.status, row.by, row.at = Status.REJECTED, by, utc_now()
            else:
                session.delete(row)
            _log(session, "removed", label, by)

    def propose(self, entries: Sequence[Entry], by: str = "") -> list[Entry]:
        """Store as proposals those entries of which no term is known yet; return them."""
        made: list[Entry] = []
        with self._database.begin() as session:
            known = {key for entry in _entries(session) for key in _keys(entry)}
            for entry in entries:
                keys = _keys(entry)
                proposal = replace(
                    entry, status=Status.PROPOSED, id=new_id("gls"), by=by, at=utc_now()
                )
                if keys & known or problems_of([Placed(proposal)]):
                    continue
                known |= keys
                session.add(_as_row(proposal))
                made.append(proposal)
            if made:
                _log(session, "proposed", str(len(made)), by)
        return made

    def load(self, content: bytes, by: str = "", *, only: bool = False) -> Imported:
        """Bring a file in, whole or not at all.

        An entry of the file takes the place of the stored one with the same canonical term;
        ``only`` also removes what the file does not have.

        Raises:
            DataInvalid: the file is no glossary.
            GlossaryInvalid: entries are unfit; each problem is named with its line.
        """
        placed, problems = read_sheet(content)
        with self._database.begin() as session:
            stored = {entry.id: entry for entry in _entries(session)}
            matched = _matched(placed, stored, by)
            taken = {one.entry.id for one in matched}
            gone = [i for i, entry in stored.items() if only and i not in taken]
            gone = [i for i in gone if stored[i].status is not Status.REJECTED]
            kept = {i: entry for i, entry in stored.items() if i not in gone}
            fresh = [one for one in matched if stored.get(one.entry.id) != one.entry]
            refuse([*problems, *problems_of(_beside(matched, kept))])
            for entry_id in gone:
                session.delete(_row(session, entry_id))
            session.flush()
            changed = sum(one.entry.id in stored for one in fresh)
            if fresh or gone:
                _accept(session, fresh, kept)
                _log(session, "imported", f"{len(placed)} entries", by)
        return Imported(len(fresh) - changed, changed, len(matched) - len(fresh), len(gone))

    def dump(self) -> bytes:
        """Return the glossary as a file that :meth:`load` reads back to the same."""
        return write_sheet(self.entries())


def _accept(session: Session, new: Sequence[Placed], stored: dict[str, Entry]) -> None:
    """Store entries that fit; a proposal whose term a person now uses has been answered."""
    refuse(problems_of(_beside(new, stored)))
    keys = {key for one in new for key in _keys(one.entry)}
    ids = {one.entry.id for one in new}
    for entry in stored.values():
        if entry.id not in ids and entry.status is not Status.APPROVED and _keys(entry) & keys:
            session.delete(_row(session, entry.id))
    for one in new:
        session.merge(_as_row(one.entry))


def _beside(new: Sequence[Placed], stored: dict[str, Entry]) -> list[Placed]:
    """What there will be: the approved entries that are not replaced, then the new ones."""
    ids = {one.entry.id for one in new}
    others = [e for e in stored.values() if e.id not in ids and e.status is Status.APPROVED]
    return [*(Placed(entry) for entry in others), *new]


def _matched(placed: Sequence[Placed], stored: dict[str, Entry], by: str) -> list[Placed]:
    """Entries of a file, each with the id of the stored entry that it takes the place of.

    Two of them may share a term with one stored entry: the first takes its place.
    """
    places: dict[Key, str] = {}
    for entry in stored.values():
        for term in (entry.zh, entry.en):
            if term:
                places.setdefault(key_of(term), entry.id)
    taken: set[str] = set()
    found = []
    for one in placed:
        terms = [key_of(term) for term in (one.entry.zh, one.entry.en) if term]
        ids = [places[key] for key in terms if places.get(key, "") not in ("", *taken)]
        held = stored[ids[0]] if ids else None
        taken.update(ids[:1])
        if held and replace(held, id="", by="", at=None, origin="") == one.entry:
            found.append(replace(one, entry=held))
        else:
            entry_id = held.id if held else new_id("gls")
            found.append(replace(one, entry=replace(one.entry, id=entry_id, by=by, at=utc_now())))
    return found


def _keys(entry: Entry) -> set[Key]:
    return {key_of(name) for name in entry.all_names()}


def _epoch(session: Session) -> int:
    return session.scalar(select(func.max(GlossaryChangeRow.id))) or 0


def _entries(session: Session) -> list[Entry]:
    return [_entry(row) for row in session.scalars(select(GlossaryRow).order_by(GlossaryRow.id))]


def _row(session: Session, entry_id: str) -> GlossaryRow:
    row = session.get(GlossaryRow, entry_id)
    if row is None:
        raise NotFound(
            f"There is no glossary entry {entry_id[:60]}.", "citedesk glossary list shows them."
        )
    return row


def _log(session: Session, action: str, about: str, by: str) -> None:
    session.add(GlossaryChangeRow(action=action, about=about, by=by, at=utc_now()))
    note(
        session, f"glossary {action}", kind="glossary", object_id="", by=by, detail={"entry": about}
    )


def _named(stored: Iterable[Sequence[str]]) -> tuple[Named, ...]:
    return tuple(Named(term, why) for term, why in stored)


def _entry(row: GlossaryRow) -> Entry:
    return Entry(
        zh=row.zh,
        en=row.en,
        synonyms_zh=tuple(row.synonyms_zh),
        synonyms_en=tuple(row.synonyms_en),
        abbreviations_zh=tuple(row.abbreviations_zh),
        abbreviations_en=tuple(row.abbreviations_en),
        avoid=_named(row.avoid),
        never_confuse=_named(row.never_confuse),
        gloss_zh=row.gloss_zh,
        gloss_en=row.gloss_en,
        status=Status(row.status),
        origin=row.origin,
        id=row.id,
        by=row.by,
        at=row.at,
    )


def _as_row(entry: Entry) -> GlossaryRow:
    return GlossaryRow(
        id=entry.id,
        zh=entry.zh,
        en=entry.en,
        synonyms_zh=list(entry.synonyms_zh),
        synonyms_en=list(entry.synonyms_en),
        abbreviations_zh=list(entry.abbreviations_zh),
        abbreviations_en=list(entry.abbreviations_en),
        avoid=[[named.term, named.why] for named in entry.avoid],
        never_confuse=[[named.term, named.why] for named in entry.never_confuse],
        gloss_zh=entry.gloss_zh,
        gloss_en=entry.gloss_en,
        status=entry.status,
        origin=entry.origin,
        by=entry.by,
        at=entry.at,
    )
