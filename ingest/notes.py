"""What a note or warning is called in running text, in the language of its document."""

from __future__ import annotations

_SAMPLE = 20_000
_NAMES = {
    "admonition": ("", ""),
    "attention": ("Attention", "注意"),
    "caution": ("Caution", "小心"),
    "danger": ("Danger", "危险"),
    "deprecated": ("Deprecated", "已弃用"),
    "error": ("Error", "错误"),
    "hint": ("Tip", "提示"),
    "important": ("Important", "重要"),
    "note": ("Note", "注意"),
    "seealso": ("See also", "另请参阅"),
    "tip": ("Tip", "提示"),
    "versionadded": ("Added in version", "新增于版本"),
    "versionchanged": ("Changed in version", "变更于版本"),
    "warning": ("Warning", "警告"),
}


def reads_chinese(text: str) -> bool:
    """Say whether the words we add to a document should be Chinese; a name in it is not enough."""
    from core.text import is_chinese, language_of

    sample = text[:_SAMPLE]
    return language_of(sample) != "en" and is_chinese(sample)


def is_note(name: str) -> bool:
    """Say whether a directive of this name holds a note or a warning."""
    return name in _NAMES


def note_label(name: str, *, chinese: bool, detail: str = "") -> str:
    """Return what stands before the words of a note: ``警告：`` or ``Warning: ``."""
    english_word, chinese_word = _NAMES.get(name, ("", ""))
    word = chinese_word if chinese else english_word
    written = f"{word} {detail}".strip()
    if not written:
        return ""
    return f"{written}：" if chinese else f"{written}: "
