"""What a file name or a title calls a document, whichever version of it this is."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePath

from core.text import fold

_SUFFIX = re.compile(r"\.[a-z]{2,5}\d?$")
_START, _END = r"(?<![a-z0-9])", r"(?![a-z0-9])"
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:19|20)\d{2}(?:\d{4}|\d{2})?"
_COUNT = r"[\d一二三四五六七八九十]+"
_WORDS = (
    "final draft copy new old latest current updated revised revision edited clean approved "
    "release released review reviewed"
)
_MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        # 2024-05-01, 2024年5月, May 2024, 20240501
        r"(?:19|20)\d{2}\s*[-_./年]\s*\d{1,2}(?:\s*[-_./月]\s*\d{1,2}\s*日?|\s*月)?(?!\d)",
        rf"{_START}(?:{_MONTH}[ ._-]*(?:\d{{1,2}},? *)?(?:19|20)\d{{2}}){_END}",
        rf"{_START}(?:19|20)\d{{2}}[ ._-]*{_MONTH}{_END}",
        rf"{_START}{_DAY}{_END}年?度?(?:修订)?版?",
        # v2.0, version 3, rev. B, 版本 2.0, V1.3版
        rf"{_START}(?:version|ver|v|revision|rev|edition|ed|issue)"
        rf"[ ._-]*\d+(?:[._]\d+)*[a-z]?{_END}版?",
        rf"{_START}(?:revision|rev|issue)[ ._-]+[a-z]{_END}",
        rf"{_START}\d+(?:st|nd|rd|th) (?:edition|revision|version){_END}",
        r"(?:版本|版次|版)\s*[:：]?\s*\d+(?:\.\d+)*",
        rf"第\s*{_COUNT}\s*(?:次修订|版|稿)",
        r"\d+(?:\.\d+)*\s*版",
        # A number with a point at the end of a name counts its versions.
        rf"{_START}\d+(?:[._]\d+)+\s*$",
        # (1), 副本, _final, 修订版
        r"[(（\[]\s*\d+\s*[)）\]]",
        rf"{_START}(?:copy of|{'|'.join(_WORDS.split())}){_END}",
        r"(?:副本|修订[版稿]?|修改[版稿]|更新[版稿]|最新[版稿]?|最终[版稿]?|正式[版稿]|终稿|定稿|初稿"
        r"|草[稿案]|新版|旧版|征求意见稿|试行稿?|送审稿|审定稿)",
    )
)
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=20_000)
def bare(name: str) -> str:
    """Return a title or a file's stem without marks of version, date or revision, in lower case.

    Its words are parted by single spaces; it is empty where nothing but marks is left.
    """
    text = fold(name).replace("_", " ")
    for mark in _MARKS:
        text = mark.sub(" ", text)
    return _NOT_WORD.sub(" ", text).strip()


def bare_file(name: str) -> str:
    """Return what a file name says without its folder, its suffix and marks of version."""
    plain = PurePath(name.replace("\\", "/")).name
    return bare(_SUFFIX.sub("", plain.lower()) if "." in plain[1:] else plain)


def same_name(one: str, other: str) -> bool:
    """Say whether two bare names are one, however their words are parted."""
    return bool(one) and one.replace(" ", "") == other.replace(" ", "")


_TONGUES = {
    "hant": "hant tw hk cht zht 繁体 繁體 繁体版",
    "zh": "zh cn chs chinese zhcn hans 中文 中文版 简体 简体版",
    "en": "en eng english enus engb 英文 英文版",
}


def tongue(bare_name: str) -> str:
    """Return the language that a bare name says it is in, or an empty string."""
    words = set(bare_name.split())
    return next((code for code, names in _TONGUES.items() if words & set(names.split())), "")
