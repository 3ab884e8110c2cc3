"""Property tests run on shared machines: how long one example takes says nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("routing", deadline=None)
settings.load_profile("routing")
