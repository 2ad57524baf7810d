"""`python -m cli` is `pds`."""

from cli.main import main

main()
