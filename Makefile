# Bare `make` lists the targets. Every target sets up what it needs in .venv and leaves its results in build/.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What Python compiled is kept: tests, benchmarks and the demo start many processes, and each would compile it all again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup browser lock check audit docs test coverage prove bench star demo demo-clean clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## install everything, locked by hash, into .venv

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

browser: ## the browser that the tests drive: Debian's Chromium, with letters for Japanese
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	  else \
	    echo "The browser tests need Chromium: install the packages chromium and fonts-noto-cjk, so that \`chromium\` is on PATH." >&2; exit 1; \
	  fi; }

lock: setup ## write requirements.lock anew from pyproject.toml
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --no-strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --extra dev --output-file requirements.lock pyproject.toml

check: setup ## lint, format, types, import contracts, docs in step
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --quiet tests/docs

audit: setup ## known vulnerabilities of what the lock holds; needs the network, and fails where no service answers
	$(BIN)/python -m tests.house.audit

docs: setup ## write the list of modules in docs/architecture.md anew
	$(BIN)/python -m tests.docs.tables

test: setup browser ## all tests; at most 6 minutes on 2 cores; in CI a skipped test fails it
	$(BIN)/pytest -n 2 --dist worksteal

coverage: setup browser ## the same, and which lines no test reached; a third slower
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term-missing:skip-covered

# `make prove faults` is `make prove NAME=faults`: words after `prove` are harnesses, no targets.
ifeq ($(firstword $(MAKECMDGOALS)),prove)
NAME ?= $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
ifneq ($(strip $(NAME)),)
.PHONY: $(NAME)
$(NAME): prove ; @:
endif
endif

prove: setup ## all harnesses at full counts, resumable, or the one that is named; writes build/prove.json
	$(BIN)/python -m tests.prove $(NAME)

bench: setup ## benchmarks beside their baselines; writes build/bench.json
	$(BIN)/python -m tests.bench

star: setup ## replay Project STAR through vaults, transfers and studies; writes build/star/
	$(BIN)/python -m examples.star

demo: setup ## build the invented city ひかり市 and open its portals on 127.0.0.1 until Ctrl-C
	$(BIN)/python -m examples.hikari

demo-clean: ## remove the city; the next `make demo` builds another
	rm -rf build/hikari

clean: ## remove the environment and all results
	rm -rf $(VENV) build
