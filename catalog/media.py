"""Pictures: verified, re-encoded to WebP in two sizes without metadata, kept by hash."""

import hashlib
import io
import warnings
from datetime import datetime
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import WrongPicture
from catalog.models import Picture, PictureSize

SIZES: Final = (320, 960)
MOST_BYTES: Final = 20_000_000
MOST_PIXELS: Final = 60_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 82


def add_picture(session: Session, data: bytes, *, now: datetime) -> str:
    """Keep a JPEG, PNG or WebP picture; returns its hash, the same for the same bytes.

    It is turned upright, fitted into 320 and 960 pixels, and loses all metadata (the place it was
    taken at, too). Raises WrongPicture, with a sentence, for what is no picture or too large.
    """
    if len(data) > MOST_BYTES:
        raise WrongPicture(
            f"The picture has {len(data):,} bytes, more than {MOST_BYTES:,}; save it smaller."
        )
    picture_hash = hashlib.sha256(data).hexdigest()
    if session.get(Picture, picture_hash) is not None:
        return picture_hash
    image = _opened(data)
    session.add(Picture(hash=picture_hash, created_at=now))
    # The sizes refer to the picture by a plain key, which orders no inserts by itself.
    session.flush()
    for size in SIZES:
        fitted = ImageOps.contain(image, (size, size)) if max(image.size) > size else image
        encoded = io.BytesIO()
        fitted.save(encoded, "WEBP", quality=_QUALITY, method=4)
        session.add(
            PictureSize(
                hash=picture_hash, size=size, width=fitted.width, height=fitted.height,
                webp=encoded.getvalue(),
            )
        )  # fmt: skip
    session.flush()
    return picture_hash


def check_picture(data: bytes) -> None:
    """Raises WrongPicture for what `add_picture` would refuse, as far as a quick look can tell."""
    if len(data) > MOST_BYTES:
        raise WrongPicture(
            f"The picture has {len(data):,} bytes, more than {MOST_BYTES:,}; save it smaller."
        )
    _opened(data, quickly=True)


def read_picture(session: Session, picture_hash: str, size: int) -> bytes | None:
    """The WebP bytes of a picture in one of SIZES; None if there is none."""
    return session.scalars(
        select(PictureSize.webp).where(PictureSize.hash == picture_hash, PictureSize.size == size)
    ).one_or_none()


def _opened(data: bytes, *, quickly: bool = False) -> Image.Image:
    """The picture decoded whole, upright, in plain RGB or RGBA, without its metadata.

    `quickly` decodes a JPEG at an eighth of its size, a tenth of the time.
    """
    try:
        with warnings.catch_warnings():
            # MOST_PIXELS below is the limit; Pillow's own warning would come without a sentence.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise WrongPicture(
                    f"The picture has {image.width:,} × {image.height:,} pixels, more than"
                    f" {MOST_PIXELS:,} in all; save it smaller."
                )
            if quickly:
                image.draft("RGB", (SIZES[0], SIZES[0]))
            image.load()
        upright = ImageOps.exif_transpose(image)
    except UnidentifiedImageError as error:
        raise WrongPicture("This is no JPEG, PNG or WebP picture; save it as one.") from error
    # Pillow's decoders let what they meet in a damaged file pass through.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise WrongPicture("The picture is damaged or cut short; save it again.") from error
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.info.clear()
    return plain
