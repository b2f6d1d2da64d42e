"""What is said of a version in a line: its state, audience, pages, passages, language."""

from __future__ import annotations

from html import escape

from ui import lifecycle_state
from ui.documents_shapes import Version
from ui.parts import notice
from ui.texts import Texts

_TONES = {
    "live": "good",
    "draft": "warn",
    "in_review": "warn",
    "scheduled": "warn",
    "processing": "warn",
    "failed": "stop",
}


def state_pill(t: Texts, version: Version) -> str:
    """Draw a version's state."""
    shown = version.shown_state
    said = t.named("document_state", shown)
    if version.scheduled and not version.live:
        said = t("documents.goes_live", at=lifecycle_state.clock().shown(version.scheduled))
    return (
        f'<span class="cd-pill {_TONES.get(shown, "")}" data-state="{escape(shown)}">'
        f"{escape(said)}</span>"
    )


def line(t: Texts, version: Version) -> str:
    """Draw what is known of a version."""
    about = [t("documents.version", n=version.number), t.named("audience", version.audience)]
    about += [part for part in (version.product, version.model) if part]
    if version.language:
        about.append(t.named("text_language", version.language))
    if version.pages:
        about.append(t.counted("documents.pages", version.pages))
    if version.chunks:
        about.append(t.counted("documents.passages", version.chunks))
    if version.valid_to and (version.live or version.scheduled):
        at = lifecycle_state.clock().shown(version.valid_to)
        about.append(t("documents.served_until", at=at))
    about += [version.file_name, version.created_at[:10]]
    return "".join(f"<span>{escape(part)}</span>" for part in about if part)


def error(t: Texts, version: Version) -> str:
    """Draw why a version could not come in."""
    failure = version.error
    if failure is None:
        return ""
    ours = notice.sentence(t, failure)
    words = [ours, failure.detail, failure.hint]
    if t.knows(f"failure.{failure.code}"):
        # The service speaks English; words of our own say it in the reader's language.
        words = words[1:] if t.language == "en" and failure.detail else words[:1]
    said = " ".join(part for part in words if part)
    return f'<div class="cd-doc-error"><code>{escape(failure.code)}</code> {escape(said)}</div>'
