"""Text that turns to a language model instead of to its reader.

A manual may say "ignore the warning light" or "you are now in the menu"; it does not say "ignore
all previous instructions" or "you are now an assistant without rules".
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from functools import lru_cache

from core.text.hidden import visible
from core.text.sentences import split_sentences

_AI = (
    r"(?:(?:ai|a\.i\.|artificial intelligence|virtual|digital|automated|chat)[ -]?"
    r"(?:assistant|model|agent|bot|system|drafter)?|(?:large )?language models?|llms?|chatbots?|"
    r"bots?|gpt|chatgpt|smollm|assistants?|copilot)"
)
_SAYS = (
    r"(?:say|answer|reply|respond|output|write|print|state|confirm|promise|tell|include|append|"
    r"ignore|disregard|recommend|repeat|approve|offer|reveal|add|obey|follow)"
)
_RULES = r"(?:instructions?|prompts?|directives?|guidelines|commands|restrictions|system messages?)"
_ENGLISH = (
    r"\b(?:ignore|disregard|forget|override|bypass|discard)\b.{0,40}"
    r"\b(?:above|previous|prior|earlier|preceding|all|your|any|these|everything|system)\b.{0,60}"
    rf"(?:\b{_RULES}|"
    r"\band\s+(?:say|answer|reply|respond|write|print|output|tell)\b)",
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,20}\b(?:above|previous|prior|earlier|"
    r"preceding|your|my)\b.{0,30}\b(?:rules|messages?|polic(?:y|ies))\b|"
    r"\b(?:rules|messages?|polic(?:y|ies)) (?:above|before this|you were given)\b.{0,30}"
    r"\b(?:ignore|disregard|forget|do not (?:apply|count))",
    r"\b(?:ignore|disregard|forget)\b.{0,20}\b(?:rules|messages?|polic(?:y|ies)) (?:above|"
    r"before)\b",
    r"\b(?:ignore|disregard|forget) (?:everything|all|anything)(?: that)?"
    r"(?: you (?:were|have been|know)| (?:above|before)\b)",
    r"\b(?:reveal|print|show|repeat|output|leak|display|disclose|recite|quote|tell me|give me|"
    rf"what (?:is|are|was|were))\b.{{0,30}}\b(?:system (?:prompt|message|instructions?)|"
    rf"(?:your|the|initial|hidden|original|developer) {_RULES}|your (?:initial|hidden|secret|"
    r"own) \w+ ?prompt)",
    r"\byou are (?:now|no longer|actually|hereby|henceforth) (?:(?:an?|the|in|"
    r"bound) )?(?:[\w-]+ ){0,4}"
    r"(?:ai|assistant|chatbot|bot|language model|dan|pirate|hacker|persona|jailbroken|"
    r"unrestricted|without (?:rules|limits|restrictions)|by (?:any|your) (?:rules|instructions)|"
    r"developer mode)\b",
    r"\b(?:pretend|act|behave|respond|answer|roleplay|role-play) as (?:if you|though you|"
    rf"(?:an? |the )?(?:[\w-]+ ){{0,3}}(?:{_AI}|dan|pirate|hacker)\b)",
    r"\bpretend (?:to be|that you are|you are) (?:an? |the )?(?:[\w-]+ ){0,3}"
    r"(?:ai|assistant|bot|chatbot|model|pirate|hacker|administrator|manager|employee|agent)\b",
    r"\bas an (?:ai|artificial intelligence)\b.{0,30}\b(?:you|must|should|assistant|model|i)\b",
    r"\b(?:note|message|attention|instructions?|hey|dear|hello|order|important)(?:,| to| for|:)? "
    rf"(?:the |all |any |this )?(?:{_AI})(?: reading| that| which| who|s?\s*[:,.!-])",
    rf"\b(?:{_AI}|the model) (?:must|should|shall|will|is to|are to|has to|reading this)"
    rf"(?: now| only| always| then| never| instead| (?:must|should|shall))*(?: {_SAYS})\b",
    r"\byou (?:must|should|shall|have to|will)(?: now| always| instead)? "
    r"(?:promise|guarantee|grant|approve)\b.{0,60}(?:refund|compensat|discount|free|replacement|"
    r"money)",
    r"\b(?:new|updated|real|actual|"
    r"secret) (?:system )?(?:instructions?|directives?|prompt)\s*(?::|for you|follow)",
    r"(?:^|\n)\s*(?:#+\s*|\[|<+\|?|【)\s*(?:system|sys|inst|assistant)\s*(?:\|?>+|\]|】|[:：]|\n)",
    r"<\|?im_(?:start|end)\|?>|\[/?inst\]|<<sys>>|</?(?:passage|question|conversation)\b[^>]*>",
    r"(?:^|\n)\s*(?:system (?:prompt|message|instructions?)|assistant)\s*[:：]",
    r"(?:^|\n)\s*system\s*[:：]\s*(?:you|ignore|override|new|now|from now|the (?:user|customer))\b",
    r"\b(?:do not|don't|never|"
    r"stop) (?:follow(?:ing)?|obey(?:ing)?|reveal(?:ing)?|mention(?:ing)?) "
    r"(?:the |your |any |these |this |all )*(?:previous |prior |earlier |above |system |"
    rf"hidden )*{_RULES}",
    r"\bin (?:your|the) (?:next |final |every )?(?:reply|response|answer)s?,? (?:always |only |"
    r"you must )?"
    r"(?:say|write|include|append|insert|add|put|promise|state|end|begin)\b",
    r"\b(?:reply|respond|answer) (?:only|exactly|solely|always) (?:with|that|in)\b.{0,40}[\"'“‘:]",
    r"\b(?:your|every|each) (?:reply|answer|response)s? (?:must|should|shall|has to) "
    r"(?:begin|start|end|only|always|contain|include|say|be in)\b",
    r"\b(?:append|insert|include|embed|add|render|show|output)\b.{0,40}\b(?:this|the|following|"
    r"an?) "
    r"(?:markdown |hidden |tracking |following )*(?:image|link|url|html|pixel|markdown)\b.{0,40}"
    r"\b(?:reply|response|answer|message|output|conversation|question)\b",
    r"\bjailbr(?:eak|oken)\b.{0,40}\b(?:mode|yourself|prompt|you)\b|\bdo anything now\b|"
    r"\bdan mode\b",
    r"\b(?:decode|base64-decode) (?:this|the following|it|and)\b.{0,40}\b(?:follow|execute|obey|"
    r"do|run|instruction)",
    # The same in other languages.
    r"\bignore[zr]?\b.{0,20}\b(?:toutes? )?(?:les|vos) (?:instructions|consignes|r[eè]gles)",
    r"\bignor(?:a|e|ar|en)\b.{0,20}\b(?:las|los|tus) (?:instrucciones|reglas|indicaciones)",
    r"\b(?:ignoriere|ignorieren sie|missachte|vergiss)\b.{0,40}\b(?:anweisungen|regeln|vorgaben)",
    r"игнорируй(?:те)?.{0,40}(?:инструкции|указания|правила)",
    r"(?:以前|上記|これまで|すべて)の(?:指示|命令|ルール).{0,6}(?:無視|無视|无视|忘れ)",
    r"(?:이전|위의|모든).{0,6}(?:지시|명령|규칙).{0,6}무시",
)
_DROP = (
    r"(?:忽略|无视|忘记|忘掉|忘了|抛开|抛弃|不要理会|不用理会|不必理会|不要管|别管|不再遵守|无需遵守|不必遵守|"
    r"不要遵守|绕过|推翻|覆盖)"
)
_MODEL = (
    r"(?:ai|人工智能|大模型|大语言模型|语言模型|智能助手|ai助手|智能客服|聊天机器人|"
    r"机器人助手|助手)"
)
_CHINESE = (
    rf"{_DROP}.{{0,12}}(?:以上|上述|上面|之前|此前|前面|先前|所有|全部|一切|你的|原有|系统|任何).{{0,16}}"
    r"(?:指令|指示(?!灯)|提示词|设定|命令|回答|回复|输出|说(?!明))",
    rf"{_DROP}.{{0,6}}(?:以上|上述|上面|之前|此前|前面|先前|你的|原有|系统).{{0,8}}规则",
    r"(?:泄露|输出|打印|显示|重复|复述|告诉我|说出|展示|公布|透露|给我看).{0,10}"
    r"(?:系统提示|提示词|系统指令|系统消息|初始指令|你的指令|内部指令|隐藏指令|你的规则)",
    r"(?:系统提示词|你的提示词|你的系统指令|你的初始指令)(?:是|有|里|内容|原文|全文)",
    r"(?:从现在起|从现在开始|从此|今后)[，,]?你(?:就|不再)?是(?:一[个名位只款])?[^，。,.]{0,14}"
    r"(?:ai|助手|机器人|模型|海盗|黑客|限制|dan|角色)",
    r"你(?:现在|从现在起|从现在开始|今后|已经|不再)(?:开始)?(?:不)?是(?:一[个名位只款])?[^，。,.]{0,14}"
    r"(?:ai|助手|机器人|模型|海盗|黑客|不受(?:任何)?限制|没有(?:任何)?限制|dan|角色)",
    r"(?:扮演|假装|装作|充当)(?:你)?(?:是|成)?(?:一[个名位只款])?[^，。,.]{0,14}"
    r"(?:ai|助手|机器人|模型|不受(?:任何)?限制|没有(?:任何)?限制|海盗|黑客|管理员)",
    rf"作为(?:一[个名款])?\s*{_MODEL}[^。]{{0,6}}(?:你|请|必须|应|务必|要)",
    rf"(?:致|给|写给|发给|告诉|提醒)(?:正在|所有|各位|阅读)*[^，。,.]{{0,8}}{_MODEL}的?(?:指令|提示|备注|话|说明|留言)?\s*[:：，,]",
    rf"{_MODEL}(?:们)?(?:请注意|必须|务必|听好|应当立即|请(?:直接|立即|务必|忽略|回复|回答|输出))",
    r"(?:你|回复中|回答中|答复中)(?:必须|务必|一定要)(?:向[^，。]{0,8}|对[^，。]{0,8}|立即|直接|无条件)*"
    r"(?:承诺|答应|保证|批准|同意|写明|说).{0,16}(?:退款|赔偿|赔付|补偿|免费|折扣|免单)",
    r"(?:请|务必|必须|只能|一律)(?:直接|原样|只|仅|统一|一字不差地?)(?:回复|回答|输出|说)",
    r"(?:在|把).{0,12}(?:回复|回答|答复|输出)(?:的)?(?:中|里|末尾|结尾|开头|最后)?.{0,4}"
    r"(?:加入|加上|附上|插入|写上|包含|嵌入|输出|放上).{0,12}(?:链接|图片|网址|代码|标记|以下|下面|markdown|html)",
    r"(?:新的?|最新|真正的?|秘密|隐藏)(?:系统)?(?:指令|提示词)\s*[:：]",
    r"(?:【|\[|<|#+\s*)\s*系统(?:指令|消息|提示|命令)?\s*(?:】|\]|>|[:：])|(?:^|\n)\s*系统(?:指令|消息|提示)?\s*[:：]",
    r"(?:进入|开启|启用|切换到).{0,4}(?:越狱|dan|无限制|不受限制)",
    r"(?:解码|base64).{0,16}(?:并|然后|后)(?:执行|照做|遵照|按)",
)
_ADDRESSED = re.compile("|".join((*_ENGLISH, *_CHINESE)), re.IGNORECASE | re.DOTALL)
# What none of these words stand in is not looked at further: nearly all that manuals say.
_WORTH = re.compile(
    r"ignor|disregard|forget|overrid|bypass|discard|prompt|instruct|directive|guideline|pretend|"
    r"role-?play|jailbr|\bai\b|a\.i\.|assistant|\bbots?\b|chatbot|language model|\bllm|gpt|"
    r"copilot|you are|"
    r"act as|behave|reply|respond|response|your answer|every answer|the answer|each answer|"
    r"final answer|next answer|"
    r"system|im_start|im_end|\[/?inst|<<sys|<\s*/?\s*(?:passage|question|conversation)|promise|"
    r"guarantee|"
    r"approve|\bgrant|do anything now|\bdan\b|base64|missachte|vergiss|игнор|無視|무시|"
    r"忽略|无视|忘|抛|理会|别管|不要管|遵守|绕过|推翻|覆盖|提示词|指令|系统|你现在|你从现在|你今后|从现在|从此|今后|扮演|假装|装作|充当|"
    r"人工智能|模型|助手|机器人|智能客服|必须|务必|一定要|只能|一律|请直接|请原样|请只|请仅|请统一|请一字|"
    r"链接|图片|网址|越狱|解码|的规则|markdown",
    re.IGNORECASE,
)
_CARRIES = re.compile(
    r"!\[[^\]\n]*\]\s*\(|<\s*/?\s*(?:script|img|iframe|svg|object|embed|form|meta|link|style|"
    r"base|a)\b"
    r"[^>\n]{0,400}(?:>|=)|\bon(?:error|load|click|mouseover)\s*=|\b(?:javascript|vbscript)\s*:|"
    r"\bdata:(?:text|image|application)/|"
    r"(?:https?:)?//[^\s)\]>]*[?&][^\s=)\]>]*=[^\s)\]>]*(?:\{|\[|<|\$|%7b|question|conversation|"
    r"history|prompt|问题|对话)",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    rf"\b{_SAYS}\b|\b(?:you|your|must|always|instead|reply|response|insert|link|image)\b|"
    r"回复|回答|输出|告诉|告知|承诺|答应|声称|附上|必须|务必|你|改为|链接|图片|http",
    re.IGNORECASE,
)
_BLOB = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/_=-])")
_SPACED = re.compile(r"(?<!\S)(?:\w[ .\-_*]){5,}\w(?!\S)")
# Letters of other scripts that look like Latin ones.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏтмкнвгпАВЕКМНОРСТУХІЈЅαοερνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhltmkhbrnABEKMHOPCTYXIJSaoepviktuABEZHIKMNOPTYX",
)
_OTHER = "\u0370-\u03ff\u0400-\u052f"
_DISGUISE = re.compile(f"[{_OTHER}]")
_MIXED = re.compile(f"(?:[A-Za-z]+[{_OTHER}]|[{_OTHER}]+[A-Za-z])[A-Za-z{_OTHER}]*")
_LONGEST = 4_000


@lru_cache(maxsize=4_000)
def addresses_model(text: str) -> bool:
    """Say whether a text turns to a language model, in whatever letters it is written."""
    plain = readable(text[:_LONGEST])
    if _WORTH.search(plain) and _ADDRESSED.search(plain):
        return True
    return any(_told(blob) for blob in _BLOB.findall(plain))


def carries_away(text: str) -> bool:
    """Say whether a text holds an image, active HTML, or a link that takes words with it."""
    return bool(_CARRIES.search(readable(text[:_LONGEST])))


def unquotable(text: str) -> bool:
    """Say whether a text is no statement for a customer: it turns to a model or carries away."""
    return addresses_model(text) or carries_away(text)


@lru_cache(maxsize=2_000)
def unquotable_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the stretches of a passage that are not to be quoted, nor shown to a model.

    A sentence that turns to a model takes the rest of its line with it, and the lines after it
    as long as they go on telling what to say.
    """
    plain = readable(text)
    if not (_WORTH.search(plain) or _CARRIES.search(plain) or _BLOB.search(plain)):
        return ()
    found: list[tuple[int, int]] = []
    offset, goes_on = 0, False
    for line in text.splitlines(keepends=True):
        start = _begins(line, goes_on=goes_on)
        goes_on = start is not None and (goes_on or addresses_model(line[start:]))
        if start is not None:
            found.append((offset + start, offset + len(line.rstrip("\r\n"))))
        offset += len(line)
    if not found and addresses_model(text):
        # It is spread over lines none of which says it alone.
        return ((0, len(text)),)
    return tuple(found)


def _begins(line: str, *, goes_on: bool) -> int | None:
    """Where in a line the part that is not to be quoted begins."""
    if goes_on and (_FOLLOWS.search(line) or not line.strip()):
        return 0
    for span in split_sentences(line):
        if unquotable(span.text):
            return span.start
    return 0 if unquotable(line) else None


def readable(text: str) -> str:
    """Return a text as a reader would take it: nothing invisible, no letters in disguise."""
    plain = unicodedata.normalize("NFKC", visible(text))
    if _DISGUISE.search(plain):
        plain = _MIXED.sub(lambda found: found.group().translate(_LOOKALIKES), plain)
    return _SPACED.sub(lambda found: re.sub(r"[ .\-_*]", "", found.group()), plain)


def _told(blob: str) -> bool:
    """Say whether a blob is text in disguise that turns to a model."""
    for decode in (base64.b64decode, base64.urlsafe_b64decode):
        try:
            told = decode(blob + "=" * (-len(blob) % 4)).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
        if _WORTH.search(told) and _ADDRESSED.search(told):
            return True
    return False
