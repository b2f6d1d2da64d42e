import sys
from pathlib import Path

import pytest

from core.errors import OptionInvalid
from core.registry import Registry


def test_a_new_file_in_the_package_is_all_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "things_for_registry_test"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from core.registry import Registry\nTHINGS = Registry('thing', __name__)\n"
    )
    (package / "one.py").write_text(
        f"from {package.name} import THINGS\nTHINGS.register('one')(1)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    things = __import__(package.name).THINGS
    assert things.names() == ["one"]
    assert things.get("one") == 1
    assert list(things) == [("one", 1)]
    assert package.name in sys.modules


def test_an_unknown_name_is_refused_with_the_known_ones():
    registry: Registry[int] = Registry("channel", "core.text")
    registry.register("im")(1)
    with pytest.raises(OptionInvalid, match="no channel called 'fax'.*Choose one of: im"):
        registry.get("fax")


def test_two_parts_cannot_have_one_name():
    registry: Registry[int] = Registry("channel", "core.text")
    registry.register("im")(1)
    with pytest.raises(ValueError, match="two channels"):
        registry.register("im")(2)
