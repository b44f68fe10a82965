"""The daily list of moderators and the pages of its cases: who may look, what is offered, what was decided."""
