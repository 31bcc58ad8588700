"""What an officer may wish at a counter: call, serve, put aside, send on, take back; stand in, call for help.

Each wish is a pure function `(hall, now, by, counter, …) -> events`, or a polite refusal from errors.py; no event means
that the wish is already so. Whether the officer has the right to pass people over is asked before (hall_server).
Not here: what is wished for a visitor (visitors.py), the hall itself (hall.py), the order of calling (rules.py).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from queue_core import errors, rules
from queue_core.hall import Counter, Events, Hall, Press
from queue_core.plan import Names
from queue_core.ticket import AT_COUNTER, Event, Ticket
from queue_core.visitors import come_back, listed, placed, queued_again, ticket_for, too_long

OUTCOMES = ("done", "forwarded", "documents-missing", "referred", "gave-up")
PAUSE_REASONS = ("break", "errand", "trouble", "other")
# The work in which officers stand in for one another (OPDC criterion 4.1).
STAND_IN_KINDS = frozenset({"information", "forward"})
MAY_UNDO = timedelta(seconds=30)


def one_press(*events: Event) -> Events:
    """The events of one press: from the second on each says so, that all may be taken back together."""
    return tuple(replace(event, data={**event.data, "joined": True}) if n else event for n, event in enumerate(events))


# -- the counter ---------------------------------------------------------------------------------------------------


def open_counter(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The counter serves from now on, with whoever pressed. Nothing, if it does already."""
    here = _known(hall, counter)
    return () if here.state == "open" and here.officer == by else (Event("counter-opened", now, by, counter=counter),)


def pause_counter(hall: Hall, now: datetime, by: str, counter: str, reason: str = "") -> Events:
    """The counter stops for a while; refused while a visitor is at it, or when it is closed."""
    _nobody_at(hall, counter)
    state = _known(hall, counter).state
    if state == "closed":
        raise errors.CounterClosed(counter=counter)
    if state == "paused":
        return ()
    # A listed reason can be counted; other words are a person's own, and erasable.
    counted = reason in PAUSE_REASONS
    data = {"reason": reason} if counted else {}
    texts = {"reason": reason} if reason and not counted else {}
    return (Event("counter-paused", now, by, counter=counter, data=data, texts=texts),)


