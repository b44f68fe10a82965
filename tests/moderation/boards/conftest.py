"""Other servers, for tests of a board's team."""

from support.federation_rows import others as others
