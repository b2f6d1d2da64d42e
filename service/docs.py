"""The generated parts of the READMEs: commands, settings, error codes (`make docs`)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import CiteDeskError

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")


def generated() -> dict[str, str]:
    """Return each generated block by the name in its markers."""
    return {"commands": _commands(), "settings": _settings(), "errors": _errors()}


def fill(text: str) -> str:
    """Return a README with its generated blocks brought up to date."""
    for name, block in generated().items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = pattern.sub(lambda m, block=block: f"{m[1]}{block}\n{m[2]}", text)  # type: ignore[misc]
    return text


def main() -> None:
    """Rewrite the generated blocks in place."""
    for path in READMES:
        path.write_text(fill(path.read_text(encoding="utf-8")), encoding="utf-8")


def _commands() -> str:
    from typer.main import get_command

    from service.cli.main import app

    rows = ["| command | does |", "|---|---|"]
    rows += [f"| `{usage}` | {what} |" for usage, what in sorted(_walk(get_command(app), ""))]
    return "\n".join(rows)


def _walk(command: Any, path: str) -> Iterator[tuple[str, str]]:
    name = f"{path} {command.name}".strip()
    if hasattr(command, "commands"):
        for child in command.commands.values():
            yield from _walk(child, name)
        return
    words = [name]
    for parameter in command.params:
        if parameter.name == "help":
            continue
        words.append(_usage(parameter))
    yield " ".join(words).replace("|", "\\|"), (command.help or "").strip().split("\n")[0]


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper() + ("..." if parameter.nargs == -1 else "")
    flag = max(parameter.opts, key=len)
    shown = flag if parameter.is_flag else f"{flag} {parameter.name.upper()}"
    return shown if parameter.required else f"[{shown}]"


def _settings() -> str:
    from service.settings import Settings, shown

    values = shown(Settings())
    rows = ["| setting | default | what it is for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = f"`{values[name]}`" if values[name] else ""
        rows.append(f"| `CITEDESK_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def _errors() -> str:
    rows = ["| code | HTTP | what it means |", "|---|---|---|"]
    for kind in _kinds(CiteDeskError):
        if not kind.__subclasses__():
            meaning = (inspect.getdoc(kind) or "").split("\n")[0]
            rows.append(f"| `{kind.code}` | {kind.http_status} | {meaning} |")
    return "\n".join(rows)


def _kinds(kind: type[CiteDeskError]) -> Iterator[type[CiteDeskError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


if __name__ == "__main__":
    main()
