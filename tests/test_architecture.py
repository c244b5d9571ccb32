"""Who may import whom: the house's one rule, held by walking every import."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What each room may use of ours, beside itself.
MAY_USE = {
    "catalog": (),
    "index": (),
    "fair": ("catalog", "index"),
    "printing": ("catalog",),
    "exporting": ("catalog",),
    "ui": ("fair", "catalog", "index", "printing", "exporting"),
    "scripts": ("fair", "catalog", "index", "printing", "exporting"),
    "app": ("ui", "catalog.settings"),
}
# Who alone may know these packages.
KNOWN_TO = {
    # The visitor of a load test speaks its wire protocol.
    "streamlit": (
        "app",
        "ui.delivery",
        "ui.frame",
        "ui.wiring",
        "ui.screens",
        "scripts.visitor",
    ),
    "sentence_transformers": ("index.encoder",),
    "openvino": ("index.openvino_model",),
    # The benchmark's plain demo is what ours is compared with.
    "faiss": ("index.vectors", "scripts.bench_engines"),
    "numba": ("index.kernels",),
    "fpdf": ("printing.paper",),
    "segno": ("printing.paper",),
    "sqlalchemy": ("catalog",),
    "alembic": ("catalog",),
    "sqlite3": ("catalog",),
    "psycopg": ("catalog",),
    "catalog.models": ("catalog",),
}
# Seconds to import: only inside functions, at the point of use.
HEAVY = (
    "torch", "sentence_transformers", "transformers", "openvino", "faiss", "numba", "index.kernels",
    "pandas",
)  # fmt: skip
NOT_WALKED = ("tests", "var", "node_modules")

_SQL = re.compile(
    r"^\s*(?:select\b.+\bfrom\s+\w|insert\s+into\s+\w|update\s+\w+\s+set\b|delete\s+from\s+\w"
    r"|(?:create|alter|drop)\s+(?:table|index|view)\b|pragma\s+\w|with\s+\w+\s+as\s*\()",
    re.DOTALL,
)


@dataclass(frozen=True)
class Import:
    """One import: who, of what (dotted, the imported name last), and where."""

    by: str
    of: str
    place: str
    when_loaded: bool


def breaches(root: Path) -> list[str]:
    """A sentence for every breach of the rule in the tree under `root`."""
    trees = list(_modules(root))
    own = {_room(module) for module, _, _ in trees}
    found = [
        f"{room} is a room the rule doesn't know: say in MAY_USE what it may use."
        for room in sorted(own - MAY_USE.keys())
    ]
    for module, path, tree in trees:
        for one in _imports(module, path, tree):
            found += _breaches_of(one, own)
        if _room(module) != "catalog":
            found += [f"{path}:{line} has SQL: it stands in catalog alone." for line in _sql(tree)]
    return found


def _breaches_of(one: Import, own: set[str]) -> Iterator[str]:
    room, target = _room(one.by), _room(one.of)
    allowed = (room, *MAY_USE.get(room, ()))
    if target in {*own, *MAY_USE, "tests"} and not _within(one.of, allowed):
        yield f"{one.place} imports {one.of}: {room} may use only {_listed(allowed)} of ours."
    for package, knowing in KNOWN_TO.items():
        if _within(one.of, (package,)) and not _within(one.by, knowing):
            yield f"{one.place} imports {one.of}: only {_listed(knowing)} may know {package}."
    if one.when_loaded and _within(one.of, HEAVY) and one.by != "index.kernels":
        yield f"{one.place} imports {one.of} when it is loaded: do it in the function that needs it."


def _modules(root: Path) -> Iterator[tuple[str, Path, ast.Module]]:
    """Each module of ours as (dotted name, path under `root`, tree)."""
    for top in sorted(root.iterdir()):
        # State and the libraries are no rooms, and looking through them takes seconds.
        if top.name.startswith(".") or top.name in NOT_WALKED:
            continue
        for path in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
            if path.suffix == ".py":
                yield _dotted(path.relative_to(root)), path.relative_to(root), _tree(path)


def _dotted(path: Path) -> str:
    return ".".join(path.parts).removesuffix(".py").removesuffix(".__init__")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _imports(module: str, path: Path, tree: ast.Module) -> Iterator[Import]:
    loaded = set(_run_when_loaded(tree))
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                targets = [alias.name for alias in node.names]
            case ast.ImportFrom():
                base = package[: len(package) - node.level + 1] if node.level else []
                start = ".".join([*base, *filter(None, [node.module])])
                targets = [f"{start}.{alias.name}" if start else alias.name for alias in node.names]
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if ast.unparse(
                func
            ) in ("__import__", "import_module", "importlib.import_module"):
                targets = [name]
            case _:
                continue
        for target in targets:
            yield Import(module, target, f"{path}:{node.lineno}", node in loaded)


def _run_when_loaded(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when a module is loaded: none in functions or for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from _run_when_loaded(child)


def _sql(tree: ast.Module) -> list[int]:
    """The lines on which a text begins as a statement of SQL does."""
    lines = set()
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                pass
            case ast.JoinedStr(values=values):
                text = "".join(
                    part.value if isinstance(part, ast.Constant) else "x" for part in values
                )
            case _:
                continue
        # Keywords are written all large or all small; a sentence begins with one capital.
        if _SQL.match(text.lower()) and not text.split()[0].istitle():
            lines.add(node.lineno)
    return sorted(lines)


def _room(module: str) -> str:
    return module.partition(".")[0]


def _within(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def test_every_import_keeps_the_rule() -> None:
    found = breaches(ROOT)

    assert not found, "\n" + "\n".join(found)


def test_every_room_of_the_house_is_walked() -> None:
    walked = [module for module, _, _ in _modules(ROOT)]

    assert {_room(module) for module in walked} == set(MAY_USE)
    assert {"index.encoder", "catalog.models.exhibit", "ui.screens.search"} <= set(walked)


def test_starting_the_fair_and_the_screens_loads_nothing_heavy() -> None:
    code = (
        "import sys, fair, index.vectors, index.encoder, ui.pages, ui.results, ui.web.middleware\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A made-up house that keeps the rule."""
    files = {
        "app.py": "import streamlit\nfrom catalog.settings import Settings\nfrom ui import wiring\n",
        "fair.py": "from catalog import Store\nfrom index.vectors import nearest\n",
        "catalog/__init__.py": 'import sqlalchemy\nQUERY = "SELECT 1 FROM x"\n',
        "catalog/settings.py": "from . import Store\n",
        "index/__init__.py": "",
        "index/vectors.py": "def nearest():\n    import faiss\n",
        "index/encoder.py": "class A:\n    def f(self):\n        import sentence_transformers\n",
        "ui/__init__.py": "",
        "ui/wiring.py": "import streamlit\nfrom fair import Fair\n",
        "ui/pages.py": (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n"
            'HELP = "Select a college from the list, or update the set."\n'
        ),
        "ui/screens/search.py": "import streamlit as st\nfrom ui import wiring\n",
        "scripts/search.py": "from fair import Fair\nfrom scripts import other\n",
        "scripts/other.py": "from catalog import Store\nfrom index import vectors\n",
        "tests/test_ui.py": "import faiss, scripts.search\n",
        ".venv/lib/library.py": "import faiss, scripts.search\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_house_that_keeps_the_rule_has_no_breach(house: Path) -> None:
    assert breaches(house) == []


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("catalog/x.py", "from index import vectors",
         "catalog/x.py:1 imports index.vectors: catalog may use only catalog of ours."),
        ("index/x.py", "import re\nimport catalog.settings",
         "index/x.py:2 imports catalog.settings: index may use only index of ours."),
        ("index/x.py", "def f():\n    from fair import Fair",
         "index/x.py:2 imports fair.Fair: index may use only index of ours."),
        ("fair.py", "from ui import wiring",
         "fair.py:1 imports ui.wiring: fair may use only fair, catalog, index of ours."),
        ("ui/x.py", "import scripts.search",
         "ui/x.py:1 imports scripts.search: ui may use only ui, fair, catalog, index, printing,"
         " exporting of ours."),
        ("ui/x.py", "from app import routes",
         "ui/x.py:1 imports app.routes: ui may use only ui, fair, catalog, index, printing, exporting"
         " of ours."),
        ("scripts/x.py", "from importlib import import_module\nimport_module('ui.pages')",
         "scripts/x.py:2 imports ui.pages: scripts may use only scripts, fair, catalog, index,"
         " printing, exporting of ours."),
        ("scripts/x.py", "from .. import ui",
         "scripts/x.py:1 imports ui: scripts may use only scripts, fair, catalog, index, printing,"
         " exporting of ours."),
        ("app.py", "from catalog import Store",
         "app.py:1 imports catalog.Store: app may use only app, ui, catalog.settings of ours."),
        ("catalog/x.py", "from tests.conftest import Databases",
         "catalog/x.py:1 imports tests.conftest.Databases: catalog may use only catalog of ours."),
        ("ui/x.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import streamlit",
         "ui/x.py:3 imports streamlit: only app, ui.delivery, ui.frame, ui.wiring, ui.screens,"
         " scripts.visitor may know streamlit."),
        ("index/x.py", "def f():\n    from sentence_transformers import SentenceTransformer",
         "index/x.py:2 imports sentence_transformers.SentenceTransformer: only index.encoder may"
         " know sentence_transformers."),
        ("fair.py", "def f():\n    import faiss.contrib",
         "fair.py:2 imports faiss.contrib: only index.vectors, scripts.bench_engines may know"
         " faiss."),
        ("fair.py", "import sqlalchemy.orm",
         "fair.py:1 imports sqlalchemy.orm: only catalog may know sqlalchemy."),
        ("scripts/x.py", "from catalog import models",
         "scripts/x.py:1 imports catalog.models: only catalog may know catalog.models."),
        ("catalog/x.py", "try:\n    import pandas as pd\nexcept ImportError:\n    pd = None",
         "catalog/x.py:2 imports pandas when it is loaded: do it in the function that needs it."),
        ("index/vectors.py", "class A:\n    import faiss",
         "index/vectors.py:2 imports faiss when it is loaded: do it in the function that needs"
         " it."),
        ("scripts/x.py", "def f(run, n):\n    run(f'''SELECT a\n  FROM t LIMIT {n}''')",
         "scripts/x.py:2 has SQL: it stands in catalog alone."),
        ("ui/x.py", "QUERY = 'delete from exhibit'",
         "ui/x.py:1 has SQL: it stands in catalog alone."),
        ("payments/x.py", "",
         "payments is a room the rule doesn't know: say in MAY_USE what it may use."),
    ],
)  # fmt: skip
def test_a_breach_is_named_with_its_place_and_the_rule(
    house: Path, path: str, text: str, sentence: str
) -> None:
    changed = house / path
    changed.parent.mkdir(exist_ok=True)
    changed.write_text(text, encoding="utf-8")

    assert breaches(house) == [sentence]
