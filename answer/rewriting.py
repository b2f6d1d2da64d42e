"""A question written out in full by a language model, where it leans on earlier turns.

What the model writes stands in for the words of earlier turns that a search would add; the
question stays the customer's own, so that a bad rewrite costs little. Everything is checked, and
where anything is amiss the search goes on as it would without a model.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from answer.extractive.question import kind_of, models_in
from answer.generative.model import LanguageModel
from answer.generative.prompt import Prompt, shielded, template
from answer.generative.reply import LINK, without_thoughts
from answer.parts import asks
from answer.rules.lexicon import lexicon
from answer.understand import CUSTOMER, Understanding, turns_before
from core.errors import CiteDeskError
from core.text import content_terms, fold, reply_language, split_sentences
from core.text.claims import numbers
from core.types import Turn
from retrieval.exact import exact_of

log = logging.getLogger("citedesk.answer")

MOST_TOKENS = 200
"""More than a rewrite may be long: a model that does not stop is stopped."""
_AT_ONCE = 16
_TURNS = 6
_LONGEST_TURN = 300
_SHORTEST, _LONGEST = 4, 300
_MOST_SENTENCES = 2
_KEPT = 0.5
"""So many of the question's words are in what is the same question."""
_SAID = 0.7
"""So many words of a rewrite were said in the conversation; the rest only joins them."""
_SPEAKERS = {"en": ("Customer: ", "Agent: "), "zh": ("客户：", "客服：")}
_LABEL = re.compile(
    r"(?i)^\W*(?:(?:rewritten |full |complete |self-contained )*(?:question|message)"
    r"|(?:补写|改写|完整)?(?:后)?的?(?:问题|问句|消息))\W{0,2}[:：]\s*"
)
_WRAPPED = re.compile(r"""^["'“‘「『*]+(.*?)["'”’」』*]+$""", re.DOTALL)
_ANSWERS = re.compile(r"\banswers?\b|答案|回答|答复|^答\s*[:：]", re.MULTILINE)
_COUNTED = re.compile(
    r"[二两三四五六七八九十百千万亿半]+(?=[个次天年月日周小分秒种台位名只级层块元倍成])"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|thousand|million)\b"
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What came of asking the model once."""

    text: str = ""
    """The question in full; empty where it was refused."""
    refused: str = ""
    """Why nothing came of it, in a word: slow, failed, or the check that it did not pass."""
    written: str = ""
    """What the model wrote; for benchmarks, since it may repeat what a customer told."""


class Rewriter:
    """Has a language model write a leaning question out in full, within a budget of seconds."""

    def __init__(self, model: LanguageModel, budget_s: float) -> None:
        self._model = model
        self._budget_s = budget_s
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="rewriting")

    def read(self, conversation: Sequence[Turn], understood: Understanding) -> Understanding:
        """Return what was understood, with the rewrite where earlier turns' words were added."""
        if not is_wanted(conversation, understood):
            return understood
        made = self.rewrite(conversation, understood)
        if not made.text:
            # The words themselves may be personal; the reason is not.
            log.info("the question is searched for without a rewrite: %s", made.refused)
            return understood
        return with_rewrite(understood, made.text)

    def rewrite(self, conversation: Sequence[Turn], understood: Understanding) -> Rewrite:
        """Ask the model once, and check what it writes."""
        prompt = rewrite_prompt(conversation, understood)
        # The model's own limit may be longer, and what it loads at first counts here too.
        waiting = self._workers.submit(self._model.complete, prompt.system, prompt.user)
        try:
            written = bare(waiting.result(self._budget_s))
        except TimeoutError:
            waiting.cancel()
            return Rewrite(refused="slow")
        except Exception as exc:  # noqa: BLE001 - whatever breaks there must not cost the reply
            why = exc.message if isinstance(exc, CiteDeskError) else type(exc).__name__
            log.warning("no question was written out: %s", why)
            return Rewrite(refused="failed")
        refused = why_refused(written, conversation, understood)
        return Rewrite("" if refused else written, refused, written)


def is_wanted(conversation: Sequence[Turn], understood: Understanding) -> bool:
    """Say whether there is anything to write out: earlier turns that the message leans on."""
    if understood.small_talk or not turns_before(conversation):
        return False
    return bool(understood.context) or any(one.context for one in understood.asked)


def with_rewrite(understood: Understanding, text: str) -> Understanding:
    """Return what was understood with a rewrite in place of the words of earlier turns."""
    asked = (replace(one, context=text) if one.context else one for one in understood.asked)
    return replace(understood, asked=tuple(asked), rewrite=text)


