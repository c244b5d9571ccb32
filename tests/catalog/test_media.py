import io
from datetime import datetime

import pytest
from PIL import Image
from sqlalchemy import func, select

from catalog import Store, media
from catalog.errors import WrongPicture
from catalog.models import Picture


def picture(
    form: str = "JPEG", size: tuple[int, int] = (1600, 800), *, orientation: int = 1
) -> bytes:
    image = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_back_as_webp_in_two_sizes_without_metadata(
    store: Store, now: datetime, form: str
) -> None:
    with store.writing() as session:
        key = media.add_picture(session, picture(form), now=now)

    with store.reading() as session:
        for size, expected in ((320, (320, 160)), (960, (960, 480))):
            data = media.read_picture(session, key, size)
            assert data is not None
            image = Image.open(io.BytesIO(data))
            assert (image.format, image.size) == ("WEBP", expected)
            assert not image.getexif()
            assert b"Camera" not in data
        assert media.read_picture(session, key, 100) is None
        assert media.read_picture(session, "0" * 64, 320) is None


def test_a_small_picture_is_not_blown_up_and_a_lying_one_stands_up(
    store: Store, now: datetime
) -> None:
    with store.writing() as session:
        key = media.add_picture(session, picture(size=(40, 20), orientation=6), now=now)
        data = media.read_picture(session, key, 960)

    assert data is not None
    assert Image.open(io.BytesIO(data)).size == (20, 40)


def test_the_same_bytes_are_kept_once(store: Store, now: datetime) -> None:
    with store.writing() as session:
        keys = {media.add_picture(session, picture(), now=now) for _ in range(2)}

    assert len(keys) == 1
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no JPEG, PNG or WebP"),
        (b"<svg onload=alert(1)>", "no JPEG, PNG or WebP"),
        (b"GIF89a" + b"\0" * 40, "no JPEG, PNG or WebP"),
        (picture()[:2000], "damaged or cut short"),
        (picture("PNG")[:-40], "damaged or cut short"),
    ],
)
def test_what_is_no_picture_gets_a_sentence(
    store: Store, now: datetime, data: bytes, sentence: str
) -> None:
    with pytest.raises(WrongPicture, match=sentence), store.writing() as session:
        media.add_picture(session, data, now=now)


def test_too_many_pixels_or_bytes_get_a_sentence(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MOST_PIXELS", 1_000_000)
    with pytest.raises(WrongPicture, match="1,600 × 800 pixels"), store.writing() as session:
        media.add_picture(session, picture(), now=now)
    monkeypatch.setattr(media, "MOST_BYTES", 100)
    with pytest.raises(WrongPicture, match="more than 100"), store.writing() as session:
        media.add_picture(session, picture(), now=now)
