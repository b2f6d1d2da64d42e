"""What is written in Markdown files and is none: MDX, containers, shortcodes, template tags.

Each is rewritten into Markdown that says the same, line by line, before anything is parsed.
"""

from __future__ import annotations

import re
from html import escape

from ingest.notes import reads_chinese
from ingest.template_tags import resolve_tags

_FENCE = re.compile(r"^\s*(?:[-*>\d.]+\s+)?(`{3,}|~{3,})")
_MDX_STATEMENT = re.compile(r"^(?:import\s.+\sfrom\s+['\"].+|import\s+['\"].+|export\s+\w.+)$")
_SHORTCODE = re.compile(r"\{\{[<%].*?[>%]\}\}|\{\{\s*#?/?\w[^}\n]*\}\}(?=\s*$)")
_ANCHOR = re.compile(r"\s*\{[#:][^}\n]*\}\s*$")
_HEADING_LINE = re.compile(r"^\s{0,3}#{1,6}\s")
_TAG = re.compile(r"^(\s*)<(/?)([A-Z][\w.]*)((?:\s[^<>]*?)?)(/?)>\s*$")
_TAGS_ONLY = re.compile(r"^\s*(?:</?[A-Z][\w.]*(?:\s[^<>]*)?/?>\s*){2,}$")
_ANY_TAG = re.compile(r"</?[A-Z][\w.]*(?:\s[^<>]*)?/?>")
_ONE_LINE = re.compile(r"^(\s*)(<([A-Z][\w.]*)(?:\s[^<>]*)?>)\s*(\S.*?)\s*(</\3>)\s*$")
_NAMED = re.compile(r"\b(?:title|label|summary|name)\s*=\s*[\"'{]+([^\"'}]+)")
_VALUE = re.compile(r"\bvalue\s*=\s*[\"'{]+([^\"'}]+)")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]*\}|(?<=[)\]])\{\s*[.#][^{}\n]*\}")
# Chinese authors write no space after the number of a step, and Markdown sees none without it.
_TIGHT_NUMBER = re.compile(r"^(\s{0,12}\d{1,3})(?:([.)])|[．、])[ \t]*(?=[\u3400-\u9fff《“「【（])")
_CONTAINER = re.compile(r"^(\s*):::+\s*(\w+)?[ \t]*(.*)$")
_MKDOCS = re.compile(
    r"^(\s*)(?:!!!|\?\?\?\+?)\s*([A-Za-z][\w-]*)(?:[ \t]+[\w-]+)*(?:[ \t]+\"(.*)\")?\s*$"
)
_GITHUB = re.compile(r"^(\s*(?:>\s*)+)\[!(\w+)\]\s*$")
_NAMES = {
    "note": ("Note", "注意"),
    "info": ("Note", "说明"),
    "tip": ("Tip", "提示"),
    "check": ("Tip", "提示"),
    "important": ("Important", "重要"),
    "warning": ("Warning", "警告"),
    "caution": ("Caution", "小心"),
    "danger": ("Danger", "危险"),
}
_LONGEST_LINE = 4000
# Components that show one of their kind at a time, under its name.
_FOLDED = frozenset(("tab", "tabitem", "accordion", "expandable", "tabpanel", "collapse"))


def plain_markdown(text: str) -> str:
    """Turn what is not Markdown (MDX, containers, shortcodes) into Markdown that says the same."""
    rewriter = _Rewriter(chinese=reads_chinese(text))
    fence = ""
    for line in resolve_tags(text).split("\n"):
        mark = _FENCE.match(line)
        if fence:
            rewriter.keep(line)
            if mark and mark.group(1).startswith(fence) and line.strip(" >`~") == "":
                fence = ""
            continue
        if mark:
            fence = mark.group(1)
            rewriter.keep(line)
            continue
        rewriter.line(line)
    return "\n".join(rewriter.lines)


class _Rewriter:
    """Rewrites line by line, keeping count of how deep MDX components are nested."""

    def __init__(self, *, chinese: bool) -> None:
        self.lines: list[str] = []
        self._chinese = chinese
        self._indents: list[int | None] = []
        self._columns: list[int] = []
        self._names: list[str] = []
        self._steps: list[int] = []
        self._admonition_indent: int | None = None

    def keep(self, line: str) -> None:
        """Add a line of code as it is, moved left with the component around it."""
        self.lines.append(self._inside_note(self._dedent(line)))

    def line(self, line: str) -> None:
        """Add one line outside code."""
        for part in _components(line):
            self._part(part)

    def _part(self, line: str) -> None:
        if tag := _TAG.match(line):
            self._component(tag)
            return
        line = self._dedent(line)
        if _MDX_STATEMENT.match(line):
            return
        if match := _GITHUB.match(line):
            self.lines.append(f"{match.group(1)}{self._name(match.group(2))}")
        elif match := _CONTAINER.match(line):
            self._container(match.group(1), match.group(2) or "", match.group(3))
        elif match := _MKDOCS.match(line):
            self._container(match.group(1), match.group(2), match.group(3) or "")
            self._admonition_indent = len(match.group(1)) + 4
        else:
            self._text(line)

    def _text(self, line: str) -> None:
        line = _SHORTCODE.sub("", self._inside_note(line))
        if "`" not in line:
            line = _ANY_TAG.sub("", line)
            line = _ATTRIBUTES.sub("", line)
        line = _TIGHT_NUMBER.sub(lambda found: f"{found[1]}{found[2] or '.'} ", line)
        self.lines.append(_ANCHOR.sub("", line) if _HEADING_LINE.match(line) else line)

    def _inside_note(self, line: str) -> str:
        """Move a line left that is indented for the note it stands in."""
        if self._admonition_indent is None or not line.strip():
            return line
        if len(line) - len(line.lstrip()) >= self._admonition_indent:
            return line[4:]
        self._admonition_indent = None
        # A rule right after the note would make a heading of its last line.
        self.lines.append("")
        return line

    def _component(self, tag: re.Match[str]) -> None:
        _, closing, name, attributes, empty = tag.groups()
        indent = "".join(" " for _ in self._dedent(tag.group(1) + "x")[:-1])
        self.lines.append("")
        if closing:
            self._close()
            return
        kind = name.lower()
        if kind == "steps":
            self._steps.append(0)
        named = _NAMED.search(attributes) or (kind in _FOLDED and _VALUE.search(attributes))
        title = named.group(1).strip() if named else ""
        folded = kind in _FOLDED and bool(title) and not empty
        if folded:
            self.lines += [f"{indent}<details><summary>{escape(title)}</summary>", ""]
        elif title and kind == "step" and self._steps:
            self._steps[-1] += 1
            self.lines += [f"{indent}{self._steps[-1]}. **{title}**", ""]
        elif title:
            self.lines += [f"{indent}**{title}**", ""]
        if kind in _NAMES:
            self.lines.append(f"{indent}{self._name(name)}")
        if not empty:
            self._indents.append(None)
            self._columns.append(len(tag[1]))
            self._names.append(f"{indent}</details>" if folded else kind)

    def _close(self) -> None:
        """Close the component that was opened last."""
        if not self._indents:
            return
        self._indents.pop()
        self._columns.pop()
        name = self._names.pop()
        if name == "steps" and self._steps:
            self._steps.pop()
        if name.endswith("</details>"):
            self.lines += [name, ""]

    def _dedent(self, line: str) -> str:
        if not self._indents or not line.strip():
            return line
        indent = len(line) - len(line.lstrip(" "))
        if self._indents[-1] is None:
            outer = next((i for i in reversed(self._indents[:-1]) if i is not None), 0)
            # Inside a list the indentation of the list must stay.
            own = max(0, indent - self._columns[-1])
            self._indents[-1] = outer + own if self._in_list(indent) else indent
        return line[min(indent, self._indents[-1] or 0) :]

    def _in_list(self, indent: int) -> bool:
        for previous in reversed(self.lines):
            if not previous.strip():
                continue
            marker = re.match(r"^(\s*)(?:[-*+]|\d+[.)])\s+", previous)
            if marker:
                return indent >= len(marker.group(0)) - 1
            if not previous.startswith((" ", "*")):
                return False
        return False

    def _container(self, indent: str, name: str, title: str) -> None:
        self.lines.append("")
        title = title.strip().strip('[]{}" ')
        if name:
            label = self._name(name)
            # Two spaces at the end keep the title on a line of its own.
            self.lines.append(f"{indent}{label} {title}  " if title else f"{indent}{label}")

    def _name(self, name: str) -> str:
        english, chinese = _NAMES.get(name.lower(), ("", ""))
        if not english:
            return ""
        return f"**{chinese}：**" if self._chinese else f"**{english}:**"


def _components(line: str) -> list[str]:
    """Divide a line of components so that each tag stands alone."""
    if len(line) > _LONGEST_LINE:
        return [line]
    if _TAGS_ONLY.match(line):
        indent = line[: len(line) - len(line.lstrip())]
        return [f"{indent}{tag}" for tag in _ANY_TAG.findall(line)]
    if (whole := _ONE_LINE.match(line)) and whole[3].lower() in _NAMES:
        return [f"{whole[1]}{whole[2]}", f"{whole[1]}{whole[4]}", f"{whole[1]}{whole[5]}"]
    return [line]
