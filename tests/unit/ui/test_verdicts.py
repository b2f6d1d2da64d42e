from ui.client import Judgement
from ui.parts.verdicts import idempotency_key


def test_the_same_verdict_clicked_twice_has_one_key() -> None:
    first = idempotency_key("d1", Judgement("edit", "text"))
    assert first == idempotency_key("d1", Judgement("edit", "text"))


def test_another_verdict_has_another_key() -> None:
    keys = {
        idempotency_key("d1", Judgement("edit", "text")),
        idempotency_key("d2", Judgement("edit", "text")),
        idempotency_key("d1", Judgement("edit", "other")),
        idempotency_key("d1", Judgement("accept", "text")),
        idempotency_key("d1", Judgement("flag", "", "tone", "a")),
        idempotency_key("d1", Judgement("flag", "", "toneq", "")),
    }
    assert len(keys) == 6
