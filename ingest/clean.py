"""What every parser does to the characters it reads; the words stay as they were written."""

from __future__ import annotations

import re

from core.text.hidden import visible

_UNSOUND = re.compile("[\ufffe\uffff\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
# Symbol fonts put their bullets into the private area.
_BULLETS = str.maketrans(dict.fromkeys("\uf0b7\uf06c\uf0a7\uf0d8\uf06e\uf075\uf0fc\uf09f", "•"))
_PRIVATE = re.compile("[\ue000-\uf8ff]")

CJK = "\u2e80-\u2fdf\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_CJK_EDGE = re.compile(rf"[{CJK}“”‘’…—]")


def clean_line(text: str) -> str:
    """Return a text on one line, without control and invisible characters or doubled spaces."""
    return re.sub(r"\s*\n\s*", " ", clean_text(text)).strip()


def clean_text(text: str) -> str:
    """Return a text with its line breaks, without control and invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x0c", "\n")
    text = _CONTROL.sub("", _UNSOUND.sub("", visible(text))).translate(_BULLETS)
    text = _SPACES.sub(" ", _PRIVATE.sub("", text))
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def clean_code(text: str) -> str:
    """Return preformatted text with its indentation."""
    text = _CONTROL.sub(
        "", _UNSOUND.sub("", visible(text.replace("\r\n", "\n").replace("\r", "\n")))
    )
    return "\n".join(line.rstrip() for line in text.expandtabs(4).split("\n")).strip("\n")


def is_cjk(character: str) -> bool:
    """Say whether a character is written without spaces around it."""
    return bool(_CJK_EDGE.match(character))


def join_lines(left: str, right: str) -> str:
    """Join two lines of one paragraph: no space beside Chinese, hyphenated words made whole."""
    left, right = left.rstrip(), right.lstrip()
    if not left or not right:
        return left + right
    # Only the end of what is joined so far is looked at: it may be a whole book.
    end = left[-2:]
    if re.search(r"[a-z]-$", end) and re.match(r"[a-z]{2}", right):
        return left[:-1] + right
    if re.search(r"[A-Za-z0-9]-$", end) and re.match(r"[A-Za-z0-9]", right):
        return left + right
    if is_cjk(left[-1]) and is_cjk(right[0]):
        return left + right
    if is_cjk(left[-1]) != is_cjk(right[0]) and (
        left[-1] in "，。、；：（“《" or right[0] in "，。、；：）”》"
    ):
        return left + right
    return f"{left} {right}"


def join_all(lines: list[str]) -> str:
    """Join the lines of one paragraph."""
    joined = ""
    for line in lines:
        joined = join_lines(joined, line)
    return joined
