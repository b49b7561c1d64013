# `make help` lists what there is. Every command makes its environment in .venv first, and
# installs only when pyproject.toml or constraints.txt has changed since.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
ARTICLE_QA_INDEX ?= .article-qa

BIN := .venv/bin
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test lint format clean python-is-new-enough

help: ## show this list
	@echo "make run      chat about the articles in seeds/ at http://$(HOST):$(PORT)"
	@echo "              PORT=8000       another port"
	@echo "              HOST=localhost  another name of this computer"
	@echo "              ARTICLE_QA_INDEX=FOLDER  another index (default: .article-qa)"
	@echo "make test     every check: style, types, tests"
	@echo "make lint     style and types only"
	@echo "make format   put the code into the project's style"
	@echo "make clean    delete the environment, the index in .article-qa, and caches"
	@echo "PYTHON=python3.12 after any of them chooses the Python to make .venv with."

run: .venv/run.stamp
	$(BIN)/article-qa add seeds --index "$(ARTICLE_QA_INDEX)"
	$(BIN)/article-qa serve --host "$(HOST)" --port "$(PORT)" --index "$(ARTICLE_QA_INDEX)"

test: lint
	$(BIN)/python -m pytest

lint: .venv/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv .article-qa build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find index qa tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: pyproject.toml constraints.txt | python-is-new-enough
	$(PYTHON) -m venv .venv
	$(INSTALL) --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt | python-is-new-enough
	$(PYTHON) -m venv .venv
	$(INSTALL) --editable ".[dev]"
	@touch .venv/run.stamp $@

python-is-new-enough:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	    echo "article-qa needs Python 3.11 or newer, and $(PYTHON) is not. Name one that is:" \
	        "make run PYTHON=python3.12" >&2; exit 1; }
