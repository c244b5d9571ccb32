"""What we take from Streamlit that it promises to nobody: an upgrade that takes it away fails here.

If a test fails after an upgrade, look at the place it names; the pinned version stands in
requirements.txt.
"""

import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config
from streamlit.file_util import get_static_dir
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner
from streamlit.web.server.starlette.starlette_server_config import (
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
)

from ui.web.middleware import _ELEMENTS, _STREAMLITS_OWN, _STREAMLITS_SIGN_IN, AppPage, _shell
from ui.web.service import SAID_COOKIES

ROOT = Path(__file__).parents[2]
OURS = ROOT / "ui" / "static"
STATIC = Path(get_static_dir())
MODULES = STATIC / "static" / "js"

STARTED = """
import inspect, json
from streamlit.components.v2 import manifest_scanner

def names(function):
    return list(inspect.signature(function).parameters)

theirs, scans = manifest_scanner.scan_component_manifests, []
from app import app
ours = manifest_scanner.scan_component_manifests

def scan(*arguments, **options):
    scans.append(ours(*arguments, **options))
    return scans[-1]

manifest_scanner.scan_component_manifests = scan
paths = [getattr(route, "path", "") for route in app._build_starlette_app().routes]
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession

theme = CustomThemeConfig()
app_session._populate_theme_msg(theme, "theme.light")
delivering = [AppSession._on_scriptrunner_event, AppSession._create_scriptrunner,
              app_session.ScriptRunner]
import numpy
from threadpoolctl import threadpool_info

blas = {one["num_threads"] for one in threadpool_info() if one["internal_api"] == "openblas"}
blas = sorted(blas)
print(json.dumps({"primary": theme.primary_color, "blas": blas,
                  "delivering": [one.__module__ for one in delivering],
                  "replaced": ours is not theirs, "theirs": names(theirs), "ours": names(ours),
                  "scans": scans, "paths": paths}))
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process of its own tells of the app when it is started."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KORME_")}
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-c", STARTED], cwd=ROOT, env={**kept, "KORME_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def test_the_scan_for_components_that_app_replaces_is_the_one_streamlit_starts_with(
    started: dict[str, Any],
) -> None:
    """app.py: it finds nothing, at once, and takes what Streamlit's own takes."""
    assert started["replaced"]
    assert started["ours"] == started["theirs"] == ["max_workers"]
    assert started["scans"] == [[]]


def test_messages_are_delivered_our_way(started: dict[str, Any]) -> None:
    assert started["delivering"] == ["ui.delivery"] * 3


def test_numpy_works_in_one_thread_under_the_app(started: dict[str, Any]) -> None:
    assert started["blas"] == [1]


def test_the_theme_is_ours(started: dict[str, Any]) -> None:
    ours = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))

    assert started["primary"] == ours["theme"]["light"]["primaryColor"]


def test_streamlits_own_addresses_are_those_the_app_lets_through(started: dict[str, Any]) -> None:
    """ui/web/middleware.py: what has none of these beginnings is answered with a 404."""
    paths = set(started["paths"])
    theirs = {path for path in paths if path.startswith(_STREAMLITS_OWN)}
    ours = {"/e/{code}", "/healthz", "/values", "/assets/{name}", "/cover.svg", "/cover/{name}",
            "/p/{name}", "/auth/login", "/auth/invite", "/auth/invite/{token}", "/auth/account",
            "/auth/logout", "/auth/logout-everywhere", "/auth/password",
            "/auth/service", "/auth/consent", "/auth/consent/{code}",
            "/s/{slug}", "/plan"}  # fmt: skip

    assert {"/_stcore/health", "/_stcore/host-config", "/_stcore/stream"} <= theirs
    assert {"/media/{file_id:path}", "/component/{path:path}"} <= theirs
    # Beside its way to a sign-in service there is where its files are mounted.
    assert paths - theirs - ours == {"/oauth2callback", ""}
    assert _STREAMLITS_SIGN_IN - ours == {"/oauth2callback"}


def test_what_a_sign_in_service_said_is_in_cookies_that_are_taken_away() -> None:
    assert USER_COOKIE_NAME.startswith(SAID_COOKIES)
    assert TOKENS_COOKIE_NAME.startswith(SAID_COOKIES)


def test_the_addresses_that_are_guarded_are_where_streamlit_has_them(
    started: dict[str, Any],
) -> None:
    assert "/_stcore/upload_file/{session_id}/{file_id}" in started["paths"]
    assert "/_stcore/metrics" in started["paths"]


