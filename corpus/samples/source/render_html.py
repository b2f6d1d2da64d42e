"""Write a document as a web page, with the navigation and footer a real site has around it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from corpus.samples.source.markup import (
    Block,
    Bullets,
    Callout,
    Document,
    Heading,
    Steps,
    Table,
    Text,
    split_bold,
)

_LANGUAGE = {"zh": "zh-CN", "en": "en"}
_WORDS = {
    "zh": ("搜索", "本页有帮助吗？", "有帮助", "没有帮助", "我们使用 Cookie。", "接受", "返回顶部"),
    "en": ("Search", "Was this page helpful?", "Yes", "No", "We use cookies.", "Accept", "Top"),
}


def render(document: Document, target: Path) -> None:
    """Write the document as HTML."""
    target.write_text(page(document), encoding="utf-8")


def page(document: Document) -> str:
    """Return the whole page: banner, navigation, the article, feedback form and footer."""
    language = str(document.meta["language"])
    title, company = escape(document.field("title")), escape(document.field("company"))
    search, helpful, yes, no, cookies, accept, top = _WORDS[language]
    nav = _links(document.meta["nav"])
    links = _links(document.meta["footer_links"])
    article = "\n".join(_block(block) for block in document.blocks)
    return f"""<!DOCTYPE html>
<html lang="{_LANGUAGE[language]}">
<head>
<meta charset="utf-8">
<meta name="date" content="{document.date.isoformat()}">
<title>{title} | {company}</title>
<style>
body {{ font-family: sans-serif; max-width: 60em; margin: auto; }}
td, th {{ border: 1px solid #888; padding: 0.3em; }}
table {{ border-collapse: collapse; }}
nav li {{ display: inline; margin-right: 1em; }}
.note {{ background: #fdf2e5; padding: 0.4em; }}
</style>
<script>window.pageId = "{escape(document.field("number"))}";</script>
</head>
<body>
<div class="cookie-banner" role="alert">{cookies} <button>{accept}</button></div>
<header>
<a class="logo" href="/">{company}</a>
<nav><ul>{nav}</ul></nav>
<form role="search"><input placeholder="{search}"><button>{search}</button></form>
</header>
<main>
<article>
<h1>{title}</h1>
<p class="meta">{escape(document.field("label"))}</p>
{article}
</article>
</main>
<aside class="feedback">{helpful} <button>{yes}</button> <button>{no}</button></aside>
<footer>
<ul>{links}</ul>
<p>{escape(document.field("legal"))}</p>
<a href="#top">{top}</a>
</footer>
</body>
</html>
"""


def _links(names: list[str]) -> str:
    return "".join(f'<li><a href="#">{escape(name)}</a></li>' for name in names)


def _inline(text: str) -> str:
    runs = [(escape(run), bold) for run, bold in split_bold(text)]
    return "".join(f"<strong>{run}</strong>" if bold else run for run, bold in runs)


def _note(text: str) -> str:
    return f'<div class="note">{_inline(text)}</div>'


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level + 1}>{escape(text)}</h{level + 1}>"
        case Text(text):
            return f"<p>{_inline(text)}</p>"
        case Callout(text):
            return _note(text)
        case Bullets(items):
            return "<ul>\n" + "\n".join(f"<li>{_inline(item)}</li>" for item in items) + "\n</ul>"
        case Steps(items):
            steps = [f"<li>{_inline(s.text)}{''.join(map(_note, s.notes))}</li>" for s in items]
            return "<ol>\n" + "\n".join(steps) + "\n</ol>"
        case Table(rows):
            head = "".join(f"<th>{_inline(cell)}</th>" for cell in rows[0])
            body = "\n".join(
                "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>"
                for row in rows[1:]
            )
            return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
