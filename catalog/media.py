"""What becomes of a picture that was given: verified, turned upright, WebP in a few sizes, no more.

Nothing here knows the database; `catalog.pictures` keeps what this makes.
"""

import hashlib
import io
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from catalog.refusals import Reason, WrongPicture

SIZES: Final = (320, 960, 1920)
MOST_BYTES: Final = 20_000_000
# A JPEG is read at a part of its size; of the others every pixel passes through memory.
MOST_PIXELS: Final = {"JPEG": 60_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}
LEAST_SIDE: Final = 16
LONGEST_TO_SHORTEST: Final = 30
# Cameras write ten at most; every further one goes over all pixels again for a handful of bytes.
_MOST_JPEG_SCANS: Final = 100
_START_OF_SCAN: Final = b"\xff\xda"
_HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_QUALITY: Final = 82
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A decoded picture may take a few hundred megabytes: one at a time in a process.
_turn = threading.Lock()


@dataclass(frozen=True)
class Rendering:
    """One WebP of a picture, named by the longest side it was fitted into."""

    size: int
    width: int
    height: int
    webp: bytes


@dataclass(frozen=True)
class Rendered:
    """A picture made fit to keep; `hash` is that of the bytes given."""

    hash: str
    renderings: tuple[Rendering, ...]

    @property
    def bytes(self) -> int:
        """What it takes to keep."""
        return sum(len(one.webp) for one in self.renderings)


def hash_of(data: bytes) -> str:
    """What a picture is known by: the same for the same bytes."""
    return hashlib.sha256(data).hexdigest()


def render(data: bytes) -> Rendered:
    """A JPEG, PNG or WebP fitted into SIZES, upright, without metadata (nor the place it shows).

    A picture that is smaller than a size has no rendering in it, but always one in the smallest.
    What hangs on a picture, such as another file behind its end, is gone with the rest. Raises
    WrongPicture, with a sentence, for what is none, moves, is damaged or too large.
    """
    check_bytes(len(data))
    with _turn:
        return Rendered(hash_of(data), tuple(_renderings(_opened(data, SIZES[-1]))))


def check_picture(data: bytes) -> None:
    """Raises WrongPicture for what `render` would refuse; of a JPEG in a fraction of its time."""
    check_bytes(len(data))
    with _turn:
        _opened(data, SIZES[0])


def check_bytes(number: int) -> None:
    """Raises WrongPicture for a file that is too large to be looked at."""
    if number > MOST_BYTES:
        raise WrongPicture(
            Reason.PICTURE_BYTES, given=_megabytes(number), most=_megabytes(MOST_BYTES)
        )


def _renderings(image: Image.Image) -> list[Rendering]:
    made = []
    for size in SIZES:
        fitted = ImageOps.contain(image, (size, size)) if max(image.size) > size else image
        encoded = io.BytesIO()
        fitted.save(encoded, "WEBP", quality=_QUALITY, method=4)
        made.append(Rendering(size, fitted.width, fitted.height, encoded.getvalue()))
        if fitted is image:
            break
    return made


def _opened(data: bytes, side: int) -> Image.Image:
    """The picture upright, in plain RGB or RGBA, its longest side at most so long."""
    try:
        with warnings.catch_warnings():
            # MOST_PIXELS is the limit; Pillow's own warning would come without a sentence.
            # What it says of damaged metadata concerns nobody: they are thrown away.
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(data), formats=tuple(MOST_PIXELS))
            _check(image, data)
            orientation = image.getexif().get(_ORIENTATION)
            if image.mode == "I;16":
                # Pillow would cut at 255 where it should divide.
                image = image.convert("I").point(lambda value: value / 256).convert("L")
            if image.mode not in ("L", "RGB", "RGBA", "CMYK"):
                image = image.convert("RGBA" if image.has_transparency_data else "RGB")
            largest = (side, side)
            # A JPEG is decoded at a half, a quarter or an eighth where that is large enough.
            image.draft(None, largest)
            image.thumbnail(largest, reducing_gap=None)
            image.load()
    except UnidentifiedImageError as error:
        heic = data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS
        raise WrongPicture(Reason.PICTURE_HEIC if heic else Reason.PICTURE_NOT_ONE) from error
    except Image.DecompressionBombError as error:
        most = min(MOST_PIXELS.values()) // 1_000_000
        raise WrongPicture(Reason.PICTURE_PIXELS, most=most) from error
    # Pillow's decoders let what they meet in a damaged file pass through.
    except (
        OSError, ValueError, SyntaxError, EOFError, OverflowError, LookupError, TypeError,
        AttributeError, struct.error, zlib.error,
    ) as error:  # fmt: skip
        raise WrongPicture(Reason.PICTURE_BROKEN) from error
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    plain.info.clear()
    return plain


def _check(image: Image.Image, data: bytes) -> None:
    """Refuse before anything is decoded what moves or would take too much to decode."""
    # A phone's JPEG may carry a second picture, of depth or brightness, and doesn't move for that.
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    most = MOST_PIXELS[kind]
    if image.width * image.height > most:
        raise WrongPicture(Reason.PICTURE_PIXELS, most=most // 1_000_000)
    longest, shortest = max(image.size), min(image.size)
    if shortest < LEAST_SIDE or longest > LONGEST_TO_SHORTEST * shortest:
        raise WrongPicture(
            Reason.PICTURE_NARROW, width=image.width, height=image.height, least=LEAST_SIDE
        )
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise WrongPicture(Reason.PICTURE_MOVES)
    if kind == "JPEG" and data.count(_START_OF_SCAN) > _MOST_JPEG_SCANS:
        raise WrongPicture(Reason.PICTURE_BROKEN)


def _megabytes(number: int) -> str:
    return f"{number / 1_000_000:.1f}".removesuffix(".0")
