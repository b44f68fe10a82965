"""The web processes: gunicorn starts, watches and stops them; a buffering server reads for them.

Ref: docs/decisions/0015.
"""

from fedconnect.serving.server import serve

__all__ = ["serve"]
