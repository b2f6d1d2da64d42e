"""reStructuredText."""

from __future__ import annotations

from pathlib import Path

from parsed import only_table, saved, texts, under

from core.types import ElementKind

TABLE = ElementKind.TABLE


RST = """\
X2 手册
=======

规格
----

+------+-------+
| 型号 | 容量  |
+======+=======+
| X2   | 5.2 L |
+------+-------+

====  =====
名称  数值
====  =====
高    30 cm
====  =====

.. csv-table:: 功耗
   :header: "档位", "功率"

   "静音", "12 W"

步骤
----

3. 拔下电源插头，
   等待一分钟。

   .. warning:: 不可水洗滤芯。

   a. 按 :kbd:`Reset` 键，参见 :ref:`重置 <reset>`。

#. 合上仓门。

.. code-block:: bash
   :linenos:

   esptool erase
     --all

.. note::

   - 第一点
   - 第二点

.. tabs::

   .. tab:: Linux

      运行 ``make``。

.. versionadded:: 2.0
   新的选项。
"""


def test_every_kind_of_rst_table_is_read_with_its_header(tmp_path: Path) -> None:
    found = [e for e in saved(tmp_path, "a.rst", RST).elements if e.kind is TABLE]
    assert [e.text for e in found] == [
        "型号: X2 | 容量: 5.2 L",
        "名称: 高 | 数值: 30 cm",
        "功耗\n档位: 静音 | 功率: 12 W",
    ]
    assert {e.headings for e in found} == {("X2 手册", "规格")}


def test_rst_steps_keep_the_number_they_start_with_and_what_belongs_to_them(tmp_path: Path) -> None:
    found = under(saved(tmp_path, "a.rst", RST), "步骤")
    assert [(e.kind.value, e.level, e.text) for e in found[:4]] == [
        ("step", 0, "3. 拔下电源插头，等待一分钟。"),
        ("text", 0, "警告：不可水洗滤芯。"),
        ("step", 1, "a. 按 Reset 键，参见 重置。"),
        ("step", 0, "4. 合上仓门。"),
    ]


def test_code_keeps_its_lines_and_what_only_sphinx_knows_keeps_its_words(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.rst", RST)
    told = texts(found)
    assert "esptool erase\n  --all" in told
    assert told[told.index("注意：") :][:3] == ["注意：", "第一点", "第二点"]
    assert told[-3:] == ["Linux", "运行 make。", "新增于版本 2.0：新的选项。"]
    assert found.warnings == ()


def test_notes_in_an_english_rst_file_are_named_in_english(tmp_path: Path) -> None:
    found = saved(
        tmp_path,
        "a.rst",
        "Guide\n=====\n\nSee 中文.\n\n.. warning:: Do not open.\n\n.. tip:: Rest.\n",
    )
    assert texts(found)[2:] == ["Warning: Do not open.", "Tip: Rest."]


def test_a_grid_table_whose_lines_do_not_meet_is_read_all_the_same(tmp_path: Path) -> None:
    table = "+------+----+\n| 型号 | 容量 |\n+======+====+\n| X2 | 5.2 升 |\n+------+----+\n"
    assert only_table(saved(tmp_path, "a.rst", table)) == [["型号", "容量"], ["X2", "5.2 升"]]


def test_files_beside_a_rst_file_are_never_read_into_it(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    source = "Guide\n=====\n\nWords.\n\n.. include:: secret.txt\n\n.. raw:: html\n\n   <b>x</b>\n"
    found = saved(tmp_path, "a.rst", source)
    assert texts(found) == ["Guide", "Words."]
    assert found.warnings == ("The included file secret.txt was not read.",)


def test_what_docutils_cannot_read_is_kept_as_text_and_named(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.rst", "Guide\n=====\n\n+---+\n| bad\n+--+\n\nWords.\n")
    assert texts(found) == ["Guide", "+---+\n| bad\n+--+", "Words."]
    assert len(found.warnings) == 1
