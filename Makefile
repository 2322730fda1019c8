# The two commands a newcomer needs are `make demo` and `make test`.
# Everything lands in .venv and var/; nothing else on the machine is changed, except that
# `setup` and `test` install Debian packages they lack where they may (as root, or with sudo).

PYTHON ?= python3
PORT ?= 8000
EVENTS ?= 200000
BIN := .venv/bin
TEST_JOBS ?= 2

.PHONY: demo test check setup format system-packages benchmarks clean

demo: setup ## Load the synthetic company and serve the app
	$(BIN)/headwater --data var/demo demo --events $(EVENTS) --port $(PORT)

test: setup system-packages ## Run everything, in the same way as continuous integration
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -q -n $(TEST_JOBS) -m "not quick" tests
	$(MAKE) --no-print-directory test-older-engine

check: setup ## The quick loop: format, lint, types, import layers, unit tests
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy src
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n $(TEST_JOBS) -m "not slow and not browser and not scale" tests

setup: .venv/.ready ## Make .venv with the package and its test tools

.venv/.ready: pyproject.toml constraints.txt tools/setup
	PYTHON=$(PYTHON) sh tools/setup
	touch $@

format: setup
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

system-packages:
	sh tools/system-packages

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
