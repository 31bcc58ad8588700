"""The fixtures that tests of several files ask for by name."""

from tests.browser import browser, context
from tests.counters import newcomers_hall, trial_hall
from tests.serving import closed_hall, hall, mode, trial

__all__ = ["browser", "closed_hall", "context", "hall", "mode", "newcomers_hall", "trial", "trial_hall"]
