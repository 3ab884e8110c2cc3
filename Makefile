# Greenfreight: every command is explained by `make help`.
# A bare Debian 12 with git, make, Python 3.11 and root or sudo is enough.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

GREENFREIGHT_HOME ?= $(CURDIR)/var
export GREENFREIGHT_HOME
PORT ?= 8000
export PORT
# Our own modules are compiled once, too, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE
# Compiled kernels are kept beside the state, so that a read-only checkout can run.
export NUMBA_CACHE_DIR := $(GREENFREIGHT_HOME)/cache/numba

PYTHON3 ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
KERNELS := $(GREENFREIGHT_HOME)/cache/kernels

.PHONY: help setup packages run test lint types layers fuzz bench screenshots serve catalogue backup restore
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: packages .venv/.installed ## system packages, .venv, compiled kernels (quick when done)
	@$(MAKE) --jobs=2 $(KERNELS)-day.stamp $(KERNELS)-bench.stamp $(KERNELS)-search.stamp

packages:
	@.ci/packages

.venv/.uv: | packages
	$(PYTHON3) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@touch $@

.venv/.installed: .venv/.uv uv.lock pyproject.toml .ci/install
	@.ci/install
	@touch $@

SOURCES := $(shell find routing -name '*.py')

# The first day of a city needs every kernel of the engine; benchmarks have their own.
$(KERNELS)-day.stamp: .venv/.installed $(SOURCES)
	@mkdir -p $(@D)
	$(BIN)/python -m workers.planning.warm
	@touch $@

$(KERNELS)-bench.stamp: .venv/.installed $(SOURCES)
	@mkdir -p $(@D)
	$(BIN)/python -m routing.kernels bench
	@touch $@

$(KERNELS)-search.stamp: .venv/.installed $(SOURCES)
	@mkdir -p $(@D)
	$(BIN)/python -m routing.kernels search
	@touch $@

run: setup ## the whole product with the demo city on http://127.0.0.1:$PORT (Ctrl-C stops it)
	@exec $(BIN)/python -m workers.supervise

serve: setup ## production: the web on given DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL (docs/operations.md)
	@exec $(BIN)/python -m workers.supervise --serve

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --jobs=2 types layers

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

test: lint ## style, types, layers, migrations on both databases, and every test
	# The whole product, its workers and a browser have the machine to themselves.
	$(BIN)/python -m pytest tests/e2e/whole
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --no-loadscope-reorder --ignore tests/e2e/whole

fuzz: setup ## the long search for planning problems that break a rule (at most 40 minutes)
	$(BIN)/python -m tests.fuzz

bench: setup ## benchmark tables, page timing, bench/results.json
	$(BIN)/python -m tests.bench

screenshots: setup ## every page for every role at 1440 and 390 px, into var/screenshots
	$(BIN)/python -m tests.e2e.screenshots

# Sorted by message, without places and without guesses: two people's changes merge.
catalogue: setup ## all words that people read, into the English catalogue (docs/translation.md)
	@$(BIN)/python -m tests.language.catalogue

backup: setup ## everything in one archive (FILE=…, else a new one in var/backups); it may run
	@$(BIN)/flask --app wsgi backup create $(FILE)

restore: setup ## make this installation what FILE=… says; stopped first (FORCE=1 replaces its data)
	@$(BIN)/flask --app wsgi backup restore $(if $(FORCE),--force )$(FILE)
