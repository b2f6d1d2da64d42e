"""Which language a text is in, decided by its script."""

from __future__ import annotations

import re

from core.text.normalize import simplify

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af\u1100-\u11ff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_LETTER = re.compile(r"[^\W\d_]")

_MIXED_SHARE = 0.25
_TRADITIONAL_SHARE = 0.05
_SAMPLE = 20_000


def language_of(text: str) -> str:
    """Return zh-Hans, zh-Hant, en, mixed or other.

    A Chinese character weighs as much as an English word. Chinese manuals are full of Latin
    names, so a text is mixed only when the smaller language has a quarter of the weight.
    """
    sample = text[:_SAMPLE]
    han = len(_HAN.findall(sample)) / 1.6
    latin = len(_LATIN_WORD.findall(sample))
    if _KANA_HANGUL.search(sample) and len(_KANA_HANGUL.findall(sample)) > 0.2 * (han + latin):
        return "other"
    if han + latin == 0:
        return "other" if _LETTER.search(sample) else "en"
    if min(han, latin) >= _MIXED_SHARE * (han + latin):
        return "mixed"
    if latin > han:
        return "en"
    return "zh-Hant" if _is_traditional(sample) else "zh-Hans"


def is_chinese(text: str) -> bool:
    """Say whether the text holds any Chinese character."""
    return bool(_HAN.search(text))


def reply_language(text: str) -> str:
    """Return the language to answer in: zh where the text holds Chinese words, else en.

    A Chinese customer writes "HTTP 429 怎么办": two Chinese characters outweigh the code.
    """
    han = len(_HAN.findall(text))
    words = len(_LATIN_WORD.findall(text))
    return "zh" if han >= 2 and han * 2 >= words else "en"


def _is_traditional(text: str) -> bool:
    characters = "".join(_HAN.findall(text))
    changed = sum(a != b for a, b in zip(characters, simplify(characters), strict=False))
    return changed > _TRADITIONAL_SHARE * len(characters)
