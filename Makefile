# Everything a newcomer types. `make run` is the whole of it; `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench soak clean

VENV := .venv
BIN := $(VENV)/bin
# A clone that was moved installs itself again: the editable install holds its old place.
HERE := $(shell pwd | cksum | cut -d' ' -f1)
SERVING := $(VENV)/.serving-$(HERE)
WORKING := $(VENV)/.working-$(HERE)
# Optional: an index with PyTorch's CPU wheels, where the usual one has only larger builds.
TORCH_INDEX ?=
# What `make test` gives to pytest: make test ARGS="tests/app -k doctor"
ARGS ?=
DATA := $(or $(SUFLER_DATA_DIR),data)

help:
	@echo "make run      install, prepare the encoder, load the demo, serve on http://localhost:8000"
	@echo "make test     every test (ARGS=… narrows it down)"
	@echo "make check    ruff, mypy, the rooms' layers, the house rules"
	@echo "make bench    the measurements of docs/measurements.md"
	@echo "make soak     half an hour of customers through a Telegram server that errs; counts at the end"
	@echo "make setup    only install what make run needs"
	@echo "make clean    remove .venv and caches; your data/ stays"
	@echo "On a machine whose package index has no small PyTorch: make run TORCH_INDEX=…, see README"

$(SERVING): pyproject.toml constraints.txt
	@tools/install.sh $(VENV) prepare '$(TORCH_INDEX)'
	@touch $@

$(WORKING): pyproject.toml constraints.txt
	@tools/install.sh $(VENV) prepare,plot,test,check '$(TORCH_INDEX)'
	@touch $(SERVING) $@

setup: $(SERVING)

# With the demo its order service, which flows call; it ends with Sufler.
run: $(SERVING)
	@export SUFLER_DEMO="$${SUFLER_DEMO:-true}"; \
	case "$${SUFLER_DEMO,,}" in true|1|yes|on) $(BIN)/python -m demo.orders --with-parent & esac; \
	exec $(BIN)/sufler serve

# Tests start many processes: what is compiled is kept, also where the environment says otherwise.
test: $(WORKING)
	@tools/browser.sh
	@$(BIN)/python -m compileall -q sufler tests
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n auto $(ARGS)

check: $(WORKING)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/house

bench: $(WORKING)
	@$(BIN)/python -m bench $(ARGS)

soak: $(WORKING)
	@$(BIN)/python -m bench.soak $(ARGS)

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Your data stays in $(DATA)/: remove that folder by hand to begin anew."
