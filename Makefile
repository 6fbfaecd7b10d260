# What a newcomer needs: make run, make test. Every target sets up what it needs first, once.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.set-up

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup run test check bench train-ear train-nlu

setup: $(STAMP)

# The mark lies in .venv, so that it goes when the environment goes.
$(STAMP): pyproject.toml constraints.txt .ci/debian-packages .ci/install-packages
	bash .ci/install-packages .ci/debian-packages
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[test]" --constraint constraints.txt
	touch $(STAMP)

# Rehearses one call before your eyes, then stays up and says where to talk to it.
run: $(STAMP)
	$(BIN)/denwaban run

test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# Validates every company under scripts/ and plays its golden calls.
check: $(STAMP)
	$(BIN)/denwaban check

bench: $(STAMP)
	$(BIN)/python -m tests.bench

# Makes the weights of the phonetic ear anew; takes hours on a CPU.
train-ear: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[train]" --constraint constraints.txt
	bash .ci/fetch-voices build/ear/fetched
	$(BIN)/python -m voice.engines.train build/ear

# Makes all that understanding has learnt anew and prints how well it does on lines left out; takes a quarter of an hour.
# `.venv/bin/python -m nlu.train --check` says instead whether the same weights come out as are kept.
train-nlu: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[train]" --constraint constraints.txt
	$(BIN)/python -m nlu.train
