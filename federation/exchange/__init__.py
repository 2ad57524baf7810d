"""The node's post: acts on what arrived, brings and fetches. Never: what a transfer or a study does with a message."""

from federation.exchange.rounds import Tick, act, parent, post_studies, set_parent, tick

__all__ = ["Tick", "act", "parent", "post_studies", "set_parent", "tick"]
