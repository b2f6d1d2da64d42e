"""What of a message must be found as it stands: codes, models, versions and quoted words.

The keyword route knows codes whole and in parts, so a passage about E-0x52 shares something with a
question about E-0x51. What is said here is looked up in the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from core.text.normalize import fold
from core.types import Chunk

_MOST = 8
_LONGEST_QUOTE = 60
_QUOTED = re.compile(
    r"“([^“”\n]+)”|「([^「」\n]+)」|『([^『』\n]+)』|《([^《》\n]+)》"
    r'|"([^"\n]+)"|(?<![^\W_])[\'‘]([^\'‘’\n]+)[\'’](?![^\W_])|`([^`\n]+)`'
)
_PART = r"[A-Za-z0-9]+"
_TOKEN = re.compile(
    rf"(?<![A-Za-z0-9_./-])(?:[vV])?{_PART}(?:[-_./:+#]{_PART})*\+*(?![A-Za-z0-9_])"
)
# "X2 Pro" and "HTTP 429" are written as two words and are one name.
_WITH_SUFFIX = re.compile(
    r"(?i)(?<![A-Za-z0-9])[a-z]{1,8}-?\d+[a-z]?\s(?:pro|max|plus|lite|mini|ultra|se)(?![A-Za-z0-9])"
)
_SPACED = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,6} \d{2,6}(?![A-Za-z0-9])")
_CODE_NAMED = re.compile(
    r"(?i)(?:(?<![a-z])(?:error|fault|status|exit|alarm|event)(?: (?:code|number|no\.?))?"
    r"|(?<![a-z])code|(?:错误|故障|报错|异常|状态|报警|告警)(?:代?码|号)?|代码)"
    r"\s*(?:是|为|is|:|#)?\s*([A-Za-z]{0,3}-?\d{1,8})(?![A-Za-z0-9])"
)
_MEASURE = re.compile(
    r"(?i)^\d+(?:[.,/]\d+)*(?:[a-z]{1,3}[23]?|hours?|days?|weeks?|months?|years?|min|mins|inch|times?"
    r"|mah|kwh|watts?|volts?|metres?|meters?|gbps|mbps|kbps|people)$"
)
_NOT_CODES = frozenset("m2 m3 cm2 cm3 mm2 mm3 km2 co2 h2o 24/7".split())
_VERSION = re.compile(r"^[vV]?\d+(?:\.\d+){2,}$|^[vV]\d+(?:\.\d+)*$")


def exact_of(text: str) -> tuple[str, ...]:
    """Return what is to be found as it stands, half width, each once, as it was written."""
    plain = unicodedata.normalize("NFKC", text)
    found: dict[str, str] = {}
    for written in (*_quoted(plain), *_codes(plain)):
        found.setdefault(written.casefold(), written)
    return tuple(found.values())[:_MOST]


def held_by(chunk: Chunk, exact: Sequence[str]) -> float:
    """Return the share of these strings that a chunk holds, its title and headings included."""
    text = fold(f"{chunk.context()}\n{chunk.text}")
    return sum(_stands(fold(one), text) for one in exact) / len(exact)


def _stands(wanted: str, text: str) -> bool:
    """Whether a string stands in a text by itself: no X2 in X20, nor 4.2 in 14.2.1."""
    edge = r"(?<![a-z0-9])" if wanted[:1].isascii() and wanted[:1].isalnum() else ""
    end = r"(?![a-z0-9])(?!\.\d)" if wanted[-1:].isascii() and wanted[-1:].isalnum() else ""
    # Many passages lack it altogether, which is known faster.
    return wanted in text and re.search(f"{edge}{re.escape(wanted)}{end}", text) is not None


def _quoted(text: str) -> Iterator[str]:
    for match in _QUOTED.finditer(text):
        words = next(filter(None, match.groups()), "").strip(" ,.，。！？!?")
        if 1 < len(words) <= _LONGEST_QUOTE:
            yield words


def _codes(text: str) -> Iterator[str]:
    for pattern in (_WITH_SUFFIX, _SPACED):
        yield from (match.group() for match in pattern.finditer(text))
    yield from (match.group(1) for match in _CODE_NAMED.finditer(text))
    for match in _TOKEN.finditer(text):
        if _is_exact(match.group()):
            yield match.group()


def _is_exact(token: str) -> bool:
    """Say whether a word is built as only names and codes are."""
    if token.lower() in _NOT_CODES or _MEASURE.match(token):
        return bool(_VERSION.match(token))
    if any(map(str.isdigit, token)):
        return any(map(str.isalpha, token)) or bool(_VERSION.match(token))
    # Options and files: CONFIG_FREERTOS_HZ, sdkconfig.defaults; not "and/or" and "Wi-Fi".
    return "_" in token.strip("_")
