"""E-mail addresses, also as people spell them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.personal.found import CERTAIN, NAMED, Found
from core.personal.kinds import PersonalKind

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+%-])[A-Za-z0-9_][A-Za-z0-9_.+%-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})"
    r"(?:\.[A-Za-z0-9-]{1,62}){0,4}\.[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_AT = r" ?(?:\[ ?at ?\]|\( ?at ?\)|\{ ?at ?\}|<at>|艾特|圈a|＠| @ ?|@ ) ?"
_DOT = r" ?(?:\.|\[ ?dot ?\]|\( ?dot ?\)|\bdot\b|点|點) ?"
_TOP = r"(?:com|cn|net|org|edu|gov|io|me|co|uk|de|fr|hk|tw|jp|au|us|info|biz)(?![A-Za-z0-9])"
_NAME = r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_][A-Za-z0-9_.+-]{1,40}"
_SPELLED = re.compile(
    rf"{_NAME}(?: dot [A-Za-z0-9]{{1,20}})?(?:{_AT}|[ ]at[ ])[A-Za-z0-9][A-Za-z0-9-]{{0,40}}(?:{_DOT}(?!com|cn)[A-Za-z0-9-]{{1,20}}){{0,2}}{_DOT}{_TOP}",
    re.I,
)
_HASHED = re.compile(
    rf"{_NAME}#(?:163|126|qq|gmail|outlook|hotmail|sina|foxmail|yahoo|icloud|sohu|139)\.{_TOP}",
    re.I,
)
_HINT = re.compile(r"[@#]|\bat\b|艾特|圈a", re.I)
# "look at example.com": no name before it, and a dot that was typed.
_PROSE = re.compile(r"^[a-z]+ at [\w.-]+$", re.I)
_MAILED = re.compile(r"(?:mail|邮箱|邮件|reach|write|contact)[^\n]{0,24}$", re.I)


def contacts(text: str) -> Iterator[Found]:
    """Yield e-mail addresses."""
    if not _HINT.search(text):
        return
    for match in _EMAIL.finditer(text):
        yield Found(PersonalKind.EMAIL, *match.span(), CERTAIN)
    for match in _HASHED.finditer(text):
        yield Found(PersonalKind.EMAIL, *match.span(), CERTAIN)
    for match in _SPELLED.finditer(text):
        prose = _PROSE.match(match.group()) or re.match(
            r"(?:the|an?|our|your|my) ", match.group(), re.I
        )
        if " @" in match.group() and "@ " not in match.group():
            continue
        if not prose or _MAILED.search(text[max(0, match.start() - 36) : match.start()]):
            yield Found(PersonalKind.EMAIL, *match.span(), NAMED)
