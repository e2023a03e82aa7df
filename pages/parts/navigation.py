"""Which pages there are, and how any of them is reached first."""

from __future__ import annotations

import numpy as np
import streamlit as st
from PIL import Image

from deepbench_core.figures import PALETTE

_THROUGH_APP = "through-app"


def run() -> None:
    """Set up the page and run the one that the address names."""
    st.set_page_config(page_title="DeepBench", page_icon=_icon(), layout="wide", initial_sidebar_state="collapsed")
    page = st.navigation(
        [
            st.Page(
                "pages/leaderboard.py",
                title="Leaderboard",
                icon=":material/leaderboard:",
                default=True,
                help="Which model solves how much, how sure that is, and what it costs.",
            ),
            st.Page(
                "pages/gaps.py",
                title="Gaps",
                icon=":material/stacked_bar_chart:",
                help="On which stages, tasks and modalities models are strong or weak, and what of that is noise.",
            ),
            st.Page(
                "pages/compare.py",
                title="Compare",
                icon=":material/compare_arrows:",
                help="Two models on the same problems: who solves what, and whether the difference is more than noise.",
            ),
            st.Page(
                "pages/benchmarks.py",
                title="Other benchmarks",
                icon=":material/swap_vert:",
                help="The same models on two suites, and what papers report; published figures are never ranked here.",
            ),
            st.Page(
                "pages/problems.py",
                title="Problems",
                icon=":material/grid_view:",
                help="Every problem with its labels, prompt, reference and tests, and who solves it.",
            ),
            st.Page(
                "pages/failures.py",
                title="Failures",
                icon=":material/troubleshoot:",
                help="One failed sample at a time: prompt, code, failing test and the difference to the reference.",
            ),
            st.Page(
                "pages/review.py",
                title="Review",
                icon=":material/rate_review:",
                help="Say why a sample failed, or whether a problem is fair; two raters each, blind to one another.",
            ),
            st.Page(
                "pages/agreement.py",
                title="Agreement",
                icon=":material/handshake:",
                help="How far raters agree beyond chance, category by category, and the machine with them.",
            ),
            st.Page(
                "pages/launch.py",
                title="Launch",
                icon=":material/play_circle:",
                help="Run a model on problems and watch it; runs go on when the browser is closed.",
            ),
        ],
        position="top",
    )
    st.session_state[_THROUGH_APP] = True
    page.run()


def ensure() -> None:
    """First line of every page.

    Until `st.navigation` has run once in a server, Streamlit answers a page's address with the page's file alone,
    without `app.py`. Such a page runs the navigation itself, which runs the page again, properly. (Addresses other
    than the files' names would reach `app.py`, but under a "Page not found" dialog.)
    """
    if _THROUGH_APP not in st.session_state:
        run()
        st.stop()


@st.cache_data(show_spinner=False)
def _icon() -> Image.Image:
    """Three bars. Drawn here, since a named icon would be fetched from the network by every browser."""
    picture = np.zeros((32, 32, 4), dtype=np.uint8)
    for left, top, colour in ((3, 4, PALETTE[0]), (12, 12, PALETTE[1]), (21, 20, PALETTE[2])):
        picture[top:29, left : left + 8] = [*bytes.fromhex(colour[1:]), 255]
    return Image.fromarray(picture)
