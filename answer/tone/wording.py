"""The templates of one language: which text stands where, with its placeholders filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from answer.rules.house import RulesSource

NAME = "templates"
_HOUSE = ("company", "team", "agent")


class Wording:
    """The templates as they hold now, in one language and for one channel."""

    def __init__(self, rules: RulesSource, language: str, channel: str) -> None:
        self._hold(rules.current(NAME), language, channel)

    @classmethod
    def of(cls, templates: Mapping[str, Any], language: str, channel: str) -> Wording:
        """Return the wording of templates that do not hold yet."""
        made = cls.__new__(cls)
        made._hold(templates, language, channel)
        return made

    def _hold(self, templates: Mapping[str, Any], language: str, channel: str) -> None:
        self._templates = templates
        self._language = language
        self._channel = channel
        self._house = {name: self._templates["house"][name][language].strip() for name in _HOUSE}

    def place(self, name: str, **given: str) -> str:
        """Return what the channel says at a place: greeting, closing and so on."""
        channels = self._templates["channels"]
        own = channels.get(self._channel, {})
        return self.text(own.get(name, channels["default"][name]), **given)

    def words(self, *path: str, **given: str) -> str:
        """Return the text that stands under these names."""
        found: Any = self._templates
        for name in path:
            found = found[name]
        return self.text(found, **given)

    def raw(self, name: str) -> str:
        """Return what the channel says at a place with its placeholders still in it."""
        channels = self._templates["channels"]
        said = channels.get(self._channel, {}).get(name, channels["default"][name])[self._language]
        return str(said[0] if isinstance(said, list) else said)

    def fitting(self, table: str, situation: Mapping[str, Any]) -> tuple[str, str]:
        """Return the first entry of a table whose conditions hold: its situation and its text."""
        for entry in self._templates[table]:
            if all(_holds(name, wanted, situation) for name, wanted in entry["when"].items()):
                said = entry["say"]
                text = self.text(said.get(self._channel, said["default"]))
                return str(entry.get("situation", "")), text
        return "", ""

    def acknowledged(self, text: str) -> bool:
        """Say whether an agent's message apologises or shows understanding already."""
        lowered = text.lower()
        words = self._templates["acknowledged"]
        return any(word.lower() in lowered for language in words for word in words[language])

    def text(self, said: Mapping[str, Any], **given: str) -> str:
        """Return the first alternative of which every placeholder is filled in."""
        texts = said[self._language]
        known = {**self._house, **given}
        for text in texts if isinstance(texts, list) else [texts]:
            if all(value or f"{{{name}}}" not in text for name, value in known.items()):
                return str(text.format_map(known))
        return ""


def _holds(name: str, wanted: Any, situation: Mapping[str, Any]) -> bool:
    if name in ("severity", "emergency"):
        return bool(situation[name] >= wanted)
    return bool(situation[name] == wanted)
