"""Questions as customers word them, in the language of the document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.text import fold, is_chinese

_WORDING = Path(__file__).with_name("wording.yaml")
_EDGES = " \t-–—_:：,，、·|/（）()《》[]"
_CODE = re.compile(
    r"(?<![\w])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{1,19}(?![\w]|\.\d)", re.ASCII
)
_LONGEST_ZH, _LONGEST_EN, _LONGEST_WORD = 24, 45, 12
_SMALL_WORD = 3
_LATIN_FIRST = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document is about, as one would name it in a question."""

    name: str
    """Empty where its title names a kind of document and nothing else."""
    title: str
    language: str
    """zh or en."""

    def about(self, text: str) -> str:
        """Return the name, unless the text says it already."""
        return "" if not self.name or fold(self.name) in fold(text) else self.name

    def about_in_english(self, text: str) -> str:
        """Return the name for an English question; one in Chinese is no part of it."""
        return "" if is_chinese(self.name) else self.about(text)


def subject_of(title: str) -> Subject:
    """Return what a title is about, without the kind of document that it names."""
    language = "zh" if is_chinese(title) else "en"
    name = re.sub(r"[（(][^）)]*[)）]", " ", title)
    for pattern in words()["document"]:
        name = pattern.sub(" ", name)
    name = " ".join(name.split()).strip(_EDGES)
    slug = name.islower() or (len(name) > _LONGEST_WORD and name.isascii() and " " not in name)
    if slug or len(name) > (_LONGEST_ZH if language == "zh" else _LONGEST_EN):
        name = ""
    fewest = 2 if language == "zh" or codes_in(name) else 3
    return Subject(name if len(name) >= fewest else "", title.strip(), language)


def codes_in(text: str) -> list[str]:
    """Return the models, part numbers and fault codes of a text, in order."""
    return list(dict.fromkeys(_CODE.findall(text)))


def joined(*parts: str) -> str:
    """Join pieces of a Chinese question: Latin words stand apart from Chinese by a blank."""
    said = ""
    for part in parts:
        if said and part and (_LATIN_FIRST.match(part) or _LATIN_FIRST.match(said[-1])):
            edge = said[-1] + part[0]
            if not any(mark in "，。？！“”：、 （）" for mark in edge):
                said += " "
        said += part
    return said


def lowered(text: str) -> str:
    """Return an English heading as it stands within a sentence; names and codes stay.

    Where every word is capitalised, none of them is a name for that.
    """
    words = text.split(" ")
    long = [word for word in words if len(word) > _SMALL_WORD]
    titled = len(long) > 1 and all(word[:1].isupper() for word in long)
    lower = [_lower(word) if titled or n == 0 else word for n, word in enumerate(words)]
    return " ".join(lower)


def _lower(word: str) -> str:
    plain = (word[1:].replace("-", "").isalpha() and word[1:].islower()) or len(word) == 1
    return word.lower() if plain and word != "I" else word


@cache
def words() -> dict[str, Any]:
    """Return the patterns of ``wording.yaml``, compiled; what is no pattern is a set of words."""
    read = yaml.safe_load(_WORDING.read_text(encoding="utf-8"))
    found: dict[str, Any] = {
        "document": [re.compile(one, re.IGNORECASE) for one in read["document"]]
    }
    for name in ("vague", "common_column"):
        found[name] = frozenset(fold(str(one)) for one in read[name])
    for name, pattern in read["patterns"].items():
        found[name] = re.compile(pattern, re.IGNORECASE)
    return found
