"""Commands: parse, call, print. Never: a decision."""
