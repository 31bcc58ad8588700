"""One small family of refusals, named for the situation. The web maps each `word` to a status and a sentence.

Not here: HTTP statuses, Thai or English sentences (hall_server/texts.py), and faults of the program itself.
"""


class Refused(Exception):
    """A wish that cannot be. It changed nothing; `word` names the situation, `values` fill its sentence."""

    word = "refused"

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{self.word}: {values}" if values else self.word)


class Unknown(Refused):
    """There is no such thing here, or it is not yours to know."""


class OutOfOrder(Refused):
    """It exists, but not now: closed, busy, already done."""


class Wrong(Refused):
    """Understood, and wrong in itself."""


class UnknownService(Unknown):
    word = "unknown-service"


class UnknownCounter(Unknown):
    word = "unknown-counter"


class UnknownScreen(Unknown):
    word = "unknown-screen"


class UnknownTicket(Unknown):
    word = "unknown-ticket"


class UnknownBooking(Unknown):
    word = "unknown-booking"


class UnknownOfficer(Unknown):
    word = "unknown-officer"


class UnknownKiosk(Unknown):
    word = "unknown-kiosk"


class UnknownDay(Unknown):
    """Nobody came on that day, as far as the log knows; `known` are the last days on which somebody did."""

    word = "unknown-day"


class UnknownPriority(Wrong):
    word = "unknown-priority"


class UnknownLanguage(Wrong):
    word = "unknown-language"


class WrongValue(Wrong):
    word = "wrong-value"


class WrongChange(Wrong):
    """A change of plan that cannot be read or made; `why` says it by language, with what can be written instead."""

    word = "wrong-change"


class SameServiceTwice(Wrong):
    word = "same-service-twice"


class UnknownReason(Wrong):
    word = "unknown-reason"


class KeyReused(Wrong):
    word = "key-reused"


class HallClosed(OutOfOrder):
    word = "hall-closed"


class ServicePaused(OutOfOrder):
    """The centre does not give the service for now; `message` is what it says of it, by language."""

    word = "service-paused"


class QuotaFull(OutOfOrder):
    """As many tickets as the centre gives for it today."""

    word = "quota-full"


class HourFull(OutOfOrder):
    """As many tickets as the centre gives for it in this hour."""

    word = "hour-full"


class NothingToGoBy(OutOfOrder):
    """A day to come cannot be forecast before there was one."""

    word = "nothing-to-go-by"


class ClosedThatDay(OutOfOrder):
    word = "closed-that-day"


class StillReckoning(OutOfOrder):
    """One what-if at a time: another is being reckoned."""

    word = "still-reckoning"


class TookTooLong(OutOfOrder):
    """It was given up: so many replications of so busy a day take longer than anybody waits."""

    word = "took-too-long"


class BookingClosed(Wrong):
    """The centre is closed at the time that was to be booked."""

    word = "booking-closed"


class TimesOutOfOrder(Wrong):
    word = "times-out-of-order"


class NotAnEmergencyNumber(Wrong):
    word = "not-an-emergency-number"


class NotThisDay(Wrong):
    word = "not-this-day"


class NoTimeLeft(OutOfOrder):
    """The work that waits fills the time until closing."""

    word = "no-time-left"


class Evacuating(OutOfOrder):
    word = "evacuating"


class ScreenStale(OutOfOrder):
    """Something moved at the counter since the screen was drawn from which the button was pressed."""

    word = "screen-stale"


class CounterBusy(OutOfOrder):
    word = "counter-busy"


class PressTooOld(OutOfOrder):
    """A key was pressed so long ago that whoever pressed it may have done something else meanwhile."""

    word = "press-too-old"


class CounterClosed(OutOfOrder):
    word = "counter-closed"


class CameOrNot(OutOfOrder):
    word = "came-or-not"


class NobodyCalled(OutOfOrder):
    word = "nobody-called"


class AlreadyStarted(OutOfOrder):
    word = "already-started"


class RecalledEnough(OutOfOrder):
    word = "recalled-enough"


class NotWaiting(OutOfOrder):
    word = "not-waiting"


class NotHeld(OutOfOrder):
    word = "not-held"


class NotAbsent(OutOfOrder):
    word = "not-absent"


class AwayTooLong(OutOfOrder):
    word = "away-too-long"


class NotServedHere(OutOfOrder):
    word = "not-served-here"


class NotGivenHere(OutOfOrder):
    word = "not-given-here"


class NothingLeft(OutOfOrder):
    word = "nothing-left"


class NothingToUndo(OutOfOrder):
    word = "nothing-to-undo"


class TooLateToUndo(OutOfOrder):
    word = "too-late-to-undo"


class MovedOn(OutOfOrder):
    """What is to be taken back has gone on elsewhere meanwhile."""

    word = "moved-on"


class NothingToStandInFor(OutOfOrder):
    word = "nothing-to-stand-in-for"


class LastCounter(OutOfOrder):
    """No other counter gives the service."""

    word = "last-counter"


class NoHelpAsked(OutOfOrder):
    word = "no-help-asked"


class NoKioskCall(OutOfOrder):
    """Nobody at this kiosk asks for a member of staff."""

    word = "no-kiosk-call"


class KioskIsPaused(OutOfOrder):
    """The staff have switched the kiosk off for now: it gives no ticket."""

    word = "kiosk-is-paused"


class NoPrinter(OutOfOrder):
    """No printer prints for this kiosk now."""

    word = "no-printer"


class AlreadyCheckedIn(OutOfOrder):
    word = "already-checked-in"


class CodeTaken(OutOfOrder):
    word = "code-taken"


class NumberTaken(OutOfOrder):
    word = "number-taken"


class CannotMove(OutOfOrder):
    word = "cannot-move"


class CannotCancel(OutOfOrder):
    word = "cannot-cancel"


class NotServedYet(OutOfOrder):
    word = "not-served-yet"


class AlreadyRated(OutOfOrder):
    word = "already-rated"


class NotWritten(Refused):
    """The log could not take it: nobody saw it happen, and it may be tried again."""

    word = "not-written"


class NotReckoned(NotWritten):
    """What was to be reckoned came to nothing, and may be tried again."""

    word = "not-reckoned"


class ClockInDoubt(NotWritten):
    """The clock at start contradicts the log; a manager is asked before anything is written."""

    word = "clock-in-doubt"


class Mistake(Exception):
    """A centre's or devices' file that cannot be used: where, what is wrong, and what to do about it."""

    def __init__(self, where: str, line: int | None, problem: str, remedy: str) -> None:
        self.where, self.line, self.problem, self.remedy = where, line, problem, remedy
        at = f"{where}, line {line}" if line else where
        super().__init__(f"{at}: {problem} — {remedy}")


class FolderRefused(Exception):
    """A data folder that this server may not use; the message says why and what to do."""
