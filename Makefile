# `make demo` and `make test` need Python 3.11 or later and make; they set up all the rest in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# No library sends usage reports; pca_pipeline/telemetry.py says the same to whoever comes without make.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PYANNOTE_METRICS_ENABLED := 0
export HF_HUB_DISABLE_TELEMETRY := 1

.DEFAULT_GOAL := help
.PHONY: help install demo test lint bench docs lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(READY) ## Set up the environment in .venv

demo: $(READY) ## Run the pipeline on the sample calls and show what comes out
	@$(BIN)/python -m sample_calls.demo

test: lint ## Everything that must hold: lint, formats, types, import contracts, tests
	$(BIN)/python -m pytest

lint: $(READY) ## The checks that need no run: ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Seconds of machine time per hour of audio, stage by stage, accuracy, and peers
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.speech
	$(BIN)/python -m benchmarks.redaction --conversations 100

docs: $(READY) ## Write the pages that are made from the code: settings, entities and data dictionary
	$(BIN)/python -m pca_pipeline.settings_page > docs/settings.md
	$(BIN)/python -m pca_pipeline.pii.entities_page > docs/entities.md
	$(BIN)/python -m pca_pipeline.warehouse.dictionary > docs/data-dictionary.md

lock: $(READY) ## Pin the newest versions that pyproject.toml allows, in requirements.lock
	$(BIN)/python tools/lock.py

clean: ## Remove the environment, caches and what the demo wrote
	rm -rf $(VENV) demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip's own settings may hold constraints or a folder with another torch: the pins of the lock decide.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up $(VENV): about 1 to 5 minutes, once."
	@$(PYTHON) -m venv --clear $(VENV)
	@if $(BIN)/python -m pip install -qq --disable-pip-version-check uv && \
	    VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --requirements requirements.lock && \
	    VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --editable .; then :; \
	else \
	  echo "uv is not to be had here, or found no package index: going on with pip."; \
	  PIP_CONSTRAINT=/dev/null $(BIN)/python -m pip install -qq --requirement requirements.lock && \
	  PIP_CONSTRAINT=/dev/null $(BIN)/python -m pip install -qq --no-deps --editable .; \
	fi
	@touch $(READY)
