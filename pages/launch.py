"""Launch."""

import streamlit as st

from pages.parts import data

data.start()
st.title("Launch")
