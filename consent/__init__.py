"""Who may do what to which vault, why, until when: the only place that issues permits. Never: a key, SQL, HTTP."""
