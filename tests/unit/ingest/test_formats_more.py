"""Tables of text, reStructuredText, messages, and what LibreOffice has to convert."""

from __future__ import annotations

import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from ole import message as outlook
from ole import write_ole
from soffice import put_on_path

from core.errors import FileCorrupt, FileEncrypted, FormatUnsupported, NoText
from core.types import Element, ElementKind, RawFile
from ingest import libreoffice
from ingest.parse import parse_file
from ingest.parsers.base import Parsed

TABLE = ElementKind.TABLE


def read(path: Path) -> Parsed:
    return parse_file(RawFile(path.name, "", "", path))


def saved(folder: Path, name: str, data: str | bytes) -> Parsed:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path)


def texts(parsed: Parsed) -> list[str]:
    return [element.text for element in parsed.elements]


def under(parsed: Parsed, heading: str) -> list[Element]:
    return [e for e in parsed.elements if heading in e.headings]


def only_table(parsed: Parsed) -> list[list[str]]:
    (table,) = [e.table for e in parsed.elements if e.table is not None]
    return [list(row) for row in table.rows]


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_delimiter_and_the_encoding_of_a_csv_file_are_found_by_content(
    delimiter: str, encoding: str, tmp_path: Path
) -> None:
    rows = [["型号", "容量", "说明"], ["X2", "5.2 L", "适合卧室，静音"], ["X3", "6 L", "适合客厅"]]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    found = saved(tmp_path, "a.csv", data)
    assert only_table(found) == rows
    assert found.elements[0].text.splitlines()[1] == "型号: X3 | 容量: 6 L | 说明: 适合客厅"


def test_big5_and_shift_jis_tables_are_read_in_their_encoding(tmp_path: Path) -> None:
    for encoding, head, cell in (
        ("big5", "產品名稱,適用說明", "空氣清淨機,請勿用水沖洗濾網"),
        ("cp932", "製品名,使い方の説明", "空気清浄機,フィルターを水で洗わないでください"),
    ):
        found = saved(tmp_path, "a.csv", f"{head}\n{cell}\n".encode(encoding))
        assert only_table(found) == [head.split(","), cell.split(",")]


def test_quoted_cells_keep_their_commas_and_line_breaks(tmp_path: Path) -> None:
    found = saved(tmp_path, "faq.csv", '问题,答案\n"退订,怎么办?","第一行\n第二行 ""引用"""\n')
    assert only_table(found)[1] == ["退订,怎么办?", '第一行 第二行 "引用"']
    assert found.title == "faq"


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.csv", 'size,price,note\n5" pipe,3,a\n6 pipe,4,b\n')
    assert only_table(found)[1:] == [['5" pipe', "3", "a"], ["6 pipe", "4", "b"]]


