"""Every route of the application, as the OpenAPI document lists them. Never: a request."""

from fastapi import FastAPI


def every_route(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route."""
    return {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if method in {"get", "post", "put", "patch", "delete", "head", "options"}
    }
