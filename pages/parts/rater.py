"""Who rates: the signed-in user, or a name chosen once on a single-user machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

import streamlit as st

from deepbench_core import paths
from deepbench_core.review import Rater

EXPERTS = "DEEPBENCH_EXPERTS"  # names or addresses of signed-in users who may settle and sign, joined by commas


def signed_in() -> str:
    """What the signed-in user is called; empty where nobody signs in."""
    if not st.user.get("is_logged_in", False):
        return ""
    return str(next((st.user.get(k) for k in ("email", "preferred_username", "name", "sub") if st.user.get(k)), ""))


def who() -> Rater | None:
    """The rater, or None before a name was chosen."""
    if name := signed_in():
        return Rater(name, name in {e.strip() for e in os.environ.get(EXPERTS, "").split(",")})
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        name = str(kept["name"]).strip()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Rater(name, bool(kept.get("expert"))) if name else None


def introduce(rater: Rater | None) -> None:
    """Asks for a name where nobody signs in; a change is kept for the next time."""
    if signed_in():
        return
    with st.form("who", border=True, width=460):
        st.markdown("**Who rates?**")
        name = st.text_input(
            "Your name",
            value=rater.name if rater else "",
            max_chars=120,
            key="rater-name",
            help="Kept on this machine, and with every answer that you give.",
        )
        expert = st.checkbox(
            "I am an expert",
            value=bool(rater and rater.expert),
            key="rater-expert",
            help="Experts settle where two raters differ, and sign problems as validated.",
        )
        if st.form_submit_button("Start rating" if rater is None else "Keep", type="primary") and name.strip():
            _file().write_text(json.dumps({"name": name.strip(), "expert": expert}), encoding="utf-8")
            st.session_state.pop("change-rater", None)
            st.rerun()


def _file() -> Path:
    return paths.home_dir() / "rater.json"
