"""What every answer carries so that a browser shows nothing of it elsewhere. Never: who may see what.

The policy is that of the brief, section 12: no script and no style but our own files, no frame, no referrer, no cache.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.components import STATIC

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
NO_STORE = "no-store"
OVER_TLS = "max-age=63072000"  # two years, in seconds: RFC 6797; a browser then asks for this host over TLS alone


class SecurityHeaders:
    """Adds the headers to every answer; what is not a file of ours is not kept by anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = OVER_TLS
                if not scope["path"].startswith(STATIC):
                    headers["Cache-Control"] = NO_STORE
            await send(message)

        await self._app(scope, receive, with_headers)
