"""Printers: a driver a kind of address. It asks for the state, prints a slip, and says what came of it.

Here belongs the conversation with a printer. Not here: the line it goes over (transports.py), what is sent for a slip
(paper.py), what a slip looks like (slips.py), and who decides what is printed again (the server).

"Sent" is not printed. So an outcome is `not_printed` only where nothing of the slip went out, `printed` only where
the printer itself confirmed every stretch of this very slip, and `unknown` for everything between. A printer of which
the devices file says that it cannot confirm answers `sent`, when all went out.
"""

import contextlib
import os
import re
import secrets
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PIL import Image

from hardware import paper
from hardware.errors import AddressWrong
from hardware.paper import Page
from hardware.transports import Broken, Line, Transport, transport

TAG_LETTERS = string.ascii_letters + string.digits
CHUNK = 2048  # bytes between two looks at what the printer says
STEP_S = 0.25  # the longest that nobody listens
QUIET_S = 0.02
NUDGE_S = 1.0  # without a word, until it is asked whether it is still there
BABBLE = 64  # pieces of old answers that are read away at most

ASK = b"\x10\x04"  # DLE EOT n: answered at once, even off line and with a full buffer
WHOLE, CAUSE, PAPER = 1, 2, 4


@dataclass(frozen=True, slots=True)
class State:
    """`name`: ok, paper_low, paper_out, cover_open, offline or unknown; `detail` is for the technician."""

    name: str
    detail: str = ""

    @property
    def ready(self) -> bool:
        return self.name in ("ok", "paper_low")


