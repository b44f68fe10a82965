"""One activity, one file: what its type needs, what it does, what its Undo does; `registry` lists them."""
