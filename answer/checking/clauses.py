"""Reading a text as clauses: what each is about, and the small words that rule it.

A "not", a "must", an "only", a limit and a condition belong to the clause that they stand in;
comparing texts clause by clause keeps them with what they speak of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from answer.extractive.vectors import Vector
from core.text import content_terms, split_sentences
from core.text.amounts import Amount, amounts, folded_amounts
from core.text.bounds import is_bound_word

_CUT = re.compile(
    r"[;；。!！?？\n]+\s*|[,，](?!\d{3}(?!\d))\s*|[:：](?!\d)\s*|\.(?=\s|$)|\s[–—]+\s|——"
    r"|\s+(?=(?:if|unless|except|excluding|provided|as long as|until|because|while"
    r"|(?:only )?(?:if|when|after|before|once))\b)"
    r"|\s+(?=(?:and|but|or) (?:do|does|don't|must|may|can|cannot|is|are|should|not|never|always"
    r"|will|it"
    r"|they|you|then|no|only|have|has|be|stop|wait|expire|let|use)\b)"
    r"|\s+(?=(?:and|but|or) (?:\w+ ){1,2}(?:must|may|can|cannot|should|shall|will)\b)"
    r"|(?=但(?!是)|但是|并(?=应|须|不|且)|而(?=不))"
)
_LISTED = re.compile("、")
_MASKED_LIMIT = re.compile(
    r"不(?:得|能|应|可|要|会|许|宜)?[^，,。不]{0,3}?(?:超过|超出|大于|高于|低于|多于|少于|小于|短于|晚于|迟于|早于)"
    r"|\b(?:no|not) (?:more|less|fewer|later|longer|higher|lower|greater|earlier) than\b"
    r"|\b(?:do not|don['’]t|never|not) (?:\w+ ){0,5}(?:more|faster|longer|higher|less|later) than\b"
    r"|\b(?:not|never) exceed"
)
_NEGATION = re.compile(
    r"不(?!仅|但|止|同|过|管|论|断|妨|锈|久|足|满|良|限|适用于?.{0,2}的除)|没(?!有?到|满)有?|无(?!线|论|理由|条件|刷|叶|绳|尘|级|忧|法?兰)"
    r"|未(?!来|满|到|婚|知)|非(?!常|洲)|勿|禁(?!忌|区|毒)|拒绝|谢绝|作废|失效"
    r"|(?<![个特区分类级性识差鉴告辨])别(?!的|人|处|名|墅|针|致|离|称|样|忘)"
    r"|\b(?:not|no|never|none|cannot|nor|neither|nobody|nothing|nowhere|forbidden|prohibited|banned|avoid|unable"
    r"|closed to|invalid|void)\b|n['’]t\b"
)
_NOT_YET = re.compile(
    r"(?:还没有?|尚未|还未)(?=[^，,。]{1,8}(?:前|时|的时候))|(?:没有?|未)(?=[^，,。]{1,8}(?:之前|以前))"
)
_ALLOWED = re.compile(r"不(?:被)?禁止|\bnot (?:be )?(?:forbidden|prohibited|banned)\b")
_FREE = re.compile(
    r"不(?:会|用|必|需要?)?(?:另外?|再|额外|多)*[收付花](?:取|费|钱)|不要钱|不会额外收"
    r"|无(?:需|须)(?:付费|支付)|\bno (?:extra "
    r"|additional )?(?:charge|costs?|fees?)\b"
    r"|\bnothing(?: extra)?(?: to pay)?\b(?=[.,;]|$)"
)
"""What says "free" in other words: the opposite is a cost, not a denial."""
_TWICE = re.compile(
    r"(?:不(?!得|要|能)|没有?|未经?|无)[^，,。]{1,12}?[，,]?(?:就|都|一律|均)?(?:不得|不能|不可以?|不准|不许|禁止|严禁|无法)"
    r"|(?:不|没|未)[^，,。]{1,8}的[^，,。]{0,4}(?:不|无法)"
    r"|\bnot \w+ (?:is|are|will be|can|may) not\b"
    r"|\b(?:cannot|can't|not|never|no)\b[^.]{1,40}\bwithout\b|\bwithout\b[^.]{1,40}\b(?:cannot|can't|not|never|no)\b"
)
_EXCEPTION = re.compile(
    r"除外|除非|除了?(?=.{1,20}(?:外|以外|之外))|不在此列|\b(?:except|unless|excluded|excluding"
    r"|excludes|other than)\b"
)
_ONLY = re.compile(
    r"只(?!要)|仅(?!仅)|唯一|方可|方能|方才|才(?=[能可会有])|专用于|\b(?:only|solely|exclusively|just)\b"
)
_ALL = re.compile(
    r"所有|全部|任何|一律|完全|全体|各类|凡|不论|不管|无论|永久|永远|总是|随时|均|都(?!不能不)"
    r"|\b(?:all|any|always|everyone|anyone|everything|both|anywhere|everywhere|worldwide)\b"
    r"|\bevery(?! (?:\d|one|two|three|four|five|six|ten|twelve|few|second|third|other"
    r"|day|week|month|year|quarter|hour|minute|time|sunday|monday))\b"
)
_MUST = re.compile(
    r"必须|必需|务必|一定要|应当|应该|应(?=[在由于向将把先立该按对为经])|须(?!知)|需要|需(?!求)|要(?=[先由在立连做把向每])"
    r"|\b(?:must|has to|have to|shall|required|requires?|need(?:s|ed)? to|should)\b"
)
_MAY = re.compile(
    r"可以|可(?!能|靠|见|爱|调|拆)|允许|能够|能(?!力|量|耗|效|源)|\b(?:may|can|could|allowed|possible)\b"
)
_MARKER_WORDS = frozenset(
    """不得 不可 不可以 不能 不要 不会 不应 不许 不宜 不准 不予 不是 不用 不必 可以 可 能 能够
    必须 必需 须 需 需要
    应 应当 应该 要 不 没 没有 无 未 勿 请勿 切勿 禁止 严禁 仅 只 只有 只能 只要 方可 方能 才 才能
    所有 全部 任何 一律 都 均
    如果 如 若 除非 除外 除 外 时 后 前 之后 之前 以后 以前 先 再 然后 至少 最少 最多 至多 超过
    不超过 不低于 不少于 不高于 不小于
    高于 低于 大于 小于 多于 少于 以上 以下 以内 内 上 下 等 由 的话 情况 情况下 进行 会 已 已经
    则 即 即可 应在 约 大约
    每 自己 自行 当 经 本 该 此 为 是 用 个 次 天 日 年 月 小时 分钟 秒 元 克 千克 米 升 瓦 至 到
    于 并且 如需 必 允许 使用
    must may can cannot could need not never no none without don't onli all ani everi alway each
    least most than within
    unless except when befor after until onc while no more less up over under abov below between
    use also
    then too still bi by us you one""".split()
)
# Words by which Chinese segmentation is led astray: they rule a clause and name nothing.
_GLUE = re.compile(
    r"方可|方能|必须|须(?!知)|尚未|还没|仅限|只限|仅(?:在|对)|一经|但经|经过?(?=.{1,12}(?:批准|同意|审核|许可))"
    r"|(?<=[前后时])须|之[前后]|时(?=可|才|应|须|请|要|不|$)|(?<!之)[前后](?=须|应|要|才|方|$)|由"
)
_MEANT, _UNRELATED = 5.0, 0.8
_UNIT_TERM = re.compile(r"^\d+(?:[.,]\d+)*[a-zµ°%]*$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence with what is said in it."""

    text: str
    """Folded."""
    sentence: int
    order: tuple[str, ...]
    """Its content words in order; words that only rule it (not, must, only) left out."""
    amounts: tuple[Amount, ...]
    negated: bool
    excepted: bool
    only: bool
    all: bool
    must: bool
    may: bool
    vector: Vector | None = field(default=None, compare=False, repr=False)
    """What it means, where there is an embedder."""
    whole: Vector | None = field(default=None, compare=False, repr=False)
    """What the sentence that it stands in means."""

    @property
    def terms(self) -> frozenset[str]:
        """Its content words."""
        return frozenset(self.order)

    @property
    def all_terms(self) -> frozenset[str]:
        """Its content words and its amounts."""
        return self.terms | {f"={a.value:g} {a.kind}" for a in self.amounts}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, read."""

    clauses: tuple[Clause, ...]
    sentences: tuple[str, ...]

    @property
    def terms(self) -> frozenset[str]:
        """The content words of all clauses."""
        return frozenset(term for clause in self.clauses for term in clause.order)


def with_vectors(reading: Reading, found: Mapping[str, Vector]) -> Reading:
    """Return a reading whose clauses know what they mean; ``found`` holds its :func:`wholes`."""
    pairs = zip(reading.clauses, wholes(reading), strict=True)
    sentences = reading.sentences
    return Reading(
        tuple(
            replace(c, vector=found.get(text), whole=found.get(sentences[c.sentence]))
            for c, text in pairs
        ),
        sentences,
    )


def wholes(reading: Reading) -> list[str]:
    """Return for each clause what is embedded for it: the sentence, where it is all of that."""
    counts = Counter(c.sentence for c in reading.clauses)
    return [
        reading.sentences[c.sentence] if counts[c.sentence] == 1 else c.text
        for c in reading.clauses
    ]


@lru_cache(maxsize=8_000)
def read(text: str) -> Reading:
    """Return the clauses of a text in order."""
    clauses: list[Clause] = []
    sentences = [span.text for span in split_sentences(text)]
    for number, sentence in enumerate(sentences):
        clauses += [_clause(part, number) for part in _parts(sentence)]
    return Reading(tuple(c for c in clauses if c.order or c.amounts), tuple(sentences))


@lru_cache(maxsize=8_000)
def read_clause(text: str) -> Clause:
    """Return a text as one clause, however long."""
    return _clause(folded_amounts(text), 0)


def _parts(sentence: str) -> list[str]:
    folded = folded_amounts(sentence)
    if " | " in folded:
        # A row is one whole: its cells are told apart elsewhere.
        return [folded]
    parts = [part.strip() for part in _CUT.split(_unlisted(folded)) if part and part.strip()]
    return parts or [folded]


def _unlisted(text: str) -> str:
    """Keep the members of an enumeration together: what is said of them is said of each."""
    return _LISTED.sub(" ", text)


def _clause(text: str, sentence: int) -> Clause:
    masked = _MASKED_LIMIT.sub(lambda m: " " * len(m.group()), text)
    order = tuple(
        term
        for term in content_terms(_GLUE.sub(" ", masked))
        if term not in _MARKER_WORDS and not _UNIT_TERM.match(term) and not is_bound_word(term)
    )
    masked = _ALLOWED.sub(" ", masked)
    bare = _FREE.sub(" ", _EXCEPTION.sub(" ", _NOT_YET.sub(" ", masked)))
    # "Not without X" and "no X, no Y" deny nothing: they say what must be.
    twice = bool(_TWICE.search(bare))
    negated = bool(_NEGATION.search(bare)) and not twice
    return Clause(
        text=text,
        sentence=sentence,
        order=order,
        amounts=amounts(text),
        negated=negated,
        excepted=bool(_EXCEPTION.search(masked)),
        only=bool(_ONLY.search(masked)),
        all=bool(_ALL.search(masked)),
        must=bool(_MUST.search(masked)) or twice,
        may=bool(_MAY.search(masked)) and not negated and not twice,
    )


def negators(clause: Clause) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return, for each "not" of a clause, the words right behind it and all words behind it."""
    masked = _MASKED_LIMIT.sub(lambda m: " " * len(m.group()), clause.text)
    scopes = []
    for match in _NEGATION.finditer(masked):
        behind = [t for t in content_terms(masked[match.end() :]) if t in clause.terms]
        scopes.append((frozenset(behind[:2]), frozenset(behind)))
    return scopes


