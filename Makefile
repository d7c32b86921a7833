# Two commands for newcomers: `make demo` and `make test`. Each makes its own environment in .venv from the hash-locked lists.
PYTHON ?= python3
PORT ?= 8000
RESET ?=
RUN := .venv/bin/python
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench messages po lock base dev

help:  ## Show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12
	@echo "PORT=8001 chooses the demo's port, RESET=1 begins it anew, ARGS=… is handed to pytest and the bench."

demo: base  ## Prepare and run the demo at http://127.0.0.1:8000 until Ctrl-C
	@exec $(RUN) -m config.embedded.demo --port "$(PORT)" $(if $(filter-out 0,$(RESET)),--reset)

test: dev  ## Run all tests
	@$(RUN) -m config.embedded.catalogues
	@exec $(RUN) -m pytest -n 2 --dist loadgroup $(ARGS)

check: dev  ## Lint, types, import contracts, migrations, Django's own checks, generated documents
	@$(RUN) -m config.embedded.check

fix: dev  ## Format and repair what can be repaired automatically
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

bench: dev  ## Measure everything, with baselines in the same run (half an hour; ARGS=--help names the parts)
	@$(RUN) -m config.embedded.catalogues
	@exec $(RUN) -m bench $(ARGS)

messages: base  ## Compile the message catalogues (locale/*/LC_MESSAGES/*.po)
	@$(RUN) -m config.embedded.catalogues

po: dev  ## Bring the message catalogues up to date with the code and name what has no Japanese yet
	@$(RUN) -m config.embedded.messages

lock: dev  ## Lock requirements/*.in anew, with hashes
	@cd requirements && for list in base dev; do \
	  ../$(RUN) -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(LOCK_ARGS) \
	    $$([ $$list = dev ] && echo --constraint=base.txt) --output-file=$$list.txt $$list.in || exit 1; done

base dev:
	@$(PYTHON) config/embedded/environment.py $@
