"""What a reader finds in a PDF: its texts, its fonts, its QR codes as a phone reads them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import zxingcpp


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(data)
    yield document
    document.close()


def texts(data: bytes) -> list[str]:
    """The text of each page as it is copied out of it, spaces and line ends made single spaces."""
    with opened(data) as document:
        found = [page.get_textpage().get_text_bounded() for page in document]
    # pdfium joins a word that was broken after its hyphen, with this sign in the hyphen's place.
    return [" ".join(text.replace("\x02", "-").split()) for text in found]


def sizes(data: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with opened(data) as document:
        return [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document]  # type: ignore[misc]


def codes(data: bytes) -> list[list[str]]:
    """What the QR codes of each page say, from the upper left to the lower right."""
    found = []
    with opened(data) as document:
        for page in document:
            read = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
            places = sorted(
                (round(one.position.top_left.y / 60), one.position.top_left.x, one.text)
                for one in read
            )
            found.append([text for _, _, text in places])
    return found


def fonts(data: bytes) -> set[tuple[str, bool]]:
    """The fonts of the file, each with whether its letters lie in the file."""
    import pypdfium2.raw as raw

    found = set()
    with opened(data) as document:
        for page in document:
            for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                font = thing.get_font()
                found.add(
                    (re.sub(r"^[A-Z]{6}\+", "", font.get_base_name()), bool(font.is_embedded))
                )
    return found
