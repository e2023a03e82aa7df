"""The app without a browser: one page at a time, as Streamlit's AppTest runs it."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parent.parent / "app.py"


def opened(page: str = "", **query: str | list[str]) -> AppTest:
    """The app on one page; `query` is its address's."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    if not page:
        for name, value in query.items():
            app.query_params[name] = value
        return checked(app.run())
    checked(app.run()).switch_page(f"pages/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, [e.value for e in app.exception]
    return app
