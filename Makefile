# Two commands do everything: `make demo` and `make test`. Needs python3.11 with venv, git and make.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
SIZE ?= county
# Two processes, each with whole files of tests: as many as the cores that the suite is written for.
TWO := -n 2 --dist loadfile
export WENGU_HOME ?= $(CURDIR)/var

.PHONY: help demo test check test-deep bench bench-deep lock clean system

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(VENV)/.run: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

demo: $(VENV)/.run ## Build the model city, run the mechanism over it, serve the site (SIZE=county|city, PORT=8000)
	WENGU_DEMO=1 $(BIN)/wengu demo --size $(SIZE)
	WENGU_DEMO=1 exec $(BIN)/wengu serve --port $(PORT)

system: # What the tests need of the system: a browser, Chinese fonts, one as wide as Arial
	@need=""; command -v chromium >/dev/null || need="$$need chromium"; \
	fc-list 2>/dev/null | grep -qi 'Noto.*CJK' || need="$$need fonts-noto-cjk"; \
	fc-list 2>/dev/null | grep -qiE 'Arial|Liberation ?Sans' || need="$$need fonts-liberation"; \
	if [ -n "$$need" ]; then \
	  install="apt-get install -y --no-install-recommends$$need"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$install >/dev/null; \
	  elif sudo -n true 2>/dev/null; then sudo apt-get update -qq && sudo $$install >/dev/null; \
	  else echo "The tests need:$$need. Please type: sudo $$install" >&2; exit 1; fi; fi

check: $(VENV)/.test ## Lint, import contracts, types, templates, migrations
	$(BIN)/ruff format --check wengu tests benchmarks
	$(BIN)/ruff check wengu tests benchmarks
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --lint wengu --quiet
	WENGU_DEMO=1 WENGU_HOME=$(CURDIR)/.cache/check $(BIN)/python -m django makemigrations --check --dry-run --settings wengu.settings

test: system check ## make check, then the whole suite on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -q $(TWO)
	$(BIN)/python tests/postgres.py -- $(BIN)/python -m pytest -q -m db $(TWO)

test-deep: system $(VENV)/.test ## Large counts
	WENGU_DEEP=1 $(BIN)/python -m pytest -q

bench: $(VENV)/.test ## Every benchmark beside its floor or peer; writes benchmarks/latest.json
	$(BIN)/python -m benchmarks

bench-deep: $(VENV)/.test ## The benchmarks that take long
	$(BIN)/python -m benchmarks --deep

lock: ## Renew the lock after a change of pyproject.toml
	$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install -q uv
	.cache/lock/bin/uv pip compile -q pyproject.toml --extra build --generate-hashes --universal --no-header -o requirements/run.txt
	.cache/lock/bin/uv pip compile -q pyproject.toml --extra build --extra test --generate-hashes --universal --no-header -c requirements/run.txt -o requirements/test.txt

clean: ## Forget the demo (its database, files and keys)
	rm -rf var
