"""The vault: identifiers, records, keys, sealing, chains, ledger, store, transfer, intake. Never: who may do what."""
