"""From a conversation to what is being asked.

The question is what the customer wrote since the agent last spoke. Earlier turns add to it where
it leans on them ("and how long does it take?", "the X3, I meant"), and a question that names no
model takes the model that was named last. What they add is kept apart from the question, so
that a search can weigh it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.extractive.question import models_in
from answer.leaning import answers_back, corrected, leans, turns_away
from answer.parts import asks, parts_of
from answer.ports import Named
from answer.rules.lexicon import lexicon
from answer.talk import GREETING, THANKS, talk_of
from core.applies import Name
from core.errors import QueryInvalid
from core.text import fold, reply_language, split_sentences, squeeze
from core.types import Turn
from retrieval.asked import Asked, Titled
from retrieval.exact import exact_of

CUSTOMER = "customer"
ROLES = (CUSTOMER, "agent")
_LONGEST_QUESTION = 600
_MOST_READ = 60_000
_EARLIER_TURNS = 3
_LONGEST_EARLIER = 200
_AFTER_TURNING = 0.3
"""What is left of a name that was said before the customer turned to another question."""


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
    """greeting, thanks, wait or request, where the customer asks nothing to be looked up."""
    shortened: bool = False
    products: tuple[Name, ...] = ()
    """The products that the conversation names, as far as documents are told apart by them."""
    asked: tuple[Asked, ...] = ()
    """What to search for: one for each of the parts, with what earlier turns add kept apart."""
    rewrite: str = ""
    """The question as a language model wrote it out; empty where none was used."""


def understand(conversation: Sequence[Turn], titles: Named | None = None) -> Understanding:
    """Return what the customer's last message asks.

    Raises:
        QueryInvalid: there is no message of the customer, it is empty, or a role is unknown.
    """
    written = _last_message(conversation)
    language = reply_language(written)
    question, shortened = _shorten(written)
    earlier = turns_before(conversation)
    answered = _chosen(question, earlier) or answers_back(question, earlier)
    if not answered and (talk := talk_of(question)):
        return Understanding(question, "", (), language, small_talk=talk)
    question = _without_greeting(question)
    said = _Names(earlier, titles)
    if answered:
        return _completed(question, _without_greeting(_shorten(answered)[0]), said)
    leaning = leans(question)
    context = _context(question, earlier, leaning)
    # Agents answer at length; their words help to find passages, not to choose sentences.
    before = _said(earlier) if leaning else context
    parts = tuple(parts_of(question))
    return Understanding(
        question=question,
        query=f"{before} {question}".strip(),
        parts=parts,
        language=language,
        context=context,
        shortened=shortened,
        asked=said.asked(parts, _latest_first(question, context, earlier, leaning)),
    )


def _completed(question: str, asked: str, said: _Names) -> Understanding:
    """The customer's earlier question with what this message adds: a choice, a model, a day."""
    # A date or a release is read as such; in the question it would be one more number.
    named = not any(map(str.isdigit, question)) or bool(models_in(question))
    parts = tuple(parts_of(corrected(asked, question)))
    return Understanding(
        question=question,
        query=f"{' '.join(parts)} {question}",
        parts=parts,
        language=reply_language(f"{asked} {question}"),
        context=question if named else "",
        asked=said.asked(parts, question, last=question),
    )


