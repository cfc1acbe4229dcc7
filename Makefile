# Everything a developer or CI runs; `make help` lists it. Paths are relative, so the clone may lie anywhere.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
WITH_SERVERS := $(PY) -m project.servers
MANAGE := $(PY) manage.py
LOCALE := workflow/locale
ARGS ?=

# The set-up is done again when the pinned packages, this clone's place or its Python change.
PLACE := $(shell (pwd; $(PYTHON) -V 2>&1) | sha256sum | cut -c1-6)
stamp_of = $(PLACE)-$(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-12)
READY := .venv/ready-$(call stamp_of,requirements.txt)
STAMP := .venv/set-up-$(call stamp_of,requirements.txt requirements-dev.txt)
ASSETS := var/assets-$(call stamp_of,package-lock.json project/assets.py workflow/static/workflow/icons.txt)
MESSAGES := $(patsubst %.po,%.mo,$(wildcard $(LOCALE)/*/LC_MESSAGES/django.po))

# What `make bundle` has packed: with it nothing is asked of any network.
BUNDLE ?=
OPENED := var/opened-bundle
PIP := $(PY) -m pip --disable-pip-version-check
FROM := $(if $(BUNDLE),--no-index --find-links $(OPENED)/wheels)

.PHONY: help setup install assets demo bundle lint test chaos walkthrough bench-opening bench-transition bench-clock bench-mail manage messages reset

PREREQUISITES := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

setup: $(STAMP) $(ASSETS) $(MESSAGES) ## Install the packages, make the assets, compile the messages (other targets do it themselves)

# $(1): the file of requirements. Packages that stand there for another clone, place or Python are removed first.
define install
@$(PYTHON) -c '$(PREREQUISITES)' 2>/dev/null || { \
	echo 'Python 3.11 or newer with venv is needed:  apt-get install make python3 python3-venv' >&2; exit 1; }
@mkdir -p var
@echo 'Installing the packages into .venv (about a minute; log: var/set-up.log)'
@exec 9>var/set-up.lock && flock 9 && { [ -e $@ ] || { \
	{ [ -e .venv/place-$(PLACE) ] || $(PYTHON) -m venv --clear .venv; } && \
	touch .venv/place-$(PLACE) && \
	$(PIP) install $(FROM) --requirement $(1) && \
	$(PIP) check && \
	touch $@; } >var/set-up.log 2>&1; } || { \
	echo "The packages could not be installed (package index out of reach, or disk full): $$(tail -n 1 var/set-up.log)" >&2; \
	exit 1; }
endef

$(STAMP):
	$(call install,requirements-dev.txt)
	@touch $(READY)

$(READY): | $(if $(BUNDLE),$(OPENED))
	$(call install,requirements.txt)

# A bundle brings the assets and messages of its own commit; both stamps must be ours.
$(OPENED): $(BUNDLE)
	@rm -rf $(OPENED) && mkdir -p $(OPENED) && tar -xzf '$(BUNDLE)' -C $(OPENED) || { \
		echo 'BUNDLE=$(BUNDLE) is no bundle that `make bundle` has packed.' >&2; exit 1; }
	@[ "$$(cat $(OPENED)/for)" = '$(CONTENTS)' ] || { \
		echo 'BUNDLE=$(BUNDLE) was packed from another commit or for another Python: pack it again.' >&2; exit 1; }
	@cp -R $(OPENED)/assets $(OPENED)/fonts var/ && cp -R $(OPENED)/locale/. $(LOCALE)/ && touch $(ASSETS) $(OPENED)

CONTENTS = $(shell cat requirements.txt package-lock.json $(LOCALE)/*/LC_MESSAGES/django.po | sha256sum | cut -c1-16) $(shell \
	$(PYTHON) -c 'import platform, sys; print(sys.version_info[:2], platform.machine())')

assets: $(ASSETS) ## Copy fonts and icons of the npm packages to where pages and papers find them

$(ASSETS): | $(READY)
	@$(PY) -m project.node_packages
	@$(PY) -m project.assets
	@touch $@

install: $(READY) $(ASSETS) $(MESSAGES) ## Install what the system runs on, without what only development needs; BUNDLE=… needs no network

demo: $(READY) $(ASSETS) $(MESSAGES) ## Serve the example in a lively middle state; PORT=8001 chooses, BUNDLE=… needs no network
	@$(WITH_SERVERS) --durable -- $(PY) -m project.demo

bundle: $(READY) $(ASSETS) $(MESSAGES) ## Pack everything that `make demo BUNDLE=…` needs on a machine without a network
	@rm -rf var/bundle && mkdir -p var/bundle/content/locale
	@echo 'Downloading the wheels (log: var/bundle.log)'
	@$(PIP) wheel --wheel-dir var/bundle/content/wheels --requirement requirements.txt >var/bundle.log 2>&1 || { \
		echo "The wheels could not be had: $$(tail -n 1 var/bundle.log)" >&2; exit 1; }
	@cp -R var/assets var/fonts var/bundle/content/
	@cd $(LOCALE) && find . -name '*.mo' -exec cp --parents {} $(CURDIR)/var/bundle/content/locale/ \;
	@echo '$(CONTENTS)' >var/bundle/content/for
	@tar -czf var/bundle/bao-cao.tar.gz -C var/bundle/content . && rm -rf var/bundle/content
	@echo "var/bundle/bao-cao.tar.gz ($$(du -h var/bundle/bao-cao.tar.gz | cut -f1)): copy it beside a clone, then make demo BUNDLE=bao-cao.tar.gz"

%.mo: %.po | $(READY)
	@$(PY) -m babel.messages.frontend --quiet compile --use-fuzzy --input-file=$< --output-file=$@

lint test chaos: export PROFILE := test
walkthrough bench-opening bench-transition bench-clock bench-mail manage demo: export PROFILE ?= demo

lint: setup ## Check style, types, imports, templates, migrations and production's settings
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo
	@if [ -d workflow/templates ]; then $(PY) -m djlint --quiet --lint workflow/templates; fi
	@$(WITH_SERVERS) --throwaway -- $(MANAGE) makemigrations --check --dry-run
	@env PROFILE=production SECRET_KEY="$$(head -c 64 /dev/urandom | base64 -w 0)" ALLOWED_HOSTS=reports.example \
		DATABASE_URL=postgresql:///none REDIS_URL=redis:///0 SITE_URL=https://reports.example $(MANAGE) check --deploy --fail-level WARNING

test: setup ## Run the tests on a PostgreSQL and a Valkey of their own; ARGS="-k word" chooses
	@$(WITH_SERVERS) --throwaway -- $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

chaos: setup ## Kill workers and beats in the middle of their work 200 times, then compare the ledgers; ARGS="--kills 50"
	@$(WITH_SERVERS) --throwaway -- $(PY) -m tests.chaos $(ARGS)

walkthrough: setup ## Play one campaign from request to consolidated report in a fresh database
	@$(WITH_SERVERS) --throwaway -- sh -c '$(MANAGE) migrate --verbosity 0 && $(MANAGE) walkthrough $(ARGS)'

bench-opening: setup ## Measure the opening of a campaign against its floor, with durable servers
	@$(WITH_SERVERS) --durable --database bench -- $(PY) -m bench.opening $(ARGS)

bench-transition: setup ## Measure every verb against its floor, with durable servers
	@$(WITH_SERVERS) --durable --database bench -- $(PY) -m bench.transition $(ARGS)

bench-clock: setup ## Measure the sweep over a million reports and the fan-out to 52,000 units against their floors
	@$(WITH_SERVERS) --durable --database bench -- $(PY) -m bench.clock $(ARGS)

bench-mail: setup ## Measure mails of one and two workers against a bare loop over the same SMTP server
	@$(WITH_SERVERS) --durable --database bench -- $(PY) -m bench.mail $(ARGS)

manage: setup ## Run a Django command on the durable servers: make manage ARGS="shell"
	@$(WITH_SERVERS) --durable -- $(MANAGE) $(ARGS)

messages: setup ## Collect new messages into workflow/locale and compile them
	@$(PY) -m babel.messages.frontend --quiet extract --mapping-file=pyproject.toml --no-location --sort-output \
		--keywords=gettext_lazy --keywords=ngettext_lazy:1,2 --keywords=pgettext:1c,2 --keywords=pgettext_lazy:1c,2 \
		--output-file=$(LOCALE)/django.pot project workflow
	@$(PY) -m babel.messages.frontend --quiet update --domain=django --input-file=$(LOCALE)/django.pot --output-dir=$(LOCALE) \
		--locale=vi --init-missing --no-fuzzy-matching --ignore-obsolete
	@$(MAKE) --no-print-directory setup

reset: ## Remove what was made: packages, data, logs
	@if [ -e var/where ]; then case "$$(cat var/where)" in /var/lib/baocao/*) rm -rf "$$(cat var/where)";; esac; fi
	@rm -rf var .venv node_modules
