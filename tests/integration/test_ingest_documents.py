"""Real documents, as support teams have them: what a careful reader finds is found in its place."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest
from parsed import must_have_come_in

from core.errors import CiteDeskError, FormatUnsupported
from core.types import Element, ElementKind, RawFile
from ingest.parse import parse_file
from ingest.parsers.base import Parsed

DOCUMENTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "documents"
FORMATS = {".md", ".mdx", ".rst", ".html", ".docx", ".pptx", ".xlsx", ".msg", ".pdf", ".txt"}
GROUPS = (
    "manuals_md_zh",
    "aligned_md",
    "sop_md_en",
    "html",
    "office_zh",
    "office_en",
    "manuals_pdf_zh",
    "manuals_pdf_en",
)
pytestmark = pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the shared documents are absent")

CH592_ZH = "manuals_pdf_zh/CH592评估版说明书.pdf"
CH592_EN = "manuals_pdf_en/CH592EVT Evaluation Board Manual.pdf"
BLE = "manuals_pdf_en/WCH BLE Software Development Reference Manual.pdf"
STYLE = "manuals_pdf_zh/pingcap-style-guide-zh.pdf"
MAIL = "office_zh/chinese-traditional.msg"
BOARD_ZH = "aligned_md/zh/development-board.rst"
BOARD_EN = "aligned_md/en/development-board.rst"
MESH = "manuals_pdf_zh/沁恒MESH APP管理配网应用手册.pdf"


@lru_cache(maxsize=64)
def parsed(name: str) -> Parsed:
    path = DOCUMENTS / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return parse_file(RawFile(path.name, "", digest, path, str(path)))


def files(group: str) -> list[str]:
    found = sorted((DOCUMENTS / group).rglob("*")) if DOCUMENTS.is_dir() else []
    return [
        str(path.relative_to(DOCUMENTS))
        for path in found
        if path.is_file() and path.suffix.lower() in FORMATS
    ]


# Those whose facts are checked are held to the same where they are read for it.
_WITH_FACTS = {
    tomllib.loads(path.read_text(encoding="utf-8"))["file"]
    for path in (Path(__file__).parents[1] / "facts").glob("*.toml")
}


@pytest.mark.parametrize(
    "name", [name for group in GROUPS for name in files(group) if name not in _WITH_FACTS]
)
@pytest.mark.timeout(60)
def test_every_sound_document_comes_in_with_text(name: str) -> None:
    must_have_come_in(parsed(name))


BAD = {
    "54764.xlsx": "FILE_CORRUPT",
    "PasswordProtected.doc": "FILE_ENCRYPTED",
    "blank.pdf": "NO_TEXT",
    "clusterfuzz-testcase-minimized-POIXSLFFuzzer-5463285576892416.pptx": "FILE_CORRUPT",
    "clusterfuzz-testcase-minimized-POIXWPFFuzzer-4959857092198400.docx": "FILE_CORRUPT",
    "empty.pdf": "FILE_EMPTY",
    "fake-encrypted.msg": "FILE_ENCRYPTED",
    "invalid-pdf-structure-pdfminer-one-page.pdf": "",
    "layout-parser-paper-with-empty-pages.pdf": "",
    "malformed-from-issue-932.pdf": "",
    "password-example.pdf": "FILE_ENCRYPTED",
    "password_protected.xlsx": "FILE_ENCRYPTED",
    "powerpoint_bad_text.pptx": "",
    "protected_agile.docx": "FILE_ENCRYPTED",
    "testHTMLBadScript.html": "",
    "testPDF_bad_page_303226.pdf": "",
    "testPDF_protected.pdf": "",
    "testUnicodePassword.pdf": "FILE_ENCRYPTED",
    "truncated62886.docx": "FILE_CORRUPT",
}


@pytest.mark.parametrize(("name", "code"), sorted(BAD.items()))
@pytest.mark.timeout(60)
def test_a_bad_file_ends_as_a_clear_error_or_as_the_text_it_still_holds(
    name: str, code: str
) -> None:
    if not code:
        assert parsed(f"bad_input/{name}").elements
        return
    with pytest.raises(CiteDeskError) as caught:
        parsed(f"bad_input/{name}")
    assert caught.value.code == code
    assert caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "bad_input/TestShiftJIS.doc",
        "office_zh/54880_chinese.ppt",
        "office_en/fake-power-point.ppt",
        "office_en/tests-example.xls",
    ],
)
def test_an_old_office_file_asks_for_libreoffice_where_there_is_none(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = DOCUMENTS / name
    with pytest.raises(FormatUnsupported) as caught:
        parse_file(RawFile(path.name, "", "", path))
    assert "LibreOffice" in caught.value.hint


def test_a_page_without_text_is_named_in_the_warnings() -> None:
    found = parsed("bad_input/layout-parser-paper-with-empty-pages.pdf")
    assert found.warnings == ("Pages without text: 2.", "Pages read by OCR: 3.")


def test_the_right_password_opens_a_locked_pdf() -> None:
    path = DOCUMENTS / "bad_input/testUnicodePassword.pdf"
    with pytest.raises(CiteDeskError) as caught:
        parse_file(RawFile(path.name, "", "", path), password="wrong")
    assert caught.value.code == "FILE_ENCRYPTED"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (CH592_ZH, "CH592 评估板说明及应用参考"),
        (BLE, "WCH Bluetooth Low Energy Software Development Reference Manual"),
        (STYLE, "PingCAP 中文技术文档风格指南"),
        (MESH, "沁恒 MESH APP 管理配网应用手册"),
        ("manuals_pdf_en/multi_page.pdf", "The Evolution of the Word Processor"),
        ("html/handler.zh-cn.html", "Apache 的处理器"),
        ("aligned_md/zh/chatbot.mdx", "聊天助手"),
        ("office_zh/issue_2634_vertical_merge.docx", "遗传病检测项目表"),
        ("aligned_md/zh/development-board.rst", "开发板使用"),
        (MAIL, "Alfresco MSG format testing ( MSG 格式測試 )"),
    ],
)
def test_a_document_is_called_what_its_cover_or_first_heading_says(name: str, title: str) -> None:
    assert parsed(name).title == title


@pytest.mark.parametrize(
    ("name", "heading", "parent"),
    [
        (CH592_ZH, "2.1 各部分功能说明", "二、评估板硬件"),
        (CH592_ZH, "三、软件开发", "CH592 评估板说明及应用参考"),
        (CH592_ZH, "3.4.1 蓝牙 Peripheral 例程演示", "3.4 示例程序演示"),
        (STYLE, "1.2 适用范围", "1. 关于本指南"),
        (STYLE, "2.1 对话式", "2. 语言风格"),
        (BLE, "1.1 Introduction", "1. Overview"),
        (BLE, "3.2 Task Initialization", "3. Task Management Operating System (TMOS)"),
        (MESH, "2.2.1 接收手机数据", "2.2 收发数据接口"),
        ("manuals_md_zh/upgrade-faq.md", "升级常见问题", "升级与升级后常见问题"),
        ("aligned_md/zh/upgrade-a-tidb-cluster.md", "升级步骤", "升级 Kubernetes 上的 TiDB 集群"),
        ("aligned_md/zh/chatbot.mdx", "编写提示词", "配置"),
        ("html/mpm.zh-cn.html", "默认 MPM", "多处理模块(MPM)"),
        ("html/ssl_faq.en.html", "Which port does HTTPS use?", "Configuration"),
        ("html/example_03.html", "Background", "Example Document"),
        ("office_en/unit_test_headers_numbered.docx", "1.1. Section 1.1", "1. Section 1"),
        ("office_en/word_sample.docx", "Let’s eat", "Let’s swim!"),
        (
            "aligned_md/zh/development-board.rst",
            "是否有支持 POE 供电的以太网开发板？",
            "开发板使用",
        ),
        ("aligned_md/en/index.rst", "What is your company's address?", "Commercial FAQ"),
        (MAIL, "引用的往来邮件", "Alfresco MSG format testing ( MSG 格式測試 )"),
    ],
)
def test_a_heading_stands_under_its_parent(name: str, heading: str, parent: str) -> None:
    titles = [e for e in parsed(name).elements if e.kind is ElementKind.TITLE]
    assert parent in [e.headings[-1] for e in titles if e.text == heading and e.headings]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("office_zh/issue_2634_vertical_merge.docx", "项目编号: Q0101 | 检测项目: 遗传性乳腺癌"),
        ("office_zh/issue_2634_vertical_merge.docx", "列A: 相同值 | 列B: 相同值 | 列C: 独立值"),
        ("office_en/word_sample.docx", "Food: Ash, Elm, Maple | Calories per portion: 50"),
        ("html/mpm.zh-cn.html", "Netware: mpm_netware"),
        ("html/example_03.html", "Header 1: Row 1, Col 1 | Header 2: Row 1, Col 2"),
        ("sop_md_en/severity_levels.md", "Severity: SEV-1 | Description: Critical issue"),
        (STYLE, "对应的中文关键词: 禁止/不能/不要"),
        ("office_zh/cellDataDemo.xlsx", "日期标题: 2020-01-03 01:01:01 | 数字标题: 3"),
        ("office_zh/langchain-ChatGLM_closed.xlsx", "title: 请问：纯cpu可以吗？"),
        ("office_zh/t03.xlsx", "用户类型编码(选填): 3 | 费用项名称: 3"),
        ("office_en/56278.xlsx", "Description: Prime | Rate: 0.032500"),
        ("office_en/AverageTaxRates.xlsx", "FULL RATE PRSI / €: 20,000 | SINGLE / 1997: 28.5%"),
        ("office_en/45540_classic_Footer.xlsx", "Function: Total | Percent / of Hires: 100.0%"),
        ("office_en/DataTableCities.xlsx", "City: Shanghai, China | Latitude: 31.23°"),
        (
            "office_en/2023-half-year-analyses-by-segment.xlsx",
            "Zone NA | January–June 2023 / Sales (a): 12,553",
        ),
        ("office_en/xlsx_06_edge_cases_.xlsx", "Overview | Sub-category: Purpose and Use Cases"),
        ("office_en/powerpoint_sample.pptx", "R4 | Class1 / A merged with B: True"),
        ("office_zh/ocr_test.pptx", "我是表格5: 我是表格4"),
    ],
)
def test_a_table_cell_is_found_with_its_header(name: str, row: str) -> None:
    assert any(row in e.text for e in parsed(name).elements if e.kind is ElementKind.TABLE)


@pytest.mark.parametrize(
    ("name", "slide", "title", "words"),
    [
        ("office_en/alterman_security.pptx", 3, "Foundational Assumption", "2. OMB M-04-04"),
        ("office_en/alterman_security.pptx", 22, "Resources", "http://csrc.nist.gov"),
        ("office_en/ececapstonespring2012.pptx", 3, "The Client", "Has Down Syndrome"),
        ("office_en/powerpoint_sample.pptx", 2, "Second slide title", "And baz things"),
        ("office_en/powerpoint_sample.pptx", 2, "Second slide title", "Notes: Some notes on"),
    ],
)
def test_what_a_slide_says_stands_under_its_title(
    name: str, slide: int, title: str, words: str
) -> None:
    found = [e for e in parsed(name).elements if e.text.startswith(words)]
    assert [(e.page, e.headings[-1]) for e in found] == [(slide, title)]


@pytest.mark.parametrize(
    ("name", "number", "words", "section"),
    [
        (CH592_ZH, "2.", "按键 RESET", "2.1 各部分功能说明"),
        (CH592_ZH, "10.", "0xFFE5", "3.4.1 蓝牙 Peripheral 例程演示"),
        ("aligned_md/zh/upgrade-a-tidb-cluster.md", "2.", "查看升级进度", "升级步骤"),
        ("sop_md_en/during_an_incident.md", "3.", "Follow instructions", "Don't Panic!"),
        ("html/example_01.html", "42.", "First item", "Background"),
        ("office_en/word_sample.docx", "2.", "drink water", "Let’s swim!"),
    ],
)
def test_a_step_keeps_its_number_and_its_section(
    name: str, number: str, words: str, section: str
) -> None:
    found: list[Element] = [
        e
        for e in parsed(name).elements
        if e.kind is ElementKind.STEP and e.text.startswith(number) and words in e.text
    ]
    assert [e.headings[-1] for e in found][:1] == [section]


@pytest.mark.parametrize(
    ("name", "kind", "words", "section"),
    [
        (
            BOARD_ZH,
            "list_item",
            "增大散热面积：可以通过在 ESP32 芯片上方",
            "运行发热过高如何改善？",
        ),
        (BOARD_ZH, "text", "注意：供电电流需要满足 500 mA。", "应如何使用管脚供电？"),
        (BOARD_ZH, "text", "invalid header: 0xffffffff\nets Jul 29 2019", "是什么原因？"),
        (BOARD_EN, "text", "Note: The power supply current should be", "supply power for it?"),
        (BOARD_EN, "list_item", "ESP32-S3-DevKitC-1 v1.0 development board", "development board?"),
        ("aligned_md/zh/index.rst", "text", "已通过 ISO9001:2015", "ISO 质量管理体系认证？"),
        ("aligned_md/zh/index.rst", "text", "请参阅 ESP 产品选型工具", " (MOQ)？"),
        ("aligned_md/en/index.rst", "text", "at least 12 years", "longevity commitment?"),
        (MAIL, "text", "豐泰產業工會常務理事 陳亮宏", "格式測試 )"),
        (MAIL, "text", "发件人：Tests Chang@FT (張毓倫)；日期：2011-03-29 08:52", "格式測試 )"),
        (MAIL, "list_item", "經無記名投票由 HQ 保全課", "引用的往来邮件"),
    ],
)
def test_what_a_text_or_a_message_says_stands_in_its_section(
    name: str, kind: str, words: str, section: str
) -> None:
    found = [e for e in parsed(name).elements if words in e.text and e.kind.value == kind]
    assert len(found) == 1
    assert found[0].headings[-1].endswith(section)


@pytest.mark.parametrize("name", [CH592_ZH, BLE, STYLE, MESH])
def test_tables_of_contents_and_page_numbers_are_gone(name: str) -> None:
    texts = [e.text for e in parsed(name).elements]
    assert not any(re.search(r"\.{6,} *\d+$", text) for text in texts)
    assert not any(text.strip("-– ").isdigit() for text in texts)
    titles = [e.text for e in parsed(name).elements if e.kind is ElementKind.TITLE]
    assert "目录" not in titles


def test_justified_chinese_is_joined_without_spaces() -> None:
    assert any("烧录固件时需要使用" in e.text for e in parsed(MESH).elements)


def test_every_element_of_a_pdf_knows_its_page() -> None:
    found = parsed(CH592_ZH)
    pages = [e.page for e in found.elements]
    assert None not in pages
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert found.pages == 10


@pytest.mark.parametrize(
    "name",
    [
        "deploy-failures.md",
        "backup-restore-overview.md",
        "faq.md",
        "metadata.mdx",
        "quick-start.md",
        "chatbot.mdx",
        "development-board.rst",
        "index.rst",
    ],
)
def test_a_document_and_its_translation_have_the_same_tree(name: str) -> None:
    shapes = [
        [
            e.level
            for e in parsed(f"aligned_md/{language}/{name}").elements
            if e.kind is ElementKind.TITLE
        ]
        for language in ("zh", "en")
    ]
    assert shapes[0] == shapes[1]
