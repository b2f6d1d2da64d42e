"""Guidance beside a conversation, from the records, the evidence of its draft and its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from answer.extractive.phrase import closed
from answer.extractive.question import read_question
from answer.extractive.units import Unit, spoken
from answer.guidance.choosing import Asked, Chooser
from answer.guidance.drafted import ticked
from answer.guidance.guide import guide
from answer.guidance.marks import GuidanceMarks
from answer.guidance.types import Checklist, GuardedStep, Procedure
from answer.guidance.words import Words, words_of
from answer.leaning import leans
from answer.record import Found, RecordReader
from answer.record.reader import CUSTOMER
from answer.subject import SubjectReader
from answer.triage import Triager
from answer.understand import Understanding, understand
from core.errors import NotFound, OptionInvalid, QueryInvalid
from core.serial import to_json
from core.text import fold, reply_language
from core.types import PUBLIC, Applicability, Chunk, Draft, Hit, Triage, Turn

if TYPE_CHECKING:
    from service.parts import Parts

_EARLIER = 3
"""So many earlier messages may have begun the procedure that this one goes on with."""
_GOVERNING = 40
"""So many passages are looked at for the procedure that governs."""
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """A conversation for which guidance is asked."""

    turns: tuple[Turn, ...]
    audiences: tuple[str, ...]
    applicability: Applicability | None = None
    conversation_id: str = ""
    draft_id: str = ""


class GuidanceWork:
    """Finds the checklists of a conversation and keeps what people say of their steps."""

    def __init__(self, desk: Parts) -> None:
        self._desk = desk
        self._marks = GuidanceMarks(desk.database)

    @cached_property
    def _reader(self) -> RecordReader:
        finder = SubjectReader(self._desk.subjects).finder
        return RecordReader(finder, self._desk.settings.zone())

    def of(self, wanted: Wanted) -> dict[str, Any]:
        """Return the checklists that apply to a conversation; none where none does.

        Raises:
            QueryInvalid: there is no message of the customer, or it is empty.
            NotFound: there is no such draft.
        """
        understood = understand(wanted.turns)
        words = words_of(self._desk.rules.current("guidance"))
        triage = self._triage(wanted)
        procedures = self._procedures(wanted, understood, words, triage)
        found = guide(
            wanted.turns,
            procedures,
            words,
            self._desk.vectors,
            self._recorded(wanted, triage),
            self._marks.of(wanted.conversation_id),
        )
        lists = found.checklists if found is not None else ()
        return {"checklists": [self._shown(one) for one in lists], "kind": triage.kind}

    def ticked(self, draft: Draft, turns: Sequence[Turn], conversation_id: str = "") -> Draft:
        """Return a draft whose steps are done as far as the conversation or a person says so."""
        if not draft.steps:
            return draft
        words = words_of(self._desk.rules.current("guidance"))
        marks = self._marks.of(conversation_id) if conversation_id else {}
        return ticked(draft, turns, words, self._desk.vectors, marks)

    def mark(self, conversation_id: str, step: str, done: bool | None, by: str) -> None:
        """Keep that somebody ticked a step or took its tick away; None leaves it to what is read.

        Raises:
            NotFound: there is no such conversation.
            OptionInvalid: that is no step's key.
        """
        if not step.isalnum() or len(step) > _LONGEST_KEY:
            raise OptionInvalid("That is no step.", "Take its key from the guidance.")
        self._desk.conversations.get(conversation_id)
        self._marks.set(conversation_id, step, done, by)

    def _triage(self, wanted: Wanted) -> Triage:
        return Triager(self._desk.vectors).triage(wanted.turns, self._desk.rules.current("triage"))

    def _procedures(
        self, wanted: Wanted, understood: Understanding, words: Words, triage: Triage
    ) -> list[tuple[Procedure, bool]]:
        chooser = Chooser(self._desk.records, wanted.audiences, words, self._desk.vectors)
        applying = self._now(wanted, understood, chooser) or self._before(wanted, chooser, words)
        found = [(procedure, False) for procedure in applying]
        if len(found) < 2 and (rule := words.governing.get(triage.kind)):
            language = reply_language(understood.question)
            hits = self._desk.retriever.search(
                rule.query[language], top=_GOVERNING, audiences=wanted.audiences
            ).hits
            governing = chooser.governing(triage.kind, hits)
            if governing is not None:
                found.append((governing, True))
        return found

    def _now(self, wanted: Wanted, understood: Understanding, chooser: Chooser) -> list[Procedure]:
        """What applies to the last message: what its draft tells step by step goes first."""
        if not wanted.draft_id:
            return chooser.applying(self._asked(wanted, understood, wanted.turns))
        stored = self._desk.drafts.get(wanted.draft_id)
        hits = self._live_hits(stored.evidence, wanted.audiences)
        cited = chooser.cited(self._cited(stored.body, wanted.audiences))
        asked = Asked(_question(understood), understood.language, hits)
        found = chooser.applying(asked)
        if cited is None:
            return found
        others = [one for one in found if _public(one) != _public(cited)]
        return sorted([cited, *others], key=lambda one: not _public(one))

    def _before(self, wanted: Wanted, chooser: Chooser, words: Words) -> list[Procedure]:
        """What applied before, where the last message goes on with it."""
        customers = [n for n, turn in enumerate(wanted.turns) if turn.role == CUSTOMER]
        last = fold(wanted.turns[customers[-1]].text)
        goes_on = leans(last) or any(
            words.says(cue, last)
            for cue in ("done", "undone", "failed", "plain_done", "plain_yes", "plain_undone")
        )
        for number in reversed(customers[:-1][-_EARLIER:] if goes_on else ()):
            turns = wanted.turns[: number + 1]
            try:
                asked = self._asked(wanted, understand(turns), turns)
            except QueryInvalid:
                continue
            if found := chooser.applying(asked):
                return found
        return []

    def _asked(self, wanted: Wanted, understood: Understanding, turns: Sequence[Turn]) -> Asked:
        if understood.small_talk:
            return Asked(_question(understood), understood.language, ())
        evidence, _ = self._desk.engine.explain(
            turns, audiences=wanted.audiences, applicability=wanted.applicability
        )
        return Asked(_question(understood), understood.language, evidence.hits, evidence.confidence)

    def _live_hits(self, evidence: Sequence[Any], audiences: Sequence[str]) -> tuple[Hit, ...]:
        """The evidence of a draft that is still live, as far as somebody may see it."""
        chunks = self._seen([hit["chunk_id"] for hit in evidence], audiences)
        return tuple(
            Hit(chunks[hit["chunk_id"]], float(hit["score"]))
            for hit in evidence
            if hit["chunk_id"] in chunks
        )

    def _cited(self, body: Any, audiences: Sequence[str]) -> list[tuple[Chunk, int]]:
        """Where the steps of a draft stand."""
        markers = {step["citation"] for step in body.get("steps") or ()}
        cited = [c for c in body.get("citations") or () if c["marker"] in markers]
        chunks = self._seen([c["chunk_id"] for c in cited], audiences)
        return [(chunks[c["chunk_id"]], int(c["start"])) for c in cited if c["chunk_id"] in chunks]

    def _seen(self, ids: Sequence[str], audiences: Sequence[str]) -> dict[str, Chunk]:
        live = self._desk.live.current().versions
        found = self._desk.records.chunks(ids)
        return {
            i: chunk
            for i, chunk in found.items()
            if chunk.version_id in live and chunk.audience in audiences
        }

    def _recorded(self, wanted: Wanted, triage: Triage) -> dict[str, Found]:
        """What the turns say, and what people have put right in the record."""
        found = self._reader.read(wanted.turns, triage)
        if not wanted.conversation_id:
            return found
        try:
            row = self._desk.conversations.get(wanted.conversation_id)
        except NotFound:
            return found
        for name, entry in row.record.items():
            if entry["state"] != "read" and not entry["value"]:
                found.pop(name, None)
            elif entry["state"] != "read" and name not in found:
                found[name] = Found(str(entry["value"]), -1, "", 0, 0)
        return found

    def _shown(self, one: Checklist) -> dict[str, Any]:
        chunk = one.procedure.chunk
        following = one.next
        return {
            "key": one.procedure.key,
            "for": "agent" if one.governs or not _public(one.procedure) else "customer",
            "governs": one.governs,
            "audience": chunk.audience,
            "language": reply_language(chunk.text),
            "document_id": chunk.document_id,
            "version_id": chunk.version_id,
            "version_number": self._number(chunk),
            "title": chunk.title,
            "headings": list(chunk.headings),
            "page": chunk.page,
            "done": sum(step.key in one.ticks for step in one.procedure.steps),
            "next": following.key if following else None,
            "steps": [self._step(step, one) for step in one.procedure.steps],
        }

    def _step(self, step: GuardedStep, one: Checklist) -> dict[str, Any]:
        tick, undone = one.ticks.get(step.key), one.undone.get(step.key)
        return {
            "key": step.key,
            "text": spoken(step.text),
            "done": tick is not None,
            "tick": asdict(tick) if tick else None,
            "unticked_by": undone.by if undone else None,
            "internal": not step.public,
            # What is for the house alone has no words for a customer.
            "sentence": _sentence(step) if step.public and not one.governs else "",
            "citation": self._citation(step.unit),
            "warnings": [
                {"text": spoken(unit.text), "citation": self._citation(unit)}
                for unit in step.warnings
            ],
        }

    def _citation(self, unit: Unit) -> dict[str, Any]:
        chunk = unit.chunk
        return {
            "document_id": chunk.document_id,
            "version_id": chunk.version_id,
            "version_number": self._number(chunk),
            "title": chunk.title,
            "headings": list(chunk.headings),
            "page": chunk.page,
            "chunk_id": chunk.id,
            "quote": unit.text,
            "start": unit.start,
            "end": unit.end,
            "audience": to_json(chunk.audience),
        }

    def _number(self, chunk: Chunk) -> int | None:
        live = self._desk.live.current().versions.get(chunk.version_id)
        return live.number if live else None


def _question(understood: Understanding) -> Any:
    return read_question(understood.question, understood.context)


def _public(procedure: Procedure) -> bool:
    return procedure.chunk.audience == PUBLIC


def _sentence(step: GuardedStep) -> str:
    """A step as it is told: its warnings first, then the step, then where it stands."""
    chunk = step.unit.chunk
    chinese = reply_language(step.text) == "zh"
    said = [closed(spoken(unit.text)) for unit in (*step.warnings, step.unit)]
    text = ("" if chinese else " ").join(said)
    # Without the number that a heading may have, a title names the document well enough.
    page = chunk.page
    if chinese:
        where = f"《{chunk.title}》" + (f"第 {page} 页" if page else "")
        return f"{text}（见{where}）"
    where = chunk.title + (f", page {page}" if page else "")
    return f"{text} (See {where}.)"
