"""The place to give files in, whose words are ours: Streamlit's uploader speaks English alone."""

from collections.abc import Sequence

import streamlit as st

from catalog.refusals import Reason, Refused
from ui.html import draw
from ui.text import Speech


def refusals_of_files(speech: Speech, *, most_mb: int, kinds: Sequence[str] = ()) -> None:
    """Stand below an uploader, in the same container: where a file is refused, by the browser or
    by the server, ui/static/korme.js writes here why. ``kinds`` are the endings that are taken.
    """
    say, language = speech.say, speech.language
    taken = ", ".join(kind.upper() for kind in kinds)
    st.html(
        draw(
            "upload_refused.html",
            language,
            large=Refused(Reason.FILE_BYTES, most=most_mb).sentence(language),
            most=most_mb * 1_000_000,
            kind=say("Only files of these kinds are taken: %(kinds)s.", kinds=taken),
            heic=Refused(Reason.PICTURE_HEIC).sentence(language) if "jpg" in kinds else "",
            failed=say("The file did not arrive. Check the connection and choose it again."),
        )
    )
