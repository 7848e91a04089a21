# Two commands do everything on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-python test-editors lint types bench vscode clean

demo: $(STAMP)
	@echo "== spine-lsp check schemas/examples"
	@$(BIN)/spine-lsp check schemas/examples || true
	@echo "== spine-lsp plan schemas/examples/weekly_refresh.yaml"
	@$(BIN)/spine-lsp plan schemas/examples/weekly_refresh.yaml

test: lint types test-python test-editors

test-python: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

test-editors: $(STAMP)
	editors/test.sh

lint: $(STAMP)
	$(BIN)/ruff check spine_lsp tests
	$(BIN)/ruff format --check spine_lsp tests

types: $(STAMP)
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python tests/benchmarks/run.py

vscode: $(STAMP)
	editors/vscode/test/open.sh

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=24"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis test-artifacts
