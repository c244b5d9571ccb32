"""A ZIP of pictures that a spreadsheet names: found by name, looked at, never unpacked to a disk."""

import hashlib
import io
import unicodedata
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from catalog.file_problems import FileReason, FileRefused
from catalog.refusals import Reason, Refused, WrongPicture
from catalog.texts import folded

MOST_FILES: Final = 2_000
MOST_ARCHIVE_BYTES: Final = 64_000_000
# Pictures hardly shrink in a ZIP: what grows more is no archive of pictures.
MOST_UNZIPPED_BYTES: Final = 4 * MOST_ARCHIVE_BYTES
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800


class PictureArchive:
    """The pictures of a ZIP by the names that people give them.

    Folders, case and the way a name is composed don't count. Raises FileRefused for what is no
    ZIP, has a password, or holds or unpacks to too much.
    """

    def __init__(self, data: bytes, name: str) -> None:
        if len(data) > MOST_ARCHIVE_BYTES:
            raise FileRefused(
                FileReason.TOO_LARGE, name=name, size=len(data), limit=MOST_ARCHIVE_BYTES
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise FileRefused(FileReason.NO_ZIP, name=name) from error
        members = [one for one in self._zip.infolist() if not one.is_dir()]
        if any(one.flag_bits & _ENCRYPTED for one in members):
            raise FileRefused(FileReason.ZIP_PASSWORD, name=name)
        if len(members) > MOST_FILES:
            raise FileRefused(FileReason.TOO_MANY_FILES, name=name, limit=MOST_FILES)
        size = sum(one.file_size for one in members)
        if size > MOST_UNZIPPED_BYTES:
            raise FileRefused(
                FileReason.ZIP_UNPACKS_TOO_LARGE, name=name, size=size, limit=MOST_UNZIPPED_BYTES
            )
        self._members: dict[str, list[zipfile.ZipInfo]] = {}
        for one in members:
            for key in _names(one):
                self._members.setdefault(key, []).append(one)
        self._hashes: dict[str, str] = {}
        self._by_hash: dict[str, zipfile.ZipInfo] = {}
        self._wrong: dict[str, Refused] = {}

    def find(self, name: str) -> int:
        """How many files go by this name."""
        return len(self._members.get(_key(name), ()))

    def hash_of(self, name: str) -> str:
        """What the picture of this name is known by; raises WrongPicture for what can't be one."""
        member = self._members[_key(name)][0]
        if member.filename not in self._hashes:
            data = self._read(member)
            picture = hashlib.sha256(data).hexdigest()
            self._hashes[member.filename] = picture
            self._by_hash[picture] = member
            from catalog import media

            try:
                media.check_picture(data)
            except WrongPicture as error:
                self._wrong[picture] = error
        picture = self._hashes[member.filename]
        if picture in self._wrong:
            raise self._wrong[picture]
        return picture

    def data_of(self, picture: str) -> bytes | None:
        """The bytes of a picture by its hash, if it was asked for by name before."""
        member = self._by_hash.get(picture)
        return None if member is None else self._read(member)

    def mark_wrong(self, picture: str, error: Refused) -> None:
        """Remember that a picture could not be kept: `hash_of` raises this from now on."""
        self._wrong[picture] = error

    def _read(self, member: zipfile.ZipInfo) -> bytes:
        # Pillow comes with it, which most imports don't need.
        from catalog import media

        media.check_bytes(member.file_size)
        try:
            return self._zip.read(member)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError,
                RuntimeError) as error:  # fmt: skip
            raise WrongPicture(Reason.PICTURE_BROKEN) from error


def _names(member: zipfile.ZipInfo) -> set[str]:
    names = {_key(member.filename)}
    if not member.flag_bits & _UTF8_NAME:
        # Windows packs Cyrillic names in cp866; zipfile reads them as cp437.
        try:
            names.add(_key(member.filename.encode("cp437").decode("cp866")))
        except UnicodeError:
            return names
    return names


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    return folded(PurePosixPath(plain).name)