class _Names:
    """What was said before, for the names of documents in it."""

    def __init__(self, earlier: Sequence[Turn], titles: Named | None) -> None:
        self._turns = [turn.text for turn in reversed(earlier)]
        self._titles = titles

    def asked(self, parts: Sequence[str], context: str, last: str = "") -> tuple[Asked, ...]:
        """Return the single questions, each with what goes before it."""
        found = []
        for place, part in enumerate(parts):
            before = parts[place - 1] if place and leans(part) else ""
            supplied = f"{before} {context}".strip()
            carried = last or before or leans(part)
            exact = exact_of(part) or (exact_of(supplied) if carried else ())
            names = self._named([*parts[:place], part, *([last] if last else [])])
            found.append(Asked(part, supplied, names, exact))
        return tuple(found)

    def _named(self, own: Sequence[str]) -> tuple[Titled, ...]:
        if self._titles is None:
            return ()
        names = self._titles.said([*self._turns, *own])
        if len(names) > 1 and lexicon().other.search(fold(own[-1])):
            names = (replace(names[0], weight=names[0].weight * _AFTER_TURNING), *names[1:])
            names = tuple(sorted(names, key=lambda name: -name.weight))
        if not turns_away(own[-1]):
            return names
        here = {name.title for name in self._titles.said(own)}
        weighed = [
            name if name.title in here else replace(name, weight=name.weight * _AFTER_TURNING)
            for name in names
        ]
        return tuple(sorted(weighed, key=lambda name: -name.weight))


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
        key=lambda i: (not asks(sentences[i]), min(i, len(sentences) - 1 - i), i),
    )
    kept: list[int] = []
    used = 0
    for i in order:
        if used + len(sentences[i]) > _LONGEST_QUESTION and kept:
            break
        kept.append(i)
        used += len(sentences[i]) + 1
    return " ".join(sentences[i] for i in sorted(kept)), True


def _without_greeting(text: str) -> str:
    """Drop leading sentences and clauses that only greet or thank."""
    rest = text
    for mark in ("，", ",", "。", "！", "!", "\n", "～", "~", " "):
        head, found, tail = rest.partition(mark)
        # Without a mark between them, "no smoking?" is one question.
        kinds = (GREETING,) if mark == " " else (GREETING, THANKS)
        if found and tail.strip() and len(head) < 24 and (head == "" or talk_of(head) in kinds):
            rest = tail.strip()
    return rest


def turns_before(conversation: Sequence[Turn]) -> list[Turn]:
    """Return the turns before the message that is answered, latest first."""
    index = len(conversation)
    seen = False
    while index:
        customer = conversation[index - 1].role == CUSTOMER
        if seen and not customer:
            break
        seen = seen or (customer and bool(conversation[index - 1].text.strip()))
        index -= 1
    return [turn for turn in reversed(conversation[:index]) if turn.text.strip()]


def _chosen(question: str, earlier: Sequence[Turn]) -> str:
    """The customer's question to which an agent offered a choice, where this is one of it."""
    if len(earlier) < 2 or earlier[0].role == CUSTOMER or earlier[1].role != CUSTOMER:
        return ""
    offered = "?" in fold(earlier[0].text) and squeeze(question) in squeeze(earlier[0].text)
    return earlier[1].text.strip() if offered and not talk_of(earlier[1].text) else ""


def _said(turns: Sequence[Turn]) -> str:
    return " ".join(
        turn.text.strip()[:_LONGEST_EARLIER] for turn in reversed(turns[:_EARLIER_TURNS])
    )


def _context(question: str, earlier: Sequence[Turn], leaning: bool) -> str:
    own = [turn for turn in earlier[: 2 * _EARLIER_TURNS] if turn.role == CUSTOMER]
    if leaning:
        # A chain of follow-ups leans on the question that it began with.
        asked = next((turn for turn in own if not leans(turn.text)), own[0] if own else None)
        return corrected(_said([asked]), question) if asked and not talk_of(asked.text) else ""
    if models_in(question) or turns_away(question):
        return ""
    named = (models_in(turn.text) for turn in earlier)
    return " ".join(sorted(next((models for models in named if models), ())))


def _latest_first(question: str, context: str, earlier: Sequence[Turn], leaning: bool) -> str:
    """What earlier turns supply to a search, the latest first."""
    if not leaning:
        return context
    turns = [turn.text.strip()[:_LONGEST_EARLIER] for turn in earlier[:_EARLIER_TURNS]]
    held = [turn for turn in turns if not talk_of(turn) and corrected(turn, question) != context]
    return " ".join([context, *held] if context else held)
