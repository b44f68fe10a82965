"""Boards, posting, following, marks, notices and reading: the domain, which never commits."""
