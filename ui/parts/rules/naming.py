"""What the parts of a set of rules are called on the screens."""

from __future__ import annotations

from ui.texts import Texts

# Values of the API's own vocabulary that stand as keys below these.
_VALUES = {"kind": "kind", "emotion": "emotion", "about": "about"}


def called(t: Texts, name: str, above: str = "") -> str:
    """Say a key of the rules by what it stands under; one without words of its own, readably."""
    wanted = [f"rule_part.{above}.{name}", f"{_VALUES.get(above, '')}.{name}"]
    wanted += [f"rule_key.{name}", f"channel.{name}", f"spoken.{name}", f"rule_name.{name}"]
    for key in wanted:
        if t.knows(key):
            return t(key)
    return name.replace("_", " ")
