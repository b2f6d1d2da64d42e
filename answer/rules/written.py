"""Rule sets as people write them: YAML read with care, and written back readably."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import yaml

from core.errors import DataInvalid

LARGEST = 256_000
"""Characters of a rule set."""
_DEEPEST = 20
_HINT = "Indent with spaces, one space after each colon, and put quotes around marks."


class _Reader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML with only text, numbers, true, false and null; the same key twice is an error.

    ``on``, ``no`` and dates stay text: nobody who writes them means what YAML takes them for.
    """

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Read one value, and refuse what could make a short text a very large one."""
        if self.check_event(yaml.AliasEvent):
            self._refuse("references with * are not read")
        if self._depth > _DEEPEST:
            self._refuse("this is nested too deeply")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, why: str) -> None:
        raise yaml.composer.ComposerError(None, None, why, self.peek_event().start_mark)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Read keys and values; a key may stand once."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {str(key)[:40]!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_Reader.yaml_implicit_resolvers = {
    first: [
        (tag, found)
        for tag, found in resolvers
        if not tag.endswith((":timestamp", ":merge"))
        and (not tag.endswith(":bool") or first in "tTfF")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_rules(text: str) -> dict[str, Any]:
    """Return what a rule set says.

    Raises:
        DataInvalid: it is not YAML, with the line, or holds what no rule set holds.
    """
    if len(text) > LARGEST:
        raise DataInvalid(
            f"The rules are {len(text):,} characters long; at most {LARGEST:,} are read.",
            "Put words that lead to the same into one rule.",
        )
    try:
        # The loader is a safe one: it makes nothing but plain values.
        body = yaml.load(text, _Reader)  # noqa: S506
    except yaml.MarkedYAMLError as exc:
        raise DataInvalid(_told(exc), _HINT) from None
    except yaml.YAMLError:
        raise DataInvalid("The rules hold a character that YAML has no place for.", _HINT) from None
    except (RecursionError, ValueError, OverflowError):
        raise DataInvalid("The rules cannot be read as YAML.", _HINT) from None
    if not isinstance(body, dict):
        raise DataInvalid("The rules are not a list of keys and values.", _HINT)
    _check_plain(body, "The rules", _DEEPEST)
    return body


def write_rules(body: Mapping[str, Any], like: str = "") -> str:
    """Return a rule set as YAML; the comment at the head of ``like`` stays."""
    head = []
    for line in like.splitlines():
        if not line.startswith("#"):
            break
        head.append(line)
    text = yaml.safe_dump(
        dict(body), allow_unicode=True, sort_keys=False, width=100, default_flow_style=None
    )
    return "\n".join([*head, text]) if head else text


def _told(exc: yaml.MarkedYAMLError) -> str:
    mark = exc.problem_mark or exc.context_mark
    where = f"Line {mark.line + 1}, column {mark.column + 1}" if mark else "The rules"
    return f"{where}: {exc.problem or exc.context or 'this is not YAML'}."


def _check_plain(value: Any, where: str, deep: int) -> None:
    if deep == 0:
        raise DataInvalid(f"{where} is nested too deeply.", _HINT)
    if isinstance(value, dict):
        for key, held in value.items():
            if not isinstance(key, str):
                raise DataInvalid(f"{where}: the key {key!r} is not text.", "Put it in quotes.")
            _check_plain(held, f"{where} > {key[:40]}", deep - 1)
    elif isinstance(value, list):
        for number, held in enumerate(value, start=1):
            _check_plain(held, f"{where} > {number}", deep - 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise DataInvalid(f"{where} is no number.", "Write one in digits.")
    elif value is not None and not isinstance(value, str | int | float | bool):
        raise DataInvalid(f"{where} is of a kind that rules do not have.", "Put it in quotes.")
