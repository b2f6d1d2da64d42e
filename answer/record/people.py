"""Who is speaking: names, numbers and addresses, as people give them in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A value in a text, and where it stands."""

    value: str
    start: int
    end: int


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
    "易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛"
    "管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏"
    "宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|南宫"
_GIVEN = r"[\u4e00-\u9fff]{1,2}"
_FULL = rf"(?:(?:{_COMPOUND})|[{_SURNAMES}]){_GIVEN}"
_END = r"(?=[\s，,。.！!；;、（(：:？?]|$|，|的|，?我|，?电话|，?手机|先生|女士)"
_CN_NAME = re.compile(
    rf"(?:(?:我|本人)(?:的名字)?(?:叫做?|名叫|名字[叫是])|(?:姓名|联系人|收[货件]人|称呼)\s*(?:[:：是为])\s*)"
    rf"\s*(?P<full>{_FULL}|[\u4e00-\u9fff]{{2,4}}?){_END}"
    rf"|(?:我是|这[里边]是|本人)\s*(?P<is>{_FULL}){_END}"
    rf"|(?:我|本人|免贵|敝)(?:免贵|敝)?姓\s*(?P<surname>{_COMPOUND}|[\u4e00-\u9fff])(?P<rest>[\u4e00-\u9fff]{{0,3}})"
)
_ALONE = re.compile(
    rf"^\s*(?:我[是叫]|免贵)?姓?(?P<alone>{_FULL}|[\u4e00-\u9fff]{{2,3}})(?:先生|女士)?\s*[。.!！]?\s*$"
)
_WORD = r"[A-Z][a-zà-ÿ]+(?:[-'’][A-Z]?[a-zà-ÿ]+)?"
_EN_FULL = rf"{_WORD}(?: (?:[A-Z]\.|van|von|de|da|del|bin|al|{_WORD})){{0,3}}"
_OPENING = r"(?:^|[.!?,\n]\s*|\b(?:[Hh]i|[Hh]ello|[Hh]ey),? )"
_EN_NAME = re.compile(
    r"(?:\b[Mm]y (?:full )?name(?:'s|’s| is)|\b(?:[Nn]ame|[Cc]ontact)\s*[:：]|\b[Cc]all me)\s+"
    rf"(?P<named>{_EN_FULL}|[a-z]+(?: [a-z]+)?(?=\s*(?:[,.!;\n]|$|and\b)))"
    rf"|{_OPENING}(?:[Tt]his is|[Ii]t'?s|[Ii](?:'|’)m|[Ii] am) "
    rf"(?P<this>{_WORD} (?:[A-Z]\. |van |von |de )?{_WORD})(?! [A-Z])"
    rf"|{_OPENING}[Tt]his is (?P<one>{_WORD})"
    r"(?=\s*(?:speaking|here|from\b|calling|again\b))"
    r"|(?:^|[\n.!])\s*(?:[Bb]est |[Kk]ind |[Ww]arm )?"
    r"(?:[Rr]egards|[Ss]incerely|[Tt]hanks|[Tt]hank you|[Cc]heers),?\s*\n\s*"
    rf"(?P<signed>{_EN_FULL})\s*(?:\n|$)"
)
_EN_ALONE = re.compile(rf"^\s*(?:[Ii]t'?s |[Ii](?:'|’)m )?(?P<alone>{_EN_FULL})\s*[.!]?\s*$")
_NO_NAME = frozenset(
    """not very really so sorry happy unhappy sure afraid glad good great fine ok okay yes no thanks
    thank hello hi hey dear please still just also now using having getting trying looking calling
    writing waiting customer service support chinese english american british from the a an all
    absolutely totally completely extremely ridiculous unacceptable terrible awful monday tuesday
    wednesday thursday friday saturday sunday here there""".split()
)
_NO_CN_NAME = re.compile(
    r"^(?:来|想|要|在|不|没|你|您|他|她|们|说|买|问|从|用|个|一|新|老|客|会员|用户|顾客|谁|什么|这|那|今|昨|已|可|能|好|是|对|退|换|修|时|全|单|解|关|查|强|成|向|管)"
)
_STRICT_ALONE = re.compile(
    r"谢|没有|可以|好的|你好|您好|是的|不是|知道|在吗|对的|不用|昨|今|前天|退|换|修|投诉"
)

