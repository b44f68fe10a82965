"""`python -m fedconnect.cli`."""

from fedconnect.cli import main

main()
