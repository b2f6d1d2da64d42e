"""What a passage answers, in a few short texts: its heading, its questions, what its table shows.

A customer's question is nearer to the words a passage stands under than to the passage, whose
vector is the mean of all it says. No model is asked: a writer has put most of it there already.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from core.types import Chunk

RULES = 1
"""Names what is derived and how it is embedded: with another number, another index is built."""
MOST = 6
"""Texts of one passage; a passage of questions and answers holds about as many as fit it."""
LONGEST = 200
"""Characters of one text."""

_BETWEEN = " > "
_CN = "〇零一二三四五六七八九十百"
# Not the number in "2.4 GHz", "24 小时" or "2.0 版": it is part of what is said.
_NO_UNIT = (
    r"(?!\s*(?:[kMGTmµμ]?(?:Hz|Wh|Ah|dB|bit|[mgLlVAWsBb])\b|mm|cm|km|kg|inch|%|℃|°|小[时時]"
    r"|分[钟鐘之]|[个個]|[年月日天周週次台臺倍元米秒寸克]|升(?!级|級)|版(?!本)))"
)
_NUMBERING = re.compile(
    rf"\s*(?:第\s*(?:\d{{1,3}}|[{_CN}]{{1,4}})\s*(?:[章节節条條篇编編]|部分|步)[\s:：、.]*"
    r"|(?i:chapter|section|part|appendix|annex|step)\s+(?:\d{1,3}|[A-Z]|[IVX]{1,5})(?![\w'’])"
    r"[\s:.)–—-]*"
    r"|(?:附录|附錄|附件|步骤|步驟)\s*(?:[A-Z]|\d{1,3}|[一二三四五六七八九十])[\s:：、.]*"
    rf"|[(（](?:\d{{1,3}}|[{_CN}]{{1,4}}|[a-zA-Z])[)）]\s*[、.]?\s*"
    rf"|[{_CN}]{{1,4}}[、．.]\s*"
    r"|§?\s*\d{1,3}(?:[.．]\d{1,3}){1,5}[.．、)）]?(?=\s+[^\W\d_]|\s*[\u3400-\u9fff“「《（]|\s*$)"
    rf"{_NO_UNIT}\s*"
    r"|\d{1,3}(?:[.．](?!\d)|[、)）]|\s*$)\s*"
    rf"|\d{{1,2}}(?=\s+[\u3400-\u9fffA-Z]){_NO_UNIT}\s+"
    r"|[A-Z][.．](?=\s)\s*|[IVX]{1,5}[.、]\s*|[①-⑳]\s*)"
)
_BULLET = re.compile(r"\s*(?:[•●○◦▪■□◆◇★►▶➤✓✔·∙*+–—-]\s+|[•●○◦▪■□◆◇★►▶➤✓✔·∙])")
_ASKING = re.compile(r"(?<=[\w”」』）)\]\"'*`])[?？](?=[*_`]*\s*$)")
"""Ends a line that asks; what ends in a quotation mark is what somebody said."""
_ENDS = re.compile(r"？|\?(?=\s|$|[*_\u3400-\u9fff])")
_SPEECH = (("“", "”"), ("「", "」"), ("『", "』"))
_NUMBER = r"\s*[#.]?\s*\d{0,3}\s*"
_ASKED = re.compile(
    rf"\s*[*_【\[(（「]{{0,3}}(?:Q(?:uestions?)?|FAQ|问|問|问题|問題|提问|提問|问题描述|問題描述"
    rf"|问题现象|問題現象|故障现象|故障現象|现象|現象|症状|症狀|Problem|Symptoms?|Issue|Observation)"
    rf"{_NUMBER}[】\])）」]{{0,2}}[*_]{{0,2}}(?:[:：]|(?<=\d)[.、]|(?<=[】\]）)」]))[*_]{{0,2}}\s*",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    rf"(?:^|(?<=[\s?？。.!！]))[*_【\[(（]{{0,3}}(?:A(?:nswer)?|答|答案|答复|答覆|回答|解答){_NUMBER}"
    r"[】\])）]?[*_]{0,2}[:：]",
    re.IGNORECASE,
)
_CELL = " | "
_TABLE_NUMBER = re.compile(
    r"\s*(?:(?:附)?[表图圖]|table|tab\.|figure|fig\.)\s*(?:\d+|[A-Z](?=[-.\d]))"
    r"(?:[-–.．]\d+)*[\s:：.、)）–—-]*",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_HEADER = re.compile(r"<th(?:\s[^>]*)?>(.*?)</th>", re.DOTALL)
_ANY_TABLE_SAYS = frozenset(
    """项目 項目 项 項 参数 參數 名称 名稱 序号 序號 编号 編號 值 数值 數值 规格 規格 说明 說明 描述
    内容 內容 含义 含義 备注 備註 数量 數量 单位 單位 类型 類型 物品 类别 類別 item items name value
    values specification description meaning remark remarks note notes quantity qty unit type no id
    parameter content column field""".split()
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])[^\W_])+")
_STANDS_ALONE = 5
"""Words (Chinese: half as many as characters) with which a heading needs none above it."""
_FEWEST_WORDS = 2
_FEWEST_LABELS = 2
_LONGEST_LABEL = 40
_MOST_LABELS = 8


def questions_of(chunk: Chunk) -> tuple[str, ...]:
    """Return the short texts that a passage answers to: at most ``MOST``, none said twice.

    Its heading with as much of the path as it needs, the questions that it answers in its own
    words, and what its table is called and shows. A passage without any of them has none.
    """
    path = _path(chunk)
    seen = {_key(chunk.title), _key(_bare(chunk.title))}
    texts = []
    for text in (*_heading(path), *_asked(chunk.text), *_of_table(chunk, path)):
        if (key := _key(text)) not in seen:
            seen.add(key)
            texts.append(text)
    return tuple(texts[:MOST])


def bare_heading(heading: str) -> str:
    """Return a heading without its number and without the mark of a question."""
    return _bare(heading)


def _path(chunk: Chunk) -> list[str]:
    """The headings that say something, without their numbers; the title is not one of them."""
    title = _key(_bare(chunk.title))
    bare = [_bare(heading) for heading in chunk.headings]
    return [heading for heading in bare if _says_something(heading) and _key(heading) != title]


def _heading(path: Sequence[str]) -> Iterator[str]:
    if path:
        yield _placed(path[-1], path[:-1])


def _placed(text: str, above: Sequence[str]) -> str:
    """A text under the heading above it, unless it says by itself what it is about."""
    if not above or _ASKING.search(text) or _words(text) >= _STANDS_ALONE:
        return _cut(text)
    whole = f"{above[-1]}{_BETWEEN}{text}"
    return whole if len(whole) <= LONGEST else _cut(text)


def _asked(text: str) -> Iterator[str]:
    """The questions of a text that are followed by their answers, in its order."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        plain = _unlisted(line)
        if mark := _ASKED.match(plain):
            question = _of_marked(plain[mark.end() :] or _unlisted(after))
        elif _ASKING.search(line):
            question = _of_line(line, before, after)
        else:
            question = _of_paragraph(line)
        if _is_told(question):
            yield _cut(question)


