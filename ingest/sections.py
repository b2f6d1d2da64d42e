"""Sections of a document, and the heading path that goes before each of their passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.ports import TokenCounter
from core.types import Element, ElementKind

_CONTEXT_SHARE = 0.35
_LENGTHS = (120, 80, 60, 40, 28, 20, 14, 10, 6, 3)
_MOST_HEADINGS = 6
_FEWEST_ROOM = 16
_SPARE = 6


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, up to the next."""

    headings: tuple[str, ...]
    elements: tuple[Element, ...]


def sections_of(elements: Sequence[Element]) -> list[Section]:
    """Group elements by heading; a heading without anything under it is a section of its own."""
    sections: list[Section] = []
    body: list[Element] = []
    path: tuple[str, ...] = ()
    for index, element in enumerate(elements):
        if element.kind is ElementKind.TITLE:
            _close(sections, path, body)
            body, path = [], (*element.headings, element.text)
            if _is_leaf(elements, index):
                sections.append(Section(path, (element,)))
            continue
        if element.headings != path:
            _close(sections, path, body)
            body, path = [], element.headings
        body.append(element)
    _close(sections, path, body)
    return sections


def _close(sections: list[Section], path: tuple[str, ...], body: list[Element]) -> None:
    if body:
        sections.append(Section(path, tuple(body)))


def _is_leaf(elements: Sequence[Element], index: int) -> bool:
    """Say whether nothing follows under a title: neither content nor headings with this parent."""
    path = (*elements[index].headings, elements[index].text)
    following = elements[index + 1] if index + 1 < len(elements) else None
    return following is None or following.headings[: len(path)] != path


@dataclass(frozen=True, slots=True)
class Contexts:
    """Title and heading paths as they are stored with the chunks, and the room they leave."""

    title: str
    headings: list[tuple[str, ...]]
    room: list[int]
    """Tokens left for the text of each section."""


def short_context(title: str, paths: Sequence[tuple[str, ...]], counter: TokenCounter) -> Contexts:
    """Shorten titles and headings that would take the room of the text; mostly none are."""
    budget = int(counter.limit * _CONTEXT_SHARE)
    title = _shortened_title(title, counter, budget // 2)
    unique = list(dict.fromkeys(paths))
    chosen = {path: path for path in unique}
    sizes = dict(zip(unique, _sizes(title, unique, counter), strict=True))
    for length in _LENGTHS:
        long = [path for path in unique if sizes[path] > budget]
        if not long:
            break
        for path in long:
            chosen[path] = _clipped(path, length)
        counted = _sizes(title, [chosen[path] for path in long], counter)
        sizes.update(zip(long, counted, strict=True))
    limit = counter.limit
    return Contexts(
        title,
        [chosen[path] for path in paths],
        [max(_FEWEST_ROOM, limit - sizes[path] - _SPARE) for path in paths],
    )


def _sizes(title: str, paths: Sequence[tuple[str, ...]], counter: TokenCounter) -> list[int]:
    texts = [" > ".join([title, *(h for h in path if h != title)]) + "\n" for path in paths]
    return counter.count(texts) if texts else []


def _shortened_title(title: str, counter: TokenCounter, budget: int) -> str:
    if counter.count([title])[0] <= budget:
        return title
    for length in _LENGTHS:
        shorter = _clip(title, length)
        if counter.count([shorter])[0] <= budget:
            return shorter
    return _clip(title, _LENGTHS[-1])


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _clipped(path: tuple[str, ...], length: int) -> tuple[str, ...]:
    kept = path
    if len(path) > _MOST_HEADINGS:
        kept = (*path[:2], *path[-(_MOST_HEADINGS - 2) :])
    return tuple(_clip(heading, length) for heading in kept)
