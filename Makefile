# On a fresh machine two commands do everything: `make demo` and `make test`. `make help` lists the others.

PYTHON ?= python3
OLDEST ?= $(shell python3.10 -c "print('python3.10')" 2>/dev/null || echo $(PYTHON))
CODE := spine_lsp tests
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := .cache/uv/bin/uv
LOCK = $(UV) pip compile --quiet --upgrade --universal --python-version 3.10 --fork-strategy fewest \
  --generate-hashes --no-annotate --custom-compile-command "make lock"

.PHONY: help demo test services test-python test-newest test-lowest test-editors lint types format update coverage lock bench soak vscode clean

help: ## lists the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' Makefile | awk -F': ' '{ printf "%-13s %s\n", $$1, $$2 }'

demo: $(STAMP) ## check and plan on the examples
	@echo "== spine-lsp check schemas/examples"
	@$(BIN)/spine-lsp check schemas/examples || true
	@echo "== spine-lsp plan schemas/examples/weekly_refresh.yaml"
	@$(BIN)/spine-lsp plan schemas/examples/weekly_refresh.yaml

test: services lint types test-python test-editors ## lint, types and every test

services: ## PostgreSQL and Redis by apt-get, of which tests start servers of their own
	@tests/services.sh

test-python: $(STAMP) ## pytest, with the locked versions
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

test-newest: ## pytest, what versions can change, with the newest versions that pyproject.toml permits
	$(PYTHON) tests/requirements/trial.py newest

test-lowest: ## pytest, the same, with the lower bounds of pyproject.toml, on Python 3.10 where there is one
	$(OLDEST) tests/requirements/trial.py lowest

test-editors: $(STAMP) ## the clients, in real editors
	editors/test.sh

lint: $(STAMP) ## ruff
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

types: $(STAMP) ## mypy
	$(BIN)/mypy

format: $(STAMP) ## ruff's formatter, and those of its fixes that are safe
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

update: $(STAMP) ## writes anew what is generated or drawn and then compared: read the difference
	SPINE_UPDATE=1 $(BIN)/python -m pytest -q -m generated

coverage: $(STAMP) ## pytest, and the lines that no test meets; servers in processes of their own count
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n 2 --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/coverage report --include="spine_lsp/server/handlers/*" --fail-under=100
	$(BIN)/coverage report --include="spine_lsp/ide/*" --fail-under=97

lock: $(UV) ## takes today's newest versions into tests/requirements/ and the package-lock.json files
	$(LOCK) pyproject.toml --output-file tests/requirements/runtime.txt
	$(LOCK) pyproject.toml --group dev --constraint tests/requirements/runtime.txt --output-file tests/requirements/dev.txt
	$(LOCK) pyproject.toml --group test --resolution lowest-direct --output-file tests/requirements/lowest.txt
	$(LOCK) --group neovim --output-file tests/requirements/neovim.txt
	$(LOCK) --group node --output-file tests/requirements/node.txt
	editors/lock.sh

bench: $(STAMP) ## the benchmark beside other servers, a workspace of 10,000 files, and check of 5,000
	$(BIN)/python tests/benchmarks/run.py
	$(BIN)/python -m tests.benchmarks.bench_workspace
	$(BIN)/python -m tests.benchmarks.bench_files

# Random sessions and a long day at the server: `make soak MINUTES=60 SEED=2`.
MINUTES ?= 10
SEED ?= 1
soak: $(STAMP)
	$(BIN)/python tests/soak/run.py --minutes $(MINUTES) --seed $(SEED)

vscode: $(STAMP) ## opens the extension in a browser
	editors/vscode/test/open.sh

$(STAMP): pyproject.toml tests/requirements/dev.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(UV):
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/python -m pip install --quiet --disable-pip-version-check uv

clean: ## removes what was made, the environments too
	rm -rf $(VENV) .cache build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* test-artifacts