def _is_told(question: str) -> bool:
    """Say whether it is something to be asked: not a word, not an address, not what is quoted."""
    return (
        _words(question) >= _FEWEST_WORDS
        and "://" not in question
        and all(question.count(left) <= question.count(right) for left, right in _SPEECH)
    )


def _of_marked(said: str) -> str:
    """What stands between the mark of a question and its answer."""
    said = _ANSWERED.split(said.split(_CELL)[0], maxsplit=1)[0]
    ends = [match.end() for match in _ENDS.finditer(said)]
    return said[: ends[-1]] if ends else said


def _of_line(line: str, before: str, after: str) -> str:
    """A line that asks, if the next one answers: not one of a list of things to ask."""
    if not after or _ASKING.search(after) or len(line) > LONGEST:
        return ""
    text = _unlisted(line)
    if text != line and (_ASKING.search(before) or _is_listed_beside(after, line)):
        return ""
    return text


def _of_paragraph(line: str) -> str:
    """The question with which a line begins, if the rest of it goes on with anything else."""
    text = _unlisted(line)[: 2 * LONGEST]
    ends = _ENDS.search(text, 0, LONGEST)
    if ends is None or any(mark in text[: ends.start()] for mark in "。.!！;；"):
        return ""
    rest = text[ends.end() :]
    return "" if not rest.strip() or _ENDS.search(rest) else text[: ends.end()]


def _of_table(chunk: Chunk, path: Sequence[str]) -> Iterator[str]:
    """What a table is called, and what its columns tell of it."""
    if not chunk.table_html:
        return
    found = _CAPTION.search(chunk.table_html)
    caption = _TABLE_NUMBER.sub("", _cell(found.group(1)), count=1) if found else ""
    if caption and _says_something(caption):
        yield _placed(caption, path)
        path = [*path, caption]
    above = _key(path[-1]) if path else ""
    labels = [label for label in _header(chunk.table_html) if _key(label) != above]
    telling = [label for label in labels if _says_something(label) and not _is_common(label)]
    if len(telling) >= _FEWEST_LABELS and max(map(len, telling)) <= _LONGEST_LABEL:
        comma = "、" if _HAN.search("".join(telling)) else ", "
        shown = comma.join(telling[:_MOST_LABELS])
        yield _cut(f"{path[-1]}{_BETWEEN}{shown}" if path else shown)


def _header(table_html: str) -> Iterator[str]:
    """The names of a table's columns, each once."""
    yield from dict.fromkeys(_cell(label) for label in _HEADER.findall(table_html))


def _is_common(label: str) -> bool:
    """Say whether a column's name tells nothing of its table."""
    return label.casefold().strip(".:：# ") in _ANY_TABLE_SAYS


def _cell(markup: str) -> str:
    return " ".join(html.unescape(markup).split())


def _bare(heading: str) -> str:
    """A heading without its number and without the mark of a question."""
    text = " ".join(heading.split())
    text = text[match.end() :] if (match := _NUMBERING.match(text)) else text
    return text[match.end() :] if (match := _ASKED.match(text)) else text


def _unlisted(line: str) -> str:
    """A line without its bullet or number."""
    text = line[match.end() :] if (match := _BULLET.match(line)) else line
    return text[match.end() :] if (match := _NUMBERING.match(text)) else text


def _is_listed_beside(line: str, other: str) -> bool:
    """Say whether a line is the next item of the list that another one is in, or of one above."""
    indent = len(line) - len(line.lstrip())
    return _unlisted(line) != line and indent <= len(other) - len(other.lstrip())


def _says_something(text: str) -> bool:
    """Say whether a text is more than a number, a mark or a letter."""
    letters = sum(character.isalpha() for character in text)
    return letters > 0 and letters + sum(character.isdigit() for character in text) > 1


def _words(text: str) -> int:
    """How many words a text has; two Chinese characters are about one."""
    han = len(_HAN.findall(text))
    return len(_WORD.findall(text)) - han + han // 2


def _cut(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    short = text[:LONGEST]
    # Chinese has no blanks to cut at.
    return short.rsplit(" ", 1)[0] if " " in short[LONGEST // 2 :] else short


def _key(text: str) -> str:
    return "".join(text.casefold().split())
