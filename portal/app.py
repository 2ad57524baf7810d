"""The application of one node: the API between nodes, the pages, their files, and what happens when something fails.

`create_app` puts it together; a route that no module here adds does not exist. Never: a page, a rule.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from pds.clock import Clock
from pds.errors import PdsError
from pds.node import open_node, public_addresses
from portal import api, gate, official, school
from portal import family as families
from portal.components import FILES, STATIC
from portal.web import Bodies, Doors, LastResort, PageError, SecurityHeaders, on_failure


def create_app(folder: Path, clock: Clock | None = None) -> FastAPI:
    """The application of one node.

    Args:
        folder: The node's folder; it is open while the application runs, and several processes may serve it.
        clock: What time it is; the computer's clock if none is given.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with open_node(folder, clock) as node:
            app.state.node = node
            app.state.addresses = tuple(public_addresses(node))
            app.state.restored = node.restored
            yield

    app = FastAPI(
        title="Manabi PDS node",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # the framework would send the browser on to whatever host it named
        lifespan=lifespan,
    )
    for family in (PdsError, PageError, RequestValidationError, HTTPException):
        app.add_exception_handler(family, on_failure)
    for module in (api, gate, families, school, official):
        app.include_router(module.router)
    # Files alone are compressed: a page that mixed a secret with what somebody else chose would leak it by its length.
    app.mount(STATIC.rstrip("/"), GZipMiddleware(StaticFiles(directory=FILES), minimum_size=500), name="static")
    app.add_middleware(Bodies, most=api.MOST_BYTES)
    app.add_middleware(Doors)
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders)
    return app
