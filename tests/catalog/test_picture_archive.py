"""Pictures by ZIP: named in a row, found, looked at before anything is saved, kept once."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

import pytest
from PIL import Image
from sqlalchemy import func, select

from catalog import Store, imports
from catalog.choices import MemberRole
from catalog.drafts import DraftPicture, draft_of
from catalog.file_problems import FileReason, FileRefused
from catalog.imports import ImportReport
from catalog.languages import LANGUAGES
from catalog.models import Exhibit, Picture
from catalog.picture_archive import PictureArchive
from catalog.refusals import Reason, WrongPicture
from catalog.spreadsheets import Sheet, read
from tests.catalog.people import someone


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def picture(shade: int, *, form: str = "JPEG", size: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), (shade, 10, 10)).save(out, form)
    return out.getvalue()


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def archive(**files: bytes) -> PictureArchive:
    return PictureArchive(
        packed({name.replace("__", "."): one for name, one in files.items()}), "p.zip"
    )


def table(text: str) -> Sheet:
    return read(text.encode(), "table.csv")


def problems(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(p.row, p.value, p.problem.code) for p in report.problems]


def pictures_of(store: Store, title: str) -> tuple[DraftPicture, ...]:
    with store.reading() as session:
        rows = session.scalars(select(Exhibit))
        (found,) = (row for row in rows if title in {text.title for text in row.texts})
        return draft_of(found).pictures


def count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Picture)) or 0


def test_pictures_come_with_their_rows_and_twice_change_nothing(fair: Store, now: datetime) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    red, blue = picture(200), picture(20, form="PNG")
    files = packed({"Снимки/Робот.JPG": red, "blue.png": blue, "notes.txt": b"not named"})
    sheet = table(
        "title_ru,title_kk,pictures,picture_alt,nobody_recognizable\n"
        "Новый робот,Жаңа робот,робот.jpg; BLUE.png,,да\n"
        "Другой робот,,blue.png,Робот стоит,\n"
    )

    dry = imports.run(
        fair, sheet, by=editor.id, pictures=PictureArchive(files, "p.zip"), dry_run=True, now=now
    )
    assert (dry.create, count(fair)) == (2, 0)
    imports.run(fair, sheet, by=editor.id, pictures=PictureArchive(files, "p.zip"), now=now)
    again = imports.run(fair, sheet, by=editor.id, pictures=PictureArchive(files, "p.zip"), now=now)

    titles = {"kk": "Жаңа робот", "ru": "Новый робот"}
    assert pictures_of(fair, "Новый робот") == (
        DraftPicture(hash_of(red), titles, nobody_recognizable=True),
        DraftPicture(hash_of(blue), titles, nobody_recognizable=True),
    )
    assert pictures_of(fair, "Другой робот") == (
        DraftPicture(hash_of(blue), {"ru": "Робот стоит"}, nobody_recognizable=False),
    )
    assert (again.unchanged, again.batch, count(fair)) == (2, None, 2)


def test_a_row_keeps_its_pictures_or_clears_them(fair: Store, now: datetime) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    files = archive(a__png=picture(1, form="PNG"), b__png=picture(2, form="PNG"))
    imports.run(
        fair, table("title,pictures\nA robot,a.png; b.png\n"), by=editor.id, pictures=files, now=now
    )

    imports.run(
        fair,
        table("title,pictures,nobody_recognizable\nA robot,,yes\n"),
        by=editor.id,
        now=now,
    )
    kept = pictures_of(fair, "A robot")
    imports.run(fair, table("title,pictures\nA robot,[clear]\n"), by=editor.id, now=now)

    assert [one.nobody_recognizable for one in kept] == [True, True]
    assert pictures_of(fair, "A robot") == ()


def test_every_picture_that_cannot_be_taken_is_a_problem_of_its_row(
    fair: Store, now: datetime
) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    many = {f"{n}.png": picture(n, form="PNG") for n in range(9)}
    files = PictureArchive(
        packed({"a/x.png": picture(50, form="PNG"), "b/x.png": picture(60, form="PNG"),
                "cut.jpg": picture(70, size=400)[:-200], "text.jpg": b"<svg/>", **many}),
        "p.zip",
    )  # fmt: skip
    sheet = table(
        "title,pictures\nOne 1,gone.jpg\nTwo 2,x.png\nThree 3,cut.jpg\nFour 4,text.jpg\n"
        f"Five 5,{'; '.join(many)}\nSix 6,1.png\n"
    )

    without = imports.run(
        fair, table("title,pictures\nOne 1,1.png\n"), by=editor.id, dry_run=True, now=now
    )
    dry = imports.run(fair, sheet, by=editor.id, pictures=files, dry_run=True, now=now)
    with pytest.raises(imports.ImportRefused):
        imports.run(fair, sheet, by=editor.id, pictures=files, now=now)
    assert count(fair) == 0
    good = imports.run(fair, sheet, by=editor.id, pictures=files, accept_good=True, now=now)

    assert problems(without) == [(2, "1.png", "no_archive")]
    assert (
        problems(dry)
        == problems(good)
        == [
            (2, "gone.jpg", "no_such_picture"),
            (3, "x.png", "several_pictures"),
            (4, "cut.jpg", "wrong_picture"),
            (5, "text.jpg", "wrong_picture"),
            (6, "", "too_many"),
        ]
    )
    assert (good.create, count(fair)) == (1, 1)


def test_a_picture_that_fails_at_the_last_moment_takes_back_its_row_alone(
    fair: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")

    def fail(*_: object, **__: object) -> str:
        raise WrongPicture(Reason.PICTURE_BROKEN)

    monkeypatch.setattr("catalog.imports.add_picture", fail)
    sheet = table("title,pictures\nOne 1,a.png\nTwo 2,\n")
    files = archive(a__png=picture(1, form="PNG"))

    with pytest.raises(imports.ImportRefused) as refused:
        imports.run(fair, sheet, by=editor.id, pictures=files, now=now)
    report = imports.run(fair, sheet, by=editor.id, pictures=files, accept_good=True, now=now)

    assert problems(refused.value.report) == problems(report) == [(2, "a.png", "wrong_picture")]
    assert report.create == 1


def test_names_packed_by_windows_in_cp866_are_found() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packing:
        # Latin letters of the same length: their bytes are then those of cp866.
        packing.writestr("ABCDE.png", picture(1, form="PNG"))
    data = out.getvalue().replace(b"ABCDE.png", "Робот.png".encode("cp866"))

    assert PictureArchive(data, "p.zip").find("Фото/робот.PNG") == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no archive", FileReason.NO_ZIP),
        (packed({f"{n}.jpg": b"" for n in range(2_001)}), FileReason.TOO_MANY_FILES),
        (packed({f"{n}.jpg": b"0" * 90_000_000 for n in range(3)}), FileReason.ZIP_UNPACKS_TOO_LARGE),
    ],
)  # fmt: skip
def test_archives_have_limits(data: bytes, reason: FileReason) -> None:
    with pytest.raises(FileRefused) as refused:
        PictureArchive(data, "p.zip")

    assert refused.value.reason is reason
    for language in LANGUAGES:
        assert "p.zip" in refused.value.sentence(language)


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(packed({"a.png": picture(1, form="PNG")}))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1

    with pytest.raises(FileRefused) as refused:
        PictureArchive(bytes(data), "p.zip")

    assert refused.value.reason is FileReason.ZIP_PASSWORD


def test_a_picture_too_large_for_itself_is_not_unpacked() -> None:
    files = archive(big__jpg=b"0" * 20_000_001, bad__png=picture(1, form="PNG"))

    with pytest.raises(WrongPicture) as wrong:
        files.hash_of("big.jpg")
    assert wrong.value.reason is Reason.PICTURE_BYTES