def rewrite_prompt(conversation: Sequence[Turn], understood: Understanding) -> Prompt:
    """Return what the model is told and shown: the last turns, and the question after them."""
    language = understood.language
    version, system, user = template(f"rewrite.{language}")
    customer, agent = _SPEAKERS[language]
    shown = "\n".join(
        (customer if turn.role == CUSTOMER else agent)
        + shielded(" ".join(turn.text.split())[:_LONGEST_TURN])
        for turn in reversed(turns_before(conversation)[:_TURNS])
    )
    # Both at once: a turn that holds "{question}" stays as it is.
    filled = {"{conversation}": shown, "{question}": shielded(understood.question)}
    user = re.sub(r"\{(?:conversation|question)\}", lambda found: filled[found.group()], user)
    return Prompt(version, system, user.strip(), understood.question)


def bare(reply: str) -> str:
    """Return what a model wrote without thoughts, a label before it, or marks around it."""
    text = _LABEL.sub("", without_thoughts(reply).strip())
    wrapped = _WRAPPED.match(text)
    return (wrapped.group(1) if wrapped else text).strip()


def why_refused(written: str, conversation: Sequence[Turn], understood: Understanding) -> str:
    """Return the check that a rewrite does not pass; empty where it passes all."""
    said = "\n".join(turn.text for turn in conversation)
    return next(
        (name for name, passes in _CHECKS.items() if not passes(written, said, understood)), ""
    )


def _is_short(written: str, _said: str, _understood: Understanding) -> bool:
    sentences = [span for span in split_sentences(written) if span.text.strip()]
    return _SHORTEST <= len(written) <= _LONGEST and len(sentences) <= _MOST_SENTENCES


def _is_in_language(written: str, _said: str, understood: Understanding) -> bool:
    return reply_language(written) == understood.language


def _is_question(written: str, said: str, _understood: Understanding) -> bool:
    """A question, and no reply: neither a word of replying nor a link that nobody said."""
    words = {match.group() for match in _ANSWERS.finditer(fold(written))}
    return asks(written) and not LINK.search(written) and all(word in fold(said) for word in words)


def _keeps_exact(written: str, _said: str, understood: Understanding) -> bool:
    """Every exact string, number and model of the question, and the model it was asked of."""
    question = understood.question
    own = models_in(question)
    earlier = frozenset[str]() if own else models_in(understood.context)
    return (
        all(_holds(written, exact) for exact in exact_of(question))
        and numbers(question).keys() <= numbers(written).keys()
        and own <= models_in(written)
        and (not earlier or bool(earlier & models_in(written)))
    )


def _adds_nothing_exact(written: str, said: str, _understood: Understanding) -> bool:
    """No exact string, number or model that nobody said, in digits or in words."""
    counted = {match.group() for match in _COUNTED.finditer(fold(written))}
    return (
        all(_holds(said, exact) for exact in exact_of(written))
        and numbers(written).keys() <= numbers(said).keys()
        and models_in(written) <= models_in(said)
        and all(word in fold(said) for word in counted)
    )


def _keeps_question(written: str, _said: str, understood: Understanding) -> bool:
    """The same question: of its kind, most of its words, and some of earlier turns beside them."""
    own, made = _terms(understood.question), _terms(written)
    kind = kind_of(fold(understood.question))
    alike = kind in ("fact", kind_of(fold(written)))
    return alike and len(own & made) >= _KEPT * len(own) and bool(made - own)


def _was_said(written: str, said: str, _understood: Understanding) -> bool:
    terms, known, folded = _terms(written), _terms(said), fold(said)
    # Chinese words are cut by what stands beside them, so a part of another counts as said.
    held = [term for term in terms if term in known or (not term.isascii() and term in folded)]
    return len(held) >= _SAID * len(terms)


_CHECKS: dict[str, Callable[[str, str, Understanding], bool]] = {
    "length": _is_short,
    "language": _is_in_language,
    "question": _is_question,
    "lost": _keeps_exact,
    "added": _adds_nothing_exact,
    "other": _keeps_question,
    "unsaid": _was_said,
}
"""What a rewrite must be, by the word that says it is not."""


def _holds(text: str, exact: str) -> bool:
    """Say whether an exact string stands in a text, as a word of its own."""
    words = r"\s*".join(map(re.escape, fold(exact).split()))
    return bool(re.search(rf"(?<![a-z0-9]){words}(?![a-z0-9])", fold(text)))


def _terms(text: str) -> set[str]:
    return set(content_terms(text)) - lexicon().fillers
