# `make run` serves the demo fair; `make test` runs the tests. Both make .venv first.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
PYTEST ?=

.PHONY: setup demo run test test-all check format clean

setup: .venv/.installed
	$(BIN)/python -m scripts.prepare --only model

.venv/.installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

demo: setup
	$(BIN)/python -m scripts.prepare

run: setup
	$(BIN)/python -m scripts.prepare --only exhibits
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/.installed-dev
	$(BIN)/python -m pytest $(PYTEST)

test-all: .venv/.installed-dev
	$(BIN)/python -m pytest -m "" $(PYTEST)

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache
