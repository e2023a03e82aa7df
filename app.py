"""DeepBench in the browser: navigation only. What a page shows is in `pages/`, what it knows in `deepbench_core/`."""

from pages.parts import navigation

navigation.run()
