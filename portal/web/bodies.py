"""How much of what somebody sends is held in memory: by one request, and by all of them together.

Counted before anybody knows who sends it; given back when the request is answered. Never: what a body says.
"""

import asyncio
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.web.errors import TooMuchError

SHORT = 1024 * 1024  # bytes; a page's form, a paper between schools
_SHORT_IN_ALL = 16 * SHORT
_SILENCE = 30.0  # seconds between two pieces
_SLOWEST = 128 * 1024  # bytes a second, after the first silence: a school's line does better
_RETRY_AFTER = "5"  # seconds


class Room:
    """So many bytes, shared by all requests of a process.

    Args:
        most: Bytes in all.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0
        self._lock = threading.Lock()

    def take(self, number: int) -> None:
        """Take bytes. Raises TooMuchError (503) when they are not to be had; whoever sends tries again."""
        with self._lock:
            if self.taken + number > self.most:
                busy = HTTPStatus.SERVICE_UNAVAILABLE
                raise TooMuchError(busy, "too much is being sent at once; try again", {"Retry-After": _RETRY_AFTER})
            self.taken += number

    def give_back(self, number: int) -> None:
        """Give bytes back."""
        with self._lock:
            self.taken -= number


class Bodies:
    """Reads no body further than its address takes, and not more of all together than there is room for.

    Args:
        app: What the request is passed to.
        most: How long a body may be, by path; a short one everywhere else.
    """

    def __init__(self, app: ASGIApp, most: Mapping[str, int]) -> None:
        self._app = app
        self._most = most
        self._short, self._long = Room(_SHORT_IN_ALL), Room(max(SHORT, *most.values()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most.get(scope["path"], SHORT)
        said = Headers(scope=scope).get("content-length", "")
        declared = int(said) if said.isascii() and said.isdecimal() and len(said) < len(str(2**63)) else None
        if declared is None and said:
            raise TooMuchError(HTTPStatus.BAD_REQUEST, "the length of the request is no number")
        if declared is not None and declared > most:
            raise _too_long(most)
        expected = most if declared is None else declared
        room = self._short if expected <= SHORT else self._long
        taken = declared or 0
        room.take(taken)
        read, whole, begun = 0, False, time.monotonic()

        async def counted() -> Message:
            nonlocal read, taken, whole
            if whole:
                return await receive()  # that whoever asked has gone
            try:
                async with asyncio.timeout(_SILENCE):
                    message = await receive()
            except TimeoutError:
                raise TooMuchError(HTTPStatus.REQUEST_TIMEOUT, "nothing more came of the request") from None
            whole = not message.get("more_body", False)
            read += len(message.get("body", b""))
            if read > expected:
                raise _too_long(most)
            if time.monotonic() - begun > _SILENCE + read / _SLOWEST:
                raise TooMuchError(HTTPStatus.REQUEST_TIMEOUT, "the request comes too slowly")
            if read > taken:
                room.take(read - taken)
                taken = read
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            room.give_back(taken)


def _too_long(most: int) -> TooMuchError:
    return TooMuchError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request to this address has at most {most} bytes")
