"""The node's post: joins the rooms' messages, brings and fetches. Never: what a transfer or a study does with one."""

from federation.exchange.joining import KINDS, act, post_due
from federation.exchange.rounds import Tick, parent, set_parent, tick

__all__ = ["KINDS", "Tick", "act", "parent", "post_due", "set_parent", "tick"]
