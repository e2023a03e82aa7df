"""The app with its data as JSON beside it: `streamlit run asgi.py`, as `deepbench serve` does."""

import streamlit as st

from pages.parts.routes import routes

app = st.App("app.py", routes=routes())
