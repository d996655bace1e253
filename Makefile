# ShopCloud. `make` alone lists the targets. Needs Python 3.11 or newer, make, and a route to the package registries.

PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes
# The checks that touch no store still read the settings: addresses where nothing answers keep them honest.
STATIC := SECRET_KEY=for-checks-that-touch-no-store-0123456789-abcdefghijklmnop \
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 CELERY_BROKER_URL=redis://127.0.0.1:1/1
COMPILE := var/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

.DEFAULT_GOAL := help
.PHONY: help run stop test bench check advisories lint format types contracts schema deploy-check migrations checkov emulator test-aws terraform-local lock audit clean venv runtime dev

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-20s %s\n' "$$name" "$$text"; done

run: runtime ## Open the shop on http://localhost:8000 (PORT= chooses another); Ctrl-C stops it, the data stays
	@$(BIN)/python -m deploy.local run

stop: runtime ## Stop the shop and its engines from another terminal; the data stays
	@$(BIN)/python -m deploy.local down

test: dev ## Run the tests on the real engines (ARGS= is passed to pytest)
	@deploy/local/chromium.sh
	$(BIN)/python -m pytest -n 3 $(ARGS)

bench: runtime ## Measure pages and orders (PARTS="placing checkout" some, PARTS=catalog a million products; BENCH_SECONDS= each)
	@SIZES="$(or $(SIZES),10000 100000 1000000)" $(BIN)/python -m deploy.bench $(PARTS)

check: lint advisories types contracts schema deploy-check migrations test ## Everything a change must pass; what CI runs

lint: dev ## Style and common mistakes (ruff)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

advisories: dev ## No pinned package has a hole that the advisories in the tree know of (needs no network)
	$(BIN)/python -m deploy.advisories check

format: dev ## Rewrite the code in the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: dev ## Static types (mypy)
	$(STATIC) $(BIN)/mypy

contracts: dev ## Which part may import which (import-linter)
	$(BIN)/lint-imports

schema: dev ## The OpenAPI document is complete and valid
	$(STATIC) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

deploy-check: dev ## Django's own security checks, as in production
	$(STATIC) PRODUCTION=true PAYMENT_GATEWAY=stripe STRIPE_SECRET_KEY=sk_test_none STRIPE_WEBHOOK_SECRETS=whsec_none \
		SEALING_KEYS=for-checks-that-seal-nothing-0123456789-abcdef \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

migrations: dev ## Every change of a model has its migration, and none stops the running shop
	$(STATIC) $(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(STATIC) $(BIN)/python -W ignore manage.py lint_migrations

checkov: venv ## Optional: what checkov says of Terraform, but for the argued list in deploy/terraform/checkov.yaml
	@test -x var/checkov/bin/checkov || { $(PYTHON) -m venv var/checkov && var/checkov/bin/python -m pip install --quiet "checkov>=3.2,<4"; }
	var/checkov/bin/checkov --config-file deploy/terraform/checkov.yaml --directory deploy/terraform/modules

emulator: venv
	@test -x var/tools/ministack/bin/ministack || { $(PYTHON) -m venv var/tools/ministack && \
		var/tools/ministack/bin/python -m pip install --disable-pip-version-check --quiet "ministack==1.5.33"; }

test-aws: dev emulator ## Optional: what the shop says to SQS, SNS and Secrets Manager, on an emulated account
	$(BIN)/python -m pytest -n 0 tests/aws $(ARGS)

terraform-local: runtime emulator ## Optional: apply phase1 to an emulated account (needs terraform or tofu, and its registry)
	$(BIN)/python -m deploy.terraform.local

lock: venv ## Choose the newest versions pyproject.toml allows and write the lock files
	@test -x var/uv/bin/uv || { $(PYTHON) -m venv var/uv && var/uv/bin/python -m pip install --quiet uv; }
	$(COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(COMPILE) --upgrade deploy/local/requirements-node.in -o deploy/local/requirements-node.txt

audit: runtime ## Take the public advisories of today into the tree and compare (needs a network)
	$(BIN)/python -m deploy.advisories refresh
	$(BIN)/python -m deploy.advisories check

clean: ## Stop everything; delete the virtualenv, the caches and ALL local data
	@if [ -x $(BIN)/python ]; then for folder in var var/test; do \
		if [ -e $$folder/engines.json ]; then $(BIN)/python -m deploy.local destroy --var $$folder; fi; done; fi
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

venv:
	@test -n "$(PYTHON)" || { echo "ShopCloud needs Python 3.11 or newer; none of python3, python3.13, python3.12 or python3.11 is that." >&2; exit 1; }
	@test -x $(BIN)/pip || { echo "Making the virtualenv ..."; rm -rf .venv; $(PYTHON) -m venv .venv || { \
		echo "python3 -m venv failed. On Debian and Ubuntu, install the package python3-venv." >&2; exit 1; }; }

# A copy of the lock in the virtualenv tells what is installed there, whatever the files' dates say.
runtime: venv
	@cmp -s requirements.txt .venv/requirements.txt || { echo "Installing the locked dependencies ..."; \
		$(PIP) -r requirements.txt && cp requirements.txt .venv/; }

dev: venv
	@cmp -s requirements-dev.txt .venv/requirements-dev.txt || { echo "Installing the locked dependencies and tools ..."; \
		$(PIP) -r requirements-dev.txt && cp requirements-dev.txt requirements.txt .venv/; }
