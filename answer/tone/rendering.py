"""The whole reply: the house's words and the answer's sentences in the channel's form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answer.base import CHANNELS, Channel
from core.types import Clarify, Draft, DraftState, Sentence

_TENS_ZH = "一二三四五六七八九"
_ORDINALS_EN = (
    "First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth "
    "Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth Twentieth"
).split()
_MARKER = re.compile(r"\s?\[\d{1,3}\]")


def render(draft: Draft) -> str:
    """Return the whole reply of a draft in its channel's form, with the markers of its quotes."""
    channel, tone = CHANNELS.get(draft.channel), draft.tone
    body, after = _said(draft, channel)
    opening = _beside(draft, tone.greeting, tone.acknowledgement)
    whole = _assembled(channel, tone.subject, opening, body, *after, tone.signature)
    if not channel.most_parts or channel.parts_of(without_markers(whole)) <= channel.most_parts:
        return whole
    # What is paid for by the part leaves out what only is polite, the last first.
    shorter = [
        _assembled(channel, tone.subject, opening, body, tone.signature),
        _assembled(channel, tone.subject, tone.greeting, body, tone.signature),
        _assembled(channel, body),
    ]
    fitting = (t for t in shorter if channel.parts_of(without_markers(t)) <= channel.most_parts)
    return next(fitting, shorter[-1])


def without_markers(text: str) -> str:
    """Return a reply as it goes out, without the markers of its quotes."""
    return _MARKER.sub("", text)


def ordinal(number: int, language: str) -> str:
    """Return how the place of a step is said: 十二, Twelfth."""
    if language == "en":
        named = number <= len(_ORDINALS_EN)
        return _ORDINALS_EN[number - 1] if named else f"Step {number}"
    tens, ones = divmod(number, 10)
    said = ("" if tens < 2 else _TENS_ZH[tens - 1]) + ("十" if tens else "")
    return said + (_TENS_ZH[ones - 1] if ones else "")


def _said(draft: Draft, channel: Channel) -> tuple[str, tuple[str, ...]]:
    """The answer and what comes after it."""
    tone = draft.tone
    if draft.state is DraftState.ANSWERED:
        body = channel.step_break.join(_lines(draft, channel))
        return body, (tone.open_part, tone.next_step or tone.closing)
    if draft.clarify is not None:
        return _clarification(draft.clarify, draft.language), ()
    return tone.refusal, ()


def _assembled(channel: Channel, *parts: str) -> str:
    return channel.separator.join(filter(None, parts))


def _beside(draft: Draft, *parts: str) -> str:
    held = [part for part in parts if part]
    space = "" if draft.language == "zh" else " "
    return (space if not any("\n" in part for part in held) else "\n\n").join(held)


def _lines(draft: Draft, channel: Channel) -> Iterator[str]:
    """The answer line by line: prose runs on, each step and each warning has a line of its own."""
    steps = {step.text for step in draft.steps}
    tone, number, was_foreign = draft.tone, 0, False
    prose: list[str] = []
    space = "" if draft.language == "zh" else " "
    for place, sentence in enumerate(draft.sentences):
        # What joins it to another answer is out of place where that one is gone.
        lead = sentence.lead.removeprefix(tone.also) if place == 0 else sentence.lead
        note = _note(draft, channel) if sentence.language and not was_foreign else ""
        was_foreign = bool(sentence.language)
        said = _spoken(sentence, draft, channel)
        if sentence.text in steps:
            number += 1
            yield from _flushed(prose, space)
            if number == 1 and tone.lead_steps:
                yield lead + tone.lead_steps
                lead = ""
            named = {"n": number, "ordinal": ordinal(number, draft.language), "text": said}
            yield lead + note + tone.step.format_map(named)
        else:
            if number:
                yield from _flushed(prose, space)
            prose.append(lead + note + said)
    yield from _flushed(prose, space)


def _flushed(prose: list[str], space: str) -> Iterator[str]:
    if prose:
        yield space.join(prose)
        prose.clear()


def _note(draft: Draft, channel: Channel) -> str:
    """What stands before a quote in the other language, as the channel says it."""
    note = draft.tone.foreign
    said = channel.adapt(note.strip(), draft.language, draft.tone.link)
    return f"{said} " if note.endswith(" ") or said.endswith(".") else said


def _spoken(sentence: Sentence, draft: Draft, channel: Channel) -> str:
    language = sentence.language or draft.language
    text = channel.adapt(sentence.text, language, draft.tone.link)
    space = "" if draft.language == "zh" else " "
    markers = "".join(f"[{marker}]" for marker in sentence.citations)
    return f"{text}{space}{markers}" if markers else text


def _clarification(clarify: Clarify, language: str) -> str:
    if all(option in clarify.question for option in clarify.options):
        return clarify.question
    joined = ("、" if language == "zh" else ", ").join(clarify.options)
    return (
        f"{clarify.question}（{joined}）" if language == "zh" else f"{clarify.question} ({joined})"
    )
