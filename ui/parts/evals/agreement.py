"""How far the language model that judges a metric agrees with people; pure, everything escaped."""

from __future__ import annotations

from html import escape

from ui.evals_shapes import Agreement
from ui.texts import Texts


def markup(t: Texts, found: Agreement | None) -> str:
    """Draw what stands beside a judged metric; nothing beside any other."""
    if found is None:
        return ""
    tone, name = ("good", "may_gate") if found.calibrated else ("warn", "may_not_gate")
    pill = f'<span class="cd-pill {tone}">{escape(t(f"evals.{name}"))}</span>'
    return (
        f'<div class="cd-agreement" data-agreement="{found.drafts}" title="{escape(found.judge)}">'
        f"{pill} {escape(said(t, found))}</div>"
    )


def said(t: Texts, found: Agreement) -> str:
    """Say how far it agrees and on how many drafts, or what is missing for saying so."""
    if not found.drafts:
        return t("evals.unlabelled", needed=found.needed)
    name = "enough" if found.drafts >= found.needed else "labelled"
    many = t(f"evals.{name}", n=found.drafts, needed=found.needed)
    if found.kappa is None:
        return t("evals.labels_alike", labels=many)
    between = ""
    if found.low is not None and found.high is not None:
        between = t("evals.between", low=f"{found.low:.2f}", high=f"{found.high:.2f}")
    told = t("evals.kappa", kappa=f"{found.kappa:.2f}", between=between, labels=many)
    if found.drafts >= found.needed and found.kappa < found.least:
        return t("evals.kappa_low", told=told, least=f"{found.least:g}")
    return told
