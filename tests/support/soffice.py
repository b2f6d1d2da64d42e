"""A stand-in for LibreOffice: most machines have none, and a real one cannot be made to hang.

It takes out of an old file the new one that the test hid in it, by the arguments and at the
place that the real program uses. What LibreOffice makes of a real old file is not tested by it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

_SCRIPT = """#!{python}
import pathlib, sys, time
arguments = sys.argv[1:]
pathlib.Path({log!r}).write_text("\\n".join(arguments))
source = pathlib.Path(arguments[-1])
target = arguments[arguments.index("--convert-to") + 1]
out = pathlib.Path(arguments[arguments.index("--outdir") + 1])
data = source.read_bytes()
{before}
start = data.find(b"PK\\x03\\x04")
if start < 0:
    sys.exit(0)
out.mkdir(exist_ok=True)
end = data.rfind(b"PK\\x05\\x06") + 22
(out / (source.stem + "." + target)).write_bytes(data[start:end] if end > start else data[start:])
"""


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, *, before: str = "") -> Path:
    """Put the stand-in first on the path; return the file into which it writes its arguments.

    Args:
        folder: where the program goes.
        monkeypatch: the fixture of that name.
        before: Python that it runs before it converts anything.
    """
    log = folder / "arguments.txt"
    program = folder / "soffice"
    program.write_text(_SCRIPT.format(python=sys.executable, log=str(log), before=before))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return log
