"""Pages of the demo alone: without `--demo` none of them is there."""

from fedconnect.web.demo import show

BLUEPRINTS = (show.blueprint,)
