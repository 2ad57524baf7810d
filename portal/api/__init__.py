"""Routes that programs call: other nodes, and health. Never: a page."""

from portal.api.nodes import MOST_BYTES, router

__all__ = ["MOST_BYTES", "router"]
