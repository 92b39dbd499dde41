# Every target works from a bare clone: it sets up what is missing first, and a second time that takes no time.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
BIN := .venv/bin
ROOMS := catalog agents feature_repo streaming batch ranking infra
.DEFAULT_GOAL := help
.PHONY: help setup demo up down test lint bench lock docs

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1: ## /'

setup: ## the environment (.venv), Java, Maven and the jars, where they are missing
	@$(PYTHON) -m infra.bootstrap

demo: setup ## from nothing to a running feed, and a real person's words changing it
	@$(BIN)/python -m infra.demo

up: setup ## start the stack: broker, jobs, sink, API
	@$(BIN)/heed up

down: ## stop the stack
	@if [ -x $(BIN)/heed ]; then $(BIN)/heed down; else echo "heed: nothing is set up, so nothing runs"; fi

test: ## all checks and all tests, with real Kafka, Flink, Feast (and Redis, Chromium where they may be installed)
	@$(PYTHON) -m infra.bootstrap --tests
	@$(MAKE) --no-print-directory lint-only
	$(BIN)/python -m pytest -m "not stack" -n auto --dist loadfile
	$(BIN)/python -m pytest -m stack

lint: setup lint-only ## style, types and the imports between the rooms

.PHONY: lint-only
lint-only:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(ROOMS)
	$(BIN)/lint-imports
	$(BIN)/heed data check knowledge

bench: setup ## freshness, throughput and latency on this machine, as a table and as JSON
	@$(BIN)/python -m benchmarks

lock: setup ## pin what pyproject.toml asks for, with hashes (after changing it)
	@for extra in "" "--extra train"; do \
	  name=$${extra:+train}; \
	  $${HEED_HOME:-.heed}/boot/bin/uv pip compile pyproject.toml --quiet --generate-hashes --no-header --python-version 3.11 \
	    --extra demo --extra dev $$extra --output-file requirements/$${name:-heed}.lock >/dev/null; \
	done

docs: setup ## write docs/settings.md and docs/cli.md anew from the code
	@$(BIN)/python -m infra.reference
