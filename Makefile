# Northstar. `make` alone lists what there is.

.DEFAULT_GOAL := help
SHELL := /bin/sh

PORT ?= 8000
export PYTHON
DEMO ?= 1
CONFIG ?= northstar.toml
SEEDS ?= 1000
TO ?= .year

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
INPUTS := pyproject.toml requirements-dev.txt

export AWS_DEFAULT_REGION ?= eu-central-1

.PHONY: help setup run test check lint format types imports template simulate year bench messages schemas lock build deploy invoke clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make the virtual environment; redone only when its inputs change

$(READY): $(INPUTS)
	@sh local/setup.sh $(VENV)
	@touch $@

run: setup ## run the whole pipeline on this machine: PORT=8000, DEMO=0 for no demo data
	@$(BIN)/python -m local --port $(PORT) --config $(CONFIG) $(if $(filter 0,$(DEMO)),--no-demo,--demo)

test: setup ## every test that needs no account and no network
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal

lint: setup ## ruff: rules and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: setup ## let ruff rewrite what it can
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: setup ## mypy, strict on the library
	@$(BIN)/mypy

imports: setup ## the direction of the house
	@$(BIN)/lint-imports

template: setup ## cfn-lint, and sam validate where sam is installed
	@$(BIN)/cfn-lint infra/template.yaml
	@if command -v sam >/dev/null; then sam validate --lint -t infra/template.yaml; fi

check: lint types imports template test ## all of the above: what has to pass before a merge

simulate: setup ## the pipeline under faults: SEEDS=1000
	@$(BIN)/northstar simulate --seeds $(SEEDS)

year: setup ## a year of an invented shop, with every mail that it would send: TO=.year
	@$(BIN)/python -m local.year --to $(TO)

bench: setup ## speed, size and cost against named baselines and the stored budget
	@$(BIN)/python -m benchmarks

invoke: setup ## one function, one event, on the stack that runs: FN=score EVENT=events/score/answer.json
	@$(BIN)/python -m local.invoke $(FN) $(EVENT)

schemas: setup ## write events/schemas/ and docs/openapi.json anew from the code
	@$(BIN)/python -c 'import json; from northstar.desks import standard; print(json.dumps(standard.schema(), indent=2))' > events/schemas/standard.json
	@$(BIN)/python -c 'from northstar.runtime import api, openapi; print(openapi.text(api.OPERATIONS), end="")' > docs/openapi.json

messages: setup ## bring the translations in step with the English texts, and compile them
	@$(BIN)/python -m local.messages

lock: ## pin and hash again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile -q --python-version 3.13 --python-platform aarch64-manylinux_2_28 --generate-hashes --no-header -c requirements-dev.txt layers/dependencies/requirements.in -o layers/dependencies/requirements.txt

build: ## build functions and layers (needs sam)
	sam build -t infra/template.yaml

deploy: build ## deploy to your AWS account (needs sam); asks before it changes anything
	sam deploy --config-file infra/samconfig.toml --guided

clean: ## remove what was generated here, local data too
	rm -rf $(VENV) .northstar .year .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
