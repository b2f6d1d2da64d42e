"""Directives and roles that docutils does not know: Sphinx has hundreds, and so has each project.

docutils drops what it does not know. Every name that a text uses is entered in its registry
beforehand, as something whose words are kept.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.notes import is_note

_DIRECTIVE = re.compile(
    r"^[ \t]*(?:[-*+]\s+)?\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([\w:.+-]{0,80}\w)[ \t]?::", re.M
)
_ROLE = re.compile(r":([A-Za-z][\w:.+-]{0,60}\w|[A-Za-z]):`|`:([A-Za-z][\w:.+-]{0,60}):")
_TITLED = re.compile(r"^(.*?)\s*<[^<>]*>$", re.S)
_SILENT = frozenset(
    """toctree index highlight currentmodule module automodule autoclass autofunction autosummary
    graphviz digraph mermaid plantuml uml blockdiag seqdiag actdiag nwdiag packetdiag
    literalinclude tabularcolumns todo todolist sectionauthor codeauthor
    bibliography only-comment""".split()
)
# docutils has some of these, but refuses the options that Sphinx gives them.
_CODE = frozenset(("code-block", "sourcecode", "code", "prompt", "productionlist", "testcode"))
# What they say is a condition or a setting, not words of the document.
_QUIET_ARGUMENT = frozenset(("only", "ifconfig", "if", "tabs", "container", "grid", "glossary"))
_SILENT_ROLES = frozenset(("link_to_translation", "index", "raw"))


def admit_unknown(text: str) -> None:
    """Enter every directive and role that a text uses and docutils does not have."""
    from docutils.parsers.rst import (  # type: ignore[import-untyped]
        directives,
        languages,
        roles,
    )

    english: Any = languages.get_language("en", None)
    for name in {match.group(1).lower() for match in _DIRECTIVE.finditer(text)}:
        known = name in english.directives and name not in _CODE
        if not known and name not in directives._directives:
            directives.register_directive(name, _directive())
    for match in _ROLE.finditer(text):
        role = (match.group(1) or match.group(2)).lower()
        if role not in english.roles and role not in roles._roles:
            roles.register_local_role(role, _role)


def _role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,  # noqa: ARG001 (the interface of docutils)
    inliner: Any,  # noqa: ARG001
    options: Any = None,  # noqa: ARG001
    content: Any = None,  # noqa: ARG001
) -> tuple[list[Any], list[Any]]:
    """Keep what a reader of the page would see of a cross-reference."""
    from docutils import nodes, utils  # type: ignore[import-untyped]

    if name in _SILENT_ROLES:
        return [], []
    words = str(utils.unescape(text))
    titled = _TITLED.match(words)
    shown = titled.group(1) if titled and titled.group(1) else words.lstrip("!")
    if shown.startswith("~"):
        shown = shown[1:].rsplit(".", 1)[-1]
    return [nodes.inline(rawtext, shown)], []


class _AnyOption(dict[str, Any]):
    """Accepts every option of a directive that nobody here knows."""

    def __missing__(self, name: str) -> Any:
        from docutils.parsers.rst import directives

        return directives.unchanged


def _directive() -> Any:
    """Return the class of a directive of which only the words are known."""
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class Anything(Directive):  # type: ignore[misc]
        """A directive that docutils does not have."""

        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = _AnyOption(name=str)
        has_content = True

        def run(self) -> list[Any]:
            """Return what it says: its argument, then its content."""
            name = self.name.lower()
            argument = self.arguments[0] if self.arguments else ""
            if name in _SILENT:
                return []
            if name in _CODE:
                code = "\n".join(self.content)
                caption = self.options.get("caption", "")
                told = [nodes.paragraph(caption, caption)] if caption else []
                return [*told, nodes.literal_block(code, code)]
            # A node that no document of docutils itself holds; the reader goes by its class.
            made: Any = nodes.admonition() if is_note(name) else nodes.compound()
            made["named"] = name
            if name.startswith(("version", "deprecated")):
                # Of these the first word is the version, and the rest is text.
                made["detail"], argument = [*argument.split(None, 1), "", ""][:2]
            if argument and name not in _QUIET_ARGUMENT:
                words, _ = self.state.inline_text(argument.replace("\n", " "), self.lineno)
                made += nodes.paragraph(argument, "", *words)
            self.state.nested_parse(self.content, self.content_offset, made)
            return [made]

    return Anything
