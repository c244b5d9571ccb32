"""Körme, the ASGI application: the Streamlit screens with our own routes around them.

`streamlit run app.py` starts everything.
"""

# ruff: noqa: E402
import gc

# Nothing imported here is ever garbage; looking for some meanwhile is a sixth of the start.
gc.disable()

import os

# Before numpy comes: its idle threads would spin, which was half of what a rerun cost.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.file_util import get_static_dir

from catalog.settings import Settings
from ui import delivery, wiring
from ui.screens.visit import show_broken, visitor_speech
from ui.web import assets, auth, consent, light, showcases, values
from ui.web.compression import CompressedStatic
from ui.web.middleware import AppPage, Guards, SecurityHeaders
from ui.web.service import BackFromService
from ui.web.uploads import Uploads

HERE = Path(__file__).parent
# Loading the index and the encoder takes the processor for seconds: a light page that is asked for
# at the very start goes first.
_PREPARE_AFTER = 0.5
STREAMLITS_PAGE = Path(get_static_dir())


def show_error(error: Exception) -> bool:
    """Say in the visitor's language that something broke; the log has the rest."""
    show_broken(visitor_speech())
    return True


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Begin to prepare the fair soon after the start, if no visitor of the app does so earlier."""
    asyncio.get_running_loop().call_later(_PREPARE_AFTER, wiring.preparation)
    postman = wiring.postman()
    yield
    postman.stop()


# Streamlit reads the metadata of every installed package in search of components, at each start,
# 0.2 s long. None of our screens uses one.
manifest_scanner.scan_component_manifests = lambda max_workers=None: []

delivery.install()

routes = [
    *light.routes(lambda: wiring),
    *showcases.routes(lambda: wiring),
    *values.routes(lambda: wiring),
    *assets.routes(lambda: wiring),
    *auth.routes(lambda: wiring),
    *consent.routes(lambda: wiring),
]
app = st.App(
    HERE / "ui" / "frame.py",
    routes=routes,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(Guards),
        Middleware(BackFromService),
        Middleware(
            Uploads,
            doors=lambda: wiring,
            most_bytes=config.get_option("server.maxUploadSize") * 1024 * 1024,
        ),
        Middleware(
            CompressedStatic, static=STREAMLITS_PAGE, cache=Settings().home / "cache" / "static"
        ),
        Middleware(AppPage, index_html=STREAMLITS_PAGE / "index.html", routes=routes),
    ],
    lifespan=lifespan,
    on_script_error=show_error,
)

gc.freeze()
gc.enable()
