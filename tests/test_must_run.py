"""The guard against skipped tests, in sessions of its own that load our conftest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
GOOD = "def test_good():\n    assert True\n"
SKIPPED = (
    "import pytest\n\n@pytest.mark.skipif(True, reason='No dictionary here.')\n"
    "def test_words():\n    assert True\n"
)
SKIPPED_INSIDE = "import pytest\n\ndef test_inside():\n    pytest.skip('No browser here.')\n"
SKIPPED_WHOLE = "import pytest\npytest.skip('No database here.', allow_module_level=True)\n"
EXPECTED_TO_FAIL = "import pytest\n\n@pytest.mark.xfail\ndef test_later():\n    assert False\n"
TITLE = "skipped, but KORME_TESTS_MUST_RUN is set"


def run(folder: Path, *files: str, must_run: str | None = "1") -> subprocess.CompletedProcess[str]:
    """A session over these files, with our conftest as its plugin."""
    for number, text in enumerate(files):
        (folder / f"test_{number}.py").write_text(text, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "KORME_TESTS_MUST_RUN"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # others' plugins take seconds to load
    if must_run is not None:
        environment["KORME_TESTS_MUST_RUN"] = must_run
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider",
         "-c", os.devnull, "--rootdir", str(folder), "-q", str(folder)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_session_with_skipped_tests_fails_and_lists_them(tmp_path: Path) -> None:
    done = run(tmp_path, GOOD, SKIPPED, SKIPPED_INSIDE, SKIPPED_WHOLE, EXPECTED_TO_FAIL)

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    listed = done.stdout[done.stdout.index(TITLE) :].splitlines()
    assert set(listed[1:4]) == {
        "test_1.py::test_words: No dictionary here.",
        "test_2.py::test_inside: No browser here.",
        "test_3.py: No database here.",
    }
    assert "test_4" not in "".join(listed)


@pytest.mark.parametrize(
    ("files", "must_run"),
    [((GOOD, EXPECTED_TO_FAIL), "1"), ((GOOD, SKIPPED), None)],
)
def test_a_session_passes_when_nothing_is_skipped_or_skipping_is_allowed(
    tmp_path: Path, files: tuple[str, ...], must_run: str | None
) -> None:
    done = run(tmp_path, *files, must_run=must_run)

    assert done.returncode == pytest.ExitCode.OK
    assert TITLE not in done.stdout
