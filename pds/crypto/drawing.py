"""Many random strings out of one request to the operating system. Never: what they are for."""

import os


def draw(count: int, length: int) -> list[bytes]:
    """So many random strings of so many bytes."""
    drawn = os.urandom(count * length)
    return [drawn[start : start + length] for start in range(0, count * length, length)]
