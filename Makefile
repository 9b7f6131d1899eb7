# Everything from a fresh clone; only Python 3.11 or newer, git and make are needed.
.DEFAULT_GOAL := help
.PHONY: serve test check bench drill fix lock help prepare-run prepare-test

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PYTEST_ARGS ?=
# One more than there are processors: served houses and browsers wait more than they work.
WORKERS ?= $(shell python3 -c 'import os; print(len(os.sched_getaffinity(0)) + 1)' 2>/dev/null || echo auto)
DRILL_ARGS ?=
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet $(LOCK_ARGS)

serve: prepare-run ## Install, then serve web and worker on http://127.0.0.1:8000 (PORT=…)
	@exec $(BIN)/nguon serve --demo

test: prepare-test ## Run the whole suite on its own database (PYTEST_ARGS=…)
	@$(BIN)/pytest -n $(WORKERS) $(PYTEST_ARGS)

check: prepare-test ## Lint, types, floors of the house, then the tests: what CI runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS) $(PYTEST_ARGS)

bench: prepare-test ## Run every benchmark, ours beside the reference
	@set -e; for bench in bench/*.py; do [ ! -f "$$bench" ] || $(BIN)/python "$$bench"; done

drill: prepare-test ## The long drills: killed processes, a restore, every page, a thousand hostile cases a call
	$(BIN)/python -m drills.killed_trips $(DRILL_ARGS)
	$(BIN)/python -m drills.restoring
	$(BIN)/python -m drills.hostile_files
	$(BIN)/python -m drills.pages
	$(BIN)/python -m drills.lost_readings
	$(BIN)/python -m drills.copies
	$(BIN)/python -m drills.lost_scans
	$(BIN)/python -m drills.guessed_codes
	$(BIN)/python -m drills.worn_labels
	$(BIN)/python -m drills.printed_labels
	NGUON_FUZZ_EXAMPLES=1000 NGUON_HOSTILE_STEP=1 $(BIN)/pytest -n $(WORKERS) tests/api/test_fuzz.py \
		tests/app/test_hostile_forms.py tests/app/test_hostile_requests.py \
		tests/api/test_hostile_bodies.py $(PYTEST_ARGS)

fix: prepare-test ## Put right what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: prepare-test ## Lock dependencies anew (LOCK_ARGS=--upgrade for newer releases)
	$(LOCK) --group build -o requirements-build.lock
	$(LOCK) setup.cfg -o requirements.lock
	$(LOCK) -c requirements.lock --extra dev setup.cfg -o requirements-dev.lock

help: ## Show this
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

prepare-run prepare-test:
	@test -n "$(PYTHON)" || { echo "Nguồn needs Python 3.11 or newer; on Debian type: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) tools/bootstrap.py $(@:prepare-%=%)
