"""The fixtures that tests of several files ask for by name."""

from tests.browser import browser

__all__ = ["browser"]
