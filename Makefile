# Everything starts here; only Python 3.11 or newer is needed. `make run`, `make test`.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: help run install test lint format messages bench test-browser test-faults lock clean

help: ## What can be asked for
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## Set up and run the whole portal, for trying out (PORT=8000 HOST=127.0.0.1)
	@$(PYTHON) bootstrap.py
	@DEBUG="$${DEBUG:-1}" $(BIN)/python manage.py up

install: ## Only set up, with all that tests and style need
	@$(PYTHON) bootstrap.py --dev

test: install ## Set up and pass all tests, on SQLite and on PostgreSQL (ARGS="-k lost")
	@$(BIN)/python -m tests.run all $(ARGS)

test-browser: install ## The tests in a real browser alone
	@$(BIN)/python -m tests.run browser $(ARGS)

test-faults: install ## The tests that break real servers on purpose, alone
	@$(BIN)/python -m tests.run faults $(ARGS)

lint: install ## Style, types, import contracts, migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/python manage.py makemigrations --check --dry-run --settings tests.settings
	@$(BIN)/python manage.py lintmigrations --settings tests.settings --no-cache --quiet ok ignore \
	  --include-apps accounts cards guide notifications privacy --ignore-initial-migrations

messages: install ## Bring the catalogues up to the texts in code and templates
	@$(BIN)/python manage.py update_catalogues --settings tests.settings

format: install ## Put the style right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install ## The benchmarks and the floors they are held against
	@$(BIN)/python -m bench $(ARGS)

lock: install ## Lock what requirements*.in ask for, with hashes and without naming any host
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-strip-extras --universal \
	  --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-strip-extras --universal \
	  --python-version 3.11 -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean: ## Forget all run-time state: database, mail, logs
	rm -rf var
