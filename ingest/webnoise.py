"""What stands on a web page beside its content: navigation, adverts, comments, hidden parts."""

from __future__ import annotations

import re
from typing import Any

from ingest.unseen import is_unseen

HEADINGS = {f"h{n}": n for n in range(1, 7)}
SKIPPED = frozenset(
    """script style noscript template nav header-nav footer aside form button select option textarea
    input img svg canvas iframe object embed video audio map head link meta base dialog
    menu""".split()
)
_SKIPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_EDGE = r"(?:^|[\s_-])(?:{})(?:$|[\s_-])"
_NOISE = re.compile(
    _EDGE.format(
        "nav|navbar|navigation|breadcrumbs?|sidebar|footer|toc|table-of-contents|cookie|pagination|"
        "pager|prev-next|skip-link|toplang|bottomlang|quickview|comments_thread|comments_section|"
        "comments|preheader|page-header|advert|ads|edit-link|edit-(?:this-)?page|last-updated"
    ),
    re.I,
)
# Words that name parts of a text too; only links under such a name are no content.
_WEAK_NOISE = re.compile(_EDGE.format("menu|path|share|up|down|top"), re.I)
_MARKER = re.compile(_EDGE.format("headerlink|permalink|skip-link|skip-nav"), re.I)
_EDIT = re.compile(
    r"^(?:(?:Edit|Improve) this (?:page|document)(?: on \w+)?|Edit on (?:GitHub|GitLab|Gitee)|"
    r"(?:在 ?(?:GitHub|GitLab|Gitee) ?上 ?)?(?:编辑|編輯|改进)(?:此|本)?(?:页面?|頁面?|文档))$",
    re.I,
)
_NOTE = re.compile(
    r"note|tip|hint|info|caution|warning|danger|admonition|callout|important|attention", re.I
)
_NAMED_TAGS = ("div", "ul", "ol", "p", "section", "header")
_FIELDS_ONLY = 2
_FEWEST_LINKS = 3
_COMMENTS = re.compile(r"^(?:user-)?comments?(?:[_-]\w+)*$|^disqus|^respond$", re.I)


def is_noise(node: Any) -> bool:
    """Say whether an element and everything in it is no content of its page."""
    tag = node.tag.lower()
    if tag in SKIPPED and not _is_used_as_content(node, tag):
        return True
    if (node.get("role") or "").lower() in _SKIPPED_ROLES or _is_hidden(node):
        return True
    if tag in ("body", "html", "main", "article") or tag in HEADINGS:
        return False
    if tag in ("div", "section") and _holds_comments(node):
        return True
    named = f"{node.get('class') or ''} {node.get('id') or ''}".strip()
    if tag in ("a", "span"):
        return bool(_MARKER.search(named)) or (tag == "a" and bool(_EDIT.match(_text_of(node))))
    if not named or tag not in _NAMED_TAGS:
        return False
    return bool(_NOISE.search(named)) or (bool(_WEAK_NOISE.search(named)) and _is_linked(node, 0.5))


def _is_used_as_content(node: Any, tag: str) -> bool:
    """Say whether an element that is mostly beside the content holds it here."""
    if tag == "aside":
        return bool(_NOTE.search(node.get("class") or "")) or node.get("role") == "note"
    # Some servers wrap the whole page in one form.
    return tag == "form" and len(node.xpath(".//p | .//h1 | .//h2 | .//h3")) > _FIELDS_ONLY


def _is_hidden(node: Any) -> bool:
    if (node.get("role") or "").lower() == "tabpanel":
        # One of them is shown at a time, and a reader has seen them all.
        return False
    hidden = node.get("hidden")
    return (
        (hidden is not None and hidden != "until-found")
        or node.get("aria-hidden") == "true"
        or is_unseen(node)
    )


def is_permalink(node: Any) -> bool:
    """Say whether a link only marks the place of a heading."""
    if node.tag != "a":
        return False
    return "headerlink" in (node.get("class") or "") or _text_of(node) in ("#", "¶", "§", "🔗")


def _holds_comments(node: Any) -> bool:
    """Say whether a section's own heading is marked as that of readers' comments."""
    first = node[0] if len(node) else None
    if first is None or first.tag not in HEADINGS:
        return False
    marks = (each.get(key) or "" for each in first.iter() for key in ("id", "name"))
    return any(_COMMENTS.match(mark) for mark in marks)


def is_contents(node: Any) -> bool:
    """Say whether a list or a line holds only links into this page."""
    targets = [link.get("href") or "" for link in node.iter("a")]
    fewest = 2 if node.tag in ("ul", "ol") else 3
    if len(targets) < fewest or not all(target.startswith("#") for target in targets):
        return False
    return _is_linked(node, 0.8)


def is_site_list(node: Any) -> bool:
    """Say whether a list before the first heading only leads to other pages."""
    if len(node.findall(".//a")) < _FEWEST_LINKS or not _is_linked(node, 0.9):
        return False
    return bool(node.xpath("following::h1 | following::h2"))


def _is_linked(node: Any, share: float) -> bool:
    """Say whether more than a share of the words are links; nothing is, where no words are."""
    words = len(re.sub(r"\W", "", _text_of(node)))
    linked = sum(len(re.sub(r"\W", "", _text_of(link))) for link in node.iter("a"))
    return linked > share * words or not words


def _text_of(node: Any) -> str:
    return str(node.text_content()).strip()
