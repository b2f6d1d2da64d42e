"""Characters that show nothing: in them, a text can say what its reader does not see."""

from __future__ import annotations

import re

_NOTHING = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# One selector after a sign chooses its coloured form; more of them, or one after a letter, are
# a message.
_SIGN = "\u00a9\u00ae\u203c-\u32ff\U0001f000-\U0001faff#*0-9"
_INVISIBLE = re.compile(f"[{_NOTHING}]|(?<![{_SIGN}])[\ufe0e\ufe0f]")


def visible(text: str) -> str:
    """Return a text without the characters that show nothing or turn its order around."""
    return _INVISIBLE.sub("", text)


def shows_all(text: str) -> bool:
    """Say whether every character of a text can be seen or is white space."""
    return not _INVISIBLE.search(text)
