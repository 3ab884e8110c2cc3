"""The demo city 云汀市（示例）: made by a seeded generator, set down in the open sea."""

from workers.demo.city import City, generate

__all__ = ["City", "generate"]
