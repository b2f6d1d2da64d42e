"""What is personal by the words before it: order numbers, passwords, birthdays, user names."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from core.personal.found import NAMED, SHAPED, Found
from core.personal.kinds import PersonalKind
from core.personal.labels import COMMON, DEFAULT, Label, hinted, near, words_before
from core.personal.secrets import secrets

_NUMBER_ZH = r"(?:号码|编号|单号|号|码|ID|id)"
_NUMBER_EN = r"(?:[ ]?(?:numbers?|no\.?|num\.?|nr\.?|ids?|code|#|ref(?:erence)?\.?)){1,2}"
_OWN = (
    r"订单|定单|訂單|运单|運單|快递|物流|包裹|交易|支付|流水|退款|退货|换货|售后|维修|工单|报修|服务单|受理|投诉|发票"
    r"|合同|保单|会员卡?|客户|病历|就诊|住院|门诊|挂号|检查|报告|处方|档案|学籍|员工|航班订座|订座|机票|车票|票|房间预订|预订|理赔|赔案|案|借阅|缴费|户|水表|电表|燃气|宽带|业务|申请|受理|查询|登记|合约|协议|礼品卡|储值卡|提货|预约|凭证|账单|参考|案件|采购|出库|发货|派件|取件|寄件|購買|购买|單|顾客|收据|小票|电子票|回执"
)
_CARRIER = r"顺丰|中通|圆通|申通|韵达|极兔|京东|邮政|EMS|德邦|菜鸟|天天|百世|UPS|FedEx|DHL|USPS|Royal Mail|Hermes|Evri|DPD"
_OWN_EN = (
    r"orders?|tracking|shipments?|shipping|parcels?|packages?|waybill|consignment|invoices?|receipts?|cases?|tickets?|reference|ref"
    r"|confirmation|bookings?|reservation|rma|return|repair|claim|transaction|purchase order|po|policy|member(?:ship)?"
    r"|customer|loyalty|contract|service request|sr|incident|delivery|awb|frequent flyer|subscription|enquiry|inquiry|complaint|prescription|rx|medical record|mrn|patient|record|ticketing|pnr|locator|itinerary|voucher|gift card|folio|file|work order|job|docket|application|case file|bill|account reference|student|employee|matter|quote|quotation|lease|permit|library card|donation"
)
_ORDER_STRONG = Label(
    rf"(?:{_OWN})(?:单据?)?{_NUMBER_ZH}|(?:单号|單號|编号为)|(?:{_CARRIER})(?:快递|单号|运单|物流|包裹|号|tracking|number){{0,2}}"
    rf"|\b(?:{_OWN_EN}){_NUMBER_EN}|\b(?:{_OWN_EN}) ?#|\brma",
    "号|码|號|编|id|no|num|nr|code|#|ref|rma|顺丰|中通|圆通|申通|韵达|极兔|京东|邮政|ems|德邦|菜鸟|天天|百世|ups|fedex|dhl|usps|royal|hermes|evri|dpd",
)
_ORDER_WEAK = Label(
    rf"(?:{_OWN})单?据?|[这那我]单|单子|这笔|[退换维报送订]货?单|\b(?:my|the|your|an?|this) (?:{_OWN_EN})|\b(?:{_OWN_EN})(?= ?[:#]| \S*$)",
    f"{_OWN.replace('卡?', '')}|单|單|这笔|order|track|ship|parcel|pack|waybill|consign|invoice|receipt|case|ticket|ref|confirm|booking|reserv|rma|return|repair|claim|transac|po"
    "|member|customer|loyal|contract|service|sr|incident|deliver|awb|frequent|subscr|nquiry|complain|prescr|rx|medical|mrn|patient|record|pnr|locator|itiner|voucher|gift"
    "|folio|file|work|job|docket|applic|bill|account|student|employee|matter|quot|lease|permit|library|donat",
)
_ORDER_AFTER = re.compile(
    r"^[ ]?[\"”’）)]?[ ]?(?:的|这个|这笔|这单|那个|那笔|那单|号|此|该){0,2}[ ]?(?:订单|定单|訂單|运单|快递|包裹|单子|工单|这单|退款单)"
)
# 688018.SH: shares, traded by all.
_EXCHANGE = re.compile(r"^\.(?:SH|SZ|HK|BJ|SS|US|NYSE|N|O)(?![A-Za-z])")
_BOOKED = Label(
    r"(?:预订|预定|订座|订房|预约|订票|航班|机票|票)(?:编号|编码|号码?|记录)|\b(?:booking|reservation|confirmation|itinerary|record locator|pnr|voucher|locator)(?:[ ]?(?:reference|ref\.?|code|numbers?|no\.?|id|#)){0,2}",
    "预|订|航班|票|book|reserv|confirm|itin|record|pnr|vouch|locator",
)
_CODE = re.compile(
    r"(?<![0-9A-Za-z_.@/-])[A-Za-z0-9](?:[A-Za-z0-9_]|[-/](?=[A-Za-z0-9])){3,47}(?![0-9A-Za-z_@]|[.,]\d)"
)
_DATE_LIKE = re.compile(
    r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])$|(?:[0-2]?\d|3[01])[-/.]\d\d?[-/.](?:19|20)\d\d$"
)
_COUNTED = re.compile(
    r"^ ?(?:units?|pcs|pieces|items?|boxes|times|usd|eur|gbp|dollars|pounds|元|块|件|个|台|盒|箱|套|份|次|%|℃|mm|cm|kg|g\b|ml|v\b|w\b|a\b|小时|天|年|月)",
    re.I,
)


_HANDLE = Label(
    r"(?:微信|薇信|威信|v信|weixin|wechat|qq|扣扣|旺旺|淘宝|天猫|京东|拼多多|抖音|快手|小红书|微博|支付宝|钉钉|line|telegram|skype|whatsapp|instagram|twitter"
    r"|facebook|discord|twitch|steam|snapchat|viber|kakao|xbox)(?:联系)?[ ]?(?:号码?|账号|帐号|账户|ID|Id|id|名|昵称|会员名|用户名|handle|username|user ?name|account|tag)"
    r"|(?:用户名|昵称|会员名|登录名|登录账号|用户ID|买家ID|游戏ID|登录号|账号名|账户名|会员账号|登录帐号|用户账号|我的账号|账号)"
    r"|\b(?:user ?name|user ?id|login(?: name| id)?|account name|screen name|nickname|gamertag|handle)",
    "号|名|id|昵称|handle|name|account|tag|账|帐",
)
_HANDLE_BARE = Label(
    r"(?:微信|QQ|抖音|小红书|钉钉|飞书|微博|快手|B站|淘宝|旺旺|企业微信)(?:是|搜|加|找)?|加我|insta(?:gram)?|twitter|discord|snap(?:chat)?|steam|signal|\bIG\b|tiktok|facebook|\buser\b|微信|薇信|威信|v信|\bvx|\bwx|加v|wechat|weixin|\bqq|扣扣|telegram|skype",
    "微信|qq|抖音|小红书|钉钉|飞书|微博|快手|b站|淘宝|旺旺|加我|insta|twitter|discord|snap|steam|signal|ig|tiktok|facebook|user|薇信|威信|v信|vx|wx|加v|wechat|weixin|扣扣|telegram|skype",
)
_NAME_WORD = re.compile(r"(?<![0-9A-Za-z_@.-])(?:live:)?@?[A-Za-z0-9_][\w.-]{2,31}", re.A)


_BIRTH = Label(
    r"(?:出生|生日|诞辰)(?:日期|年月日?|时间|日)?(?:我)?(?:填的|写的)?|生于|出生于|\bbirth ?da(?:y|te)|date of birth|\bd\.?o\.?b\.?|\bborn(?: on| in)?|\bturn(?:s|ed)? \d{1,3} on",
    "生|诞|birth|d.o.b|dob|born|d.ob|do.b|turn",
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
_HAN_NUMBER = "[0-9零〇一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?<![0-9A-Za-z])(?:{_HAN_NUMBER}{{2,4}} ?年 ?{_HAN_NUMBER}{{1,3}} ?月(?: ?{_HAN_NUMBER}{{1,3}} ?[日号]?)?|(?:19|20)\d\d ?[-/.] ?\d\d? ?[-/.] ?\d\d?|(?:19|20)\d{{6}}"
    rf"|\d\d?[-/. ]\d\d?[-/. ](?:\d{{4}}|\d\d)|{_HAN_NUMBER}{{1,3}} ?月 ?{_HAN_NUMBER}{{1,3}} ?[日号]?"
    rf"|{_MONTH} \d\d?(?:st|nd|rd|th)?,? \d{{4}}|\d\d?(?:st|nd|rd|th)? (?:of )?{_MONTH},? \d{{4}}|{_MONTH} \d\d?(?:st|nd|rd|th)?)(?![0-9])",
    re.I,
)
_OF_YEAR = re.compile(r"(?:我|他|她|孩子|宝宝|本人|人家|老人|爸|妈)(?:是|就是)?$")
_BIRTH_HINTS = ("生", "诞辰", "年", "birth", "born", "dob", "d.o.b", "turn")
_BIRTH_AFTER = re.compile(
    r"^ ?(?:出生|生人|生的|生日|生(?=[，,。 ]|$)|,? ?is (?:my|his|her) birthday|,? ?(?:his|her|my) birthday)"
)

_DEVICE = Label(
    r"(?:序列|机身|机器|机台|设备|产品序列|出厂|整机|主板|电池)(?:号码?|码|编码|ID|SN)|串号|串码|\bSN码?|\bS/N|imei\d?|meid|udid|uuid|iccid|imsi"
    r"|\basset[ ]?(?:tag|no\.?|number|id)|\bservice tag|\bvin\b(?: number| no\.?)?|\bmeid|\beid\b|\besn\b|\bmac(?: address| id)?|(?:车架|车辆识别|底盘|发动机|资产|固定资产|网关|终端|主机|整机|仪器|表)(?:号码?|编号|代码|ID|码)|\b(?:device|hardware|machine|gateway|hub|sensor|camera|terminal|unit|node|console|router|modem)[ ]?(?:id|serial)|(?:device |product |unit )?\bserial(?: number| no\.?| #)?|\bserial num",
    "号|码|串|sn|s/n|imei|meid|udid|uuid|iccid|imsi|asset|tag|vin|eid|esn|mac|id|serial|编",
)
_IDENTITY = Label(
    r"(?:护照|護照|身份证|身分證|证件|驾驶证|驾照|军官证|社保|回乡证|通行证|居住证|台胞证|学生证|签证|永居证|教师证|医师证|社保卡|医保卡|医保|学生|学籍|残疾证|老年证|户口本|户口簿|出生证|港澳居民[^0-9]{0,8}通行证|往来[^0-9]{0,8}通行证)(?:件)?(?:号码?|编号|ID)?(?:后[四六八4-8]位)?"
    r"|\bpassports?(?: ?(?:number|no\.?|#))?|driv(?:er|ing)(?:'?s)? licen[cs]e(?: ?(?:number|no\.?|#))?|\b(?:national |personal )?(?:ID|identity)(?: card(?: ?(?:number|no\.?|#))?|(?: ?(?:number|no\.?|#)))"
    r"|\b(?:medicare|medicaid|nhs|health(?: card)?|student|voter|tax(?:payer)?|residence permit|visa|green card|alien|national|insurance)(?: (?:id|card))?(?: ?(?:number|no\.?|#|id))|\btin\b|\bitin\b|\bnational id|\bssn|social security(?: number| no\.?)?|tax id|national insurance(?: number| no\.?)?|\bnino?|\bnric|\bhkid",
    "证|證|照|社保|医保|学|户口|passport|licen|id|medic|nhs|health|student|voter|tax|permit|visa|green|alien|national|insurance|tin|ssn|social|nin|nric",
)
# passport GB 518304477: the letters before the number are a part of it.
_SERIAL = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2,3} \d{6,9}(?![0-9A-Za-z])")
_ACCOUNT = Label(
    r"(?:银行|公司|对公|收款|退款|开户|转账|汇款|工资)(?:账户?|帐户?)(?:号码?)?|(?:银行|收款|退款|对公)(?:账|帐)号|\b(?:bank )?account(?: ?(?:number|no\.?|#)|(?= $))|\b(?:acct|acc|a/c)(?: ?(?:number|no\.?|#))?|\biban|\bswift(?:[ /-]?(?:code|bic))?|\bbic(?: code)?|sort code|routing(?: number)?|\baba",
    "账|帐|户|acc|acct|iban|swift|bic|sort|routing|aba|a/c",
)
_PLATE = Label(
    r"车牌号?码?|车号|(?:licen[cs]e|number|registration|vehicle) plate(?: ?(?:number|no\.?))?|\bplates?(?: ?(?:number|no\.?))?(?: (?:on|for|of) (?:the|my|our|this) \w{2,12})?|\b(?:vehicle |car )?registration(?: ?(?:number|no\.?))?|\b(?:car|vehicle|my|his|her|our) reg",
    "车|plate|reg",
)
_CHANGED = re.compile(
    r"[ ,，]{0,2}(?:(?:has |was |is )?(?:now |been )?(?:changed )?(?:to|and|or|with)|->|→|改成了?|换成了?|改为|和|与)(?: be)? ?(?:the new one )?"
)
_SHORT_HINTS = "车 plate reg 邮 郵 zip post 账 帐 acc iban swift bic sort routing aba a/c".split()
_POST = Label(
    r"邮编|邮政编码|邮政编号|郵遞區號|\bzip(?: ?code)?|\bpost ?code|postal code", "邮|郵|zip|post"
)
_SHORT = re.compile(r"(?<![0-9A-Za-z])[A-Z0-9]{1,4}[ -]?[A-Z0-9]{1,5}(?![0-9A-Za-z])")
_BETWEEN = re.compile(
    r"^[\"”’)】\] ]{0,2}(?:[、,，;；/]| ?(?:和|与|及|跟|还有|以及|或|and|&|or)) ?(?:和|and )?[\"“(【]?$",
)
_IP = re.compile(r"(?<![0-9A-Za-z.])(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z]|\.\d)")
_IP_WORDS = re.compile(
    r"(?:公网|外网|WAN|出口)[^0-9\n]{0,8}$|\bIP(?:v4)?(?:地址| address)?[^0-9\n]{0,12}$",
    re.I | re.A,
)
_RESOLVERS = frozenset(
    "8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 114.114.114.114 223.5.5.5 223.6.6.6 9.9.9.9".split()
)

_NICK_HINT = re.compile(r"qq|[vw]x|昵称|用户名|会员名|网名|ID|账号|旺旺|抖音|微信名", re.I)
# QQ3049178826, vx18800001111: the number stands right behind the label.
_GLUED = re.compile(
    r"(?<![0-9A-Za-z])(?:QQ|[vw]x|微信|V信)(?:号|是|加)?(?P<name>[1-9]\d{4,11}|(?<=信)[A-Za-z][\w-]{5,19})(?![0-9A-Za-z_@])",
    re.I | re.A,
)
# A nickname of Chinese characters is told by digits in it, or by a mark behind the label.
_NICKNAME = re.compile(
    r"(?:昵称|用户名|会员名|网名|微信名|旺旺名?|淘宝名)(?:[是叫为]|[:：]|[是叫为][:：]| ){0,2}[\"“]?"
    r"(?P<name>[\u3400-\u9fffA-Za-z_]{1,12}[0-9_]{2,12}(?![0-9A-Za-z]|[个位次年月号])|(?<=[:：\"“])[\u3400-\u9fffA-Za-z0-9_]{2,14}(?=[\"”，,。\s]|$))"
)


_HANDLE_HINTS = (
    "微信|薇信|威信|v信|旺旺|淘宝|天猫|京东|拼多多|抖音|快手|小红书|微博|支付宝|钉钉|飞书|b站|扣扣|用户|昵称|会员|登录|买家|游戏|账号|帐号|账户|加v|加我"
    "|qq|vx|wx|wechat|weixin|line|tele|skype|whatsapp|insta|twitter|facebook|discord|twitch|steam|snap|signal|ig|tiktok|viber|kakao|xbox|user|login|name|gamertag|handle"
).split("|")


def labelled(text: str) -> Iterator[Found]:
    """Yield what the words before it make personal."""
    yield from _codes(text)
    yield from _handles(text)
    yield from secrets(text)
    yield from _dates(text)
    yield from _short(text)
    for match in _IP.finditer(text):
        if _is_public(match.group()) and _IP_WORDS.search(words_before(text, match.start())):
            yield Found(PersonalKind.DEVICE, *match.span(), NAMED)


def _codes(text: str) -> Iterator[Found]:
    last: Found | None = None
    for match in _CODE.finditer(text):
        code, before = match.group(), words_before(text, match.start())
        digits = sum(map(str.isdigit, code))
        if digits < 1 or _DATE_LIKE.match(code):
            last = None
            continue
        kind = _kind_of(code, digits, before, text[match.end() : match.end() + 12])
        if kind is None and last and _BETWEEN.match(text[last.end : match.start()]):
            kind = last.kind
        last = Found(kind, *match.span(), NAMED) if kind else None
        if last:
            yield last


def _kind_of(code: str, digits: int, before: str, after: str) -> PersonalKind | None:
    if _COUNTED.match(after):
        return None
    if digits < 2 and len(code) < 5:
        return None
    if _IDENTITY.search(before) and digits >= 2 and len(code) >= 6:
        return PersonalKind.IDENTITY
    if _ACCOUNT.search(before) and digits >= 6:
        return PersonalKind.ACCOUNT
    if _DEVICE.search(before) and digits >= 2 and len(code) >= 6:
        return PersonalKind.DEVICE
    return PersonalKind.ORDER if _is_order(code, digits, before, after) else None


def _is_order(code: str, digits: int, before: str, after: str) -> bool:
    if _EXCHANGE.match(after):
        return False
    if len(code) >= 5 and code.upper() == code and _BOOKED.search(before):
        return True
    if digits < 4:
        return False
    if _ORDER_STRONG.search(before) or (_ORDER_AFTER.match(after) and digits >= 6):
        return True
    mixed = digits >= 5 and bool(re.match(r"[A-Z]{2,6}[-/]?\d", code))
    long = digits >= 6 and digits * 2 >= len(code)
    return (mixed or long) and bool(_ORDER_WEAK.search(before))


def _handles(text: str) -> Iterator[Found]:
    for pattern in (_GLUED, _NICKNAME) if _NICK_HINT.search(text) else ():
        for match in pattern.finditer(text):
            yield Found(PersonalKind.HANDLE, *match.span("name"), NAMED)
    for match in near(_HANDLE_HINTS, _NAME_WORD, text):
        value, before = match.group().rstrip(".-"), words_before(text, match.start())
        if value.lower() in COMMON or len(value) < 4 or DEFAULT.search(before):
            continue
        marked = bool(
            re.search(r"[\d_@]|^[a-z]{2,}[.][a-z]{2,}$(?<!\.com|\.\w\w\w)(?<!\.\w\w)", value)
        )
        found = _HANDLE.search(before)
        if (found and (marked or _says(found.group(), text, match.start()))) or (
            marked and _HANDLE_BARE.search(before) and len(value) >= 5
        ):
            yield Found(PersonalKind.HANDLE, match.start(), match.start() + len(value), NAMED)


def _says(label: str, text: str, start: int) -> bool:
    """Say whether a word of letters alone is what a label names and not the next of a sentence."""
    return bool(re.search(r"(?:[:=是为叫]|\bis)[ \"“'‘]{0,3}$", label)) and not re.match(
        r"(?:not|invalid|wrong|already|incorrect|locked|required|too|still|the|an?|in|being|showing)\b",
        text[start : start + 12],
        re.I,
    )


def _dates(text: str) -> Iterator[Found]:
    if not hinted(text, _BIRTH_HINTS):
        return
    for match in _DATE.finditer(text):
        named = bool(_BIRTH.search(words_before(text, match.start())))
        # 我95年11月2号的
        named = named or (
            match.group().find("年") > 0
            and text[match.end() : match.end() + 1] == "的"
            and bool(_OF_YEAR.search(words_before(text, match.start())))
        )
        if named or _BIRTH_AFTER.match(text[match.end() : match.end() + 24]):
            yield Found(PersonalKind.BIRTHDAY, *match.span(), NAMED)


def _short(text: str) -> Iterator[Found]:
    for match in _SERIAL.finditer(text):
        if _IDENTITY.search(words_before(text, match.start())):
            yield Found(PersonalKind.IDENTITY, *match.span(), NAMED)
    if not hinted(text, _SHORT_HINTS):
        return
    plate = -1
    for match in _SHORT.finditer(text):
        value, before = match.group(), words_before(text, match.start())
        digits = sum(map(str.isdigit, value))
        next_one = plate > 0 and _CHANGED.fullmatch(text, plate, match.start())
        if digits >= 2 and len(value) >= 4 and (next_one or _PLATE.search(before)):
            plate = match.end()
            yield Found(PersonalKind.PLATE, *match.span(), SHAPED)
        elif digits >= 2 and len(value) >= 5 and _POST.search(before):
            yield Found(PersonalKind.ADDRESS, *match.span(), NAMED)
        elif _ACCOUNT.search(before) and re.fullmatch(
            r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", value
        ):
            yield Found(PersonalKind.ACCOUNT, *match.span(), NAMED)
    for match in re.finditer(
        r"(?<![0-9A-Za-z-])(?:\d\d-\d\d-\d\d|[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![0-9A-Za-z-])",
        text,
    ):
        if _ACCOUNT.search(words_before(text, match.start())):
            yield Found(PersonalKind.ACCOUNT, *match.span(), NAMED)


def _is_public(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global and text not in _RESOLVERS
    except ValueError:
        return False
