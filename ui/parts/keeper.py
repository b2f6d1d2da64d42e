"""Keeping a sign-in across a reload of the page.

Streamlit can read a cookie but not set one, so the token is kept in the tab's own
``sessionStorage``: no other site, port or tab can read it, it is never sent anywhere by itself,
never stands in the URL, and goes when the tab is closed. The service ends it when it expires.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

_JS = """
const NAME = "citedesk.session";
export default function ({ data, setStateValue }) {
  let kept = "";
  try {
    if (data.write !== null) {
      if (data.write) { sessionStorage.setItem(NAME, data.write); }
      else { sessionStorage.removeItem(NAME); }
    }
    kept = sessionStorage.getItem(NAME) || "";
  } catch { /* storage is switched off: the sign-in lasts until the page is reloaded */ }
  if (data.write === null) { setStateValue("token", kept); }
}
"""


@cache
def _component() -> Any:
    return st.components.v2.component("citedesk.keeper", js=_JS)


def read() -> str | None:
    """Ask the tab for its token; None until it has answered, "" if it has none."""
    result = _component()(
        key="keeper_read", data={"write": None}, height=1, on_token_change=lambda: None
    )
    token: str | None = result.token
    return token


def write(token: str) -> None:
    """Keep a token in the tab, or with "" forget it."""
    _component()(key="keeper_write", data={"write": token}, height=1)
