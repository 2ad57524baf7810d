"""Routes that programs call: other nodes, and health. Never: a page."""

from portal.api.nodes import router

__all__ = ["router"]
