"""Postal addresses, as they are written in Chinese, in English and in some other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.personal.found import NAMED, SHAPED, Found
from core.personal.kinds import PersonalKind
from core.personal.labels import hinted
from core.personal.words import CITIES, PROVINCES

_HAN = r"[\u3400-\u9fff]"
_LEFT, _RIGHT = 64, 80
_COUNT = r"[0-9A-Za-z一二三四五六七八九十百零〇甲乙丙丁东西南北]{1,6}"
_UNIT = r"(?:号?宿舍楼|号?教学楼|号?办公楼|号?实验楼|号楼|号院|號樓|号门|弄|栋|棟|幢|座|单元|單元|楼|樓|层|層|室|房|户|组|組|门|门牌|期|区|區|铺|队|号房|房间|号|號|段|巷|宿舍)"
_TAIL = re.compile(
    r"(?<![0-9A-Za-z.])(?:[0-9]{1,5}|[A-Za-z](?=座|栋|幢|区|樓|楼|室)|[一二三四五六七八九十]{1,4}(?=[号號栋棟幢弄座单]))(?:[-之~][0-9A-Za-z]{1,5}){0,3}[A-Z]? ?"
    r"(?:弄|栋|棟|幢|座|单元|單元|室|号楼|号院|號樓|号|號|巷|段|组|樓|楼|层)(?!线|机|电池|键|码|字|球|按钮|孔|端|管|位|屏|卡|上午|下午|晚|早|开|到|发|下单|买|收|之前|以前|前|后|左右)"
)
_PUT = re.compile(r"(?:放|放在|放到|送|送到|到|在|去|是|这|那|快递|外卖|上|下|住)$")
_GROUP = re.compile(
    r"(?<=[村屯庄社区寨队镇乡]) ?第?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:组|社|队|屯)"
)
_DOOR = re.compile(
    r"(?<=[园心场厦寓楼苑墅城院区座期栋幢]) ?[A-Z]?[0-9]{1,2}-(?:[A-Z][0-9]{2,4}|(?:[0-9]{1,2}-)?[0-9]{3,4})(?![0-9A-Za-z-])"
)
# Province or city, county, town: an address without any number. What is in between is looked
# at apart, since one pattern for all of it takes long over a text of nothing but such characters.
_TOWN = re.compile(r"(?:镇|乡|街道|苏木)(?:[\u3400-\u9fff]{1,6}?(?:村|社区|屯|庄))?")
_COUNTY = re.compile(r"[\u3400-\u9fff ]{2,30}[省市州盟区县旗][\u3400-\u9fff]{1,12}")
_TOWN_LEFT = 36
_ROOM = re.compile(r"(?:栋|棟|幢|单元|單元|弄|室|号楼|號樓|座)")
_PLACE = re.compile(
    r"(?:大道|(?<![线電电回油气光短断网思套出双单多旁支水])(?<![^山安华阳环纬经东西南北中江湖海河州平和民园大][一二三四])路|街|(?<![通管频頻轨轨渠赛隧滑车过人行])道|巷|胡同|里|村|镇|鎮|乡|鄉|屯|庄|莊|社区|小区|花园|花園|苑|公寓|大厦|大廈|广场|廣場"
    r"|中心|城|园|園|府|家园|新村|大楼|大樓|校区|大学|学院|医院|湾|灣|墅|邨|阁|閣|轩|軒|坊|庭|居|郡|台|谷|岛|港|区|區|县|縣|市|段|弄|国际|科技园|工业区|寓|里弄|第|都|汇|荟|家属院|名邸|公馆|宿舍)"
    r" ?(?:[东西南北中東上下前后]?[一二三四五六七八九十]{0,2}(?:段|路|期|区|巷|里|街))? {0,2}$"
)
_CHAIN = re.compile(r"(?:省|市|区|區|县|縣|镇|鎮|乡|鄉|街道|大道|路|街|巷|村|小区|花园|苑)")
_BREAK = re.compile(r"[，。；;：:!?！？、\n\"“”'()（）\[\]【】|<>*…,]")
_LEAD = re.compile(
    r".*(?:快递放|放到|放在|放|寄到|寄往|寄给|寄至|送到|送至|送货到|发到|发往|邮到|邮寄到|上门到|家住|住在|住|位于|地址|地點|地点|地方|搬到|搬去|搬至|改成|改为|改到|改至|改寄|换成|换到|定位|是|在|到|至|去|为|給|给|往|叫|我家|家里|我们|我|你|您|从|把|请|了|的|家在|住址|收货)(?:了)?[：: ]?",
    re.S,
)
_MORE = re.compile(
    rf"(?:[之-][0-9]{{1,3}}(?![0-9])|附[0-9]{{1,4}}号|[ ,，-]{{0,2}}(?:{_HAN}{{2,8}}?(?=[0-9A-Z]))?{_COUNT}(?:[-之#~]{_COUNT}){{0,3}}? ?{_UNIT}|[ -]{{0,1}}[0-9]{{1,5}}[A-Z]?(?![0-9A-Za-z.]|[年月日元块个台件天%])| ?{_HAN}{{2,10}}?(?:小区|花园|苑|大厦|公寓|宿舍|家园|校区|广场|中心|大廈|花園|新村|家属院)(?:{_HAN}{{0,3}}(?:门|区|期))?)"
)
_STREET_END = re.compile(
    r"(?:大道|路|街|巷|弄)(?:[东南西北中]段)? ?[0-9]{1,5}(?![0-9A-Za-z.%号號弄年月]|线|公交)"
)
_LABEL = re.compile(
    r"(?:(?:收货|收件|寄件|家庭|通讯|联系|邮寄|配送|安装|上门|现在?|新|旧|原|送货|居住|退货|单位|公司|户籍|账单|发货|详细|我家|我的|取件)的?)?(?:地址|住址|地點|户口所在地)(?:改一下)?(?:\(新\))?(?:应该|現在|现在|需要)?(?:是|为|改成|改为|换成|改到|變更為|填的是|写的是|就是|在|:|：| ){1,3} ?"
)
_VALUE = re.compile(r"[^，。；;!?！？\n\"“”()（）\[\]【】|<>…]{6,60}")
_GOOD_VALUE = re.compile(
    r"(?:省|市|[^地专本校园小社]区|縣|县|镇|乡|街|[\u3400-\u9fff]路|村|大道|胡同|小区|花园|苑|号楼|栋|弄|單元|单元)[\u3400-\u9fff0-9]"
)
_PO_ZH = re.compile(r"(?:邮政)?信箱 ?(?:第)?[0-9]{1,6} ?(?:号|分箱|號)?")

_SUFFIX = (
    r"(?:Street|St|Avenue|Ave|Av|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Terr|Ter|Crescent|Cres|Close|Parkway|Pkwy"
    r"|Highway|Hwy|Circle|Cir|Trail|Trl|Loop|Alley|Row|Mews|Gardens|Gdns|Grove|Hill|Quay|Walk|Path|Parade|Esplanade|Promenade|Wharf|Rise|Broadway)"
)
_ROOM_EN = r"(?:Apt|Apartment|Flat|Unit|Suite|Ste|Room|Rm|Floor|Fl|Building|Bldg|Block|Blk|Tower|Lot|#)\.? ?#?[A-Z0-9][\w-]{0,5}"
_WORD = r"(?:[A-Z][A-Za-z'’.]{0,20}|\d{1,3}(?:st|nd|rd|th)|de|of|the)"
_STATE = r"(?:[A-Z]{2,3}|California|Texas|Florida|New York|Ohio|Oregon|Washington|Nevada|Illinois|Georgia|Virginia|Ontario|Quebec|Victoria|Queensland|New South Wales|Massachusetts|Michigan|Colorado|Arizona|Utah)"
_ZIP = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4,6})(?![0-9A-Za-z])"
_CITY = r"(?:St\. )?[A-Z][a-z'’][A-Za-z'’-]{0,19}(?:[ ](?:upon |on |of )?[A-Z][a-z'’][A-Za-z'’-]{0,19}){0,2}(?: (?:District|City|County|Province))?"
_COUNTRY = r"(?:USA|U\.S\.A\.|US|United States|UK|United Kingdom|England|Scotland|Wales|Ireland|Canada|Australia|New Zealand|China|P\.?R\.? ?China|Hong Kong|Singapore|Germany|France|India|Malaysia)"
_REST = rf"(?:,? {{0,2}}{_ROOM_EN}|(?:,|\n) ?\d{{1,2}}(?:st|nd|rd|th) floor)?(?:(?:,| in| -|\n) {{0,2}}(?!{_COUNTRY}\b){_CITY}){{0,3}}(?:,? {{1,2}}{_STATE}(?=[ ,.\n]|$)(?:,? {{1,2}}{_ZIP})?|(?:,|\n)? {{0,2}}{_ZIP})?(?:,? {{0,2}}{_COUNTRY}(?![A-Za-z])(?: {_ZIP})?)?"
_NUMBERED = (
    r"(?:(?:Avenue|Ave\.?|Boulevard|Rue|Via|Calle|Strada|Rua) (?:of (?:the )?|de |du |des )?[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)?"
    r"|(?:County|State|Rural|Farm|Ranch|Old|US|Forest)? ?(?:Road|Rd|Route|Rte|Highway|Hwy|Interstate|Broadway)\.? \d{1,5}[A-Z]?|Broadway)"
)
_ENGLISH = re.compile(
    rf"(?<![\w.#-])(?:{_ROOM_EN},? ){{0,3}}(?:No\.? ?)?\d{{1,6}}(?:[-/]\d{{1,5}})?[A-Za-z]?,? (?:[NSEW]{{1,2}}\.? )?(?:{_NUMBERED}|(?:{_WORD} ){{1,4}}?(?:{_SUFFIX}(?![A-Za-z])\.?(?: of (?:the )?[A-Z][a-z]+(?: [A-Z][a-z]+)?)?))(?: (?:[NSEW]|NE|NW|SE|SW|North|South|East|West)(?![A-Za-z]))?{_REST}"
)
_LOWER = re.compile(
    r"(?:\bat|\bto|address(?: is|:)?|live (?:at|on)|moved to) (\d{1,5}[a-z]?,? (?:(?!of|the|from|in|on|and|way|to|a|for|days?|units?|minutes?|hours?)[a-z']{2,14} ){1,3}?"
    r"(?:street|st|road|rd|avenue|ave|lane|drive|court|boulevard|blvd|terrace|crescent|place)(?![a-z])(?:,? (?:apt|flat|unit|suite|#) ?[\w-]{1,5})?(?:, [a-z][a-z ]{2,20}){0,2}(?:,? [a-z]{2})?(?:,? [a-z]{0,2}\d[\w ]{2,7}(?![\w]))?)",
    re.I,
)
_SPOKEN_STREET = re.compile(
    r"(?<![\w.,-])[1-9]\d{0,4}[a-z]? (?:(?!(?:of|the|from|in|on|and|way|ways|to|a|for|or|at|is|lane|days?|units?|minutes?|hours?|more|new|main|busy|km|miles?|metres?|meters?|blocks?|other|side|city)\b)[a-z']{3,14} ){1,2}"
    r"(?:street|road|avenue|lane|drive|boulevard|terrace|crescent)(?![a-z-])(?:,? (?:apt|apartment|flat|unit|suite|#) ?[\w-]{1,5})?(?:, [a-z][a-z ]{2,20}){0,2}"
)
_PO_EN = re.compile(
    rf"\b(?:P\.? ?O\.? ?Box|Post Office Box|GPO Box|Private Bag)[ #]{{1,2}}[A-Z]?\d{{1,6}}{_REST}",
    re.I,
)
_GERMAN = re.compile(
    r"(?:[A-ZÄÖÜÆØÅ][a-zäöüßæøå]{2,20}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|gata|gate|gaten|vei|veien|vej|gade|gatan|vägen|straat|laan|plein|katu)|[A-ZÄÖÜ][a-zäöüß]+[ -](?:Straße|Str\.|Allee|Platz|Weg)) \d{1,4} ?[A-Za-z]?(?![0-9A-Za-z])(?:,? (?:D-)?(?:\d{4,5}|\d{3} \d\d|\d{4} [A-Z]{2}) [A-ZÄÖÜ][\wäöüß-]+)?"
)
_ROMANCE = re.compile(
    rf"(?<![\w.])(?:{_ROOM_EN},? )?\d{{1,4}}(?: bis| ter)?,? (?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d|[Pp]lace|[Cc]hemin|[Aa]llée|[Ii]mpasse|[Qq]uai) (?:de la |de l'|des |du |de |d')?[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+){{0,3}}(?:,? \d{{5}} [A-ZÀ-Ý][\w-]+|,? [A-ZÀ-Ý][\w-]+,? [A-Z]{{2}}(?: [A-Z]\d[A-Z] ?\d[A-Z]\d)?)?"
    r"|(?<!\w)(?:Calle|Avenida|Avda\.|Plaza|Paseo|Via|Viale|Piazza|Rua|Carrer) (?:(?:de la|del|de|da|dos|della) )?[A-ZÀ-Ý][\w'’]+(?: [A-ZÀ-Ý][\w'’]+){0,3},? (?:n[ºo°]\.? ?)?\d{1,4}(?:,? \d{1,2}º?[A-Z]?)?(?:,? \d{4,5}(?:-\d{3})? [A-ZÀ-Ý][\w-]+)?"
)
_NAMED_HOUSE = re.compile(
    r"(?<![\w'])(?:(?:[A-Z][A-Za-z'’-]*|The|\d{1,4}[A-Za-z]?|of|on|upon|le|under)(?: (?=[A-Z0-9ou])|(?:, ?|\n)(?=[A-Z0-9]))){1,12}"
    r"[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![0-9A-Za-z-])"
)
_ASIAN = re.compile(
    rf"(?<![\w.#-])(?:(?:Blk|Block|Blok) \d{{1,4}}[A-Z]?,? (?:{_WORD} ){{1,4}}?(?:{_SUFFIX}|Jalan|Lorong)(?: \d{{1,3}})?,?(?: #\d\d-\d{{1,4}})?(?:,? Singapore)?(?: \d{{6}})?"
    r"|\d{1,3}-\d{1,3}(?:-\d{1,4})?,? [A-Z][a-z]+(?:-[A-Za-z]+)*,? [A-Z][a-z]+-(?:ku|shi|cho|gun|gu|dong|ro|si)(?:,? [A-Z][a-z]+(?:-[a-z]+)?){0,2}(?: ?〒?\d{3}-?\d{4}| \d{5})?"
    r"|(?:No\.? ?)?\d{1,5}[A-Z]?,? (?:Jalan|Lorong|Jln|Ulica|ul\.|Soi|Via|Calle|Rua|Avenida) [A-Z][\w'’-]+(?: [A-Z0-9][\w'’-]*){0,3}(?:,? \d{5}(?: [A-Z][a-z]+(?: [A-Z][a-z]+)?)?)?)"
)
# A short one is asked for with what stands before or behind it: many words hold its letters.
_STREETS = (
    " street| st| ave| av.| road| rd| lane| ln| drive| dr| boul| blvd| court| ct| way| pl| sq| ter| cres| close| park| pkw| highw| hwy"
    "| circle| cir| trail| trl| loop| alley| row| mews| gard| gdn| grove| hill| quay| walk| path| esplan| prom| wharf| rise|broadway"
    "|route|rte|box|private bag|straße|strasse|str.|weg|gata|gate|vei|vej|gade|vägen|straat|laan|plein|katu|platz|allee|gasse|ring|damm|ufer|rue |bd |chemin|allée|impasse|quai|calle|avenida"
    "|avda|plaza|paseo|via |viale|piazza|rua |carrer|jalan|lorong|jln|ulica|ul. |soi |-ku|-shi|-cho|-gu|-dong|-ro|-si|strada|interstate"
).split("|")
_UK_CODE = re.compile(
    r"(?<![0-9A-Za-z-])[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![0-9A-Za-z-])"
)
_CITY_COMMA = re.compile(r"[A-Z][a-z]{2,20},? $")


def addresses(text: str) -> Iterator[Found]:
    """Yield postal addresses."""
    if re.search(_HAN, text):
        yield from _chinese(text)
        yield from _labelled(text)
    if re.search(r"\d", text):
        yield from _western(text)


def _western(text: str) -> Iterator[Found]:
    if not hinted(text, _STREETS) and not _UK_CODE.search(text):
        return
    kind = PersonalKind.ADDRESS
    for pattern in (_ENGLISH, _PO_EN, _GERMAN, _ROMANCE, _ASIAN):
        for match in pattern.finditer(text):
            yield Found(kind, *match.span(), NAMED)
    for match in _LOWER.finditer(text):
        yield Found(kind, *match.span(1), NAMED)
    for match in _SPOKEN_STREET.finditer(text):
        yield Found(kind, *match.span(), SHAPED)
    for match in _NAMED_HOUSE.finditer(text) if _UK_CODE.search(text) else ():
        if "," in match.group() or "\n" in match.group():
            yield Found(kind, *match.span(), NAMED)
    for match in _UK_CODE.finditer(text):
        if _CITY_COMMA.search(text[max(0, match.start() - 24) : match.start()]):
            yield Found(kind, *match.span(), NAMED)


def _chinese(text: str) -> Iterator[Found]:
    done = 0
    patterns = (_TAIL, _STREET_END, _GROUP, _DOOR)
    anchors = sorted(m.span() for pattern in patterns for m in pattern.finditer(text))
    for start, stop in anchors:
        if start < done:
            continue
        left = _left(text, max(done, start - _LEFT), start)
        end = _right(text, stop)
        before, whole = text[left:start], text[left:end]
        units = len(_ROOM.findall(text[start:end]))
        if text[start : start + 1] in "大路街巷弄":
            good = len(_CHAIN.findall(before)) >= 2
        else:
            named = len(before) >= 2 and not _PUT.search(before)
            good = bool(_PLACE.search(before)) or (units >= 2 and named)
        if good and len(whole) >= 4 and re.search(_HAN, before):
            yield Found(PersonalKind.ADDRESS, left, end, NAMED)
            done = end
    yield from _towns(text)
    for match in _PO_ZH.finditer(text):
        yield Found(PersonalKind.ADDRESS, *match.span(), NAMED)


def _towns(text: str) -> Iterator[Found]:
    done = 0
    for match in _TOWN.finditer(text):
        if match.start() < done:
            continue
        region = _REGION.search(text, max(done, match.start() - _TOWN_LEFT), match.start())
        if region and _COUNTY.fullmatch(text, region.start(), match.start()):
            between = text[region.start() : match.start()]
            if len(_LEVEL.findall(between)) >= 2:
                yield Found(PersonalKind.ADDRESS, region.start(), match.end(), SHAPED)
                done = match.end()


_LEVEL = re.compile(r"[省市州盟区县旗]")


def _left(text: str, least: int, anchor: int) -> int:
    """Return where the address begins whose number stands at ``anchor``."""
    piece = text[least:anchor]
    named = [m.start() for m in _REGION.finditer(piece)]
    breaks = [m.end() for m in _BREAK.finditer(piece)]
    start = breaks[-1] if breaks else 0
    # 广东省，深圳市: a comma between the parts of one address.
    for place in breaks[::-1]:
        earlier = [n for n in named if n < place]
        if not earlier or not re.search(r"[省市区县]$", piece[: place - 1]):
            break
        start = min(start, earlier[0])
    within = [n for n in named if n >= start]
    if within:
        return least + within[0]
    lead = _LEAD.match(piece, start)
    start = lead.end() if lead and lead.end() < len(piece) else start
    return least + start + len(piece[start:]) - len(piece[start:].lstrip())


def _right(text: str, end: int) -> int:
    limit = end + _RIGHT
    while end < limit and (more := _MORE.match(text, end)) and more.end() > end:
        end = more.end()
    return end


def _labelled(text: str) -> Iterator[Found]:
    for match in _LABEL.finditer(text):
        value = _VALUE.match(text, match.end())
        if value and _GOOD_VALUE.search(value.group()):
            cut = re.search(
                r" (?=[\u3400-\u9fff]{2,4}(?: |$)|1[3-9]\d)|(?<=[0-9室号楼栋]) |电话|手机|收件|联系",
                value.group(),
            )
            end = value.start() + (cut.start() if cut and cut.start() > 5 else len(value.group()))
            yield Found(PersonalKind.ADDRESS, value.start(), end, SHAPED)


_REGION = re.compile("|".join(sorted(map(re.escape, (*PROVINCES, *CITIES)), key=len, reverse=True)))
