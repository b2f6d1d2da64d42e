"""Every word the screens say, in Chinese and English as equals; one file for each language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = {"zh": "中文", "en": "English"}
"""Code and own name of each language; a further language is one more file and one more line."""

FALLBACK = "en"


class Texts:
    """The words of one language, by dotted name."""

    def __init__(self, language: str, words: dict[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, name: str, /, **values: object) -> str:
        """Say something; a name that is not there is a mistake of ours and fails."""
        return self._words[name].format(**values)

    def counted(self, name: str, count: int) -> str:
        """Say how many there are, in the words for one where there is one."""
        return self(f"{name}_one" if count == 1 else name, n=count)

    def named(self, group: str, name: str) -> str:
        """Say a value of the API's own vocabulary; a value this screen does not know, as it is."""
        return self._words.get(f"{group}.{name}", name)

    def knows(self, name: str) -> bool:
        """Whether there are words for this name."""
        return name in self._words

    def names(self) -> frozenset[str]:
        """All names there are words for."""
        return frozenset(self._words)


@cache
def load(language: str) -> Texts:
    """Read the words of a language once."""
    path = Path(__file__).with_name(f"{language}.toml")
    return Texts(language, dict(_flat(tomllib.loads(path.read_text("utf-8")))))


def choose(*wishes: str | None) -> str:
    """Take the first wish that names a language we have; ``zh-Hant-TW`` names Chinese."""
    for wish in wishes:
        code = (wish or "").lower().replace("_", "-").split("-")[0]
        if code in LANGUAGES:
            return code
    return FALLBACK


def _flat(table: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