def test_a_title_above_a_csv_table_is_a_heading_and_not_a_row(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.csv", "保修期限一览,,\n,,\n型号,整机,电机\nX2,2 年,5 年\n")
    assert found.title == "保修期限一览"
    assert only_table(found)[0] == ["型号", "整机", "电机"]
    assert found.elements[-1].headings == ("保修期限一览",)


def test_a_csv_file_of_values_only_has_no_header(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.csv", "1,2.5,3\n4,5.5,6\n")
    assert found.elements[0].table is not None
    assert found.elements[0].table.header_rows == 0


def test_the_delimiter_that_excel_writes_down_counts(tmp_path: Path) -> None:
    assert only_table(saved(tmp_path, "a.csv", "sep=;\nname;note\nX2;a,b\n"))[1] == ["X2", "a,b"]


def test_a_huge_csv_file_is_one_table(tmp_path: Path) -> None:
    rows = "".join(f"E{i:06},故障 {i},重启设备后再试\n" for i in range(100_000))
    found = saved(tmp_path, "a.csv", f"错误代码,现象,解决方法\n{rows}")
    assert len(only_table(found)) == 100_001
    assert found.elements[0].text.endswith(
        "错误代码: E099999 | 现象: 故障 99999 | 解决方法: 重启设备后再试"
    )


def test_columns_that_are_left_out_are_named(tmp_path: Path) -> None:
    wide = ",".join(f"c{i}" for i in range(70))
    found = saved(tmp_path, "a.csv", f"{wide}\n{wide}\n")
    assert found.warnings == ("Columns after the first 64 left out; the widest row has 70.",)


def test_a_text_table_or_a_web_page_under_the_name_of_a_workbook_is_read(tmp_path: Path) -> None:
    assert only_table(saved(tmp_path, "a.xls", "型号\t容量\nX2\t5 L\n"))[1] == ["X2", "5 L"]
    page = "<html><body><p>The purifier has a filter.</p></body></html>"
    assert texts(saved(tmp_path, "b.doc", page)) == ["The purifier has a filter."]


# reStructuredText

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


# Messages


def letter(subject: str = "关于 X2 的退货", **parts: str) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = "张三 <zhang.san@example.com>"
    made["To"] = "support@example.com"
    made["Date"] = "Tue, 06 Jan 2026 09:30:00 +0800"
    made.set_content(parts.get("text", "请在七天内寄回。"))
    if "html" in parts:
        made.add_alternative(parts["html"], subtype="html")
    return made


def posted(folder: Path, message: EmailMessage) -> Parsed:
    return saved(folder, "a.eml", message.as_bytes())


def test_a_message_is_called_by_its_subject_and_says_who_wrote_it_when(tmp_path: Path) -> None:
    found = posted(tmp_path, letter())
    assert found.title == "关于 X2 的退货"
    assert texts(found)[1:] == ["发件人：张三；日期：2026-01-06 09:30", "请在七天内寄回。"]
    assert "example.com" not in " ".join(texts(found))


def test_the_html_of_a_message_counts_before_its_plain_text(tmp_path: Path) -> None:
    html = "<ol><li>拔下插头</li><li>取出滤芯</li></ol>"
    found = posted(tmp_path, letter(html=html, text="plain"))
    assert texts(found)[2:] == ["1. 拔下插头", "2. 取出滤芯"]


QUOTED = {
    "gmail": "<div>新的答复。</div><div class='gmail_quote'><div>在 2026年1月5日，李四 "
    "&lt;li@example.com&gt; 写道：</div><blockquote>旧的问题。</blockquote></div>",
    "apple": "<p>新的答复。</p><blockquote type='cite'>旧的问题。</blockquote>",
    "line": "<p>新的答复。</p><p>-----原始邮件-----</p><p>旧的问题。</p>",
    "outlook": "<div><p>新的答复。</p><div><div><p><b>发件人:</b> 李四 &lt;li@example.com&gt;<br>"
    "<b>发送时间:</b> 2026-01-05<br><b>收件人:</b> a@example.com<br><b>主题:</b> 退货</p></div>"
    "</div><p>旧的问题。</p></div>",
}


@pytest.mark.parametrize("html", QUOTED.values(), ids=QUOTED)
def test_what_a_message_answers_stands_under_a_heading_of_its_own(
    html: str, tmp_path: Path
) -> None:
    found = posted(tmp_path, letter(html=html))
    places = {e.text: e.headings for e in found.elements}
    assert places["新的答复。"] == ("关于 X2 的退货",)
    assert places["旧的问题。"] == ("关于 X2 的退货", "引用的往来邮件")
    assert "example.com" not in " ".join(places)


@pytest.mark.parametrize(
    "history",
    [
        "On Mon, 5 Jan 2026, Li Si <li@example.com> wrote:\n> The old question.\n",
        "-----Original Message-----\nFrom: Li Si\n\nThe old question.\n",
        "From: Li Si <li@example.com>\nSent: Monday\nTo: us@example.com\nSubject: x\n\n"
        "The old question.\n",
        "> The old question.\n",
    ],
)
def test_quoted_plain_text_stands_under_a_heading_of_its_own(history: str, tmp_path: Path) -> None:
    found = posted(tmp_path, letter("Return of X2", text=f"The new answer.\n\n{history}"))
    places = {e.text: e.headings for e in found.elements}
    assert places["The new answer."] == ("Return of X2",)
    assert places["The old question."] == ("Return of X2", "Earlier messages")
    assert "example.com" not in " ".join(places)


def test_answers_between_quoted_lines_stay_beside_their_questions() -> None:
    from ingest.quotes import split_plain

    text = "> Can it be washed?\nNo, never.\n> And the cover?\nYes, with a cloth."
    assert split_plain(text) == (text, "")


def test_every_attachment_that_can_be_read_is_a_section_with_its_tree(tmp_path: Path) -> None:
    made = letter()
    made.add_attachment(
        "# 手册\n\n## 规格\n\n容量 5.2 L。\n".encode(), "text", "markdown", filename="手册.md"
    )
    made.add_attachment("型号,容量\nX2,5 L\n".encode("gb18030"), "text", "csv", filename="表.csv")
    made.add_attachment(b"PK\x05\x06" + bytes(18), "application", "zip", filename="all.zip")
    made.add_attachment(b"x", "application", "pkcs7-signature", filename="smime.p7s")
    found = posted(tmp_path, made)
    subject = "关于 X2 的退货"
    places = {e.text: e.headings for e in found.elements}
    assert places["容量 5.2 L。"] == (subject, "手册.md", "规格")
    assert places["型号: X2 | 容量: 5 L"] == (subject, "表.csv")
    assert found.warnings == ("Attachment not read: all.zip (format unsupported).",)


def test_an_attachment_that_is_damaged_or_locked_is_named_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    made = letter()
    made.add_attachment(b"%PDF-1.7 cut", "application", "pdf", filename="cut.pdf")
    locked = write_ole(tmp_path / "x", {"EncryptedPackage": b"x"}).read_bytes()
    made.add_attachment(locked, "application", "msword", filename="../../etc/locked.docx")
    found = posted(tmp_path, made)
    assert texts(found)[-1] == "请在七天内寄回。"
    assert found.warnings == (
        "Attachment not read: cut.pdf (file corrupt).",
        "Attachment not read: etc locked.docx (file encrypted).",
    )


def nested(depth: int) -> EmailMessage:
    made = letter(f"level {depth}", text=f"words {depth}")
    if depth < 3:
        made.add_attachment(nested(depth + 1))
    return made


def test_messages_in_messages_are_followed_twice_and_no_deeper(tmp_path: Path) -> None:
    found = posted(tmp_path, nested(0))
    told = " ".join(texts(found))
    assert all(f"words {depth}" in told for depth in (0, 1, 2))
    assert "words 3" not in told
    assert found.warnings == (
        "level 1.eml: level 2.eml: Attachment not read: level 3.eml (more than 2 messages deep).",
    )
    (deepest,) = [e for e in found.elements if e.text == "words 2"]
    assert deepest.headings == ("level 0", "level 1.eml", "level 2.eml")


def test_attachments_beyond_the_limits_are_named(tmp_path: Path) -> None:
    made = letter()
    for number in range(52):
        made.add_attachment(f"note {number}".encode(), "text", "plain", filename=f"{number}.txt")
    found = posted(tmp_path, made)
    assert [w.split("(")[0] for w in found.warnings] == [
        "Attachment not read: 50.txt ",
        "Attachment not read: 51.txt ",
    ]


def test_a_message_of_nothing_but_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    made = letter(text=" ")
    made.add_attachment(b"GIF89a....", "image", "gif", filename="a.gif")
    with pytest.raises(NoText) as caught:
        posted(tmp_path, made)
    assert "a.gif" in caught.value.message


@pytest.mark.parametrize(
    "kind",
    [
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x',
        "application/pkcs7-mime; smime-type=enveloped-data",
    ],
)
def test_an_encrypted_message_is_refused_as_such(kind: str, tmp_path: Path) -> None:
    with pytest.raises(FileEncrypted):
        saved(tmp_path, "a.eml", f"Subject: x\nContent-Type: {kind}\n\nMIAGCSqGSIb3\n")


@pytest.mark.parametrize("declared", ["gb2312", "gbk", "x-unknown", "utf-8"])
def test_a_message_whose_charset_is_misnamed_is_read(declared: str, tmp_path: Path) -> None:
    head = f"Subject: 退货流程\nContent-Type: text/plain; charset={declared}\n".encode("gb18030")
    found = saved(tmp_path, "a.eml", head + "\n请先关闭电源，再拔下插头。\n".encode("gb18030"))
    assert found.title == "退货流程"
    assert texts(found)[-1] == "请先关闭电源，再拔下插头。"


def test_a_damaged_subject_is_no_reason_to_lose_the_message(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.eml", "Subject: =?utf-8?b?5?=\n\nPlease unplug it first.\n")
    assert texts(found)[-1] == "Please unplug it first."


def test_an_outlook_message_in_big5_keeps_its_words(tmp_path: Path) -> None:
    held = outlook("退貨流程", text="請先關閉電源，再拔下插頭。", codepage=950)
    found = read(write_ole(tmp_path / "a.msg", held))
    assert (found.title, texts(found)[-1]) == ("退貨流程", "請先關閉電源，再拔下插頭。")


def test_an_outlook_message_brings_its_attachments_and_attached_messages(tmp_path: Path) -> None:
    note = "一、总则\n本规定适用于全部客服。".encode().ljust(4096)
    inner = outlook("内部回复", text="可以退货。", nested=True)
    held = outlook("退货", text="见附件。", attachments=(("规定.txt", note), ("内部回复", inner)))
    found = read(write_ole(tmp_path / "a.msg", held))
    places = {e.text: e.headings for e in found.elements}
    assert places["本规定适用于全部客服。"] == ("退货", "规定.txt", "一、总则")
    assert places["可以退货。"] == ("退货", "内部回复")
    assert found.warnings == ()


def test_an_outlook_message_stored_as_rtf_only_is_read(tmp_path: Path) -> None:
    rtf = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}\f0 " + (
        "".join(f"\\'{byte:02x}" for byte in "请先关闭电源。".encode("gb18030")).encode()
        + rb"\par Unplug \u8220 ?it\u8221 ?.}"
    )
    stream = (len(rtf) + 12).to_bytes(4, "little") + len(rtf).to_bytes(4, "little") + b"MELA"
    held = outlook("RTF", **{"__substg1.0_10090102": stream + bytes(4) + rtf})
    assert texts(read(write_ole(tmp_path / "a.msg", held)))[1:] == [
        "请先关闭电源。",
        "Unplug “it”.",
    ]


def test_compressed_rtf_is_unpacked_as_outlook_packs_it() -> None:
    from ingest.rtf_text import decompressed

    # The examples of the specification (MS-OXRTFCP 4.1).
    simple = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
        "0af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompressed(simple) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompressed(crossing) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


# What LibreOffice has to convert


def old_word(path: Path, flags: int = 0) -> Path:
    head = bytes(10) + flags.to_bytes(2, "little")
    return write_ole(path, {"WordDocument": head.ljust(4096, b"\x00")})


@pytest.fixture
def no_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.mark.usefixtures("no_libreoffice")
@pytest.mark.parametrize("name", ["a.doc", "a.rtf", "a.odt"])
def test_without_libreoffice_an_old_file_is_refused_with_what_to_do(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if name == "a.doc":
        old_word(path)
    elif name == "a.rtf":
        path.write_bytes(b"{\\rtf1 words}")
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr("content.xml", "<x/>")
    with pytest.raises(FormatUnsupported) as caught:
        read(path)
    assert "LibreOffice" in caught.value.hint
    assert ".doc," not in caught.value.message


def test_an_old_file_is_converted_with_a_profile_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import docx

    monkeypatch.setenv("CITEDESK_SECRET", "the secret")
    (tmp_path / "bin").mkdir()
    leak = "assert 'CITEDESK_SECRET' not in __import__('os').environ"
    log = put_on_path(tmp_path / "bin", monkeypatch, before=leak)
    document = docx.Document()
    document.add_heading("退货", 1)
    document.add_paragraph("七天内寄回。")
    document.save(str(tmp_path / "new.docx"))
    new = (tmp_path / "new.docx").read_bytes()
    path = write_ole(tmp_path / "旧 文件.doc", {"WordDocument": bytes(4096), "Data": new})
    found = read(path)
    assert [(e.text, e.headings) for e in found.elements] == [
        ("退货", ()),
        ("七天内寄回。", ("退货",)),
    ]
    arguments = log.read_text().splitlines()
    assert arguments[:1] == ["--headless"]
    assert any(a.startswith("-env:UserInstallation=file:///") for a in arguments)
    folder = Path(arguments[-1]).parent
    assert not folder.exists()


def test_a_conversion_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    mark = tmp_path / "alive"
    child = f"import time; time.sleep(2); open({str(mark)!r}, 'w')"
    before = (
        f"import subprocess; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    put_on_path(tmp_path / "bin", monkeypatch, before=before)
    monkeypatch.setattr(libreoffice, "LONGEST_SECONDS", 0.7)
    with pytest.raises(FileCorrupt):
        read(old_word(tmp_path / "a.doc"))
    time.sleep(2.2)
    assert not mark.exists()


def test_what_libreoffice_cannot_read_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    put_on_path(tmp_path / "bin", monkeypatch)
    with pytest.raises(FileCorrupt):
        read(old_word(tmp_path / "a.doc"))


@pytest.mark.usefixtures("no_libreoffice")
def test_a_locked_old_file_asks_for_a_copy_without_a_password(tmp_path: Path) -> None:
    word = old_word(tmp_path / "a.doc", 0x0100)
    slides = write_ole(
        tmp_path / "a.ppt",
        {"PowerPoint Document": b"x", "Current User": bytes(12) + bytes.fromhex("dfc4d1f3")},
    )
    book = write_ole(
        tmp_path / "a.xls", {"Workbook": bytes.fromhex("0908080000060500000000002f000600")}
    )
    text = tmp_path / "a.odt"
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    for path in (word, slides, book, text):
        with pytest.raises(FileEncrypted):
            read(path)


def test_a_message_with_an_old_document_attached_is_still_a_message(tmp_path: Path) -> None:
    attached = old_word(tmp_path / "x.doc").read_bytes()
    held = outlook("退货", text="见附件。", attachments=(("旧.doc", attached),))
    found = read(write_ole(tmp_path / "a.msg", held))
    assert found.title == "退货"
    assert [warning.split(" (")[0] for warning in found.warnings] == ["Attachment not read: 旧.doc"]


def test_an_archive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.txt", "words")
    with pytest.raises(FormatUnsupported) as caught:
        read(tmp_path / "all.zip")
    assert caught.value.hint == "Unpack it and add the folder."
