"""The command that starts the screens: every Streamlit setting is here, none lies in a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent

FONTS = (
    '"Source Sans", "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", '
    '"Noto Sans SC", "Noto Sans CJK SC", sans-serif'
)

_SETTINGS = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "server.maxUploadSize": "200",
    "server.showEmailPrompt": "false",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.showSidebarNavigation": "false",
    "ui.hideTopBar": "true",
    "runner.magicEnabled": "false",
    "theme.base": "light",
    "theme.primaryColor": "#0B6B62",
    "theme.backgroundColor": "#F5F6F4",
    "theme.secondaryBackgroundColor": "#ECEFEC",
    "theme.textColor": "#1D2725",
    "theme.linkColor": "#0B6B62",
    "theme.borderColor": "#DDE2DE",
    "theme.font": FONTS,
    "theme.headingFont": FONTS,
    "theme.baseFontSize": "15",
    "theme.baseRadius": "8px",
    "theme.buttonRadius": "8px",
    "theme.showWidgetBorder": "true",
}


def command(
    api_url: str, port: int = 8501, host: str = "127.0.0.1"
) -> tuple[list[str], dict[str, str]]:
    """Give the arguments, and what to add to the environment, to run the screens for a service."""
    argv = [sys.executable, "-m", "streamlit", "run", str(_HERE / "app.py")]
    settings = {**_SETTINGS, "server.address": host, "server.port": str(port)}
    argv += [f"--{name}={value}" for name, value in settings.items()]
    environment = {
        "CITEDESK_API_URL": api_url,
        # Streamlit puts the script's own folder on the path, not the one that holds the package.
        "PYTHONPATH": str(_HERE.parent),
    }
    return argv, environment


def main() -> None:
    """Become the screens' server: ``python -m ui.launch API_URL PORT HOST``."""
    argv, environment = command(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    os.execve(argv[0], argv, {**os.environ, **environment})  # noqa: S606 - our own command


if __name__ == "__main__":
    main()