OK = State("ok")
OUT, COVER = State("paper_out", "the paper is out"), State("cover_open", "the cover is open")
FAULT = State("offline", "the printer reports a fault (cutter, heat or power)")
OFF_LINE = State("offline", "the printer is off line")
LOW = State("paper_low", "the paper is nearly out")
MUTE = State("ok", "the printer does not say how it is")  # only where the devices file expects no more of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """`what` is printed, not_printed, unknown or sent; `state` is the printer's, if this job saw it.

    `never`: this printer cannot print this slip, however often it is tried.
    """

    what: str
    state: State | None
    detail: str = ""
    never: bool = False


Tell = Callable[[State], None]
Stuck = Callable[[str], None]
Late = Callable[[float], bool]
TOO_OLD = "the printer was busy until the slip was too old"


def nobody(news: State | str) -> None:
    """For whoever does not want to hear of a printer while it prints."""


def never(seconds: float) -> bool:
    """For a slip that is never too old."""
    return False


class Printer(Protocol):
    @property
    def port(self) -> str:
        """Two printers with the same have one owner too many."""

    def state(self) -> State: ...

    def print(self, page: Page, name: str, tell: Tell = nobody, stuck: Stuck = nobody, late: Late = never) -> Outcome:
        """`stuck` is told why what waits behind this slip had better go elsewhere; "" once it gets on again.
        `late` is asked just before the first byte: would the slip be too old, so many seconds from now?
        """

    def broke_off(self) -> None:
        """For whoever knows that a slip broke off before this driver began, as when the agent was killed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds; nothing here waits longer, but for what a slow line itself takes.

    In `done_s` a slow printer ends its paper after the last byte; `refill_s` is for a person who changes the roll
    while the printer holds the whole slip. In `watched_s` automatic status begins. After `silent_s` without a word it
    is told that nobody knows how the printer is; after `stalled_s` without getting on, it is stuck with its slip.
    """

    connect_s: float = 3.0
    answer_s: float = 2.0
    write_s: float = 20.0
    done_s: float = 20.0
    refill_s: float = 60.0
    watched_s: float = 0.2
    silent_s: float = 3.0
    stalled_s: float = 6.0


class Silent(OSError):
    """The printer holds the line open and says nothing."""


class Doubt(Exception):
    """From here on nobody can say whether this slip comes out."""


def printer(address: str, confirms: bool = True) -> Printer:
    """The driver for an address of the devices file, which is not touched yet; or an AddressWrong."""
    kind, _, rest = address.partition(":")
    if kind == "virtual":
        return Virtual.at(rest)
    try:
        return Escpos(transport(address), confirms)
    except AddressWrong as wrong:
        raise AddressWrong(f"{wrong}; or virtual:FOLDER/ for pictures in a folder") from wrong


@dataclass(frozen=True, slots=True)
class Virtual:
    """Writes each slip as a PNG where a person finds it."""

    folder: Path

    @classmethod
    def at(cls, folder: str) -> "Virtual":
        if not folder:
            raise AddressWrong("virtual: needs a folder, such as virtual:slips/")
        return cls(Path(folder))

    @property
    def port(self) -> str:
        return f"virtual:{os.path.realpath(self.folder)}"

    def state(self) -> State:
        """A folder that is not there yet will be made."""
        nearest = next((one for one in (self.folder, *self.folder.parents) if one.exists()), self.folder)
        return OK if nearest.is_dir() or not nearest.exists() else State("offline", f"{nearest} is no folder")

    def print(self, page: Page, name: str, tell: Tell = nobody, stuck: Stuck = nobody, late: Late = never) -> Outcome:
        assert isinstance(page, Image.Image)  # the devices file refuses native text here
        if late(0):
            return Outcome("not_printed", OK, TOO_OLD)
        unfinished = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            page.save(unfinished, format="PNG")
            os.replace(unfinished, self.folder / f"{name}.png")  # whoever looks sees a whole slip or none
        except OSError as wrong:
            return Outcome("not_printed", State("offline", str(wrong)), str(wrong))
        return Outcome("printed", OK)

    def broke_off(self) -> None:
        pass  # whoever looks sees a whole slip or none


class Escpos:
    """A receipt printer speaking ESC/POS, on whatever line. One thread uses it.

    On the network there is one connection a job, as others may print too. A port of this machine stays open: it is
    ours, and a printer that goes is noticed. After a hang-up the next job or question opens it again.
    """

    def __init__(self, at: Transport, confirms: bool = True, patience: Patience | None = None) -> None:
        self.at, self.confirms, self.patience = at, confirms, patience or Patience()
        self._kept: Line | None = None
        self._torn = False  # the last slip may have broken off: the printer may wait for the rest of a picture
        self._has_answered = False

    @property
    def port(self) -> str:
        return self.at.port

    def state(self) -> State:
        try:
            with self._line() as line:
                return self._asked(Talk(line))
        except Silent as silent:
            return State("unknown", str(silent))
        except OSError as wrong:
            return State("offline", str(wrong))

    def print(self, page: Page, name: str, tell: Tell = nobody, stuck: Stuck = nobody, late: Late = never) -> Outcome:
        job = Job.of(page, self.confirms)
        try:
            with self._line() as line:
                return self._print(job, self._talk(line, tell, stuck), late)
        except OSError as wrong:
            state = State("unknown" if isinstance(wrong, Silent) else "offline", str(wrong))
            return self._doubtful(state) if job.sent else _not_printed(state)

    def broke_off(self) -> None:
        self._torn = True

    def close(self) -> None:
        if self._kept:
            self._kept.close()
            self._kept = None

    @contextlib.contextmanager
    def _line(self) -> Iterator[Line]:
        """An open line, for a while. One that broke is let go."""
        line = self._kept or self.at.open(self.patience.connect_s)
        self._kept = None
        try:
            yield line
        except Silent:
            self._keep(line)
            raise
        except BaseException:
            line.close()
            raise
        self._keep(line)

    def _keep(self, line: Line) -> None:
        if self.at.stays_open:
            self._kept = line
        else:
            line.close()

    def _talk(self, line: Line, tell: Tell, stuck: Stuck) -> "Talk":
        """A slow line is given the time for a quarter of a stretch until it is silent, and for one until it stalls."""
        stretch_s = self.at.seconds_for(paper.BAND * paper.WIDEST)
        return Talk(line, tell, self.patience.silent_s + stretch_s / 4, stuck, self.patience.stalled_s + stretch_s)

    def _asked(self, talk: "Talk") -> State:
        """What the printer says of itself. Silent if nothing, unless no word was ever expected of it."""
        try:
            state = ask(talk, self.patience.answer_s)
        except Silent:
            if self.confirms or self._has_answered:
                raise
            return MUTE
        self._has_answered = True
        return state

    def _print(self, job: "Job", talk: "Talk", late: Late) -> Outcome:
        talk.state = self._asked(talk)
        if not talk.state.ready:
            return _not_printed(talk.state)
        begin = paper.start(self._torn)
        if talk.line.write(begin, self._write_s(len(begin))) < len(begin):
            return _not_printed(State("unknown", "the printer takes nothing"))
        try:
            talk.first_watched(self.patience.watched_s + self.at.seconds_for(len(begin)))
            if late(self.at.seconds_for(len(job.data))):
                talk.watch_no_more()
                return Outcome("not_printed", talk.state, TOO_OLD)
            self._send(job, talk)
            self._wait(job, talk)
        except Doubt as doubt:
            state = State("unknown", str(doubt)) if talk.state.ready else talk.state
            return self._doubtful(state) if job.sent else _not_printed(state)
        self._torn = False
        talk.watch_no_more()
        return Outcome("printed" if self.confirms else "sent", talk.state)

    def _send(self, job: "Job", talk: "Talk") -> None:
        """All of the slip, as long as the printer is well. From the first byte on, whatever goes wrong is a Doubt."""
        until = time.monotonic() + self._write_s(len(job.data))
        while job.left:
            talk.listen(0)
            talk.fit_to_print()
            if (left := until - time.monotonic()) <= 0:
                raise Doubt("the printer takes no more")
            if job.send(talk.line, min(STEP_S, left)):
                talk.gets_on()
            talk.mind_silence()
            talk.mind_others()

    def _wait(self, job: "Job", talk: "Talk") -> None:
        """Until the printer has confirmed every stretch.

        If it wants paper it is given the time for that, and then again the time that it always has.
        """
        begun = time.monotonic() + self.at.seconds_for(len(job.data))
        done_s, refill_s = self.patience.done_s, self.patience.refill_s
        while missing := job.tags - talk.heard.confirmed:
            until = max(begun, talk.since) + done_s if talk.state.ready else begun + refill_s
            if (left := min(until, begun + refill_s + done_s) - time.monotonic()) <= 0:
                raise Doubt(f"{len(missing)} of {len(job.tags)} stretches were not confirmed in time")
            talk.nudge()
            talk.listen(min(left, STEP_S))
            talk.still_the_same()
            talk.mind_silence()
            talk.mind_others()

    def _write_s(self, count: int) -> float:
        return self.patience.write_s + self.at.seconds_for(count)

    def _doubtful(self, state: State) -> Outcome:
        """Also one that was sent whole may have ended in its midst, with the power: the next is cut off from it."""
        self._torn = True
        return Outcome("unknown", state, f"the slip was sent, wholly or in part, and not confirmed: {state.detail}")


@dataclass(slots=True)
class Job:
    """One slip on its way: what is sent, how much of it went out, and the tags that say it is on paper."""

    data: bytes
    tags: frozenset[bytes]
    sent: int = 0

    @classmethod
    def of(cls, page: Page, confirms: bool) -> "Job":
        """A tag for each stretch: a printer that was switched off and on in the midst cannot confirm the whole.

        It would answer for what comes afterwards, and for the end. (One that lost no tag at all, behind a box that held
        the rest back for it, and that does not say it is fresh, is believed: nothing tells it from a slow one.)
        """
        pieces = paper.stretches(page)
        if not confirms:
            return cls(b"".join(pieces), frozenset())
        tags = [_tag() for _ in pieces]
        return cls(
            b"".join(piece + paper.confirm(tag) for piece, tag in zip(pieces, tags, strict=True)), frozenset(tags)
        )

    @property
    def left(self) -> int:
        return len(self.data) - self.sent

    def send(self, line: Line, within_s: float) -> int:
        """How many more bytes went out; what went out before a line broke is counted too."""
        try:
            went = line.write(self.data[self.sent : self.sent + CHUNK], within_s)
        except Broken as broken:
            self.sent += broken.sent
            raise
        self.sent += went
        return went


def _tag() -> bytes:
    return "".join(secrets.choice(TAG_LETTERS) for _ in range(4)).encode()


def _like(bits: int, value: int) -> bytes:
    """A class of a pattern: the bytes of which these bits have this value."""
    return b"[" + b"".join(re.escape(bytes([byte])) for byte in range(256) if byte & bits == value) + b"]"


WATCHED, MORE = _like(0x93, 0x10), _like(0x90, 0x00)
ANSWER = re.compile(
    rb"(?P<asked>%b)|(?P<watched>%b%b{3})|\x37\x22(?P<tag>.{4})\x00|(?P<fresh>\x3b\x31\x00)"
    % (_like(0x93, 0x12), WATCHED, MORE),
    re.DOTALL,
)
UNFINISHED = re.compile(rb"%b%b{0,2}\Z|\x37(\x22.{0,4})?\Z|\x3b\x31?\Z" % (WATCHED, MORE), re.DOTALL)


@dataclass(slots=True)
class Heard:
    """What a printer has said, sorted as it comes: each kind of answer is known by its fixed bits."""

    asked: list[int] = field(default_factory=list)  # answers to DLE EOT
    watched: bytes = b""  # the latest automatic status
    confirmed: set[bytes] = field(default_factory=set)  # tags
    fresh: bool = False  # it has just been switched on
    _rest: bytes = b""

    def take(self, data: bytes) -> None:
        """What is no answer, as flow control and noise, is passed over."""
        said, at = self._rest + data, 0
        while at < len(said) and not UNFINISHED.match(said, at):
            answer = ANSWER.match(said, at)
            if answer:
                self._sort(answer)
            at = answer.end() if answer else at + 1
        self._rest = said[at:]

    def _sort(self, answer: re.Match[bytes]) -> None:
        match answer.lastgroup:
            case "asked":
                self.asked.append(answer["asked"][0])
            case "watched":
                self.watched = answer["watched"]
            case "tag":
                self.confirmed.add(answer["tag"])
            case "fresh":
                self.fresh = True


class Talk:
    """One conversation: what was said on a line, and the printer's state as far as that tells it."""

    def __init__(
        self,
        line: Line,
        tell: Tell = nobody,
        silent_s: float = 3.0,
        stuck: Stuck = nobody,
        stalled_s: float = float("inf"),
    ) -> None:
        self.line, self.heard, self.state = line, Heard(), OK
        self._tell, self._silent_s, self._stuck, self._stalled_s = tell, silent_s, stuck, stalled_s
        self._last = self._nudged = self._got_on = self.since = time.monotonic()
        self._told_silent = False
        self._told_stuck = ""
        self._unsaid = b""  # of a question
        self._hear_out(0)  # answers to an older job

    def listen(self, within_s: float) -> None:
        data = self.line.read(within_s)
        if not data:
            return
        before, confirmed = self.heard.watched, len(self.heard.confirmed)
        self.heard.take(data)
        if len(self.heard.confirmed) > confirmed:
            self.gets_on()
        if self.heard.watched != before:
            self._changed(watched_state(self.heard.watched))
        self.lives()

    def first_watched(self, within_s: float) -> None:
        """The state with which automatic status begins; a printer that does not know it says nothing."""
        until = time.monotonic() + within_s
        while not self.heard.watched and (left := until - time.monotonic()) > 0:
            self.listen(left)

    def watch_no_more(self) -> None:
        """And hear it out: a connection that is closed on unread answers takes the end of the slip with it."""
        with contextlib.suppress(OSError):
            self.line.write(paper.NO_WATCH, STEP_S)
            self._hear_out(QUIET_S)

    def ask(self, question: int, within_s: float) -> int:
        """The answer to DLE EOT; Silent if none came."""
        self.heard.asked.clear()
        until = time.monotonic() + within_s
        if self.line.write(ASK + bytes([question]), within_s) < 3:
            raise Silent("the printer takes not even a question")
        while not self.heard.asked:
            if (left := until - time.monotonic()) <= 0:
                raise Silent(f"no answer within {within_s:g} s")
            self.listen(left)
        return self.heard.asked[0]

    def nudge(self) -> None:
        """A question whose answer only says that the printer is there; not more often than need be."""
        now = time.monotonic()
        if not self._unsaid and now - max(self._last, self._nudged) > NUDGE_S:
            self._unsaid, self._nudged = ASK + bytes([WHOLE]), now
        if self._unsaid:
            self._unsaid = self._unsaid[self.line.write(self._unsaid, STEP_S) :]

    def fit_to_print(self) -> None:
        self.still_the_same()
        if not self.state.ready:
            raise Doubt(self.state.detail)

    def still_the_same(self) -> None:
        if self.heard.fresh:
            raise Doubt("the printer was switched on afresh in the midst of the slip")

    def lives(self) -> None:
        """It answers, or takes bytes."""
        self._last = time.monotonic()
        if self._told_silent:
            self._told_silent = False
            self._tell(self.state)

    def mind_silence(self) -> None:
        if not self._told_silent and time.monotonic() - self._last > self._silent_s:
            self._told_silent = True
            self._tell(State("unknown", self._silence()))

    def gets_on(self) -> None:
        """It takes bytes, or says that a stretch of the slip is out."""
        self._got_on = time.monotonic()
        self.lives()

    def mind_others(self) -> None:
        """Say why nobody should wait behind this slip, and when that is over."""
        if (why := self._why_stuck()) != self._told_stuck:
            self._told_stuck = why
            self._stuck(why)

    def _why_stuck(self) -> str:
        if not self.state.ready:
            return self.state.detail
        if self._told_silent:
            return self._silence()
        stalled = time.monotonic() - max(self._got_on, self.since) > self._stalled_s
        return "it answers, and gets no further" if stalled else ""

    def _silence(self) -> str:
        return f"no word from the printer for {self._silent_s:g} s"

    def _hear_out(self, quiet_s: float) -> None:
        for _ in range(BABBLE):
            if not self.line.read(quiet_s):
                break

    def _changed(self, state: State) -> None:
        if state != self.state:
            self.state, self.since = state, time.monotonic()
            self._tell(state)


def ask(talk: Talk, answer_s: float) -> State:
    """What the printer says of itself; Silent if nothing (python-escpos calls that "plenty of paper")."""
    whole, cause, roll = (talk.ask(question, answer_s) for question in (WHOLE, CAUSE, PAPER))
    return _state(cause & 0x04, cause & 0x20 or roll & 0x60, cause & 0x40, whole & 0x08, roll & 0x0C)


def watched_state(four: bytes) -> State:
    """The same of an automatic status."""
    whole, faults, roll, _ = four
    return _state(whole & 0x20, roll & 0x0C, faults & 0x68, whole & 0x08, roll & 0x03)


def _state(cover: int, out: int, fault: int, off_line: int, low: int) -> State:
    """The first that holds is what a person has to do something about."""
    found = ((cover, COVER), (out, OUT), (fault, FAULT), (off_line, OFF_LINE), (low, LOW))
    return next((state for holds, state in found if holds), OK)


def _not_printed(state: State) -> Outcome:
    return Outcome("not_printed", state, state.detail)
