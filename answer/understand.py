"""From a conversation to what is being asked.

Simple on purpose: the question is what the customer wrote since the agent last spoke. Earlier
turns add to it in two cases only: a follow-up that leans on them ("and how long does it take?")
takes the turns before it into the query, and a question that names no model takes the model
that was named last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.extractive.question import kind_of, models_in
from answer.rules.lexicon import lexicon
from core.applies import Name
from core.errors import QueryInvalid
from core.text import content_terms, fold, reply_language, split_sentences, squeeze
from core.types import Turn

CUSTOMER = "customer"
ROLES = (CUSTOMER, "agent")
_LONGEST_QUESTION = 600
_MOST_READ = 60_000
_MOST_PARTS = 3
_EARLIER_TURNS = 3
_LONGEST_EARLIER = 200
_FEW_TERMS = 3


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a conversation asks."""

    question: str
    """The customer's words, without greetings, shortened where they are very long."""
    query: str
    """What is searched for: the question with what earlier turns supply."""
    parts: tuple[str, ...]
    """The single questions, each understandable by itself; at least one unless small talk."""
    language: str
    context: str = ""
    """What the customer's earlier messages supply."""
    small_talk: str = ""
    """greeting or thanks, where the customer wrote nothing else."""
    shortened: bool = False
    products: tuple[Name, ...] = ()
    """The products that the conversation names, as far as documents are told apart by them."""


def understand(conversation: Sequence[Turn]) -> Understanding:
    """Return what the customer's last message asks.

    Raises:
        QueryInvalid: there is no message of the customer, it is empty, or a role is unknown.
    """
    written = _last_message(conversation)
    language = reply_language(written)
    question, shortened = _shorten(written)
    if talk := _small_talk(question):
        return Understanding(question, "", (), language, small_talk=talk)
    question = _without_greeting(question)
    earlier = _earlier(conversation)
    if (asked := _chosen(question, earlier)) is not None:
        # A date or a release is read as such; in the question it would be one more number.
        named = not any(map(str.isdigit, question)) or bool(models_in(question))
        return Understanding(
            question=question,
            query=f"{asked} {question}",
            parts=tuple(_parts(asked)),
            language=reply_language(f"{asked} {question}"),
            context=question if named else "",
        )
    leans = _leans(question)
    context = _context(question, earlier, leans)
    # Agents answer at length; their words help to find passages, not to choose sentences.
    before = _said(earlier) if leans else context
    return Understanding(
        question=question,
        query=f"{before} {question}".strip(),
        parts=tuple(_parts(question)),
        language=language,
        context=context,
        shortened=shortened,
    )


def _last_message(conversation: Sequence[Turn]) -> str:
    if unknown := next((turn.role for turn in conversation if turn.role not in ROLES), None):
        raise QueryInvalid(f"A turn has the role {unknown!r}.", f"Use one of: {', '.join(ROLES)}.")
    said: list[str] = []
    for turn in reversed(conversation):
        if turn.role != CUSTOMER:
            if said:
                break
            continue
        if turn.text.strip():
            said.insert(0, turn.text.strip())
    text = "\n".join(said)[:_MOST_READ]
    if not any(character.isalnum() for character in text):
        raise QueryInvalid(
            "The conversation holds no question of the customer.",
            "Give at least one customer message with words in it.",
        )
    return text


def _shorten(text: str) -> tuple[str, bool]:
    """Keep of a very long message its questions, then its beginning and its end."""
    if len(text) <= _LONGEST_QUESTION:
        return text, False
    sentences = [span.text[:_LONGEST_QUESTION] for span in split_sentences(text)]
    order = sorted(
        range(len(sentences)),
        key=lambda i: (not _asks(sentences[i]), min(i, len(sentences) - 1 - i), i),
    )
    kept: list[int] = []
    used = 0
    for i in order:
        if used + len(sentences[i]) > _LONGEST_QUESTION and kept:
            break
        kept.append(i)
        used += len(sentences[i]) + 1
    return " ".join(sentences[i] for i in sorted(kept)), True


def _asks(sentence: str) -> bool:
    return sentence.rstrip().endswith(("?", "？")) or kind_of(fold(sentence)) != "fact"


def _small_talk(text: str) -> str:
    """The kind of small talk, where nothing but small talk is left of the message."""
    words = _letters(text)
    for kind, pattern in lexicon().small_talk.items():
        words_left = " ".join(pattern.sub(" ", words).split())
        if not words_left:
            return kind
        if words_left != words and not _letters(_strip_all(words_left)):
            return kind
    return ""


def _strip_all(words: str) -> str:
    for pattern in lexicon().small_talk.values():
        words = pattern.sub(" ", words)
    return words


def _letters(text: str) -> str:
    kept = "".join(c if c.isalnum() or c in "'’" else " " for c in fold(text))
    return " ".join(kept.split())


def _without_greeting(text: str) -> str:
    """Drop leading sentences and clauses that only greet."""
    rest = text
    for mark in ("，", ",", "。", "！", "!", "\n", "～", "~", " "):
        head, found, tail = rest.partition(mark)
        if found and tail.strip() and len(head) < 24 and _small_talk(head or "-"):
            rest = tail.strip()
    return rest


def _earlier(conversation: Sequence[Turn]) -> list[Turn]:
    """The turns before the message that is answered, latest first."""
    index = len(conversation)
    seen = False
    while index:
        customer = conversation[index - 1].role == CUSTOMER
        if seen and not customer:
            break
        seen = seen or (customer and bool(conversation[index - 1].text.strip()))
        index -= 1
    return [turn for turn in reversed(conversation[:index]) if turn.text.strip()]


def _chosen(question: str, earlier: Sequence[Turn]) -> str | None:
    """The customer's question to which an agent offered a choice, where this is one of it."""
    if len(earlier) < 2 or earlier[0].role == CUSTOMER or earlier[1].role != CUSTOMER:
        return None
    asked = _without_greeting(_shorten(earlier[1].text.strip())[0])
    offered = "?" in fold(earlier[0].text) and squeeze(question) in squeeze(earlier[0].text)
    return asked if offered and not _small_talk(asked) else None


def _leans(question: str) -> bool:
    few = len(set(content_terms(question)) - lexicon().fillers) < _FEW_TERMS
    return few or bool(lexicon().elliptical.search(fold(question)))


def _said(turns: Sequence[Turn]) -> str:
    return " ".join(
        turn.text.strip()[:_LONGEST_EARLIER] for turn in reversed(turns[:_EARLIER_TURNS])
    )


def _context(question: str, earlier: Sequence[Turn], leans: bool) -> str:
    own = [turn for turn in earlier[: 2 * _EARLIER_TURNS] if turn.role == CUSTOMER]
    if leans:
        return _said(own[:1])
    if models_in(question):
        return ""
    named = (models_in(turn.text) for turn in earlier)
    return " ".join(sorted(next((models for models in named if models), ())))


def _parts(question: str) -> list[str]:
    """The single questions; what is told before one belongs to it, what follows to the last."""
    parts: list[str] = []
    told: list[str] = []
    for span in split_sentences(question):
        told.append(span.text)
        if _asks(span.text) and set(content_terms(span.text)) - lexicon().fillers:
            parts.append(" ".join(told))
            told = []
    if told and parts:
        parts[-1] = " ".join([parts[-1], *told])
    if not parts:
        return [question]
    # Past the third question a reply is no reply any more: the rest stays with the third.
    return (
        [*parts[: _MOST_PARTS - 1], " ".join(parts[_MOST_PARTS - 1 :])]
        if (len(parts) > _MOST_PARTS)
        else parts
    )
