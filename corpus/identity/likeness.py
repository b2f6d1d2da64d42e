"""Whether one version reads as the next version of another document: by name and by content."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.text import content_terms, index_terms, is_chinese, squeeze
from core.types import Applicability, Chunk
from corpus.identity.names import bare, bare_file, same_name, tongue
from corpus.overlap.findings import Subject
from corpus.overlap.subjects import may_meet
from corpus.overlap.values import codes_of

_RUN = 3
_LEAST_RUNS = 60
"""What is shorter is alike by chance: a cover, a form, an empty page."""
_SHORT_ENOUGH = 0.9
_NEEDED = {0: 0.55, 1: 0.35, 2: 0.2}
"""How much of two texts must be common, by how many of name and title are the same."""
_OFTEN = 2
_KINDS = frozenset(
    term
    for word in (
        "manual guide handbook instruction user reference document documentation quick start "
        "service overview introduction 手册 说明 说明书 用户 使用 操作 指南 指引 文档 规程 制度 "
        "办法 规范 流程 须知 用户手册 使用手册 使用说明 使用说明书 操作手册 操作指南"
    ).split()
    for term in index_terms(word)
)
"""Words that say what kind of document it is, and not about what."""


@dataclass(frozen=True)
class Text:
    """A version as it is compared with others."""

    file_name: str
    title: str
    chunks: Sequence[Chunk]
    applicability: Applicability
    """The product, model and region that it is about."""

    @cached_property
    def passages(self) -> tuple[tuple[str, ...], ...]:
        """The words of each of its passages."""
        return tuple(tuple(index_terms(chunk.text)) for chunk in self.chunks)

    @cached_property
    def terms(self) -> Counter[str]:
        """Its words, each with how often it stands there."""
        return Counter(term for passage in self.passages for term in passage)

    @cached_property
    def runs(self) -> frozenset[int]:
        """Every run of three words in it."""
        return frozenset(run for passage in self.passages for run in _runs(passage))

    @cached_property
    def names(self) -> tuple[str, str]:
        """Its file's name and its title, without marks of version."""
        return bare_file(self.file_name), bare(self.title)

    @property
    def is_titled(self) -> bool:
        """Whether it has a title besides its file's name."""
        return bool(self.title) and not self.file_name.startswith(self.title)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The words of its name and title of which it speaks, those of its kind apart."""
        said = set(content_terms(" ".join(self.names))) - _KINDS
        return frozenset(word for word in said if self.terms[word] >= _OFTEN)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The models and part numbers of its name and title of which it speaks."""
        named = codes_of(" ".join(self.names).upper())
        body = (
            squeeze("".join(chunk.text for chunk in self.chunks)).replace("-", "") if named else ""
        )
        return frozenset(code for code in named if code in body)


@dataclass(frozen=True, slots=True)
class Alike:
    """In what a version is like an older one."""

    same_name: bool
    same_title: bool
    common: float
    """Share of the text that both have, 0 to 1."""
    same: int
    """How many passages of the newer stand in the older, word for word."""
    of: int
    """How many passages the newer has."""

    @property
    def enough(self) -> bool:
        """Whether this is worth asking somebody."""
        return self.common >= _NEEDED[self.same_name + self.same_title]

    @property
    def score(self) -> float:
        """What proposals are ordered by, 0 to 1."""
        return round((2 * self.common + (self.same_name + self.same_title) / 2) / 3, 3)


def alike(new: Text, old: Text) -> Alike | None:
    """Return in what two versions are alike; None where they cannot be of one document.

    They cannot where they are about different things or in different languages; nor is a text of
    a few lines enough to tell.
    """
    if not _can_be_one(new, old):
        return None
    every = len(new.runs | old.runs)
    common = len(new.runs & old.runs) / every if every else 0.0
    if min(len(new.runs), len(old.runs)) < _LEAST_RUNS and common < _SHORT_ENOUGH:
        return None
    (file_name, title), (other_name, other_title) = new.names, old.names
    return Alike(
        same_name(file_name, other_name),
        same_name(title, other_title),
        round(common, 3),
        _standing(new, old),
        len(new.chunks),
    )


def _can_be_one(new: Text, old: Text) -> bool:
    spoken = [{tongue(name) for name in text.names} - {""} for text in (new, old)]
    if spoken[0] and spoken[1] and spoken[0] != spoken[1]:
        return False
    if len({is_chinese(text.title) for text in (new, old) if text.is_titled}) > 1:
        return False
    if new.codes and old.codes and not new.codes & old.codes:
        return False
    if _strange(new, old) and _strange(old, new):
        return False
    return may_meet(Subject(new.chunks, new.applicability), Subject(old.chunks, old.applicability))


def _strange(one: Text, other: Text) -> bool:
    """Say whether a version speaks of what it is named for and the other never does."""
    return any(not other.terms[word] for word in one.subjects)


def _standing(new: Text, old: Text) -> int:
    """Return how many passages of one stand word for word in the other."""
    short = {passage for passage in old.passages if len(passage) < _RUN}
    return sum(
        set(_runs(passage)) <= old.runs if len(passage) >= _RUN else passage in short
        for passage in new.passages
    )


def _runs(terms: Sequence[str]) -> Iterator[int]:
    for at in range(len(terms) - _RUN + 1):
        yield zlib.crc32(" ".join(terms[at : at + _RUN]).encode())
