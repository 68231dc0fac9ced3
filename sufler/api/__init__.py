"""The HTTP API for machines: one file per noun with its routes and bodies. `setup` mounts it."""

from sufler.api.setup import setup

__all__ = ["setup"]
