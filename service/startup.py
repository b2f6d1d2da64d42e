"""What the product sets in its own process before anything heavy is imported."""

from __future__ import annotations

import logging
import os
import sys

from core.personal.logs import MaskedLog

_QUIET = {
    # No library may reach out: the product works with no network. Whoever wants a model from
    # the hub sets HF_HUB_OFFLINE=0.
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "SCARF_NO_ANALYTICS": "1",
    "DO_NOT_TRACK": "1",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    "RAGAS_DO_NOT_TRACK": "true",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}


def prepare() -> None:
    """Keep the libraries quiet and off the network, unless the user said otherwise."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def log_to_stderr(level: str, *, masked: bool = True) -> None:
    """Send our log to stderr, personal data masked, and silence the libraries' chatter."""
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("citedesk").setLevel(level.upper())
    for handler in logging.getLogger().handlers:
        handler.filters = [one for one in handler.filters if not isinstance(one, MaskedLog)]
        if masked:
            handler.addFilter(MaskedLog())
