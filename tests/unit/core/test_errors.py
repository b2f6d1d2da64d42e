import re

from core import errors
from core.errors import CiteDeskError, Retry


def kinds(kind: type[CiteDeskError]) -> list[type[CiteDeskError]]:
    return [kind, *(k for child in kind.__subclasses__() for k in kinds(child))]


def test_the_tree_drawn_at_the_top_is_the_tree_of_the_code():
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or ""))
    assert drawn == {kind.__name__ for kind in kinds(CiteDeskError)} - {"CiteDeskError"}
    for name, code in re.findall(r"[├└]── (\w+) +([A-Z_]+)", errors.__doc__ or ""):
        assert getattr(errors, name).code == code


def test_the_drawing_marks_exactly_the_transient_errors():
    marked = set(re.findall(r"── (\w+) +[A-Z_]+ \(transient\)", errors.__doc__ or ""))
    assert marked == {k.__name__ for k in kinds(CiteDeskError) if k.retry is Retry.TRANSIENT}


def test_no_two_errors_share_a_code():
    codes = [kind.code for kind in kinds(CiteDeskError)]
    assert len(codes) == len(set(codes))


def test_an_error_says_what_is_wrong_and_what_to_do():
    error = errors.FileEmpty("manual.pdf holds nothing.", "Export it again.")
    assert str(error) == "manual.pdf holds nothing. Export it again."
    assert error.as_dict() == {
        "code": "FILE_EMPTY",
        "message": "manual.pdf holds nothing.",
        "hint": "Export it again.",
    }
