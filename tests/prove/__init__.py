"""The harnesses of the tests at full counts: kills, hostile files, draws. Never: one that the tests do not run too."""
