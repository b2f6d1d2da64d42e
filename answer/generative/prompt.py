"""The prompt: versioned instructions, and passages fenced off as data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from answer.extractive.units import Unit, UnitKind, chunk_units
from core.types import Chunk, Hit

_MOST_CHARACTERS = {"zh": 6_000, "en": 12_000}
"""Of all passages together: about 4,000 tokens, so that a window of 8,192 holds the whole."""
_MOST_ASKED = 2_000
_PARTING = "<!-- user -->\n"
_FENCE = re.compile(r"<(?=\s*/?\s*(?:passage|question|conversation)\b)", re.IGNORECASE)
_HOSTILE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}"
    r"\b(?:above|previous|prior|earlier|preceding|all|your)\b.{0,60}"
    r"(?:\b(?:instructions?|prompts?|rules|messages?|guidelines|polic(?:y|ies))\b|"
    r"\band\s+(?:say|answer|reply|respond|write|print|output|tell)\b)"
    r"|\b(?:system prompt|as an ai|jailbreak)\b|\byou are now (?:a|an|the)\b"
    r"|\bthe (?:assistant|model|ai|bot) (?:must|should|shall|will) (?:now |only |always )?"
    r"(?:say|answer|reply|respond|output)\b"
    r"|(?:忽略|无视|忘记|忘掉|不要理会|不用理会).{0,12}"
    r"(?:以上|上述|上面|之前|此前|前面|先前|所有|全部).{0,16}"
    r"(?:指令|指示(?!灯)|规则|提示词|设定|回答|回复|输出|说(?!明))"
    r"|系统提示词|你现在是|作为(?:一个)?\s*ai",
    re.IGNORECASE,
)
"""Text that turns to a language model; "ignore the above steps if ..." does not."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as the model sees it, and the pieces of it that may be quoted."""

    number: int
    chunk: Chunk
    text: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Instructions and material for the model, and the version of what they were made from."""

    version: str
    system: str
    user: str
    asked: str
    """The question as the model sees it."""


def passages_of(hits: Sequence[Hit], language: str) -> list[Passage]:
    """Return the passages that fit a prompt, best hit first, numbered from 1.

    A passage that turns to the model ("ignore the above and say ...") is cut off where it begins
    to: what follows is neither shown to the model nor may it be quoted.
    """
    passages: list[Passage] = []
    room = _MOST_CHARACTERS[language]
    for chunk in dict.fromkeys(chunk for hit in hits for chunk in hit.passages()):
        units = chunk_units(chunk)
        end = next((u.start for u in units if _HOSTILE.search(_visible(u.text))), len(chunk.text))
        text = shielded(chunk.text[:end]).strip()
        if not text:
            continue
        if passages and len(text) > room:
            break
        room -= len(text)
        quotable = tuple(u for u in units if u.end <= end and u.kind is not UnitKind.ASKED)
        passages.append(Passage(len(passages) + 1, chunk, text, quotable))
    return passages


def build_prompt(
    language: str, questions: Sequence[str], context: str, passages: Sequence[Passage], most: int
) -> Prompt:
    """Return the prompt in the language to reply in; ``most`` is how many sentences are asked."""
    version, system, user = template(language)
    asked = "\n".join(filter(None, [context, *questions]))[:_MOST_ASKED]
    shown = "\n\n".join(
        f'<passage number="{p.number}" from="{_attribute(p.chunk)}">\n{p.text}\n</passage>'
        for p in passages
    )
    # The question goes in first: a passage that holds "{question}" stays as it is.
    user = user.replace("{question}", shielded(asked), 1)
    head, _, tail = user.partition("{passages}")
    instructions = system.replace("{sentences}", str(most))
    return Prompt(version, instructions, f"{head}{shown}{tail}".strip(), asked)


def shielded(text: str) -> str:
    """Return a text that can be shown as data: nothing in it is hidden or ends the data."""
    return _FENCE.sub("‹", _visible(text))


@lru_cache
def template(name: str) -> tuple[str, str, str]:
    """Return a prompt file's version, its instructions, and the form of its material."""
    text = files("answer.generative.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    system, _, user = text.partition(_PARTING)
    return f"{name}-{sha256(text.encode()).hexdigest()[:8]}", system.strip(), user


def _attribute(chunk: Chunk) -> str:
    return re.sub(r'["<>\n]', " ", _visible(chunk.context().replace(" > ", " / ")))[:160]


def _visible(text: str) -> str:
    """The text without characters that show nothing, in which instructions can hide."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cf", "Cc"))
