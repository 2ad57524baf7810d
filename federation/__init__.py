"""Studies: what is asked, encoded, noised, signed and merged across tiers. Never: a key, SQL, a page."""
