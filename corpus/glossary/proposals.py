"""Terms that the glossary might lack: found in the documents, and in what was asked in vain."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from core.text import fold, is_chinese
from core.text.words import index_terms, is_code, is_stop
from core.types import Chunk
from corpus.glossary.entry import Entry, Status, language_of_term
from corpus.glossary.lexicon import Key, key_of

_HAN = r"[\u4e00-\u9fff]"
_IN_BRACKETS_ZH = re.compile(rf"({_HAN}{{2,14}})\s?[（(]([A-Za-z][A-Za-z0-9 .-]{{1,40}})[)）]")
_IN_BRACKETS_EN = re.compile(
    r"((?:[A-Za-z][a-z]+[ -]){1,6}[A-Za-z][a-z]+) \(([A-Z][A-Z0-9-]{1,9})\)"
)
_DEFINED_ZH = re.compile(
    rf"^(?:[（(]?[一二三四五六七八九十\d.]+[)）、.]?\s*)?({_HAN}{{2,8}})[：:]\s*{_HAN}",
    re.MULTILINE,
)
_TERMS_HEADING = re.compile(r"术语|名词解释|定义|glossary|terms|definitions", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节条]|[（(]?[一二三四五六七八九十]+[)）、]"
    r"|\d+(?:\.\d+)*[.、]?)\s*"
)
_SEVERAL = re.compile(r"[与和及或、/\d]|\b(?:and|or)\b", re.IGNORECASE)
"""Marks of a heading that is about more than one thing, or about a number."""
_QUESTION = re.compile(r"[?？]|怎么|如何|什么|多久|哪|吗|^(?:how|what|when|can|does|do|is)\b", re.I)
_LONGEST_ZH, _MOST_WORDS = 8, 4
_LEAST_PAIRS = 4
_LEAST_SECTIONS = 3
_LEAST_ASKED = 2
_MOST = 200
"""Proposals of one kind; more than that nobody reads."""


def proposals(documents: Sequence[Sequence[Chunk]], asked_in_vain: Sequence[str]) -> list[Entry]:
    """Return entries that a person may approve, the surest kinds first.

    Args:
        documents: The passages of each live document, in order.
        asked_in_vain: Questions for which no passage was found.
    """
    found: list[Entry] = []
    taken: set[Key] = set()
    texts = [chunk.text for chunks in documents for chunk in chunks]
    for kind in (
        _bracketed(texts),
        _paired(documents),
        _defined(documents),
        _frequent(documents),
        _asked(texts, asked_in_vain),
    ):
        for entry in [*kind][:_MOST]:
            keys = {key_of(name) for name in entry.all_names()}
            if keys and not keys & taken:
                taken |= keys
                found.append(entry)
    return found


def _proposal(zh: str = "", en: str = "", origin: str = "", short: str = "") -> Entry:
    abbreviations = (short,) if short else ()
    return Entry(zh, en, abbreviations_en=abbreviations, status=Status.PROPOSED, origin=origin)


def _bracketed(texts: Iterable[str]) -> Iterator[Entry]:
    """A term with its other name behind it in brackets."""
    zh: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        for match in _IN_BRACKETS_EN.finditer(text):
            if long := _spelled_out(match[1].split(), match[2]):
                yield _proposal(en=long, short=match[2], origin=f"{long} ({match[2]})")
        for match in _IN_BRACKETS_ZH.finditer(text):
            if not _is_part(match[2]):
                zh[match[2].strip()].append(match[1])
    for other, before in zh.items():
        if term := _term_before(before):
            short = other if other.isupper() and " " not in other else ""
            yield _proposal(term, "" if short else other, f"{term}（{other}）", short)


def _spelled_out(words: Sequence[str], short: str) -> str:
    """The words before a bracket whose initials it holds, empty where they are not its."""
    letters = [letter.lower() for letter in short if letter.isalpha()]
    last = words[-len(letters) :]
    if len(last) == len(letters) and [w[0].lower() for w in last] == letters:
        return " ".join(last)
    return ""


def _is_part(text: str) -> bool:
    """Whether it is a part number or model, which names one thing and translates nothing."""
    return any(c.isdigit() for c in text) and (is_code(text.lower()) or "-" in text)


def _term_before(before: Sequence[str]) -> str:
    """The term at the end of what stands before a bracket.

    Where it stands several times it is what all have in common; once, the last words that
    are not common ones.
    """
    common = before[0]
    for other in before[1:]:
        while common and not other.endswith(common):
            common = common[1:]
    if len(set(before)) > 1 and len(common) >= 2:
        return common
    term = ""
    for word in reversed(_words(before[0])):
        if is_stop(word) or len(term) + len(word) > _LONGEST_ZH:
            break
        term = word + term
    return term if len(term) >= 2 else ""


def _words(text: str) -> list[str]:
    import rjieba

    return [str(word) for word in rjieba.cut(text)]


def _paired(documents: Sequence[Sequence[Chunk]]) -> Iterator[Entry]:
    """Headings that stand in the same place of a Chinese and an English document."""
    outlines = [(_outline(chunks), _facts(chunks)) for chunks in documents]
    chinese = [o for o in outlines if o[0] and is_chinese("".join(h for _, h in o[0]))]
    english = [o for o in outlines if o[0] and not is_chinese("".join(h for _, h in o[0]))]
    for zh, zh_facts in chinese:
        for en, en_facts in english:
            same_form = [level for level, _ in zh] == [level for level, _ in en]
            if len(zh) < _LEAST_PAIRS or not same_form or not _alike(zh_facts, en_facts):
                continue
            for (_, left), (_, right) in zip(zh, en, strict=True):
                one, other = _bare(left), _bare(right)
                if _is_term(one) and _is_term(other):
                    yield _proposal(one, other, f"{left} = {right}")


def _outline(chunks: Sequence[Chunk]) -> list[tuple[int, str]]:
    paths = dict.fromkeys(
        chunk.headings[:depth] for chunk in chunks for depth in range(1, len(chunk.headings) + 1)
    )
    return [(len(path), path[-1]) for path in paths]


def _facts(chunks: Sequence[Chunk]) -> set[str]:
    terms = {term for chunk in chunks for term in index_terms(chunk.text)}
    return {term for term in terms if any(c.isdigit() for c in term)}


def _alike(one: set[str], other: set[str]) -> bool:
    """Whether two documents name the same numbers and codes, as two languages of one do."""
    return len(one & other) * 2 >= min(len(one), len(other)) > 0


def _bare(heading: str) -> str:
    return _NUMBERING.sub("", heading).strip()


def _is_term(text: str) -> bool:
    if not text or _QUESTION.search(text) or _SEVERAL.search(text):
        return False
    if not text.replace(" ", "").replace("-", "").isalnum():
        return False
    if language_of_term(text) == "zh":
        return 2 <= len(text) <= _LONGEST_ZH
    return len(text.split()) <= _MOST_WORDS and len(text) > 2


def _defined(documents: Sequence[Sequence[Chunk]]) -> Iterator[Entry]:
    """Terms that a section on terms explains."""
    for chunk in (chunk for chunks in documents for chunk in chunks):
        if chunk.headings and _TERMS_HEADING.search(chunk.headings[-1]):
            for match in _DEFINED_ZH.finditer(chunk.text):
                yield _proposal(match[1], origin=f"{chunk.title} > {chunk.headings[-1]}")


def _frequent(documents: Sequence[Sequence[Chunk]]) -> Iterator[Entry]:
    """Runs of words that stand in the headings of several sections."""
    sections: Counter[str] = Counter()
    for chunks in documents:
        for _, heading in _outline(chunks):
            sections.update(set(_runs(_bare(heading))))
    for term, count in sections.most_common():
        if count < _LEAST_SECTIONS:
            return
        entry = _proposal(term) if language_of_term(term) == "zh" else _proposal(en=term)
        yield Entry(entry.zh, entry.en, status=entry.status, origin=f"{count} × #")


def _runs(heading: str) -> Iterator[str]:
    """Single words of Chinese headings, pairs of words of English ones."""
    if is_chinese(heading):
        words = [word for word in _words(heading) if is_chinese(word) and not is_stop(word)]
        # Words of two characters are seldom terms: customer, product, safety.
        yield from (word for word in words if 3 <= len(word) <= _LONGEST_ZH)
        return
    words = [word for word in fold(heading).split() if word.replace("-", "").isalpha()]
    for one, other in pairwise(words):
        if not is_stop(one) and not is_stop(other):
            yield f"{one} {other}"


def _asked(texts: Sequence[str], questions: Sequence[str]) -> Iterator[Entry]:
    """Words of several questions that found nothing and that no document holds."""
    asked: Counter[str] = Counter()
    for question in dict.fromkeys(questions):
        words = _words(fold(question)) if is_chinese(question) else fold(question).split()
        asked.update({w.strip(".,!?，。！？；：、\"'") for w in words})
    # Numbers are left out: they may be somebody's order or telephone.
    wanted = {
        word: count
        for word, count in asked.items()
        if count >= _LEAST_ASKED and len(word) >= 2 and word.isalpha() and not is_stop(word)
    }
    whole = fold("\n".join(texts))
    for word, count in sorted(wanted.items(), key=lambda item: (-item[1], item[0])):
        if word not in whole:
            one = language_of_term(word) == "zh"
            yield _proposal(word if one else "", "" if one else word, f"{count} × ?")
