# SPDX-License-Identifier: GPL-3.0-or-later
# make run     install what is missing, fetch Kokoro's voice, then speak a sentence through speech-dispatcher;
#              MODEL=DIR make run takes the model in that folder
# make model   fetch Kokoro's voice (int8 export, 90 MB) into .model/ once, for `make run` and the tests
# make test    install what is missing, then check everything
# make setup   only install what is missing; TORCH_INDEX=URL names where torch comes from
# make lint    style and types alone
# make files   write what is made from other files: manual pages, completions, the translations' template
# make dist    wheel and sdist, into dist/
# make deb     a Debian package, into dist/; its build tools must be installed (see docs/packaging.md)
# make fuzz    look for inputs that break what reads foreign bytes, for FUZZ_MINUTES (30)
# make fresh   run both in a bare Debian, built for it in a folder and removed again: RELEASE=bookworm or trixie (root)
# make fresh-all   the same for both releases, for a nightly run
# make clean   remove .venv, .model and everything that was made here

VENV := .venv/bin
export TORCH_INDEX TORCH_VERSION PYTHON
export RELEASE MIRROR FRESH_COMMANDS FRESH_MODEL FRESH_BIND FRESH_KEEP
ifdef MODEL
export KOKORO_MODEL := $(MODEL)
endif
FUZZ_MINUTES ?= 30

.PHONY: run model test setup lint files dist deb fuzz fresh fresh-all clean

run: setup
	@echo "run: speaking through the real speech-dispatcher"
	@$(VENV)/python -m tests.demo

model: setup
	@$(VENV)/python -m tests.real_model

test: setup lint
	@$(VENV)/python -m tests.real_model || echo "test: going on without the real voice"
	@echo "test: running the tests"
	@$(VENV)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder || { echo "test: there are failures, see above" >&2; exit 1; }

setup:
	@./.ci/setup.sh

lint:
	@test -x $(VENV)/ruff || { echo "lint: run \`make setup\` first" >&2; exit 1; }
	@echo "lint: checking style"
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@echo "lint: checking types"
	@$(VENV)/mypy
	@echo "lint: checking licences"
	@$(VENV)/reuse lint -q || { $(VENV)/reuse lint; exit 1; }

files:
	@$(VENV)/python -m distribution

dist:
	@$(VENV)/python -m build --no-isolation

# From the sdist, so that it is shown to be whole; with Debian's own Python, and without a network.
deb: dist
	rm -rf build/deb
	mkdir -p build/deb
	tar -x -z -f "$$(ls -t dist/kokoro_speechd-*.tar.gz | head -1)" -C build/deb
	cd build/deb/* && PATH=/usr/sbin:/usr/bin:/sbin:/bin dpkg-buildpackage -us -uc -b
	cp build/deb/*.deb dist/

fuzz:
	@test -x $(VENV)/python || { echo "fuzz: run \`make setup\` first" >&2; exit 1; }
	@$(VENV)/python -m tests.fuzz $(FUZZ_MINUTES) $(FUZZ_TARGETS)

fresh:
	@./.ci/fresh.sh

fresh-all:
	@bad=; for release in bookworm trixie; do RELEASE=$$release ./.ci/fresh.sh || bad="$$bad $$release"; done; \
	    test -z "$$bad" || { echo "fresh-all: something failed on:$$bad" >&2; exit 1; }

clean:
	rm -rf .ears .fuzz .model .venv build dist run-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -f kokoro_speechd/synthesis/fast/libkernels.so
	find . -name __pycache__ -prune -exec rm -rf {} +
