# Everything that is done with this checkout. `make demo` and `make test` need Python 3.11 or newer with venv, and make;
# they make the virtual environment themselves, and again only when pyproject.toml or the constraints have changed.
#
#   PYTHON=python3.12 make test    another Python, in a virtual environment of its own (.venv-3.12)
#   make test ARGUMENTS="-k edges -x" WORKERS=0

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

ifeq ($(origin PYTHON),undefined)
# Versions with a constraints file come first, python3 before the others.
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	    if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	    then echo $$python; exit; fi; done; \
	    if python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo python3; fi)
SUFFIX :=
else
SUFFIX := -
endif

VERSION := $(if $(PYTHON),$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null))
VENV ?= .venv$(if $(SUFFIX),-$(VERSION))
CONSTRAINTS := $(wildcard .ci/constraints/$(VERSION).txt)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet $(addprefix --constraint ,$(CONSTRAINTS))
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
ARGUMENTS ?=
# A file's tests stay together, so that recordings and processes of a file are shared; 0 runs them one after the other.
WORKERS ?= 2

.PHONY: help
help: ## Show the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1 \2/p' $(MAKEFILE_LIST) | while read -r target text; do printf '  %-12s %s\n' "$$target" "$$text"; done

.PHONY: demo
demo: $(RUNTIME) ## Record, normalise, verify and stub the reference shop
	$(BIN)/treaty demo $(ARGUMENTS)

.PHONY: test
test: $(DEVELOPMENT) ## Run all tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGUMENTS)

.PHONY: check
check: lint types imports ## Run everything that judges the source

.PHONY: lint
lint: $(DEVELOPMENT) ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: $(DEVELOPMENT) ## Check the types
	$(BIN)/mypy
	$(BIN)/mypy .ci/constraints/update
	$(BIN)/mypy .ci/reference-pages
	$(BIN)/mypy .ci/pacts

.PHONY: imports
imports: $(DEVELOPMENT) ## Check who imports whom
	$(BIN)/lint-imports

.PHONY: bench
bench: $(DEVELOPMENT) ## Run the benchmarks
	$(BIN)/python -m tests.benchmarks $(ARGUMENTS)

.PHONY: constraints
constraints: $(DEVELOPMENT) ## Bring the constraints in step with pyproject.toml (ARGUMENTS=--upgrade takes the newest)
	$(BIN)/python .ci/constraints/update $(ARGUMENTS)

.PHONY: pacts
pacts: $(DEVELOPMENT) ## Record the shop's pacts again (ARGUMENTS=--check only compares)
	$(BIN)/python .ci/pacts $(ARGUMENTS)

.PHONY: schemas
schemas: $(DEVELOPMENT) ## Write the SQLite form of the shop's tables from their description
	$(BIN)/python -m tests.integration.shop_engines.sqlite_scripts

.PHONY: reference
reference: $(DEVELOPMENT) ## Write the pages of docs/reference that follow from the code
	$(BIN)/python .ci/reference-pages $(ARGUMENTS)

.PHONY: faults
faults: $(DEVELOPMENT) ## Verify every known fault of the shop and write docs/reference/faults.md
	$(BIN)/python -m tests.integration.shop_contracts.fault_table

.PHONY: strength
strength: $(DEVELOPMENT) ## Measure what the shop's pacts notice and write docs/reference/strength.md
	$(BIN)/python -m tests.integration.shop_contracts.strength_table

.PHONY: third-party
third-party: $(DEVELOPMENT) ## Try Treaty on servers of others with their own clients, and write the page of it
	$(BIN)/python -m tests.third_party --page $(ARGUMENTS)

.PHONY: environment
environment: $(DEVELOPMENT) ## Make the virtual environment only

.PHONY: clean
clean: ## Remove virtual environments, caches and builds
	rm -rf .venv .venv-* dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "error: Treaty needs Python 3.11 or newer, and none was found" >&2; exit 2; fi
	@if [ -z "$(VERSION)" ]; then echo "error: $(PYTHON) is no Python that runs" >&2; exit 2; fi
	@if [ -z "$(CONSTRAINTS)" ]; then echo "note: Python $(VERSION) has no constraints file; the newest packages are taken" >&2; fi
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	$(PIP) --editable '.[all]'
	touch $@

$(DEVELOPMENT): $(RUNTIME) pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	$(PIP) --upgrade pip
	$(PIP) --group dev
	touch $@
