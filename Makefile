# Two commands for a newcomer: `make app` and `make test`. Everything goes into .venv; the second time is quick.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

# Tests share one built environment between runs; `make app` uses the same one in a checkout.
export DEEPBENCH_HOME ?= $(CURDIR)/.deepbench
export DEEPBENCH_TEST_HOME ?= $(DEEPBENCH_HOME)

.PHONY: app test check format validate screenshots constraints clean help

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

app: $(VENV)/.app  ## set up and open the leaderboard in the browser
	@$(BIN)/deepbench serve

test: $(VENV)/.dev  ## set up and run all tests
	@$(BIN)/deepbench env build torch-cpu
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev  ## lint, format and types, as CI does
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev  ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

validate: $(VENV)/.dev  ## prove every problem's reference and tests
	@$(BIN)/deepbench problems validate --write

screenshots: $(VENV)/.dev  ## take the pictures in docs/ anew
	@$(BIN)/python -m pytest tests/browser --screenshots docs/images

constraints: $(VENV)/.dev  ## pin what is installed now
	@$(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools --exclude uv > constraints.txt

clean:  ## remove what was set up here
	rm -rf $(VENV) .deepbench .mypy_cache .ruff_cache .pytest_cache build dist

$(VENV)/bin/python:
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "DeepBench needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.app: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing DeepBench"
	@$(PIP) --quiet --editable '.[local]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing DeepBench with its test tools"
	@$(PIP) --quiet --editable '.[local,dev]'
	@touch $@ $(VENV)/.app
