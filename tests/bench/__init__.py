"""Benchmarks, each beside its baseline in the same run. Never: a timed test; a benchmark passes no judgement."""
