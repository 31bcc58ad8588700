"""The fixtures that tests of several files ask for by name."""

from tests.browser import browser
from tests.serving import closed_hall, hall, mode, trial

__all__ = ["browser", "closed_hall", "hall", "mode", "trial"]