@pytest.fixture(scope="module")
def shell() -> str:
    """The app's page as a browser gets it."""
    return _shell(STATIC / "index.html").format(
        language="kk", stylesheet="/ours.css", script="/ours.js", icon="/ours.svg",
        offline="Байланыс жоқ", without_script="JavaScript керек",
    )  # fmt: skip


def test_the_page_is_ours_in_language_title_and_icon(shell: str) -> None:
    assert re.findall(r"<html[^>]*>", shell) == ['<html lang="kk">']
    assert re.findall(r"<title>(.*?)</title>", shell) == ["Körme"]
    assert re.findall(r'rel="(?:shortcut )?icon" href="([^"]+)"', shell) == ["/ours.svg"]
    assert re.findall(r"<noscript>(.*?)</noscript>", shell, flags=re.DOTALL) == [
        "<p>JavaScript керек</p>"
    ]
    assert '<meta name="korme-offline" content="Байланыс жоқ">' in shell
    assert '<link rel="stylesheet" href="/ours.css">' in shell


def test_our_script_runs_before_streamlits_and_none_is_inline(shell: str) -> None:
    """The policy allows no inline script, and korme.js has to be the first."""
    scripts = re.findall(r"<script([^>]*)>", shell)

    assert scripts[0] == ' src="/ours.js" defer'
    assert len(scripts) == 2
    assert re.fullmatch(
        r' type="module" crossorigin src="\./static/js/index\.[\w-]+\.js"', scripts[1]
    )


def test_the_page_loads_no_font_and_no_description_ahead(shell: str) -> None:
    kinds = re.findall(r'<link\s+rel="([^"]+)"', shell)

    assert set(kinds) == {"modulepreload", "stylesheet", "icon"}
    assert ".woff2" not in shell
    assert "<!--" not in shell


def test_every_file_the_page_asks_for_is_there(shell: str) -> None:
    files = re.findall(r'(?:href|src)="\./([^"]+)"', shell)

    assert [file for file in files if not (STATIC / file).is_file()] == []
    assert len(files) == len(set(files)) > 60


def test_the_scripts_of_the_search_are_loaded_ahead_with_all_they_import(shell: str) -> None:
    ahead = set(re.findall(r'rel="modulepreload"[^>]*href="\./static/js/([^"]+)"', shell))

    for kind in _ELEMENTS:
        (module,) = (path.name for path in MODULES.glob(f"{kind}.*.js"))
        assert module in ahead
    for name in [one for one in ahead if one.startswith(_ELEMENTS)]:
        imported = re.findall(r'(?:from|import)\s*["\']\./([^"\']+\.js)', module_text(name))
        assert imported
        assert [one for one in imported if one not in ahead and f"/{one}" not in shell] == []


def test_streamlits_files_beside_its_page_are_let_through() -> None:
    middleware = AppPage(None, index_html=STATIC / "index.html", routes=[])  # type: ignore[arg-type]

    assert middleware._streamlits_files == {"/favicon.png", "/manifest.json"}


@cache
def module_text(name: str) -> str:
    return (MODULES / name).read_text("utf-8")


@pytest.fixture(scope="module")
def frontend() -> str:
    """Streamlit's own script and those of the elements that our screens use."""
    kinds = (*_ELEMENTS, "InputInstr*", "Checkbox", "FileUploader")
    names = ("index.*.js", "utils.*.js", *(f"{kind}.*.js" for kind in kinds))
    return "\n".join(module_text(path.name) for name in names for path in MODULES.glob(name))


def says(frontend: str, word: str) -> bool:
    """Whether a word stands there as a string of its own, by whichever quotes."""
    return re.search(rf"([`\"']){re.escape(word)}\1", frontend) is not None


def marks(*names: str) -> list[str]:
    """The elements of Streamlit's that these files of ours look for."""
    texts = ((OURS / name).read_text("utf-8") for name in names)
    found = (re.findall(r"data-testid=[\"']?(\w+)", text) for text in texts)
    return sorted({one for ones in found for one in ones})


def test_our_files_look_for_streamlits_elements() -> None:
    assert marks("korme.js") == [
        "stApp", "stElementContainer", "stFileChip", "stFileChipDeleteBtn", "stFileChipIconError",
        "stFileChipName", "stFileUploader", "stMain",
    ]  # fmt: skip
    assert {"stHtml", "stMainBlockContainer", "stTextInputRootElement"} <= set(marks("korme.css"))


@pytest.mark.parametrize("mark", marks("korme.js", "korme.css"))
def test_an_element_our_files_look_for_is_drawn_by_streamlit(frontend: str, mark: str) -> None:
    assert says(frontend, mark)


