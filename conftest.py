"""One set of fixtures for the core's tests and the plugins' own."""

pytest_plugins = ["support.keeper", "support.forum", "support.visitor"]
