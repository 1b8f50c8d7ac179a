# `make demo` and `make test` set up everything they need; see README.md.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test install page lint types tests docs lock clean

demo: install
	@mkdir -p out
	$(BIN)/align mine seeds -o out/pairs.tsv --rejected out/rejected.tsv --show

test: install lint types docs tests

install:
	@PYTHON="$(PYTHON)" scripts/setup.sh

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

tests: install page
	$(BIN)/python -m pytest -n 2 --dist worksteal

# What checks the review page, where it can be had; the tests say what they skip without it.
page:
	@scripts/setup_page.sh

# Builds the site anew each time: a warning in a page that has not changed would not be repeated.
docs: install
	$(BIN)/sphinx-build -W --keep-going -E -q -b html -d out/docs/doctrees docs out/docs/html

# Writes requirements.lock anew, with the newest versions that pyproject.toml allows.
lock:
	scripts/lock.sh

clean:
	rm -rf .venv node_modules out build dist
