"""The pages: widgets, one call into the core, one rendering each. What they share is in `parts/`."""
