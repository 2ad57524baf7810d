"""Serving a node's application over HTTP until it is told to stop. Never: a route, a setting of the node."""

import gc
from pathlib import Path

import uvicorn

from pds.clock import Clock
from portal.app import create_app

OWN_MACHINE = "127.0.0.1"
_ALLOCATIONS = 100_000  # objects between two collections: some requests, in place of a few records


def serve(folder: Path, host: str, port: int, clock: Clock | None = None, proxy: str = OWN_MACHINE) -> None:
    """Serve a node; returns when the process is told to stop.

    Args:
        folder: The node's folder.
        host: The address to listen on.
        port: The port to listen on.
        clock: What time it is; the computer's clock if none is given.
        proxy: The address of the proxy whose word on TLS (X-Forwarded-Proto) is taken; nobody else's is.
    """
    app = create_app(folder, clock)
    gc.collect()
    gc.freeze()  # modules, models and routes live as long as the process; no request waits for a walk through them
    gc.set_threshold(_ALLOCATIONS, 20, 100)
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", forwarded_allow_ips=proxy)