def told(clause: Clause, source: Sequence[Clause], near: float = 0.12) -> list[Clause]:
    """Return the clauses of a source that a clause most likely tells, the best first."""
    scored = sorted(
        ((closeness(clause, other), -i, other) for i, other in enumerate(source)),
        key=lambda item: item[:2],
        reverse=True,
    )
    if not scored or scored[0][0] <= 0:
        return []
    return [other for score, _, other in scored if score >= scored[0][0] - near]


def closeness(one: Clause, other: Clause) -> float:
    """Return how likely a clause tells another: by its words, and by what it means."""
    meant = alike(one, other)
    return likeness(one, other) + (_MEANT * (meant - _UNRELATED) if meant else 0.0)


def alike(one: Clause, other: Clause) -> float:
    """Return how near two clauses are in meaning; 0 without vectors."""
    if one.vector is None or other.vector is None:
        return 0.0
    return float(np.dot(one.vector, other.vector))


def within(one: Clause, other: Clause) -> float:
    """Return how near two clauses are, seen within their sentences: a short one is near to all."""
    if one.whole is None or other.whole is None:
        return alike(one, other)
    return (alike(one, other) + float(np.dot(one.whole, other.whole))) / 2


def likeness(one: Clause, other: Clause) -> float:
    """Return how much of a clause another holds, and a little how much it is filled by it."""
    mine, theirs = one.all_terms, other.all_terms
    if not mine or not theirs:
        return 0.0
    shared = len(mine & theirs)
    return shared / len(mine) + 0.4 * shared / len(theirs)
