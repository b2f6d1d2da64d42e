"""From elements to passages: one section each, within the limit, cut where it reads well.

A section's content becomes atoms (sentences, steps, list items, table rows) that are measured
all at once; the cuts between them are chosen together, so that parts come out even and a step
stays with its warning.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.ports import TokenCounter
from core.text import language_of, spoken_letters
from core.types import PUBLIC, Applicability, Chunk, ChunkKind, Element, ElementKind
from ingest.atoms import Atom, atoms_of, halve
from ingest.parsers.base import Parsed
from ingest.sections import Section, sections_of, short_context
from ingest.tables import table_html

TARGET_TOKENS = 320
_WORST = float("inf")
_ENOUGH_LETTERS = 24
_ENOUGH_FOR_SCRIPT = 60
_Plan = tuple[list[Atom], tuple[str, ...]]
Narrow = Callable[[Sequence[Element]], Applicability]
"""Says what the section of these elements applies to, where it says so itself."""


def chunk(
    parsed: Parsed,
    *,
    document_id: str,
    version_id: str,
    counter: TokenCounter,
    audience: str = PUBLIC,
    applicability: Applicability | None = None,
    narrow: Narrow | None = None,
    target_tokens: int = TARGET_TOKENS,
) -> list[Chunk]:
    """Cut a document into chunks that each fit the counter's limit with their heading path."""
    sections = sections_of(parsed.elements)
    contexts = short_context(parsed.title, [s.headings for s in sections], counter)
    template = Chunk(
        id="",
        document_id=document_id,
        version_id=version_id,
        ordinal=0,
        text="",
        title=contexts.title,
        audience=audience,
        applicability=applicability or Applicability(),
    )
    document_language = language_of("\n".join(e.text for e in parsed.elements[:2000]))
    planned: list[_Plan] = []
    for section, room in zip(
        _measured(sections, contexts.room, counter), contexts.room, strict=True
    ):
        headings = contexts.headings[section.index]
        parts = _parts(section.atoms, room, min(target_tokens, room))
        planned += [(atoms, headings) for atoms in parts]
    fitted = _fitted(planned, template, counter)
    return [
        _finished(atoms, headings, template, ordinal, document_language, narrow)
        for ordinal, (atoms, headings) in enumerate(fitted)
    ]


class _Content:
    """The atoms of a section, measured."""

    def __init__(self, index: int, atoms: list[Atom]) -> None:
        self.index = index
        self.atoms = atoms


def _measured(
    sections: Sequence[Section], rooms: Sequence[int], counter: TokenCounter
) -> list[_Content]:
    """Measure all atoms of a document in one call, then halve those that are too long alone."""
    contents = [
        _Content(index, atoms_of(section.elements)) for index, section in enumerate(sections)
    ]
    pending = [atom for content in contents for atom in content.atoms]
    while pending:
        for atom, tokens in zip(pending, counter.count([a.shown for a in pending]), strict=True):
            atom.tokens = tokens
        pending = []
        for content, room in zip(contents, rooms, strict=True):
            if all(atom.tokens <= room for atom in content.atoms):
                continue
            kept: list[Atom] = []
            for atom in content.atoms:
                pieces = halve(atom) if atom.tokens > room else [atom]
                kept += pieces
                pending += pieces if len(pieces) > 1 else []
            content.atoms = kept
    return contents


def _parts(atoms: list[Atom], room: int, target: int) -> list[list[Atom]]:
    """Choose the cuts of a section so that parts are near the target and read well."""
    count = len(atoms)
    best = [0.0] + [_WORST] * count
    cut = [0] * (count + 1)
    for end in range(1, count + 1):
        size, last_table = 0, None
        for start in range(end - 1, -1, -1):
            atom = atoms[start]
            if atom.table is not None:
                if last_table is not None and atom.table is not last_table:
                    break
                last_table = atom.table
            size += atom.tokens
            if size + atom.lead_tokens > room and start < end - 1:
                break
            off = (size + atom.lead_tokens - target) / target
            cost = best[start] + off * off + (atom.cut_cost if start else 0.0)
            if cost < best[end]:
                best[end], cut[end] = cost, start
    parts = []
    end = count
    while end:
        parts.append(atoms[cut[end] : end])
        end = cut[end]
    return parts[::-1]


