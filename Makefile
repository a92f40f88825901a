# Two commands matter: `make run` shows the application, `make test` proves it.
# Both bring what they need the first time and say so; the second time they are quick.

# The commands under .ci choose a Python when this names none.
PYTHON ?=
export PYTHON

BIN := .venv/bin

# what WeasyPrint loads to draw a PDF, and what makes .venv
SYSTEM := python:ensurepip=python3-venv \
	lib:libpango-1.0.so.0=libpango-1.0-0 \
	lib:libpangoft2-1.0.so.0=libpangoft2-1.0-0 \
	lib:libharfbuzz-subset.so.0=libharfbuzz-subset0

# a browser and what its driver loads, a database server, a store for counts, a proxy, readers of PDF: the tests use
# real ones
TEST_SYSTEM := $(SYSTEM) \
	cmd:chromium=chromium \
	lib:libatomic.so.1=libatomic1 \
	cmd:pg_virtualenv=postgresql-common \
	file:/usr/lib/postgresql/*/bin/pg_ctl=postgresql \
	cmd:pdftotext=poppler-utils \
	cmd:redis-server=redis-server \
	cmd:qpdf=qpdf \
	cmd:nginx=nginx

.DEFAULT_GOAL := help
.PHONY: help run test bench audit licences sbom fuzz crash load mutants lint types format lock static translations clean environment

help: ## say what each command does
	@echo 'make COMMAND, where COMMAND is one of:'
	@sed -n 's/^\([a-z]*\):.*## /  \1|/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: ## start Intake on 127.0.0.1:8000 with demonstration cases (PORT=9000, DEMO=0)
	@.ci/need $(SYSTEM)
	@.ci/environment requirements.lock
	@exec $(BIN)/intake serve

test: environment ## check style, imports and types, then run every test
	@$(MAKE) --no-print-directory lint types
	@echo 'Running the tests, with a PostgreSQL of their own'
	@.ci/with-postgresql $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

# The databases it measures over are made the first time and kept in .make/bench (5 GB).
bench: environment ## measure speed beside its floors and write bench/RESULTS.md (ARGS='--many 1000000')
	@$(BIN)/python -m tests.bench $(ARGS)

# One process, at low priority: it takes most of an hour and starts again where it stopped.
mutants: environment ## change the rules engine bit by bit and list the changes that no test notices
	@HYPOTHESIS_PROFILE=mutants nice $(BIN)/mutmut run --max-children 1
	@$(BIN)/mutmut results

# Each run is another one: the seed it printed makes it happen again (INTAKE_CRASH_SEED=... make crash).
crash: environment ## kill the app a thousand times on each database and look for lost saves (takes some 15 minutes)
	@seed=$${INTAKE_CRASH_SEED:-$$(date +%s)} && echo "INTAKE_CRASH_SEED=$$seed" && \
		INTAKE_CRASHES=1000 INTAKE_CRASH_SEED=$$seed \
		.ci/with-postgresql $(BIN)/python -m pytest -s -k Forked tests/durability/test_killed.py

# Exit status 3: the service was not reached, and nothing is known. That is no pass.
audit: environment ## look the locked libraries up among those with known weaknesses
	@$(BIN)/python .ci/audit.py

licences: environment ## write the list of licences, and fail where one is not allowed
	@$(BIN)/python .ci/licences.py --write

sbom: environment ## write the bill of materials (CycloneDX) of what serves, the same for the same lock
	@mkdir -p build
	@$(BIN)/cyclonedx-py requirements --output-reproducible --short-PURLs --of JSON requirements.lock -o build/sbom.json
	@echo build/sbom.json

# Other examples each time; a failure prints what was sent. `make test` tries some hundred of them.
fuzz: environment ## send strange forms, addresses, files and commands for an hour or so, and say how many
	@HYPOTHESIS_PROFILE=fuzz nice .ci/with-postgresql $(BIN)/python -m pytest -q tests/security tests/commands/test_strange.py

load: environment ## let two dozen people work for ten minutes on each database, and say what it took
	@for engine in sqlite postgresql; do \
		.ci/with-postgresql $(BIN)/python -m tests.bench.load --engine $$engine || exit 1; done

lint: environment ## check style, formatting, templates and the direction of imports
	@echo 'Checking style, templates and imports'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/lint-imports --no-logo --config setup.cfg

types: environment ## check types, strictly
	@echo 'Checking types'
	@$(BIN)/mypy

format: environment ## put imports and layout in order
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

lock: environment ## pin the newest allowed libraries, with hashes
	@.ci/lock

static: ## build the style sheet and scripts from static/src
	@.ci/need cmd:npm=npm
	@cd static/src && npm ci --silent && npm run --silent build

# Sorted and without line numbers: a diff of a language shows words that changed, no more.
translations: environment ## collect the words on screen, bring each language up to date, compile
	@mkdir -p .make
	@$(BIN)/pybabel --quiet extract --mapping-file=.babel.cfg --keyword=lazy_gettext --project=intake \
		--sort-output --no-location --width=110 --output-file=.make/messages.pot intake templates
	@$(BIN)/pybabel --quiet update --init-missing --no-fuzzy-matching --ignore-pot-creation-date --width=110 \
		--locale=es --input-file=.make/messages.pot --output-dir=intake/translations
	@$(BIN)/pybabel --quiet compile --directory=intake/translations

clean: ## remove what the other commands made, except the application's own records
	@rm -rf .venv .make build dist mutants *.egg-info static/src/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

environment:
	@.ci/need $(TEST_SYSTEM)
	@.ci/environment requirements-test.lock
	@.ci/outloud
