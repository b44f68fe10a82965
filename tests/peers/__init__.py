"""Servers that are not ours, running somewhere: what a maintainer tries at them by hand (`make peers`)."""