@pytest.mark.parametrize(
    "word",
    ["data-test-script-state", "notRunning", "data-test-connection-state", "CONNECTED", "popstate"],
)
def test_a_word_korme_js_speaks_with_streamlit_is_understood(frontend: str, word: str) -> None:
    script = (OURS / "korme.js").read_text("utf-8")
    # In a script `data-test-script-state` is written as dataset.testScriptState too.
    assert word in script
    assert says(frontend, word)


def test_streamlit_reruns_the_page_at_a_popstate(frontend: str) -> None:
    """korme.js moves between pages by telling of one."""
    assert re.search(r"window\.addEventListener\(`popstate`,this\.onHistoryChange", frontend)


def test_a_widgets_key_is_a_class_of_its_element(frontend: str) -> None:
    """korme.js and korme.css know what screens draw by `.st-key-q` and the like."""
    ours = "".join((OURS / name).read_text("utf-8") for name in ("korme.js", "korme.css"))
    screens = "".join(path.read_text("utf-8") for path in (ROOT / "ui" / "screens").glob("*.py"))

    assert re.search(r"`st-key-`\s*\+", frontend)
    keys = set(re.findall(r"st-key-([\w-]+)", ours))
    # Of a key that is put together (key=f"row-{code}") the beginning is known.
    drawn = set(re.findall(r'key=f?"([\w-]+)', screens))
    assert {"q", "finder"} <= keys
    assert [key for key in keys if not any(_meet(key, one) for one in drawn)] == []


def _meet(one: str, other: str) -> bool:
    """Whether one is the beginning of the other: both may be cut where a value begins."""
    return one.startswith(other) or other.startswith(one)


def test_the_forms_keys_are_those_of_its_screens() -> None:
    """The form's inputs and containers are known by how their keys begin."""
    ours = "".join((OURS / name).read_text("utf-8") for name in ("korme.js", "korme.css"))
    screens = "".join(
        path.read_text("utf-8") for path in (ROOT / "ui" / "screens").glob("entry*.py")
    )
    beginnings = set(re.findall(r"st-key-(entry-\w+-)", ours))
    assert beginnings == {"entry-language-", "entry-preview-", "entry-upload-"}
    assert all(re.search(rf'key=f"{one}\{{', screens) for one in beginnings)
    # A colon in a key is a hyphen in its class.
    assert 'PREFIX = "entry:"' in screens


def test_the_font_of_icons_is_what_streamlit_fetches_ahead(frontend: str) -> None:
    """korme.js holds back what is asked for by this name."""
    assert re.search(r"document\.fonts\.load\(`1em \"\$\{\w+\.materialIcons\}\"`\)", frontend)
    assert re.search(r"materialIcons:`Material Symbols", frontend)


def settings_of(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The settings of a config.toml by their dotted names."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= settings_of(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def test_streamlit_knows_and_takes_every_setting_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name in [one for one in os.environ if one.startswith("STREAMLIT_")]:
        monkeypatch.delenv(name)
    wanted = settings_of(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8")))

    config.get_config_options(force_reparse=True)

    assert "runner.postScriptGC" in wanted
    assert {name: config.get_option(name) for name in wanted} == wanted


@pytest.mark.parametrize("switched_on", [True, False])
def test_the_hidden_setting_decides_on_the_collection_after_a_rerun(
    monkeypatch: pytest.MonkeyPatch, switched_on: bool
) -> None:
    """.streamlit/config.toml switches it off: with it, a hundred visitors waited for seconds."""
    collected: list[int] = []
    monkeypatch.setattr(
        "streamlit.runtime.scriptrunner.script_runner.gc", SimpleNamespace(collect=collected.append)
    )
    # The runner of the tests leaves out what a server's does at the end.
    at_the_end = "_on_script_finished"
    monkeypatch.setattr(LocalScriptRunner, at_the_end, getattr(ScriptRunner, at_the_end))
    before, threads = config.get_option("runner.postScriptGC"), set(threading.enumerate())
    config.set_option("runner.postScriptGC", switched_on)
    try:
        app = AppTest.from_string("import streamlit as st\nst.html('<p>x</p>')").run(timeout=20)
        # The answer is there before the script's thread comes to its collection.
        for thread in set(threading.enumerate()) - threads:
            thread.join(20)
    finally:
        config.set_option("runner.postScriptGC", before)

    assert not app.exception
    assert len(collected) == switched_on


def test_streamlit_takes_what_is_drawn_as_it_is() -> None:
    """ui/html.py: of a text it would look at every line."""
    script = "import streamlit as st\nfrom ui.html import Drawn\nst.html(Drawn('  <p>\\n  x</p> '))"
    app = AppTest.from_string(script).run(timeout=20)

    assert not app.exception
    assert [element.proto.body for element in app.get("html")] == ["  <p>\n  x</p> "]
