"""The labelled fallback: code and tests in one forked process, for tests that need identity."""
