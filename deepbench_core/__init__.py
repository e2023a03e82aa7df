"""DeepBench: how well language models write deep-learning code."""
