"""E-mail and Outlook messages with what is attached to them."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from ole import message as outlook
from ole import write_ole
from parsed import read, saved, texts

from core.errors import FileEncrypted, NoText
from ingest.parsers.base import Parsed


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
