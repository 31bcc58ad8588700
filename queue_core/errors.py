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


class UnknownTicket(Unknown):
    word = "unknown-ticket"


class UnknownPriority(Wrong):
    word = "unknown-priority"


class UnknownLanguage(Wrong):
    word = "unknown-language"


class WrongValue(Wrong):
    word = "wrong-value"


class OneServiceForNow(Wrong):
    word = "one-service-for-now"


class KeyReused(Wrong):
    word = "key-reused"


class HallClosed(OutOfOrder):
    word = "hall-closed"


class CounterBusy(OutOfOrder):
    word = "counter-busy"


class CounterClosed(OutOfOrder):
    word = "counter-closed"


class CameOrNot(OutOfOrder):
    word = "came-or-not"


class NobodyCalled(OutOfOrder):
    word = "nobody-called"


class AlreadyStarted(OutOfOrder):
    word = "already-started"


class CannotCancel(OutOfOrder):
    word = "cannot-cancel"


class NotServedYet(OutOfOrder):
    word = "not-served-yet"


class AlreadyRated(OutOfOrder):
    word = "already-rated"


class NotWritten(Refused):
    """The log could not take it: nobody saw it happen, and it may be tried again."""

    word = "not-written"


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