def close_counter(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The counter is left; refused while a visitor is at it."""
    _nobody_at(hall, counter)
    return () if _known(hall, counter).state == "closed" else (Event("counter-closed", now, by, counter=counter),)


def stand_in(hall: Hall, now: datetime, by: str, counter: str, colleague: str | None = None) -> Events:
    """Give a colleague's services of information and of accepting for others, too; without `colleague` no longer.

    `colleague` is another counter. Refused where it gives none that this one lacks.
    """
    here = _known(hall, counter)
    services = _lent(hall, counter, colleague) if colleague is not None else ()
    if services == here.stand_in:
        return ()
    data = {"services": list(services), "colleague": colleague}
    return (Event("standing-in", now, by, counter=counter, data=data),)


def _lent(hall: Hall, counter: str, colleague: str) -> tuple[str, ...]:
    if colleague not in hall.plan.counters:
        raise errors.UnknownCounter(counter=colleague)
    services = lends(hall, counter, colleague)
    if not services:
        raise errors.NothingToStandInFor(counter=colleague)
    return services


def lends(hall: Hall, counter: str, colleague: str) -> tuple[str, ...]:
    """The services of that colleague's which this counter could give, too, with the officer who is at it."""
    planned = hall.plan.counters.get(colleague)
    if planned is None or colleague == counter:
        return ()
    own, skills = hall.own_services(counter), hall.plan.skills.get(hall.counters[counter].officer or "")
    theirs = (hall.plan.services[service] for service in planned.services)
    return tuple(
        service.id
        for service in theirs
        if service.kind in STAND_IN_KINDS and service.id not in own and (skills is None or service.id in skills)
    )


# -- calling -------------------------------------------------------------------------------------------------------


def call_next(hall: Hall, now: datetime, by: str, counter: str, current: str | None = None) -> Events:
    """One press: the present visitor is finished and the next one called.

    A visitor who was called and never started needs `current`, "finished" or "no-show": only the officer knows.
    A counter not open is opened by it: whoever presses is there. Nobody waiting: the present visitor is finished all
    the same.
    """
    _nobody_flees(hall)
    opened = open_counter(hall, now, by, counter)
    before = opened + _end_present(hall, now, by, counter, current)
    for event in before:
        hall = hall.after(event)
    choice = hall.choice(counter, now)
    called = (_call(hall, now, by, counter, choice.ticket, choice.reason()),) if choice else ()
    return one_press(*before, *called)


def _end_present(hall: Hall, now: datetime, by: str, counter: str, current: str | None) -> Events:
    ticket = hall.at_counter(counter)
    if ticket is None:
        return ()
    if ticket.state == "called" and current is None:
        raise errors.CameOrNot(counter=counter, number=ticket.number)
    if current == "no-show":
        return no_show(hall, now, by, counter)
    return finish(hall, now, by, counter)


def call_number(hall: Hall, now: datetime, by: str, counter: str, number: str, reason: str = "") -> Events:
    """Call this one out of turn, for a reason that the centre has listed: one who waits, or was absent and is back."""
    _nobody_flees(hall)
    listed(hall, reason)
    ticket = hall.numbered(number)
    _known(hall, counter)
    if ticket is None:
        raise errors.UnknownTicket(number=number)
    if not ticket.may("called"):
        raise errors.NotWaiting(number=number, state=ticket.state)
    _nobody_at(hall, counter)
    opened = open_counter(hall, now, by, counter)
    for event in opened:
        hall = hall.after(event)
    # Also one who was sent to somebody else alone: whom the visitor waits for may have gone to lunch.
    if not hall.may_call(counter, ticket) and ticket.service not in hall.services_at(counter):
        raise errors.NotServedHere(number=number, counter=counter)
    why = out_of_turn(hall, counter, ticket, rules.CHOSEN) | {"why": reason}
    return one_press(*opened, _call(hall, now, by, counter, ticket, why))


def out_of_turn(hall: Hall, counter: str, ticket: Ticket, rule: str) -> dict[str, Any]:
    """The reason of a call that no rule made: whom it passed over stands in it all the same."""
    mine = (ticket.since, ticket.place)
    older = [one.number for one in hall.waiting_for(counter) if (one.since, one.place) < mine]
    return {"rule": rule, "score": 0.0, "passed_over": len(older), "first": older[: rules.FIRST_NAMED]}


def _call(hall: Hall, now: datetime, by: str, counter: str, ticket: Ticket, reason: dict[str, Any]) -> Event:
    lent = {"stand_in": True} if lent_here(hall, counter, ticket.service) else {}
    return Event("called", now, by, ticket.id, counter, {"reason": reason} | lent)


def lent_here(hall: Hall, counter: str, service: str) -> bool:
    """Whether the counter gives the service only because it stands in for a colleague."""
    return service in hall.counters[counter].stand_in and service not in hall.own_services(counter)


def recall(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """Call the same visitor once more, as often as the centre allows."""
    _nobody_flees(hall)
    ticket = _called_at(hall, counter, "recalled")
    if ticket.calls > hall.plan.recalls:
        raise errors.RecalledEnough(number=ticket.number, times=hall.plan.recalls)
    return (Event("recalled", now, by, ticket.id, counter),)


def walk_in(hall: Hall, now: datetime, by: str, counter: str, service: str | None = None) -> Events:
    """A visitor who stands at the counter without a ticket gets a number and is served at once.

    Without `service` it is the counter's usual one for this. Hours and quotas are not asked: the officer has decided.
    A service that the counter and its officer do not give is refused.
    """
    _nobody_flees(hall)
    _nobody_at(hall, counter)
    if service is not None and service not in hall.plan.services:
        raise errors.UnknownService(service=service)
    opened = open_counter(hall, now, by, counter)
    for event in opened:
        hall = hall.after(event)
    wanted = service or _usual(hall, counter)
    if wanted not in hall.services_at(counter):
        raise errors.NotGivenHere(counter=counter, service=_name(hall, wanted))
    came = ticket_for(hall, now, by, (wanted,), {"waited": False, "no_slip": True}, counter)
    hall = hall.after(came)
    ticket = hall.tickets[str(came.ticket)]
    called = _call(hall, now, by, counter, ticket, out_of_turn(hall, counter, ticket, rules.WALK_IN))
    return one_press(*opened, came, called, Event("started", now, by, ticket.id, counter))


def _usual(hall: Hall, counter: str) -> str:
    """What visitors without a ticket come to this counter for: as the plan says, else the first that can be given."""
    planned = hall.plan.counters.get(counter)
    if planned is None:
        raise errors.UnknownCounter(counter=counter)
    given = hall.services_at(counter)
    likely = (planned.walk_in or planned.services[0], *planned.services)
    return next((service for service in likely if service in given), likely[0])


def _name(hall: Hall, service: str) -> Names:
    planned = hall.plan.services.get(service)
    return planned.name if planned else {"th": service, "en": service}


# -- the visitor at the counter ------------------------------------------------------------------------------------


def start(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The visitor has come and is being served."""
    ticket = _called_at(hall, counter, "started")
    return (Event("started", now, by, ticket.id, counter),)


def no_show(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The visitor who was called did not come, and may come back for a while, as often as the centre allows."""
    ticket = _called_at(hall, counter, "no-show")
    again = ticket.absences < hall.plan.requeues and hall.plan.tolerance_minutes > 0
    return (Event("did-not-come" if again else "no-show", now, by, ticket.id, counter),)


def requeue(hall: Hall, now: datetime, by: str, counter: str, number: str) -> Events:
    """One who did not come when called is back, and waits again with the visit's age. Nothing, if so already."""
    _known(hall, counter)
    ticket = hall.numbered(number)
    if ticket is None:
        raise errors.UnknownTicket(number=number)
    return come_back(hall, now, by, ticket, counter)


def finish(
    hall: Hall,
    now: datetime,
    by: str,
    counter: str,
    outcome: str = "done",
    services: Sequence[str] = (),
    note: str = "",
    stay: bool = False,
) -> Events:
    """The service is over; the visit too, unless services are left: then the next is queued for with the visit's age.

    `services` corrects what was really given. `stay`: the next one is given here and now, at the same window. Whoever
    gave up is given nothing more. An unpressed start is inferred.
    """
    ticket = _present(hall, counter)
    for service in services:
        if service not in hall.plan.services:
            raise errors.UnknownService(service=service)
    given = tuple(dict.fromkeys(services)) or (ticket.service,)
    left = () if outcome == "gave-up" else tuple(one for one in ticket.left if one not in given)
    if stay and not left:
        raise errors.NothingLeft(number=ticket.number)
    if stay and left[0] not in hall.services_at(counter):
        raise errors.NotServedHere(number=ticket.number, counter=counter)
    data: dict[str, Any] = {"outcome": outcome} | _doubt(hall, ticket, now, given[0])
    if services:
        done = [leg.service for leg in ticket.legs]
        data |= {"service": given[0], "services": list(dict.fromkeys([*done, *given, *left]))}
        data |= {"also": list(given[1:])} if given[1:] else {}
    if left:
        data |= {"next": left[0], "left": list(left[1:]), "since": ticket.age_since.isoformat()}
    if stay and lent_here(hall, counter, left[0]):
        data |= {"stand_in": True}
    kind = ("continued" if stay else "leg-finished") if left else "finished"
    over = Event(kind, now, by, ticket.id, counter, data, {"note": note} if note else {})
    over = queued_again(hall, now, over) if kind == "leg-finished" else over
    return one_press(*_inferred(ticket, now, by, counter), over)


def hold(hall: Hall, now: datetime, by: str, counter: str, note: str = "") -> Events:
    """The visitor is put aside, to fill in a form or fetch a copy, and keeps the leg; the counter is free."""
    ticket = _present(hall, counter)
    held = Event("held", now, by, ticket.id, counter, texts={"note": note} if note else {})
    return one_press(*_inferred(ticket, now, by, counter), held)


def resume(hall: Hall, now: datetime, by: str, counter: str, number: str) -> Events:
    """One who was put aside goes on being served, here."""
    _nobody_flees(hall)
    ticket = hall.numbered(number)
    _nobody_at(hall, counter)
    if ticket is None:
        raise errors.UnknownTicket(number=number)
    if not ticket.may("resumed"):
        raise errors.NotHeld(number=number, state=ticket.state)
    opened = open_counter(hall, now, by, counter)
    for event in opened:
        hall = hall.after(event)
    if ticket.counter != counter and not hall.may_call(counter, ticket):
        raise errors.NotServedHere(number=number, counter=counter)
    return one_press(*opened, Event("resumed", now, by, ticket.id, counter))


def transfer(
    hall: Hall,
    now: datetime,
    by: str,
    counter: str,
    service: str | None = None,
    to_counter: str | None = None,
    to_officer: str | None = None,
    position: str = "by-visit",
    reason: str = "",
) -> Events:
    """The visitor is sent on: to another service, or to one counter or officer alone.

    The place there is by the visit's age, in front (for a listed reason) or at the end. Whom the visitor was sent to
    leaves: then whoever gives the service may call. Words other than a listed reason are erasable.
    """
    ticket = _present(hall, counter)
    if service is None and to_counter is None and to_officer is None:
        raise errors.WrongValue(where="service", why="service | counter | officer")
    if service is not None and service not in hall.plan.services:
        raise errors.UnknownService(service=service)
    if to_counter is not None and to_counter not in hall.plan.counters:
        raise errors.UnknownCounter(counter=to_counter)
    if to_officer is not None and to_officer not in {one.officer for one in hall.counters.values()}:
        raise errors.UnknownOfficer(officer=to_officer)
    data = placed(hall, ticket, now, position, reason) | _doubt(hall, ticket, now, ticket.service)
    data |= {
        "next": service or ticket.service,
        "left": [one for one in ticket.left if one != service],
        "services": _with(ticket.services, service),
        "for_counter": to_counter,
        "for_officer": to_officer,
    }
    words = {"reason": reason} if reason and "reason" not in data else {}
    sent = Event("transferred", now, by, ticket.id, counter, data, words)
    # In front, or to somebody alone, one waits in no queue from which a wait could be learned.
    alone = position == "front" or to_counter or to_officer
    return (sent if alone else queued_again(hall, now, sent),)


def _with(services: Sequence[str], more: str | None) -> list[str]:
    return list(dict.fromkeys([*services, more] if more else services))


def still_here(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """After a power cut: the visitor is still at the counter. Nothing, where nobody asked."""
    ticket = _present(hall, counter)
    return (Event("confirmed", now, by, ticket.id, counter),) if hall.counters[counter].asked else ()


def _inferred(ticket: Ticket, now: datetime, by: str, counter: str) -> Events:
    """A start that nobody pressed."""
    inferred = Event("started", now, by, ticket.id, counter, {"inferred": True})
    return (inferred,) if ticket.state == "called" else ()


def _doubt(hall: Hall, ticket: Ticket, now: datetime, service: str) -> dict[str, str]:
    """Says so, if the service that was given was open for longer than anybody believes."""
    began = ticket.started_at or ticket.called_at
    if began is None:
        return {}
    took = now - began - timedelta(milliseconds=ticket.leg.held_ms)
    return {"uncertain": "too-long"} if too_long(hall, service, took) else {}


# -- taking back ---------------------------------------------------------------------------------------------------


def undo(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """Take back the last thing done to a visitor at this counter, within half a minute: all stands as it stood before.

    One event, which names those it takes back and carries their tickets as they were. A number that was given cannot
    be taken back: a visitor without a ticket, entered by mistake, is cancelled.
    """
    last = _known(hall, counter).last
    if last is None:
        raise errors.NothingToUndo(counter=counter)
    if now - last.at > MAY_UNDO:
        raise errors.TooLateToUndo(seconds=MAY_UNDO.seconds)
    elsewhere = gone_on(hall, last)
    if elsewhere:
        raise errors.MovedOn(number=elsewhere.number)
    data: dict[str, Any] = {
        "undoes": list(last.seqs),
        "what": last.kind,
        "visitor": last.visitor,
        "tickets": [ticket.record() for ticket in last.tickets],
    }
    # A ratio is given back only if no other counter has called by it since.
    if last.ratio and hall.ratios.get(last.ratio[0]) == last.ratio[2]:
        data |= {"ratio": {"key": last.ratio[0], "taken": list(last.ratio[1])}}
    main = last.tickets[0].id if last.tickets else last.fresh[0]
    # By its outcome the figures know it: nobody came, and nobody gave up.
    given_up = tuple(Event("cancelled", now, by, ticket, data={"outcome": "undone"}) for ticket in last.fresh)
    return one_press(*given_up, Event("undone", now, by, main, counter, data))


def gone_on(hall: Hall, last: Press) -> Ticket | None:
    """The first ticket of the press that has gone on since: to take it back would undo somebody else's act."""
    for ticket in last.tickets:
        now = hall.tickets.get(ticket.id)
        if now.moved not in last.seqs if now else ticket.id not in last.gone:
            return ticket
    return None


# -- help ----------------------------------------------------------------------------------------------------------


def ask_help(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """A silent call for help, to the neighbours and the desk. Nothing, if one is out already."""
    return () if _known(hall, counter).help else (Event("help-asked", now, by, counter=counter),)


def answer_help(hall: Hall, now: datetime, by: str, counter: str, colleague: str | None = None) -> Events:
    """Somebody is coming: from another counter, `colleague`, or (None) from the desk."""
    called = _known(hall, counter).help
    if called is None:
        raise errors.NoHelpAsked(counter=counter)
    if colleague == counter:
        raise errors.WrongValue(where="counter", why=f"≠ {counter}")
    return () if called.answered_by else (Event("help-answered", now, by, counter=counter, data={"from": colleague}),)


def help_over(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """All is well again at the counter. Nothing, if no help was asked."""
    return (Event("help-over", now, by, counter=counter),) if _known(hall, counter).help else ()


# -- what is asked again and again ---------------------------------------------------------------------------------


def fresh(hall: Hall, counter: str, as_of: int | None) -> None:
    """Refuse a press on a screen older than the counter's last event: it was meant for what the screen showed."""
    if as_of is not None and _known(hall, counter).moved > as_of:
        raise errors.ScreenStale(counter=counter)


def _nobody_flees(hall: Hall) -> None:
    if hall.evacuation:
        raise errors.Evacuating()


def _known(hall: Hall, counter: str) -> Counter:
    if counter not in hall.counters:
        raise errors.UnknownCounter(counter=counter)
    return hall.counters[counter]


def _present(hall: Hall, counter: str) -> Ticket:
    _known(hall, counter)
    ticket = hall.at_counter(counter)
    if ticket is None or ticket.state not in AT_COUNTER:
        raise errors.NobodyCalled(counter=counter)
    return ticket


def _called_at(hall: Hall, counter: str, wished: str) -> Ticket:
    ticket = _present(hall, counter)
    if not ticket.may(wished):
        raise errors.AlreadyStarted(counter=counter, number=ticket.number)
    return ticket


def _nobody_at(hall: Hall, counter: str) -> None:
    _known(hall, counter)
    ticket = hall.at_counter(counter)
    if ticket is not None:
        raise errors.CounterBusy(counter=counter, number=ticket.number)
