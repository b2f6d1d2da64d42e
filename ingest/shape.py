"""What a line looks like: a heading, a warning, a caption, or the words of a sentence."""

from __future__ import annotations

import re

from ingest.numbering import Label, Scheme, label_of

_SENTENCE_END = re.compile(r"(?:[。；;，,、!！…]|(?<![A-Z0-9])\.)[”\"’」』]*$")
_INNER_END = re.compile(r"[。；！!？?](?=.)|\.\s+[A-Z]")
_WIDTH = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_QUESTION = re.compile(r"[？?]$")
_ADMONITION = re.compile(
    r"^[【\[（(※⚠️!！*\s]*(?:注意|警告|危险|小心|提示|说明|备注|注|重要|当心|Note|NOTE|Warning|WARNING|Caution|CAUTION|"
    r"Danger|DANGER|Important|IMPORTANT|Tip|TIP|Notice|NOTICE)(?:事项)?\s*(?:[】\]]|[）)]?\s*[:：!！])"
)
_CAPTION = re.compile(
    r"^(?:图|表|续表|附图|附表|Figure|FIGURE|Fig\.?|Table|TABLE)\s*[\dA-Z一二三四五六七八九十]+[\d.\-–—_]*(?![\u4e00-\u9fff]{0,2}$)"
)
_IMPRINT = re.compile(r"^(?:版本|版次|日期|编号|Version|Ver|Rev|Revision|Date|V)\s*[:：.\d]", re.I)
_UNTITLED = re.compile(
    r"https?:|www\.|\w\.(?:com|cn|org|net)\b|[{}=]|\w\(\)|_\w+\(|->|"
    r"^\d{4}\s*[年./-]\s*\d|^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d"
)
_WORDY = re.compile(r"[\u3400-\u9fff]{2}|[^\W\d_\u3400-\u9fff]{3}|[\u3400-\u9fff].*\w")
_LONGEST_HEADING = 40
_PAIRS = tuple(tuple(pair) for pair in ("“”", "（）", "《》", "「」", "()"))


def is_admonition(text: str) -> bool:
    """Say whether a text is a warning or note that belongs to what stands before it."""
    return bool(_ADMONITION.match(text))


def is_caption(text: str) -> bool:
    """Say whether a text names a figure or table."""
    return bool(_CAPTION.match(text))


def heading_shaped(text: str, *, strong: bool = False) -> bool:
    """Say whether a text could be a heading by its length and punctuation.

    Text set in bold or larger type may be longer and hold a comma.
    """
    label = label_of(text)
    body = label.rest if label else text
    width = len(_WIDTH.findall(body))
    if not width or width > (_LONGEST_HEADING if strong else _LONGEST_HEADING - 10):
        return False
    if not re.search(r"[^\W\d_]", body) or _SENTENCE_END.search(body) or _INNER_END.search(body):
        return False
    if is_admonition(text) or is_caption(text) or _UNTITLED.search(body):
        return False
    if any(body.count(left) != body.count(right) for left, right in _PAIRS):
        return False
    if label is None and (not _WORDY.search(body) or _IMPRINT.match(body)):
        return False
    introduces = body.endswith((":", "：")) and not _may_introduce(label)
    if label is not None and introduces:
        return False
    if strong or _QUESTION.search(body):
        return True
    return "，" not in body and not introduces


def _may_introduce(label: Label | None) -> bool:
    """Say whether a line so numbered is a heading even with a colon at its end."""
    if label is None:
        return False
    return label.scheme <= Scheme.CHINESE_PAREN or label.depth > 1
