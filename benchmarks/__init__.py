"""One program a figure; each prints JSON with the figure, the ceiling measured in the same run, and the ratio."""