def _fitted(planned: list[_Plan], template: Chunk, counter: TokenCounter) -> list[_Plan]:
    """Measure what will be embedded, and divide the few passages that came out too long."""
    texts = [replace(template, text=_text(a), headings=h).embedding_text() for a, h in planned]
    result: list[_Plan] = []
    for plan, tokens in zip(planned, counter.count(texts) if texts else [], strict=True):
        result += [plan] if tokens <= counter.limit else _divided(*plan, template, counter)
    return result


def _divided(
    atoms: list[Atom], headings: tuple[str, ...], template: Chunk, counter: TokenCounter
) -> list[_Plan]:
    text = replace(template, text=_text(atoms), headings=headings).embedding_text()
    if counter.count([text])[0] <= counter.limit:
        return [(atoms, headings)]
    if len(atoms) == 1:
        atoms = halve(atoms[0])
        if len(atoms) == 1:
            return [(atoms, headings)]
    middle = len(atoms) // 2
    left = _divided(atoms[:middle], headings, template, counter)
    return left + _divided(atoms[middle:], headings, template, counter)


def _text(atoms: Sequence[Atom]) -> str:
    """Join atoms again as they were written; a table that is cut says its caption again."""
    parts = [atoms[0].lead] if atoms[0].lead else []
    parts.append(atoms[0].shown)
    for before, atom in itertools.pairwise(atoms):
        if atom.element is before.element and atom.rows == before.rows:
            parts[-1] += atom.gap + atom.shown
        else:
            parts.append(atom.shown)
    return "\n".join(part for part in parts if part)


def _finished(
    atoms: list[Atom],
    headings: tuple[str, ...],
    template: Chunk,
    ordinal: int,
    language: str,
    narrow: Narrow | None,
) -> Chunk:
    text = _text(atoms)
    pages = [page for atom in atoms for page in atom.pages]
    elements = [atom.element for atom in atoms if atom.element is not None]
    read = [e.confidence for e in elements if e.confidence is not None]
    table = next((atom.table for atom in atoms if atom.table is not None), None)
    rows = [row for atom in atoms if atom.table is not None for row in atom.rows]
    return replace(
        template,
        id=f"{template.version_id}-{ordinal:05d}",
        ordinal=ordinal,
        text=text,
        headings=headings,
        pages=(min(pages), max(pages)) if pages else None,
        kind=_kind(atoms),
        language=_language(text, language),
        applicability=narrow(elements) if narrow is not None else template.applicability,
        table_html=table_html(table, list(dict.fromkeys(rows))) if table is not None else "",
        # Two sentences of one line have the same box.
        boxes=tuple(dict.fromkeys(box for atom in atoms for box in atom.boxes)),
        confidence=min(read, default=None),
    )


def _language(text: str, of_document: str) -> str:
    """Return the language of a passage; one that says too little has that of its document."""
    spoken = spoken_letters(text)
    if spoken < (1 if of_document == "mixed" else _ENOUGH_LETTERS):
        return of_document
    language = language_of(text)
    # Simplified and traditional forms share most characters: a few sentences decide nothing.
    same = language.startswith("zh") and of_document.startswith("zh")
    return of_document if same and spoken < _ENOUGH_FOR_SCRIPT else language


def _kind(atoms: Sequence[Atom]) -> ChunkKind:
    weight = dict.fromkeys(ChunkKind, 0)
    for atom in atoms:
        size = max(atom.tokens, 1)
        if atom.table is not None:
            weight[ChunkKind.TABLE] += size
        elif atom.kind is ElementKind.STEP or atom.in_procedure:
            weight[ChunkKind.PROCEDURE] += size
        elif atom.kind is ElementKind.LIST_ITEM:
            weight[ChunkKind.LIST] += size
        else:
            weight[ChunkKind.TEXT] += size
    steps = sum(atom.kind is ElementKind.STEP for atom in atoms)
    if steps >= 2 and weight[ChunkKind.PROCEDURE] >= weight[ChunkKind.TABLE]:
        return ChunkKind.PROCEDURE
    return max(weight, key=lambda kind: weight[kind])
