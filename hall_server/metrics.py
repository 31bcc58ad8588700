"""GET /metrics: the hall in figures, for Prometheus: who waits, the counters, how true the promised waits were, and how
the printers, displays and keypads are.

Anyone on the hall's network may read it: nothing in it is of one person, and a covered service goes under its cover.
What the promises' figures mean stands in queue_core/kept_promises.py.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from hall_server import printers, tell
from hall_server.house import House
from hall_server.people import Member
from queue_core.hall import Hall
from queue_core.kept_promises import Kept, kept_promises, last_day_with_promises, total
from queue_core.plan import Plan

# Whoever asks often is answered from the last reading: a month's promises are some hundred thousand rows.
PROMISES_LAST_S = 30.0
# By their names' endings: what is said of promises, and in which words.
OF_PROMISES: Mapping[str, str] = {
    "count": "Promises that were put to the test",
    "coverage_ratio": "Share whose wait lay within the range promised",
    "past_end_ratio": "Share who waited past the end of the range as people were told it",
    "bias_seconds": "Mean of the wait less the likely one",
    "error_seconds": "Mean distance of the wait from the likely one",
}

# A display or a keypad is there or it is not.
OF_OTHER_DEVICES = ("ok", "offline", "unknown")

KeptBySpan = Mapping[str, Mapping[str, Kept]]


def metrics(house: House) -> Blueprint:
    """The page for Prometheus."""
    pages = Blueprint("metrics", __name__)
    promises: KeptBySpan = {}
    read_at = float("-inf")

    @pages.get("/metrics")
    def show() -> Response:
        nonlocal promises, read_at
        if time.monotonic() - read_at > PROMISES_LAST_S:
            read_at, promises = time.monotonic(), house.natively(lambda: _promises(house))
        registry = CollectorRegistry()
        registry.register(_Reading(house.hall, promises))
        registry.register(_Devices(house.printers.known(house.office.now()), house.people.devices()))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return pages


def _promises(house: House) -> KeptBySpan:
    """What became of the promises, by span and by shown service. Reads the database: call it off the hub."""
    with house.office.log.reader() as db:
        last = last_day_with_promises(db, house.plan.service_day(house.office.now()))
        kept = kept_promises(db, last) if last else {}
    return {span: _as_shown(house.plan, of_span) for span, of_span in kept.items()}


def _as_shown(plan: Plan, kept: Mapping[str, Kept]) -> dict[str, Kept]:
    shown: dict[str, Kept] = {}
    for service, one in kept.items():
        name = tell.shown(plan, service)[0] or "none"
        shown[name] = shown.get(name, Kept()) + one
    return shown


class _Reading:
    """One reading of the hall, as the library wants it."""

    def __init__(self, hall: Hall, promises: KeptBySpan) -> None:
        self._hall, self._promises = hall, promises

    def collect(self) -> Iterator[Metric]:
        hall = self._hall
        yield GaugeMetricFamily("sala_events", "Number of the last event in the log", value=hall.seq)
        listed = {one.id: 0 for one in hall.plan.services.values() if one.shown_as is None}
        yield _by("sala_waiting", "Visitors who wait", "service", listed | tell.waiting_by_shown(hall))
        states = Counter(counter.state for counter in hall.counters.values())
        yield _by(
            "sala_counters", "Counters", "state", {state: states[state] for state in ("open", "paused", "closed")}
        )
        yield from self._of_promises()

    def _of_promises(self) -> Iterator[Metric]:
        for ending, says in OF_PROMISES.items():
            family = GaugeMetricFamily(f"sala_wait_promise_{ending}", says, labels=("service", "span"))
            for span, kept in self._promises.items():
                for service, one in {**kept, "all": total(kept.values())}.items():
                    value = _value(ending, one)
                    if value is not None:
                        family.add_metric((service, span), value)
            yield family


class _Devices:
    """How the printers, displays and keypads are. Of each, the state that it is in is 1 and every other 0."""

    def __init__(self, known: Iterable[printers.Device], members: Iterable[Member]) -> None:
        self._names = {one.id: one.name for one in members if one.role == "agent"}
        # Of one whose agent was removed nobody is told any more.
        self._known = sorted((one for one in known if one.agent in self._names), key=lambda one: one.key)

    def collect(self) -> Iterator[Metric]:
        for kind in printers.KINDS:
            states = printers.STATES if kind == "printer" else OF_OTHER_DEVICES
            labels = ("device", "agent", "state")
            family = GaugeMetricFamily(
                f"sala_{kind}_state", f"State of each {kind}: 1 for the present one", labels=labels
            )
            for one in (one for one in self._known if one.kind == kind):
                now = "unknown" if one.lost else one.state
                for state in states:
                    family.add_metric((one.name, self._names[one.agent], state), float(state == now))
            yield family
        connected = {one.agent for one in self._known if one.lost is None}
        here = {name: int(agent in connected) for agent, name in self._names.items()}
        yield _by("sala_agent_connected", "Hardware agents: 1 where connected", "agent", here)


def _value(ending: str, kept: Kept) -> float | None:
    values = {
        "count": float(kept.n),
        "coverage_ratio": kept.coverage,
        "past_end_ratio": kept.past_end,
        "bias_seconds": kept.bias_s,
        "error_seconds": kept.error_s,
    }
    return values[ending]


def _by(name: str, says: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=(label,))
    for one, value in values.items():
        family.add_metric((one or "none",), value)
    return family
