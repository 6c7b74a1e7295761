# Every command sets up what it needs: a Python >= 3.11 and make are enough.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/pip install --disable-pip-version-check
UV := $(BIN)/uv pip install --python $(BIN)/python --compile-bytecode
# A user's own settings must not reach into the project's environment.
unexport PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
# An environment works only where it was made: in a copy of the project or a moved one it is made anew.
ifneq ($(shell [ "$$(cat $(READY) 2>/dev/null)" = "$$(pwd -P)" ] && echo here),here)
.PHONY: $(READY)
endif

help: ## say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

report: $(READY) ## write the report: report/index.html
	@$(BIN)/coderpay report $(addprefix --only ,$(PAGES))

areas: $(READY) ## write the page of every state and area into the report
	@$(BIN)/coderpay report --only states --only areas
	@$(BIN)/coderpay report --quiet # whose pages now lead to those of the places

PYTEST := $(BIN)/pytest -q -n auto --dist loadscope --no-loadscope-reorder --nbval --nbval-current-env

# What takes longest begins first, so that no core waits for it at the end. The rest is named without it: of a file
# and its folder pytest would take the folder alone, in its own order.
LONGEST := tests/test_report.py tests/test_jupyterlab.py tests/test_areas.py
TESTS := $(LONGEST) $(filter-out $(LONGEST),$(wildcard tests/*/ tests/test_*.py)) notebooks

test: $(READY) ## run every test but the slow ones, a quarter of an hour on two cores
	@$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy
	@$(PYTEST) -m "not slow" $(TESTS)

test-all: $(READY) ## run every test, the slow ones too, an hour: batches killed, parsers fuzzed
	@$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy
	@CODERPAY_EXAMPLES=thorough $(PYTEST) --junitxml=.cache/quality/tests.xml $(TESTS)

javascript: node_modules/.package-lock.json ## check the JavaScript: style, errors, types; needs node and npm
	@npm run --silent check

node_modules/.package-lock.json: package-lock.json
	@command -v npm >/dev/null || { echo "checking the JavaScript needs node and npm; on Debian and Ubuntu: apt-get install nodejs npm" >&2; exit 2; }
	@npm ci --silent --ignore-scripts --no-audit --no-fund

mutants: $(READY) ## break the code on purpose, hours: make mutants MODULES=analysis.methods.shares
	@$(BIN)/python tools/mutants.py $(MODULES)

quality: $(READY) ## write docs/quality.md from what the last test-all and mutants found
	@$(BIN)/python tools/quality.py

audit: $(READY) ## look the locked dependencies up among known vulnerabilities
	@$(BIN)/python tools/known_vulnerabilities.py

lab: $(READY) ## open JupyterLab on a page that says which notebook answers what
	@$(BIN)/jupyter trust notebooks/*.ipynb
	@$(BIN)/jupyter lab --notebook-dir=. --LabApp.app_settings_dir=notebooks/.lab notebooks/README.md

preview: $(READY) ## show the report in a browser while you write: what you save is made anew
	@$(BIN)/coderpay preview

notebooks: $(READY) ## run the notebooks in place, as they are committed, and renew the picture of the README
	@$(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
		--log-level=WARN notebooks/*.ipynb
	@$(BIN)/coderpay report --quiet && cp report/charts/03-reconcile-bls-aapc-published-bridge.svg docs/bridge.svg

bench: $(READY) ## measure the batch beside other ways, about half an hour: docs/benchmarks.md
	@$(BIN)/python tools/bench/bench.py

package: $(READY) ## pack data, code, executed notebooks and report into dist/, for `coderpay reproduce`
	@$(BIN)/coderpay report --quiet && $(BIN)/coderpay package

LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url \
	--no-header --quiet

lock: $(READY) ## renew from pyproject.toml what is locked, with hashes: requirements.lock and tools/locks/
	@$(LOCK) pyproject.toml --all-extras -o requirements.lock
	@$(LOCK) pyproject.toml --group bench -c requirements.lock -o tools/locks/bench.lock
	@$(LOCK) --group mutants -o tools/locks/mutants.lock

clean: ## remove the environment and the report
	rm -rf .venv .cache report dist

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "coderpay needs Python 3.11 or newer; '$(PYTHON)' was not found" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("coderpay needs Python 3.11 or newer; \
	$(PYTHON) is %d.%d. Name another one: make PYTHON=python3.12" % v[:2])'
	@$(PYTHON) -m venv --clear .venv || { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@echo "Installing the locked dependencies into .venv, once; this takes a minute or a few"
	@awk '/^uv==/, !/\\$$/' requirements.lock > .venv/uv.lock
	@$(PIP) --require-hashes -r .venv/uv.lock && $(UV) --require-hashes -r requirements.lock || \
		PYTHONDONTWRITEBYTECODE= $(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@pwd -P > $@

.PHONY: help report areas test test-all javascript mutants quality audit lab preview notebooks bench package \
	lock clean
