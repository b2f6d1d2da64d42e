"""Passwords, codes sent to confirm something, keys and tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.personal.found import CERTAIN, NAMED, Found
from core.personal.kinds import PersonalKind
from core.personal.labels import COMMON, DEFAULT, Label, hinted, near, words_before

_SECRET = Label(
    r"(?:密码|口令|密碼|验证码)[^\n。！？!?0-9A-Za-z]{0,14}(?:输|填|设|写|用|改)(?:的|成|了){0,2}"
    r"|(?:登录|登陆|支付|交易|查询|取款|锁屏|账户|账号|开机|解锁|wifi|wi-fi|无线|邮箱|我的|旧|新|原|临时|门锁|开门|智能锁|路由器)?(?:密码|口令|密碼|暗号)(?:我|一直|现在|当时|还)?(?:设的?|用的|设成了?|设置成?了?|输的?|填的?|改的?|记得)?"
    r"|(?:短信|手机|动态|登录|确认|激活|校验|安全|取件|提货|核销|兑换|门禁|开锁|邮箱|语音|付款|卡密|恢复)?(?:验证码|驗證碼|校验码|动态码|取件码|提货码|激活码|安全码|核销码|兑换码|恢复码|门禁码|开门码|开锁码|核验码|登录码|配对码|邀请码|确认码|短信码|随机码|认证码|助记词|cvv2?|cvc)(?:我|一直|是我|刚)?(?:收到的?|输的?|填的?|写的?)?"
    r"|(?<![\w-])(?:(?:wi-?fi|wireless|network|router|hotspot|wpa2?|encryption|ssh|account|product|activation) key|recovery (?:key|phrase|code)|seed phrase|(?:security|secret) (?:answer|word|phrase)|memorable word|mother's maiden name|bearer|temp(?:orary)? (?:pw|pass)|pw|psw|password|passwd|pwd|passcode|combination|pass phrase|passphrase|pin(?: code| number)?|otp|one[- ]time (?:code|password|passcode)|(?:verification|security|access|confirmation|activation|auth(?:entication)?"
    r"|login|sms|recovery|backup|unlock|door|gate|entry|alarm|lock(?:box)?|pairing|sign-?in|two[- ]factor|mfa|reset|2fa|garage|building|pickup|collection) (?:code|pin)|cvv2?|cvc|api[ _-]?key|secret(?:[ _-]?key)?|access[ _-]?(?:token|key)|(?:access|auth|refresh|session|bearer|bot)[ _-]?token|token|private key|client[ _-]secret|app[ _-]?secret|webhook secret|connection string|licen[cs]e key|product key)(?: I (?:set|got|use|received)| (?:I|we) (?:got|received) (?:is|was))?"
    r"|code (?:porte|d'entr[ée]e|immeuble)|digicode|mot de passe|T(?:ü|ue)rcode|Passwort|(?:密钥|秘钥|令牌|token|apikey|api key|授权码|序列密钥)",
    "密码|口令|密碼|暗号|码|碼|助记词|密钥|秘钥|令牌|key|phrase|answer|word|maiden|bearer|pw|pass|psw|pwd|combination|pin|otp|code|cvv|cvc|token|secret|string",
)
# A value begins behind a blank, a Chinese character or one of these.
_SECRET_VALUE = re.compile(
    r"(?<!\d)\d\d[ -]\d\d[ -]\d\d(?![\d-])|(?<!\d)\d{2,4}[ -]\d{2,4}(?![\d-])|[!#-&*+\-./0-9;?-~(]{4,120}"
)
_SECRET_REST = re.compile(r"[!#-&(-+\--;=?-~]{0,80}")
# 1.25mm, 5V, v2.1: no secret is a measure or a version.
_MEASURED = re.compile(
    r"v?\d+(?:\.\d+)+[a-z]{0,3}$|\d+(?:\.\d+)?(?:mm|cm|v|a|w|hz|khz|mhz|ghz|db|ms|s|gb|mb|kb|bits?|bytes?|x|%|pin|p|位|个|次|天|分钟|秒)$",
    re.I,
)
_PIN = re.compile(r"pins?(?: |$)", re.I)
_ANSWER = re.compile(r"(?:security|secret) (?:answer|word)|memorable|mother", re.I)
_SAID_AFTER = re.compile(
    r"^[ \"”’)]{0,2}(?:(?:is|was|as|being|for)[ ](?:my|the|our|a|his|her|their)[ ](?:\w+[ ]){0,2}(?:password|passcode|pin|otp|code|key|token)\b"
    r"|(?:是|就是|为|作为)(?:我|我的|他的|她的|登录|支付|原来的|设的|收到的|刚收到的|这次的|新的?|旧的?|短信){0,3}(?:密码|口令|验证码|校验码|动态码|取件码))",
    re.I,
)
_DIGITS_TOLD = re.compile(
    r"(?:短信|收到|发来|验证|动态|登录|手机)[^\n。，,；;0-9]{0,12}(?:六|四|6|4|几|八)位(?:数字?|码|的?数字|密码)?(?:是|为|[:： ]){0,2}$"
)
_TOLD_HINTS = (
    "密码",
    "口令",
    "码",
    "位",
    "password",
    "passcode",
    "pin",
    "otp",
    "code",
    "key",
    "token",
)
_VALUE = re.compile(r"(?<![\w.#-])[\w!#$%*@&+-]{4,40}(?![\w@])", re.A)
_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[\w-]{30,}"
    r"|eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]{4,}|glpat-[\w-]{16,}|(?:rk|pk|sk)_(?:live|test)_[A-Za-z0-9]{10,})"
)
# What devices are delivered with stands in many manuals; said to be one's own, it counts.
_SHIPPED = frozenset(
    "admin root user guest password 1234 0000 12345 123456 12345678 888888 666666 000000 admin123 1111".split()
)
_MINE = re.compile(
    r"我|俺|咱|他|她|设|改|收到|输|\b(?:my|our|his|her|mine|I|we|got|set)\b|验证码|支付|银行|\botp\b",
    re.I,
)
_PEM = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,8000}(?:-----END [A-Z ]{0,30}-----)?"
)
_SECRET_HINTS = (
    "密码|密碼|口令|验证码|驗證碼|校验码|动态码|取件码|提货码|激活码|安全码|核销码|兑换码|恢复码|门禁码|卡密|密钥|秘钥|令牌|授权码|暗号|开门码|开锁码|核验码"
    "|登录码|配对码|邀请码|确认码|短信码|随机码|认证码|助记词|pass|pwd|pw|psw|pin|otp|code|cvv|cvc|key|token|secret|answer|word|phrase|bearer|combination|string"
).split("|")


def secrets(text: str) -> Iterator[Found]:
    """Yield what must be known to nobody else."""
    for pattern in (_KEY, _PEM):
        for match in pattern.finditer(text):
            yield Found(PersonalKind.SECRET, *match.span(), CERTAIN)
    yield from _told(text)
    for match in near(_SECRET_HINTS, _SECRET_VALUE, text):
        before = words_before(text, match.start())
        label = _SECRET.search(before)
        if label and match.group().lower().rstrip(".,;") in _SHIPPED and not _MINE.search(before):
            continue
        if not label or DEFAULT.search(before[: label.start()] + label.group()):
            continue
        rest = _SECRET_REST.match(text, match.end())
        value = (match.group() + (rest.group() if rest else "")).rstrip(".!?;:)]")
        if value.startswith(("http", "//")):
            continue
        if len(value) >= 4 and _is_secret(value, label.group()):
            yield Found(PersonalKind.SECRET, match.start(), match.start() + len(value), NAMED)


def _told(text: str) -> Iterator[Found]:
    """Yield what the words behind it make a secret: 930114 was the code."""
    if not hinted(text, _TOLD_HINTS):
        return
    for match in _VALUE.finditer(text):
        if not re.search(r"\d", match.group()):
            continue
        if _SAID_AFTER.match(text[match.end() : match.end() + 40]) or (
            match.group().isdigit() and _DIGITS_TOLD.search(words_before(text, match.start()))
        ):
            yield Found(PersonalKind.SECRET, *match.span(), NAMED)


def _is_secret(value: str, label: str) -> bool:
    if _MEASURED.match(value) or (_PIN.match(label) and not re.match(r"[#*]?\d{3}", value)):
        return False
    if re.search(r"\d", value):
        return not re.fullmatch(r"\d{1,3}[-~]\d{1,3}", value)
    if _ANSWER.match(label) and re.search(r"[:=]|\bis\b", label):
        return value.lower() not in COMMON
    plain = value.isalpha()
    spoken = re.search(r"[:=是为]", label)
    if value.lower() in COMMON - {"admin"} or not spoken:
        return False
    if plain:
        return bool(re.search(r"[是为]", label)) or ('"' in label or "“" in label)
    return not value.startswith("-") and not re.fullmatch(r"[A-Za-z]+(?:[-/'’][A-Za-z]+)+", value)
