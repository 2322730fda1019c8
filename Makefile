# The two commands a newcomer needs are `make demo` and `make test`.
# Everything lands in .venv and var/; nothing else on the machine is changed, except that
# `setup` and `test` install Debian packages they lack where they may (as root, or with sudo).

PYTHON ?= python3
PORT ?= 8000
EVENTS ?= 200000
BIN := .venv/bin
TEST_JOBS ?= 2

# Two workers that each solve small systems in two threads wait for one another.
test unit: export OPENBLAS_NUM_THREADS = 1

.PHONY: demo test check unit lint setup format system-packages client-environment test-older-engine tracker clean

demo: setup ## Load the synthetic company and serve the app
	$(BIN)/headwater --data var/demo demo --events $(EVENTS) --port $(PORT)

test: setup system-packages client-environment lint var/duckdb-1.5 ## Run everything, as continuous integration does
	$(BIN)/python -m pytest -q -n $(TEST_JOBS) tests
	$(MAKE) --no-print-directory test-older-engine

check: setup ## The quick loop, under a minute: format, lint, types, import layers, tests of single parts
	$(MAKE) --no-print-directory --jobs 2 --output-sync lint unit

unit: setup
	$(BIN)/python -m pytest -q -n $(TEST_JOBS) -m "not slow and not browser and not scale" tests

lint: setup
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy src
	$(BIN)/lint-imports

# The derived tables must come out on DuckDB 1.5 as they do on 2.0.
test-older-engine: setup var/duckdb-1.5
	PYTHONPATH=var/duckdb-1.5 $(BIN)/python -m pytest -q -n $(TEST_JOBS) -m "not sweep" tests/warehouse/test_*.py tests/journeys/test_*.py tests/identity

var/duckdb-1.5:
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target $@ 'duckdb>=1.5,<1.6'

setup: .venv/.ready ## Make .venv with the package and its test tools

.venv/.ready: pyproject.toml constraints.txt tools/setup
	PYTHON=$(PYTHON) sh tools/setup
	touch $@

tracker: ## Check the types of the browser tracker and build the scripts that the package ships
	sh tools/tracker-build

format: setup
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

system-packages:
	sh tools/system-packages

client-environment: ## The official clients of other protocols, which the contract tests run
	PYTHON=$(PYTHON) sh tools/client-environment

clean:
	rm -rf .venv var tracker/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
