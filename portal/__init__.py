"""Pages and REST: authenticate, ask, render. Never: a rule about who may do what."""
