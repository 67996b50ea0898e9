# reticent: `make help` lists what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SECONDS ?= 60
TARGET ?= all

.PHONY: help setup demo test check proofs fuzz chaos bench format lock wheel wheel-check clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s%s\n", $$1, $$2}'

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	@echo "setting up $(VENV) (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "reticent needs Python 3.11 or newer; say make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(VENV)/.ready ## make the virtual environment with pinned, hashed dependencies

demo: setup ## the main job on the embedded stack, under a minute
	@$(BIN)/reticent demo

test: setup ## all tests, under 8 minutes on 2 cores
	@$(BIN)/python -m pytest -n 3 --dist loadfile --hypothesis-profile=same

check: setup ## ruff, mypy --strict, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml

proofs: setup ## the longer proofs (chaos, corpora, property tests with other examples each time)
	@$(BIN)/python -m pytest -m 'slow or hypothesis' --timeout=1800

fuzz: setup ## coverage-guided fuzzing; SECONDS=60 of each target, TARGET=all or names
	@$(BIN)/python -m tests.fuzz run $(filter-out all,$(TARGET)) --seconds $(SECONDS) --findings .fuzz/findings --corpus .fuzz/corpus

chaos: setup ## workers killed, stopped and frozen under load on Apache Kafka
	@$(BIN)/python -m pytest tests/integration -m slow -k chaos --timeout=1800 -s

bench: setup ## speed as ratios, side by side in one run
	@for script in benchmarks/pipeline.py benchmarks/detection.py benchmarks/formats.py benchmarks/collector.py benchmarks/credentials.py benchmarks/people.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

format: setup ## format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: ## pin dependencies again, with hashes and no index address (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade -o requirements.lock
	uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements-dev.lock

wheel: setup ## build the wheel into dist/
	@rm -f dist/*.whl
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation -w dist .

wheel-check: wheel ## the demo from the wheel, in an empty environment and an empty directory
	@set -e; place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; trap 'exit 130' INT TERM; \
	echo "installing $$(ls dist/*.whl) and what it depends on"; \
	$(PYTHON) -m venv $$place/venv; \
	$$place/venv/bin/pip install --quiet --disable-pip-version-check dist/*.whl; \
	mkdir $$place/empty; cd $$place/empty; $$place/venv/bin/reticent demo; \
	test -z "$$(ls -A)" || { echo "the demo left files behind"; exit 1; }

clean: ## remove what the targets above made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .fuzz
