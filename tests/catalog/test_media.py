import io
import random
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from catalog import media
from catalog.refusals import Reason, WrongPicture


def picture(
    form: str = "JPEG", size: tuple[int, int] = (1600, 800), *, orientation: int = 1
) -> bytes:
    """A red picture that says where, by what and how it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 14.0, 19.5), 3: "E", 4: (76.0, 53.0, 42.25)})
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form, exif=exif, comment=b"Secret place")
    return out.getvalue()


def noise(form: str, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", size, random.Random(7).randbytes(size[0] * size[1] * 3)).save(out, form)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(extra: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    data = noise("PNG")
    return data[:33] + extra + data[33:]


def header_of_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


def moving(form: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def many_scans() -> bytes:
    """A progressive JPEG that goes over its pixels two hundred times more, a few bytes each."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * 200 + data[-2:]


def refusal(data: bytes) -> WrongPicture:
    """Why a picture is not taken; a quick look says the same."""
    with pytest.raises(WrongPicture) as refused:
        media.render(data)
    with pytest.raises(WrongPicture) as at_once:
        media.check_picture(data)
    assert at_once.value.reason is refused.value.reason
    return refused.value


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_webp_in_three_sizes_without_metadata(form: str) -> None:
    given = picture(form, (4000, 2000))
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(0x8825)[3] == "E"

    made = media.render(given)
    media.check_picture(given)

    sizes = [(one.size, one.width, one.height) for one in made.renderings]
    assert sizes == [(320, 320, 160), (960, 960, 480), (1920, 1920, 960)]
    assert made.bytes == sum(len(one.webp) for one in made.renderings)
    for one in made.renderings:
        image = Image.open(io.BytesIO(one.webp))
        assert (image.format, image.size) == ("WEBP", (one.width, one.height))
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"loop", "background", "timestamp", "duration"}
        # A WebP without metadata is one chunk: no EXIF, no XMP, no profile.
        assert one.webp[12:16] in (b"VP8 ", b"VP8L")
        red, green, blue = image.convert("RGB").getpixel((100, 100))  # type: ignore[misc]
        assert red > 245 > 10 > max(green, blue)


def test_transparency_stays_and_sixteen_bits_keep_their_brightness() -> None:
    for mode, colour, expected in (
        ("RGBA", (0, 0, 255, 0), ("RGBA", 0)),
        ("LA", (90, 128), ("RGBA", 128)),
        ("I;16", 32768, ("RGB", 128)),
        ("CMYK", (0, 0, 0, 0), ("RGB", 255)),
    ):
        out = io.BytesIO()
        Image.new(mode, (50, 50), colour).save(out, "JPEG" if mode == "CMYK" else "PNG")
        image = Image.open(io.BytesIO(media.render(out.getvalue()).renderings[0].webp))
        last = image.getpixel((25, 25))
        assert isinstance(last, tuple)
        assert image.mode == expected[0]
        assert abs(last[-1] - expected[1]) <= 2


