"""Which language a text is in, decided by its script and, for English, by its prose."""

from __future__ import annotations

import re

from core.text.normalize import simplify

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af\u1100-\u11ff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
_LETTER = re.compile(r"[^\W\d_]")
# A stretch without Chinese, on one line and in one cell.
_STRETCH = re.compile(r"[^\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\n|]+")
# A word of a sentence, and not a path, a function, an option or the name of a product.
_PROSE_WORD = re.compile(
    r"(?<![^\s(\"'“‘])([A-Za-z\u00c0-\u024f]?[a-z\u00df-\u024f]+(?:['’-][a-z]+)*)(?=[.,;:!?)\"'”’]*(?:\s|$))"
)
_CODE = re.compile(r"[{}()=<>/\\_$;\[\]\d]|--|\s-\w")
# Words that sentences are full of and programs are not.
_PROSE_MARK = re.compile(
    r"^(?:the|of|to|an?|are|was|were|be|been|you|your|it|its|this|that|these|those|with|will|can|"
    r"should|would|has|have|had|by|at|we|our|they|their|which|when|what|how|there|than|also|must|"
    r"may|only|any|but|is|and|into|i|more|about)$",
    re.I,
)

_MIXED_SHARE = 0.25
# Of traditional text every third character has a simplified form; a quote or a slip has few.
_TRADITIONAL_SHARE = 0.12
_MARK_SHARE = 0.08
_FEWEST_TOGETHER = 3
_HAN_PER_WORD = 1.6
_LETTERS_PER_WORD = 4
_SAMPLE = 20_000


def language_of(text: str) -> str:
    """Return zh-Hans, zh-Hant, en, mixed or other.

    A Chinese text is full of Latin names, commands and code, and Chinese all the same: it is mixed
    only when English phrases have a quarter of the weight, an English word counting as much as a
    Chinese one.
    """
    sample = text[:_SAMPLE]
    han = len(_HAN.findall(sample)) / _HAN_PER_WORD
    latin = len(_LATIN_WORD.findall(sample))
    if _is_other(sample, han + latin):
        return "other"
    if not han:
        return "en"
    english = _english_beside_chinese(sample)
    if min(han, english) >= _MIXED_SHARE * (han + english):
        return "mixed"
    if english > han:
        return "en"
    return "zh-Hant" if _is_traditional(sample) else "zh-Hans"


def spoken_letters(text: str) -> int:
    """Return how much of a text speaks for a language, in letters; a Chinese one counts as two.

    Code, numbers and names speak for none.
    """
    sample = text[:_SAMPLE]
    words = _PROSE_WORD.findall(sample)
    marks = sum(bool(_PROSE_MARK.match(word)) for word in words)
    english = sum(map(len, words)) if marks > _MARK_SHARE * len(words) else 0
    other = len(_LETTER.findall(sample)) - len(_LATIN.findall(sample))
    return english + other + len(_HAN.findall(sample))


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


def _is_other(text: str, known: float) -> bool:
    """Say whether a text is in neither language, by the scripts of its letters."""
    if len(_KANA_HANGUL.findall(text)) > 0.2 * known and _KANA_HANGUL.search(text):
        return True
    letters = len(_LETTER.findall(text)) - len(_LATIN.findall(text)) - len(_HAN.findall(text))
    return letters / _LETTERS_PER_WORD > known or (letters > 0 and not known)


def _english_beside_chinese(text: str) -> int:
    """Count the words of English phrases in a text that holds Chinese too."""
    count = 0
    for stretch in _STRETCH.findall(text):
        words = _PROSE_WORD.findall(stretch)
        said = not _CODE.search(stretch) or any(_PROSE_MARK.match(word) for word in words)
        count += len(words) if said and len(words) >= _FEWEST_TOGETHER else 0
    return count


def _is_traditional(text: str) -> bool:
    characters = "".join(_HAN.findall(text))
    changed = sum(a != b for a, b in zip(characters, simplify(characters), strict=False))
    return changed > _TRADITIONAL_SHARE * len(characters)