_PHONE = re.compile(
    r"(?<![\dA-Za-z-])(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![\d-]*\d)"
    r"|(?<![\dA-Za-z-])0\d{2,3}[-\s]\d{7,8}(?!\d)"
    r"|(?<![\dA-Za-z])\+(?!86)\d{1,3}(?:[\s.-]?\(?\d{1,4}\)?){2,5}(?!\d)"
    r"|(?<![\dA-Za-z-])(?!400|8[08]0|8[78]{2})\(?[2-9]\d{2}\)?[\s.-][2-9]\d{2}[\s.-]\d{4}(?![\d-]*\d)"
)
_SAID_PHONE = re.compile(
    r"(?:电话|手机|\b(?:phone|mobile|tel(?:ephone)?|cell)(?: (?:number|no\.?))?)"
    r"\s*(?:号码?)?\s*(?:is|是|为|[:：])?\s*(?P<number>\+?\d[\d\s()-]{5,16}\d)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}")

_CODE = r"(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9][A-Za-z0-9_-]{{{least},39}}"
_IS = r"\s*(?:号码?|编号|number|num|no\.?|id|#)?\s*(?:is|was|是|为|[:：#=])?\s*"
_LABELLED = {
    "order": re.compile(
        rf"(?:订单|单号|运单|\border|\bpurchase)(?:号|编号)?{_IS}(?P<code>{_CODE.format(least=4)})",
        re.IGNORECASE,
    ),
    "account": re.compile(
        r"(?:账号|帐号|账户|帐户|会员[号卡]|客户号|\baccount|\bmember(?:ship)?"
        r"|\bcustomer (?:id|no|number)|\buser ?name)"
        rf"{_IS}(?P<code>{_CODE.format(least=3)})",
        re.IGNORECASE,
    ),
    "contract": re.compile(
        rf"(?:合同|协议|保单|\bcontract|\bagreement|\bpolicy (?:no|number))(?:号|编号)?{_IS}"
        rf"(?P<code>{_CODE.format(least=3)})",
        re.IGNORECASE,
    ),
    "serial": re.compile(
        rf"(?:序列号|机身[码号]|产品编号|\bs/?n\b|\bserial)(?:号)?{_IS}(?P<code>{_CODE.format(least=4)})",
        re.IGNORECASE,
    ),
}
_BARE_CODE = re.compile(rf"(?<![A-Za-z0-9]){_CODE.format(least=3)}(?![A-Za-z0-9])")
_BUSINESS = re.compile(r"^(?:400|800)")


def names(text: str, *, asked: bool = False) -> Iterator[Piece]:
    """Yield the names by which the writer calls themselves; ``asked``: by which they answer."""
    for match in _CN_NAME.finditer(text):
        yield from _chinese(match)
    for match in _EN_NAME.finditer(text):
        group = str(match.lastgroup)
        if not _NO_NAME & set(match[group].lower().split()):
            yield Piece(match[group].strip(), match.start(group), match.end(group))
    if asked:
        for pattern in (_ALONE, _EN_ALONE):
            match_alone = pattern.match(text)
            if match_alone and _is_name(match_alone["alone"]):
                yield Piece(match_alone["alone"], *match_alone.span("alone"))


def _chinese(match: re.Match[str]) -> Iterator[Piece]:
    group = next(name for name in ("full", "is", "surname") if match[name])
    value, start, end = match[group], *match.span(group)
    if group == "surname":
        title = re.match(r"先生|女士|小姐", match["rest"])
        yield Piece(value + (title.group() if title else ""), start, end + (2 if title else 0))
    elif not (group == "is" and _NO_CN_NAME.match(value)):
        yield Piece(value, start, end)


def _is_name(said: str) -> bool:
    return not (_STRICT_ALONE.search(said) or _NO_NAME & set(said.lower().split()))


def phones(text: str) -> Iterator[Piece]:
    """Yield telephone numbers; those of a hotline (400, 800) are nobody's own."""
    taken: list[tuple[int, int]] = []
    for match in _PHONE.finditer(text):
        taken.append(match.span())
        yield Piece(match.group().strip(), match.start(), match.end())
    for match in _SAID_PHONE.finditer(text):
        start, end = match.span("number")
        overlaps = any(start < stop and first < end for first, stop in taken)
        if not overlaps and not _BUSINESS.match(match["number"]):
            yield Piece(match["number"], start, end)


def emails(text: str) -> Iterator[Piece]:
    """Yield e-mail addresses."""
    for match in _EMAIL.finditer(text):
        yield Piece(match.group(), match.start(), match.end())


def labelled(field: str, text: str) -> Iterator[Piece]:
    """Yield the numbers that a text calls by a field's name: order, account, contract, serial."""
    for match in _LABELLED[field].finditer(text):
        yield Piece(match["code"], *match.span("code"))


def bare_codes(text: str) -> Iterator[Piece]:
    """Yield what may be a number of something, with at least one digit."""
    for match in _BARE_CODE.finditer(text):
        yield Piece(match.group(), match.start(), match.end())