def test_a_small_picture_is_not_blown_up_nor_kept_twice() -> None:
    made = media.render(picture(size=(500, 400)))

    assert [(one.size, one.width, one.height) for one in made.renderings] == [
        (320, 320, 256), (960, 500, 400),
    ]  # fmt: skip
    assert len(media.render(picture(size=(16, 16))).renderings) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_lying_picture_stands_up(orientation: int) -> None:
    """The corner that a viewer sees top left is the same whatever way the camera was held."""
    upright = Image.new("RGB", (40, 20), "red")
    upright.paste("blue", (0, 0, 20, 10))
    # What turns the stored pixels back, from the standard's own table.
    stored = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, "PNG", exif=exif)

    made = Image.open(io.BytesIO(media.render(out.getvalue()).renderings[0].webp)).convert("RGB")

    assert made.size == (40, 20)
    blue = made.getpixel((3, 3))
    assert isinstance(blue, tuple)
    assert blue[2] > 200 > 60 > blue[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.PICTURE_NOT_ONE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Reason.PICTURE_NOT_ONE),
        (b"<!doctype html><script>alert(1)</script>", Reason.PICTURE_NOT_ONE),
        (b"%PDF-1.7\n", Reason.PICTURE_NOT_ONE),
        (b"PK\x03\x04" + b"\0" * 40, Reason.PICTURE_NOT_ONE),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Reason.PICTURE_HEIC),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", Reason.PICTURE_NOT_ONE),
        (moving("GIF"), Reason.PICTURE_NOT_ONE),
        (moving("PNG"), Reason.PICTURE_MOVES),
        (moving("WEBP"), Reason.PICTURE_MOVES),
        (noise("BMP"), Reason.PICTURE_NOT_ONE),
        (noise("TIFF"), Reason.PICTURE_NOT_ONE),
        (noise("JPEG")[:-200], Reason.PICTURE_BROKEN),
        (noise("PNG")[:-400], Reason.PICTURE_BROKEN),
        (noise("WEBP")[:-200], Reason.PICTURE_BROKEN),
        (noise("JPEG")[:30], Reason.PICTURE_BROKEN),
        (header_of_png(60, 60), Reason.PICTURE_BROKEN),
        (header_of_png(50_000, 50_000), Reason.PICTURE_PIXELS),
        (picture(size=(15, 400)), Reason.PICTURE_NARROW),
        (picture("PNG", (3000, 99)), Reason.PICTURE_NARROW),
        (many_scans(), Reason.PICTURE_BROKEN),
        # Two kilobytes that unpack to two megabytes, where a profile or a text should be.
        (
            png_with(chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 2_000_000))),
            Reason.PICTURE_BROKEN,
        ),
        (
            png_with(chunk(b"zTXt", b"x\0\0" + zlib.compress(b"\0" * 2_000_000))),
            Reason.PICTURE_BROKEN,
        ),
    ],
)  # fmt: skip
def test_what_is_no_fit_picture_is_refused_with_its_reason(data: bytes, reason: Reason) -> None:
    assert refusal(data).reason is reason


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_another_file_behind_the_picture_is_gone(form: str) -> None:
    """Pages and archives hang themselves on pictures; phones hang films on them."""
    guest = b"<html><script>alert(1)</script></html>PK\x03\x04guest"

    made = media.render(noise(form) + guest)

    assert made.hash != media.render(noise(form)).hash
    assert all(b"script" not in one.webp and b"guest" not in one.webp for one in made.renderings)


def test_a_phones_jpeg_with_a_second_picture_in_it_is_taken() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 40), "green")]
    )
    image = Image.open(io.BytesIO(media.render(out.getvalue()).renderings[0].webp)).convert("RGB")

    assert image.getpixel((20, 20)) == pytest.approx((254, 0, 0), abs=3)


def test_too_many_bytes_or_pixels_are_told_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(media, "MOST_BYTES", 1_000_000)
    assert refusal(b"x" * 2_500_000).sentence("ru") == (
        "Картинка весит 2.5 МБ, можно не больше 1 МБ. Сохраните её поменьше."
    )
    monkeypatch.setattr(media, "MOST_PIXELS", {"JPEG": 1_000_000})
    assert refusal(picture()).sentence("en") == (
        "The picture has more than 1 million pixels. Save it smaller."
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_picture_is_taken_or_refused_and_nothing_else(form: str) -> None:
    whole = picture(form, (60, 40))
    chance = random.Random(form)
    outcomes = set()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        outcomes.add(_outcome(lambda data=bytes(data): media.render(data)))  # type: ignore[misc]

    assert outcomes <= {"taken", Reason.PICTURE_BROKEN, Reason.PICTURE_NOT_ONE,
                        Reason.PICTURE_PIXELS, Reason.PICTURE_MOVES, Reason.PICTURE_NARROW}  # fmt: skip
    assert {"taken", Reason.PICTURE_BROKEN} <= outcomes


def _outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except WrongPicture as refused:
        return refused.reason
    return "taken"
