"""An index on disk: files, a manifest that vouches for them, and an atomic swap.

A snapshot is a folder of its own; the file CURRENT names the one that is valid. Writing makes a
new folder, then replaces CURRENT, so that a process killed at any moment leaves the old snapshot
or the new one, never a mixture.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import SnapshotDamaged

FORMAT = 4
_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a snapshot was made of. `model` is empty and `dimension` 0 without vectors.

    `token` tells its revision from those of the same number elsewhere.
    """

    model: str
    dimension: int
    revision: int
    token: str
    documents: int
    passages: int
    checksums: Mapping[str, str]
    format: int


@dataclass(frozen=True)
class Snapshot:
    """The contents of an index: arrays by name and plain values by name."""

    model: str
    dimension: int
    revision: int
    token: str
    arrays: Mapping[str, NDArray[Any]]
    values: Mapping[str, Any]


def write(folder: Path, snapshot: Snapshot) -> None:
    """Store a snapshot under `folder` and make it the current one.

    Raises OSError, as where the disk is full; then the former one stays, and nothing of the new.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"snapshot-{uuid.uuid4().hex[:12]}"
    pointer = folder / f".{_CURRENT}-{name}"
    try:
        _write_files(folder / name, snapshot)
        pointer.write_text(name, "utf-8")
        _to_disk(pointer)
        pointer.replace(folder / _CURRENT)
    except OSError:
        shutil.rmtree(folder / name, ignore_errors=True)
        pointer.unlink(missing_ok=True)
        raise
    _to_disk(folder)
    _sweep(folder, keep=name)


def _write_files(made: Path, snapshot: Snapshot) -> None:
    made.mkdir()
    for array_name, array in snapshot.arrays.items():
        np.save(made / f"{array_name}.npy", array, allow_pickle=False)
    for value_name, value in snapshot.values.items():
        (made / f"{value_name}.json").write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    manifest = Manifest(
        model=snapshot.model,
        dimension=snapshot.dimension,
        revision=snapshot.revision,
        token=snapshot.token,
        documents=len(snapshot.values["documents"]),
        passages=len(snapshot.arrays["passage_document"]),
        checksums={path.name: _checksum(path) for path in sorted(made.iterdir())},
        format=FORMAT,
    )
    (made / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2), "utf-8")
    for path in made.iterdir():
        _to_disk(path)
    _to_disk(made)


def read(folder: Path, *, model: str, known: Callable[[int, str], bool]) -> Snapshot | None:
    """The current snapshot, or None where none was ever written.

    Raises SnapshotDamaged if it is incomplete, altered, of another format or model, or of a
    revision and token that aren't `known`: whoever asked then builds a new one.
    """
    pointer = folder / _CURRENT
    if not pointer.exists():
        return None
    try:
        made = folder / pointer.read_text("utf-8").strip()
        manifest = Manifest(**json.loads((made / _MANIFEST).read_text("utf-8")))
        _check(manifest, made, model, known)
        arrays = {path.stem: np.load(path, allow_pickle=False) for path in made.glob("*.npy")}
        values = {
            path.stem: json.loads(path.read_text("utf-8"))
            for path in made.glob("*.json")
            if path.name != _MANIFEST
        }
        _check_sizes(manifest, made, arrays, values)
    except (OSError, ValueError, TypeError, EOFError) as error:
        raise SnapshotDamaged(f"The index in {folder} can't be read: {error}.") from error
    return Snapshot(
        manifest.model, manifest.dimension, manifest.revision, manifest.token, arrays, values
    )


def _check(manifest: Manifest, made: Path, model: str, known: Callable[[int, str], bool]) -> None:
    expected = {"format": FORMAT, "model": model}
    for name, value in expected.items():
        if (stored := getattr(manifest, name)) != value:
            raise SnapshotDamaged(
                f"The index in {made} has the {name} {stored!r}; {value!r} is needed."
            )
    if not known(manifest.revision, manifest.token):
        raise SnapshotDamaged(
            f"The index in {made} has the revision {manifest.revision} {manifest.token!r}, which "
            "these documents never had."
        )
    there = {path.name for path in made.iterdir()} - {_MANIFEST}
    if not isinstance(manifest.checksums, dict) or manifest.checksums.keys() != there:
        raise SnapshotDamaged(f"{made / _MANIFEST} doesn't vouch for the files beside it.")
    for name, checksum in manifest.checksums.items():
        if _checksum(made / name) != checksum:
            raise SnapshotDamaged(f"{made / name} was altered since it was written.")


def _check_sizes(
    manifest: Manifest, made: Path, arrays: Mapping[str, NDArray[Any]], values: Mapping[str, Any]
) -> None:
    missing = {"vectors", "passage_document"} - arrays.keys() | {"documents"} - values.keys()
    if missing:
        raise SnapshotDamaged(f"The index in {made} lacks {', '.join(sorted(missing))}.")
    found = {
        "dimension": arrays["vectors"].shape[-1],
        "documents": len(values["documents"]),
        "passages": len(arrays["passage_document"]),
    }
    for name, value in found.items():
        if getattr(manifest, name) != value:
            raise SnapshotDamaged(f"{made / _MANIFEST} doesn't tell the {name} that is there.")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:32]


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path, *, keep: str) -> None:
    for path in folder.iterdir():
        if path.name.startswith("snapshot-") and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(f".{_CURRENT}-"):
            path.unlink(missing_ok=True)
