"""Cases whose question and answer a language model writes for a passage."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from answer.extractive.units import chunk_units
from answer.generative.model import LanguageModel
from core.errors import ModelUnavailable
from core.text import content_terms, is_chinese
from core.types import Chunk
from evals.synthetic.base import Made

KIND = "model"
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_LEAST = 60
"""Characters of a passage that is worth a question."""
_SYSTEM = {
    "zh": "你为客服知识库编写测试问题。根据给出的资料，写出一位客户会问的一个问题，"
    "以及只依据资料的简短回答。问题要自然、具体，不要提到“资料”或“文档”。只输出 JSON："
    '{"question": "……", "answer": "……"}',
    "en": "You write test questions for a support knowledge base. From the passage, write one "
    "question as a customer would ask it, and a short answer that rests on the passage alone. "
    "Make the question natural and specific, and do not mention the passage. "
    'Reply with JSON only: {"question": "...", "answer": "..."}',
}


@dataclass(frozen=True, slots=True)
class Posed:
    """What became of the passages that a model was asked about."""

    made: tuple[tuple[str, Made], ...]
    """Each with the key of its document."""
    rejected: dict[str, int]
    """How many were not taken, by why: unreadable, not_found, unsupported, unavailable."""


Finds = Callable[[str, Chunk], bool]
"""Says whether a search for a question finds a passage."""
Supports = Callable[[str, str, Chunk], bool]
"""Says whether a passage supports an answer to a question."""


def pose(
    passages: Sequence[tuple[str, Chunk]],
    model: LanguageModel,
    finds: Finds,
    supports: Supports,
    limit: int,
) -> Posed:
    """Have a model write cases for passages until there are so many.

    One is taken only where the search finds its passage and the check supports its answer: what a
    model made up is no test of the product. A model that is down ends it.
    """
    made: list[tuple[str, Made]] = []
    rejected: dict[str, int] = {}
    for key, chunk in passages:
        if len(made) >= limit:
            break
        if len(chunk.text) < _LEAST:
            continue
        try:
            found = _written(model, chunk)
        except ModelUnavailable:
            rejected["unavailable"] = rejected.get("unavailable", 0) + 1
            break
        why = _why_not(found, chunk, finds, supports)
        if found is None or why:
            rejected[why] = rejected.get(why, 0) + 1
        else:
            made.append((key, found))
    return Posed(tuple(made), rejected)


def _why_not(found: Made | None, chunk: Chunk, finds: Finds, supports: Supports) -> str:
    if found is None:
        return "unreadable"
    if not supports(found.question, found.reference, chunk):
        return "unsupported"
    return "" if finds(found.question, chunk) else "not_found"


def _written(model: LanguageModel, chunk: Chunk) -> Made | None:
    language = "zh" if is_chinese(chunk.text) else "en"
    said = model.complete(_SYSTEM[language], f"{chunk.context()}\n{chunk.text}")
    match = _OBJECT.search(said)
    try:
        read = json.loads(match.group()) if match else {}
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    question, answer = read.get("question"), read.get("answer")
    if not (isinstance(question, str) and isinstance(answer, str)):
        return None
    quote = _quote(answer, chunk)
    if not (question.strip() and answer.strip() and quote):
        return None
    return Made(KIND, question.strip(), answer.strip(), (quote,), chunk)


def _quote(answer: str, chunk: Chunk) -> str:
    """The piece of a passage that shares most words with an answer."""
    terms = frozenset(content_terms(answer))
    shared = list(_shares(terms, chunk))
    best = max(shared, default=(0, ""), key=lambda one: one[0])
    return best[1] if best[0] else ""


def _shares(terms: frozenset[str], chunk: Chunk) -> Iterator[tuple[int, str]]:
    for unit in chunk_units(chunk):
        yield len(terms & frozenset(content_terms(unit.text))), unit.text
