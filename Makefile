# Every command of the project. `make demo` and `make test` set up what they need on a bare Debian or Ubuntu.
PY := .venv/bin/python
DIRS := app tests benchmarks scripts build_installer.py

.PHONY: help demo test check stories faults lab bench screens translate installer setup setup-test format

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: setup ## set up, start the demo clinic, and open the console (without a display: drive the main job and take pictures)
	@$(PY) -m tests.driver.demo

test: setup-test check ## set up, then everything CI runs: lint, types, contracts, translations, tests, stories
	@$(PY) -m scripts.run_tests

check: setup ## lint, types, import contracts, translations
	@.venv/bin/ruff check $(DIRS) && .venv/bin/ruff format --check --quiet $(DIRS)
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) -m scripts.translate check

stories: setup-test ## the whole program with a real browser, only
	@$(PY) -m pytest tests -m story

faults: setup-test ## 2 000 histories of failing networks and killed consoles, kill -9, bad disks; one again by REPLAY="..."
	@$(PY) -m tests.faults $(if $(REPLAY),--replay "$(REPLAY)")

lab: setup-test ## calls over lossy, slow, narrow, blocked and cut lines, beside Chromium's (as root); one by ONLY="loss 5", whose fault by ONLY=faults, what is left of speech by ONLY=speech
	@$(PY) -m tests.lab $(if $(ONLY),"$(ONLY)")

bench: setup-test ## the figures of docs/benchmarks.md; one by ONLY=name; an hour of call, too long for all of them, by ONLY=hour
	@$(PY) -m benchmarks $(ONLY)

screens: setup-test ## draw every screen, light and dark, into build/screens
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests -m screens -q

translate: setup ## bring resources/translations up to date with the source strings
	@$(PY) -m scripts.translate update && $(PY) -m scripts.translate release

installer: ## build the installable folder into dist/ and check it
	@scripts/setup.sh --installer
	@$(PY) build_installer.py

format: setup ## let ruff lay out the code
	@.venv/bin/ruff check --fix --quiet $(DIRS); .venv/bin/ruff format --quiet $(DIRS)

setup: ## install what the console and the demo need
	@scripts/setup.sh

setup-test: ## and what the tests need
	@scripts/setup.sh --test
