# Two commands: `make run` shows a forum with real content, `make test` runs all tests. Neither needs root.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start hundreds of processes: none compiles our 600 files anew, wherever they run.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test test-fast check format catalogues urls guards mutants faults danger fuzz lost peers bench clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/'

$(VENV)/.run: pyproject.toml
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "FedConnect needs python3 3.11 or newer with venv (on Debian: apt install python3-venv)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once, about half a minute) …"
	@$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.run
	@echo "Setting up the tests (once) …"
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

run: $(VENV)/.run ## Serve a forum with real content on http://127.0.0.1:8000
	@exec $(BIN)/fedconnect up --demo

test: $(VENV)/.test ## Run all tests, on SQLite and on PostgreSQL
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-fast: $(VENV)/.test ## Run the tests of single modules: one engine, no app (under a minute)
	@$(BIN)/pytest --fast -n 2 --dist loadfile $(ARGS)

check: $(VENV)/.test ## Check style, types and floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/.test ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

catalogues: $(VENV)/.test ## Bring the translations up to date, and say what nobody has translated yet
	@PYTHONPATH=tests $(BIN)/python -m support.catalogues

urls: $(VENV)/.test ## Write docs/urls.md anew: which file answers which address
	@PYTHONPATH=tests $(BIN)/python -m support.urls

danger: $(VENV)/.test ## Learn anew what sounds like danger, from src/fedconnect/moderation/danger/corpus (a minute)
	@$(BIN)/python -m fedconnect.moderation.danger.training $(ARGS)

guards: $(VENV)/.test ## Take each guard out in turn: its tests must turn red (about 25 minutes)
	@$(BIN)/python tests/guards/remove.py $(ARGS)

mutants: $(VENV)/.test ## Change 60 modules ten times each at random: three of four changes must turn their unit tests red (about 25 minutes)
	@PYTHONPATH=tests $(BIN)/python -m mutation.run $(ARGS)

faults: $(VENV)/.test ## Kill every process 200 times while 20,000 activities come in, on both engines (about 35 minutes)
	@FAULTS_ACTIVITIES=20000 FAULTS_KILLINGS=200 $(BIN)/pytest tests/faults/test_replay.py -n 0

fuzz: $(VENV)/.test ## Five minutes of hostile input for each parser, and every hostile value for every route
	@FUZZ_SECONDS=300 FUZZ=all $(BIN)/pytest tests/fuzz tests/web/test_hostile_requests.py -n 2 --dist loadscope

lost: $(VENV)/.test ## Make 5,000 posts as twelve kinds of software write them: no word, link or picture of theirs is lost (about two minutes)
	@NOTHING_LOST=5000 $(BIN)/pytest tests/federation/test_nothing_is_lost.py -n 0

peers: $(VENV)/.test ## Fifty posts at a running home server over a line that loses answers; without ARGS it says what it needs
	@PYTHONPATH=tests $(BIN)/python -m peers.lost_answers $(or $(ARGS),--help)

bench: $(VENV)/.test ## Measure the inbox, the handling, the pages and what strangers can do, each beside its ceiling
	@$(BIN)/python benchmarks/inbox.py
	@$(BIN)/python benchmarks/handle.py
	@$(BIN)/python benchmarks/pages.py
	@$(BIN)/python benchmarks/feed.py
	@$(BIN)/python benchmarks/hostile.py

clean: ## Remove what the setup made (not your data)
	@rm -rf $(VENV) .cache
