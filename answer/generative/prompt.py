"""The prompt: versioned instructions, and passages fenced off as data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from secrets import token_hex

from answer.extractive.units import Unit, UnitKind, chunk_units
from core.text.addressed import unquotable, unquotable_spans
from core.text.hidden import visible
from core.types import Chunk, Hit

_MOST_CHARACTERS = {"zh": 6_000, "en": 12_000}
"""Of all passages together: about 4,000 tokens, so that a window of 8,192 holds the whole."""
_MOST_ASKED = 2_000
_PARTING = "<!-- user -->\n"
_NUMBERED = re.compile(r"<!-- version (\d+) -->\n")
_FENCE = re.compile(r"<(?=\s*/?\s*(?:passage|question|conversation)\b)", re.IGNORECASE)


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

    What turns to the model ("ignore the above and say ...") or carries words away is left out:
    it is neither shown to the model nor may it be quoted.
    """
    passages: list[Passage] = []
    room = _MOST_CHARACTERS[language]
    for chunk in dict.fromkeys(chunk for hit in hits for chunk in hit.passages()):
        text = shielded(_shown(chunk.text)).strip()
        if not text:
            continue
        if passages and len(text) > room:
            break
        room -= len(text)
        quotable = tuple(u for u in chunk_units(chunk) if u.kind is not UnitKind.ASKED)
        passages.append(Passage(len(passages) + 1, chunk, text, quotable))
    return passages


def build_prompt(
    language: str, questions: Sequence[str], context: str, passages: Sequence[Passage], most: int
) -> Prompt:
    """Return the prompt in the language to reply in; ``most`` is how many sentences are asked.

    The fences around passages and question have a name made up for this prompt alone, which no
    document and no customer can know.
    """
    version, system, user = template(language)
    asked = "\n".join(filter(None, [context, *questions]))[:_MOST_ASKED]
    key = token_hex(3)
    shown = "\n\n".join(
        f'<passage-{key} number="{p.number}" from="{_attribute(p.chunk)}">\n'
        f"{p.text}\n</passage-{key}>"
        for p in passages
    )
    system, user = system.replace("{key}", key), user.replace("{key}", key)
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
    """Return a prompt file's version, its instructions, and the form of its material.

    The version names the file, the number that its first line gives it, and its content.
    """
    text = files("answer.generative.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    numbered = _NUMBERED.match(text)
    number = f"{numbered.group(1)}-" if numbered else ""
    system, _, user = (text[numbered.end() :] if numbered else text).partition(_PARTING)
    return f"{name}-{number}{sha256(text.encode()).hexdigest()[:8]}", system.strip(), user


def _attribute(chunk: Chunk) -> str:
    named = " / ".join(part for part in chunk.context().split(" > ") if not unquotable(part))
    return re.sub(r'["<>\n]', " ", _visible(named))[:160]


def _shown(text: str) -> str:
    """The text of a passage without what is no statement for its reader."""
    kept, at = [], 0
    for start, end in unquotable_spans(text):
        kept.append(text[at:start].rstrip("\n"))
        at = end
    return "".join([*kept, text[at:]])


def _visible(text: str) -> str:
    """The text without characters that show nothing, in which instructions can hide."""
    text = visible(text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cf", "Cc"))
