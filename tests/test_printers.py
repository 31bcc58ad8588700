"""What a printer was sent and what is said of it, against a stateful fake printer, on each line that one has.

Over TCP and a pty real sockets and terminals are between them; over USB a stand-in for pyusb's backend (fake_usb.py).
Not here: the lines themselves (test_transports.py), the devices file (test_devices_file.py).
"""

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from hardware import paper as sent
from hardware import printers, slips
from hardware.errors import AddressWrong, SlipRefused
from hardware.printers import Escpos, Heard, Outcome, Patience, State, Virtual
from hardware.transports import Broken, Serial, Transport, Usb, transport
from tests.fake_printer import FakePrinter, PtyWire, TcpWire
from tests.fake_usb import PRODUCT, VENDOR, UsbWire
from tests.test_slips import LONG, URL, a_slip, same

WIRES = {"tcp": TcpWire, "serial": PtyWire, "usb": UsbWire}
PORTS = ["serial", "usb"]  # whose line stays open
# Short where a test waits for nothing to come; what does come is given time enough on a busy machine.
LONG_ENOUGH = Patience(answer_s=5, watched_s=5, silent_s=60)
SHORT = Patience(answer_s=5, watched_s=5, write_s=0.6, done_s=0.5, refill_s=0.5)
TOO_SHORT_FOR_A_REFILL = Patience(answer_s=5, watched_s=5, refill_s=0.3)
FOR_THE_SILENT = Patience(answer_s=1, watched_s=0.1)
PATIENCE_S = 5


@pytest.fixture(params=WIRES)
def paper(request: pytest.FixtureRequest) -> Iterator[FakePrinter]:
    """A printer on each kind of line, unless the test names some."""
    with FakePrinter(WIRES[request.param]) as fake:
        yield fake
    assert fake.faults == []


def only(*wires: str) -> Any:
    return pytest.mark.parametrize("paper", wires, indirect=True)


def driver(fake: FakePrinter, patience: Patience = LONG_ENOUGH, confirms: bool = True) -> Escpos:
    if isinstance(fake.wire, UsbWire):
        return Escpos(Usb(VENDOR, PRODUCT, fake.wire.backend), confirms, patience)
    return Escpos(transport(fake.address), confirms, patience)


def slip(width: int = 576, **changes: Any) -> Image.Image:
    return slips.render(a_slip(**changes), width)


def printing(fake: FakePrinter, patience: Patience = LONG_ENOUGH, **options: Any) -> Outcome:
    return driver(fake, patience, **options).print(slip(), "2026-11-20-A001")


def long_slip() -> Image.Image:
    """More than all the buffers between us hold."""
    return Image.new("1", (576, 3000), 0)


class Desk:
    """Hears what is told of a printer while it prints."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.held: list[str] = []
        self._news = threading.Condition()

    def __call__(self, state: State) -> None:
        with self._news:
            self.told.append(state.name)
            self._news.notify_all()

    def stuck(self, why: str) -> None:
        with self._news:
            self.held.append(f"stuck: {why}")
            self._news.notify_all()

    def hears(self, name: str) -> bool:
        with self._news:
            return self._news.wait_for(lambda: name in self.told + self.held, PATIENCE_S)


class Printing:
    """A slip on its way, in a thread of its own, while the test does something to the printer."""

    def __init__(self, to: Escpos, page: sent.Page) -> None:
        self.desk, self._outcome = Desk(), list[Outcome]()
        self._thread = threading.Thread(
            target=lambda: self._outcome.append(to.print(page, "a-slip", self.desk, self.desk.stuck))
        )
        self._thread.start()

    def outcome(self) -> Outcome:
        self._thread.join(30)
        return self._outcome[0]


# -- printed -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [576, 384])
def test_the_paper_shows_what_was_rendered_dot_for_dot(paper: FakePrinter, width: int) -> None:
    picture, paper.width = slip(width), width
    outcome = driver(paper).print(picture, "2026-11-20-A001")
    assert (outcome.what, outcome.state) == ("printed", State("ok"))
    assert len(paper.slips) == 1 and same(paper.slips[0], picture)
    assert paper.real_time_in_raster == [], "nothing in the picture that a printer would obey"
    assert [code.text for code in zxingcpp.read_barcodes(paper.slips[0].convert("L"))] == [URL]


def test_a_long_slip_is_sent_whole(paper: FakePrinter) -> None:
    picture = Image.new("1", (576, 5000), 255)
    picture.paste(0, (8, 1, 568, 4999))
    assert driver(paper).print(picture, "long").what == "printed"
    assert same(paper.slips[0], picture)


def test_slip_after_slip_on_the_same_line(paper: FakePrinter) -> None:
    printer = driver(paper)
    pictures = [slip(number=f"A00{count}") for count in range(1, 4)]
    assert [printer.print(picture, "slip").what for picture in pictures] == ["printed"] * 3
    assert all(map(same, paper.slips, pictures))
    assert paper.connections == (3 if isinstance(paper.wire, TcpWire) else 1)


def test_low_paper_prints_and_is_told(paper: FakePrinter) -> None:
    paper.paper = "low"
    outcome = printing(paper)
    assert (outcome.what, outcome.state.name, len(paper.slips)) == ("printed", "paper_low", 1)


def test_after_the_slip_a_printer_is_quiet_again(paper: FakePrinter) -> None:
    """Whoever prints next over this line does not expect to be told things."""
    assert printing(paper).what == "printed"
    assert paper.wait_for(lambda: not paper.watching)


@pytest.mark.parametrize("knob", ["knows_watching", "slow_s"])
def test_a_printer_that_is_slow_or_knows_no_automatic_status_prints_too(paper: FakePrinter, knob: str) -> None:
    setattr(paper, knob, {"knows_watching": False, "slow_s": 0.001}[knob])
    assert printing(paper, Patience(answer_s=5)).what == "printed"
    assert len(paper.slips) == 1


def test_status_sent_unasked_confuses_nobody(paper: FakePrinter) -> None:
    paper.chatter = (
        b"\x18\x00\x00\x0f\x10\x00\x00\x0f\x37\x22old!\x00\x13\x11"  # off for a moment; older jobs; XOFF, XON
    )
    assert printing(paper).what == "printed"


@only("tcp")
def test_each_stretch_of_a_slip_is_confirmed_by_a_tag_of_its_own(paper: FakePrinter) -> None:
    assert printing(paper).what == "printed"
    tags = [bytes(paper.received)[at + 7 : at + 11] for at in _places(paper.received, b"\x1d(H\x06\x00\x30\x30")]
    assert len(tags) == -(-slip().height // sent.BAND) > 1
    assert len(set(tags)) == len(tags)


def _places(data: bytes, what: bytes) -> list[int]:
    return [at for at in range(len(data)) if data[at : at + len(what)] == what]


# -- not printed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("knob", "value", "state"),
    [
        ("paper", "out", "paper_out"),
        ("cover_open", True, "cover_open"),
        ("off_line", True, "offline"),
        ("silent", True, "unknown"),
    ],
)
def test_a_printer_that_cannot_print_is_sent_nothing(paper: FakePrinter, knob: str, value: object, state: str) -> None:
    setattr(paper, knob, value)
    outcome = printing(paper, FOR_THE_SILENT)
    assert (outcome.what, outcome.state.name) == ("not_printed", state)
    assert outcome.detail
    assert set(bytes(paper.received)) <= set(b"\x10\x04\x01\x02\x04"), "questions, and nothing else"
    assert driver(paper, FOR_THE_SILENT).state().name == state


@pytest.mark.parametrize(("act", "state"), [("runs_out", "paper_out"), ("opens", "cover_open")])
def test_what_happens_between_question_and_slip_is_seen_before_a_byte_of_it_goes_out(
    paper: FakePrinter, act: str, state: str
) -> None:
    paper.before_watching = getattr(paper, act)
    outcome = printing(paper)
    assert (outcome.what, outcome.state.name) == ("not_printed", state)
    assert b"\x1dv0" not in paper.received


def test_nobody_at_the_address_is_not_printed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for address in (f"tcp:127.0.0.1:{port}", f"serial:{tmp_path}/ttyUSB0?baud=115200", "usb:04b8:0e28"):
        printer = printers.printer(address)
        outcome = printer.print(slip(), "2026-11-20-A001")
        assert (outcome.what, outcome.state.name) == ("not_printed", "offline")
        assert printer.state() == State("offline", outcome.detail)
        assert outcome.detail


# -- in the midst ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "state"), [("runs_out", "paper_out"), ("opens", "cover_open")])
def test_paper_out_or_an_open_cover_in_the_midst_stops_sending(paper: FakePrinter, act: str, state: str) -> None:
    paper.buffer_bytes = 4096  # so that most of the slip is still ours
    paper.after(10_000, getattr(paper, act))
    job = Printing(driver(paper), long_slip())
    assert job.desk.hears(state), "who waits is told at once, not when the job is given up"
    outcome = job.outcome()
    assert (outcome.what, outcome.state.name) == ("unknown", state)
    assert not paper.cut.is_set()
    assert len(paper.received) < sum(map(len, sent.stretches(long_slip()))) / 2


def test_a_slip_after_one_that_broke_off_is_whole_and_the_torn_one_is_cut_off(paper: FakePrinter) -> None:
    paper.buffer_bytes = 4096
    paper.after(10_000, paper.runs_out)
    printer = driver(paper)
    assert printer.print(long_slip(), "torn").what == "unknown"
    paper.refill()
    picture = slip(number="A002")
    assert printer.print(picture, "whole").what == "printed"
    torn, whole = paper.slips
    assert same(whole, picture)
    assert 0 < torn.height < long_slip().height


def test_a_slip_after_an_agent_that_was_killed_in_the_midst_is_whole(paper: FakePrinter) -> None:
    killed = driver(paper).at.open(PATIENCE_S)
    half = sent.stretches(long_slip())[0][:5000]
    assert killed.write(sent.start(torn=False) + half, PATIENCE_S) > len(half)
    assert paper.wait_for(lambda: len(paper.received) > len(half))
    killed.close()
    printer = driver(paper)
    printer.broke_off()
    assert printer.print(slip(), "whole").what == "printed"
    assert same(paper.slips[-1], slip())


def holding_all_of_it_runs_out(fake: FakePrinter, picture: Image.Image) -> None:
    """The roll ends early, when the whole slip is in the printer's buffer."""
    stretches = len(sent.stretches(picture))

    def runs_out() -> None:
        fake.wait_for(lambda: len(re.findall(rb"\x1d\(H\x06\x0000....", fake.received, re.DOTALL)) == stretches)
        fake.runs_out()

    fake.after(3000, runs_out)


def test_a_buffer_that_finishes_after_the_refill_is_printed(paper: FakePrinter) -> None:
    picture = slip()
    holding_all_of_it_runs_out(paper, picture)
    job = Printing(driver(paper), picture)
    assert job.desk.hears("paper_out")
    assert paper.slips == []
    paper.refill()
    outcome = job.outcome()
    assert (outcome.what, outcome.state.name) == ("printed", "ok")
    assert job.desk.told == ["paper_out", "ok"]
    assert len(paper.slips) == 1 and same(paper.slips[0], picture)


def test_a_roll_changed_slowly_leaves_the_printer_its_time_to_finish(paper: FakePrinter) -> None:
    picture = slip()
    holding_all_of_it_runs_out(paper, picture)
    patience = Patience(answer_s=5, watched_s=5, done_s=0.9, refill_s=60)
    job = Printing(driver(paper, patience), picture)
    assert job.desk.hears("paper_out")
    asked = paper.received.count(b"\x10\x04\x01")
    assert paper.wait_for(lambda: paper.received.count(b"\x10\x04\x01") > asked), "by now it has waited a second"
    paper.refill()
    assert job.outcome().what == "printed"


def test_a_buffer_that_finishes_after_the_patience_is_unknown_and_does_not_spoil_the_next_slip(
    paper: FakePrinter,
) -> None:
    first, second = slip(), slip(number="A002")
    holding_all_of_it_runs_out(paper, first)
    printer = driver(paper, TOO_SHORT_FOR_A_REFILL)
    outcome = printer.print(first, "late")
    assert (outcome.what, outcome.state.name) == ("unknown", "paper_out")
    paper.refill()
    assert paper.cut.wait(PATIENCE_S), "the printer finishes on its own"
    printer.patience = LONG_ENOUGH
    assert printer.print(second, "next").what == "printed"
    assert same(paper.slips[0], first) and same(paper.slips[1], second)


def test_a_printer_that_vanishes_in_the_middle_is_unknown(paper: FakePrinter) -> None:
    paper.vanishes_after = 10_000
    outcome = printing(paper, SHORT)
    assert (outcome.what, paper.slips) == ("unknown", [])
    assert outcome.state.name in ("offline", "unknown")


@pytest.mark.parametrize("says_so", [True, False])
def test_a_printer_switched_off_and_on_in_the_midst_is_unknown(paper: FakePrinter, says_so: bool) -> None:
    """Although the line holds, and it goes on confirming what is asked of it afterwards."""
    paper.says_fresh, paper.buffer_bytes = says_so, 12_000
    full = 3000 + paper.buffer_bytes
    paper.after(3000, lambda: (paper.wait_for(lambda: len(paper.received) > full), paper.switch_off_and_on()))
    outcome = printing(paper, SHORT)
    assert (outcome.what, outcome.state.name) == ("unknown", "unknown")
    assert paper.confirmed > 0 if not says_so else "afresh" in outcome.detail


class PulledAt:
    """A line that breaks when the slip itself begins, with so many bytes of it gone."""

    def __init__(self, at: Transport, sent: int) -> None:
        self._at, self._sent = at, sent
        self.stays_open, self.seconds_for = at.stays_open, at.seconds_for

    def open(self, within_s: float) -> "PulledAt":
        self._line = self._at.open(within_s)
        self.read, self.close = self._line.read, self._line.close
        return self

    def write(self, data: bytes, within_s: float) -> int:
        if b"\x1dv0" in data:
            raise Broken("pulled out", self._sent)
        return self._line.write(data, within_s)


@pytest.mark.parametrize(("gone", "what"), [(0, "not_printed"), (1, "unknown")])
def test_one_byte_of_the_slip_makes_the_difference(paper: FakePrinter, gone: int, what: str) -> None:
    printer = driver(paper)
    printer.at = PulledAt(printer.at, gone)
    outcome = printer.print(slip(), "pulled")
    assert (outcome.what, outcome.state.name) == (what, "offline")


def test_a_switched_on_printer_that_confirms_the_rest_is_not_believed(paper: FakePrinter) -> None:
    """The worst case: it comes back between two stretches, and answers for all that follow, and for the end."""
    paper.after(5000, paper.forgets_a_confirmation)
    outcome = printing(paper, SHORT)
    stretches = len(sent.stretches(slip()))
    assert paper.cut.wait(PATIENCE_S) and paper.wait_for(lambda: paper.confirmed == stretches - 1)
    assert outcome.what == "unknown"
    assert f"1 of {stretches} stretches" in outcome.detail


def test_a_printer_that_falls_silent_is_told_unknown_and_then_believed_again(paper: FakePrinter) -> None:
    paper.may_confirm.clear()
    job = Printing(driver(paper, Patience(answer_s=5, watched_s=5, silent_s=0.1)), slip())
    assert paper.cut.wait(PATIENCE_S)
    paper.silent = True
    assert job.desk.hears("unknown")
    paper.silent = False
    paper.may_confirm.set()
    assert job.outcome() == Outcome("printed", State("ok"))
    assert job.desk.told == ["unknown", "ok"]


@only("serial")
def test_a_slip_that_would_come_out_too_late_over_its_line_is_not_begun(paper: FakePrinter) -> None:
    printer, asked = driver(paper), list[float]()
    assert isinstance(printer.at, Serial)
    printer.at = replace(printer.at, baud=9600)
    outcome = printer.print(slip(), "late", late=lambda seconds: asked.append(seconds) is None)
    assert (outcome.what, outcome.state) == ("not_printed", State("ok")) and "too old" in outcome.detail
    assert 15 < asked[0] < 60, "seconds for the bytes of this slip at that speed"
    assert paper.raster_bytes == 0 and paper.wait_for(lambda: not paper.watching)
    printer.close()


def test_a_printer_that_answers_and_gets_no_further_is_said_to_be_stuck(paper: FakePrinter) -> None:
    """As one whose cutter is jammed, and that says it is well: what waits behind this slip may go elsewhere."""
    paper.may_confirm.clear()
    job = Printing(driver(paper, Patience(answer_s=5, watched_s=5, stalled_s=0.1)), slip())
    assert paper.cut.wait(PATIENCE_S)
    assert job.desk.hears("stuck: it answers, and gets no further")
    paper.may_confirm.set()
    assert job.outcome() == Outcome("printed", State("ok"))


def test_one_that_waits_for_paper_is_stuck_until_its_refill(paper: FakePrinter) -> None:
    paper.may_confirm.clear()
    job = Printing(driver(paper), slip())
    assert paper.cut.wait(PATIENCE_S)
    paper.runs_out()
    assert job.desk.hears("stuck: the paper is out")
    paper.refill()
    assert job.desk.hears("stuck: ")
    paper.may_confirm.set()
    assert job.outcome() == Outcome("printed", State("ok"))


def test_what_came_out_before_the_power_went_is_cut_off_from_the_next_slip(paper: FakePrinter) -> None:
    """All of the slip was sent, and lay in the printer: two numbers on one paper else."""

    def once_it_holds_all() -> None:
        paper.wait_for(lambda: paper.received.count(b"\x1d(H") == len(sent.stretches(slip())))
        paper.switch_off_and_on()

    paper.after(5000, once_it_holds_all)
    printer = driver(paper, SHORT)
    assert printer.print(slip(), "torn").what == "unknown"
    assert printer.print(slip(number="A002"), "next").what == "printed"
    assert len(paper.slips) == 2 and same(paper.slips[1], slip(number="A002"))
    printer.close()


@pytest.mark.parametrize("confirms", ["nothing", "another", "untagged"])
def test_only_the_answer_to_this_very_slip_counts(paper: FakePrinter, confirms: str) -> None:
    paper.confirms = confirms
    assert printing(paper, SHORT).what == "unknown"
    assert len(paper.slips) == 1


def test_a_printer_that_stops_reading_does_not_hold_us_for_ever(paper: FakePrinter) -> None:
    """That it comes back at all is the test; how long each wait lasts, test_transports.py shows."""
    paper.stops_reading = True
    outcome = driver(paper, SHORT).print(long_slip(), "endless")
    assert (outcome.what, outcome.detail.split(": ")[-1]) == ("unknown", "the printer takes no more")


# -- a line that stays open --------------------------------------------------------------------------------------------


@only(*PORTS)
def test_an_idle_printer_that_is_pulled_out_is_offline_and_comes_back(paper: FakePrinter) -> None:
    printer = driver(paper)
    assert printer.state() == State("ok")
    paper.wire.unplug()
    assert {printer.state().name for _ in range(3)} == {"offline"}
    paper.wire.plug_in()
    assert printer.state() == State("ok")
    assert printer.print(slip(), "after").what == "printed"
    printer.close()


@only(*PORTS)
def test_the_line_is_opened_once_and_not_for_each_question(paper: FakePrinter) -> None:
    printer = driver(paper)
    states = []
    for condition in ("full", "low", "out", "full"):
        paper.paper = condition
        states.append(printer.state().name)
    assert states == ["ok", "paper_low", "paper_out", "ok"]
    other = driver(paper)
    if isinstance(paper.wire, PtyWire):
        assert "another program" in other.state().detail, "a second owner of the port is refused"
    printer.close()


# -- printers that cannot confirm --------------------------------------------------------------------------------------


def test_a_printer_that_cannot_confirm_is_not_asked_to_and_answers_sent(paper: FakePrinter) -> None:
    paper.confirms = "nothing"
    outcome = printing(paper, confirms=False)
    assert (outcome.what, outcome.state) == ("sent", State("ok"))
    assert paper.cut.wait(PATIENCE_S) and same(paper.slips[0], slip())
    assert b"\x1d(H" not in paper.received


def test_a_printer_that_says_nothing_at_all_is_sent_the_slip_if_the_file_says_so(paper: FakePrinter) -> None:
    paper.silent = True
    printer = driver(paper, FOR_THE_SILENT, confirms=False)
    assert printer.state() == printers.MUTE
    outcome = printer.print(slip(), "mute")
    assert (outcome.what, outcome.state) == ("sent", printers.MUTE)
    assert paper.cut.wait(PATIENCE_S)


def test_one_that_used_to_answer_and_does_not_is_sent_nothing(paper: FakePrinter) -> None:
    printer = driver(paper, FOR_THE_SILENT, confirms=False)
    assert printer.state() == State("ok")
    paper.silent = True
    assert (printer.print(slip(), "mute").what, printer.state().name) == ("not_printed", "unknown")
    assert paper.raster_bytes == 0


def test_one_that_is_out_of_paper_is_not_sent_either(paper: FakePrinter) -> None:
    paper.paper = "out"
    outcome = printing(paper, confirms=False)
    assert (outcome.what, outcome.state.name) == ("not_printed", "paper_out")


def test_one_that_stops_in_the_midst_is_unknown_and_not_sent(paper: FakePrinter) -> None:
    paper.buffer_bytes = 4096
    paper.after(10_000, paper.opens)
    outcome = driver(paper, confirms=False).print(long_slip(), "torn")
    assert (outcome.what, outcome.state.name) == ("unknown", "cover_open")


# -- the printer's own letters -----------------------------------------------------------------------------------------


def in_letters(fake: FakePrinter, width: int = 576, profile: str = sent.TEXT_PROFILE, **changes: Any) -> list[str]:
    """The lines that came out, such as they are on paper."""
    outcome = driver(fake).print(sent.text(a_slip(**changes), width, profile), "2026-11-20-A001")
    assert outcome.what == "printed"
    return [line.text for line in fake.texts[-1]]


@pytest.mark.parametrize("width", [576, 384])
def test_a_slip_in_the_printers_letters_says_what_the_picture_says(paper: FakePrinter, width: int) -> None:
    slip = a_slip(wait="รอประมาณ 10–15 นาที", priority="ผู้สูงอายุ")
    lines = in_letters(paper, width, **slip)
    said = ("centre", "number", "service", "agency", "priority", "ahead", "notice")
    assert [words for words in (slip[key] for key in said) if "".join(words.split()) not in _joined(lines)] == []
    assert "รอประมาณ10-15นาที" in _joined(lines), "a dash that the page may lack is a plain one"
    assert paper.codes == [URL] and paper.slips == []
    number = next(line for line in paper.texts[0] if line.text == "A001")
    assert (number.wide, number.tall) == (8, 8)


def _joined(lines: list[str]) -> str:
    return "".join("".join(lines).split())


@only("serial")
def test_a_copy_in_the_printers_letters_is_marked(paper: FakePrinter) -> None:
    mark = "พิมพ์ซ้ำ ครั้งที่ 2 / REPRINT 2"
    lines = in_letters(paper, copy=2, copy_mark=mark, trial_mark="ทดสอบ")
    at = lines.index(mark)
    assert set(lines[at - 1]) == set(lines[at + 1]) == {"*"}
    assert lines[0] == "ทดสอบ"
    assert mark not in in_letters(paper)


@only("serial")
@pytest.mark.parametrize("text", [LONG, "ก" * 120, "น้ำ" * 40, "W" * 120])
def test_no_line_in_the_printers_letters_is_longer_than_the_paper_or_begins_with_a_mark(
    paper: FakePrinter, text: str
) -> None:
    lines = in_letters(paper, 384, service=text, number="AB1000")
    assert max(len(line.text) * line.wide for line in paper.texts[0]) <= 384 // 12
    assert not [line for line in lines if line[:1] and line[0] in "ะาำิีึืุูัํ็่้๊๋์ๆ"]
    assert "".join(text.split()) in _joined(lines)


@only("serial")
def test_where_the_printer_has_no_qr_of_its_own_it_is_a_picture(paper: FakePrinter) -> None:
    paper.page_of_thai = 11
    in_letters(paper, profile="TH230")
    assert paper.codes == []
    (code,) = zxingcpp.read_barcodes(paper.slips[0].convert("L"))
    assert code.text == URL


@only("serial")
def test_without_a_public_address_there_is_no_qr_in_letters(paper: FakePrinter) -> None:
    lines = in_letters(paper, url=None)
    assert (paper.codes, paper.slips) == ([], [])
    assert "สแกนเพื่อติดตามคิว" not in lines


def test_what_the_code_page_lacks_is_refused_with_its_letters_and_never_a_question_mark() -> None:
    with pytest.raises(SlipRefused, match=r"CP874 has no letter for .*U\+1014.*only as a picture"):
        sent.text(a_slip(service="နေရာ"), 576)


def test_no_text_holds_an_order_to_the_printer() -> None:
    """DLE EOT is obeyed wherever it stands; ESC @ would forget the code page."""
    page = sent.text(a_slip(centre="a\x10\x04\x01b", service="c\x1b@d", url="https://x/\x10\x04\x01"), 576)
    assert not any(order in page.stretches[0] for order in (b"\x10\x04", b"\x1b@"))
    assert b"ab" in page.stretches[0] and b"c@d" in page.stretches[0]


def test_every_field_of_a_slip_is_in_the_letters_or_known_to_be_left_out() -> None:
    """A field that slips gain later must not be forgotten here."""
    left_out = {"language", "copy", "day"}  # how it is set, and what names its file
    fields = {key: f"~{key}~" for key in {*a_slip(), "booked", "wait", "draft"} - left_out - {"labels"}}
    labels = {key: f"~{key}~" for key in a_slip()["labels"]}
    data = b"".join(sent.text(a_slip(**fields, labels=labels), 576).stretches).decode("cp874", "replace")
    assert [words for words in (*fields.values(), *labels.values()) if words not in data] == []


def test_profiles_of_python_escpos_with_thai_letters_are_known() -> None:
    assert sent.has_code_page("default") and sent.has_code_page("TM-T88II")
    assert not sent.has_code_page("TM-T20II") and not sent.has_code_page("no such printer")


# -- what is heard -----------------------------------------------------------------------------------------------------

SAID = b"\x13\x16\x37\x22RPab\x00\x11\x38\x00\x0c\x0f\xff\x12\x3b\x31\x00\x10\x00\x00\x0f"


@pytest.mark.parametrize("size", range(1, len(SAID) + 1))
def test_answers_are_told_apart_however_they_are_torn(size: int) -> None:
    heard = Heard()
    for at in range(0, len(SAID), size):
        heard.take(SAID[at : at + size])
    assert (heard.asked, heard.confirmed, heard.fresh) == ([0x16, 0x12], {b"RPab"}, True)
    assert heard.watched == b"\x10\x00\x00\x0f"


@pytest.mark.parametrize(
    ("four", "state"),
    [
        (b"\x10\x00\x00\x0f", "ok"),
        (b"\x10\x00\x03\x0f", "paper_low"),
        (b"\x18\x00\x0f\x0f", "paper_out"),
        (b"\x38\x00\x00\x0f", "cover_open"),
        (b"\x18\x08\x00\x0f", "offline"),
        (b"\x18\x00\x00\x0f", "offline"),
    ],
)
def test_automatic_status_is_read_as_epson_lists_its_bits(four: bytes, state: str) -> None:
    assert printers.watched_state(four).name == state


# -- virtual -----------------------------------------------------------------------------------------------------------


def test_a_virtual_slip_is_a_png_where_a_person_finds_it(tmp_path: Path) -> None:
    outcome = printers.printer(f"virtual:{tmp_path}/slips/").print(slip(), "2026-11-20-A001-copy2")
    assert outcome.what == "printed"
    assert [file.name for file in (tmp_path / "slips").iterdir()] == ["2026-11-20-A001-copy2.png"]
    assert same(Image.open(tmp_path / "slips" / "2026-11-20-A001-copy2.png"), slip())


def test_a_virtual_printer_whose_folder_is_a_file_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file")
    for folder in (tmp_path / "slips", tmp_path / "slips" / "of today"):
        assert Virtual(folder).state() == State("offline", f"{tmp_path / 'slips'} is no folder")
    assert Virtual(tmp_path / "made" / "when needed").state() == State("ok")


def test_a_virtual_slip_without_a_place_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file stands in the way")
    outcome = Virtual(tmp_path / "slips").print(slip(), "2026-11-20-A001")
    assert (outcome.what, outcome.state.name) == ("not_printed", "offline")


@pytest.mark.parametrize("address", ["COM3", "tcp:printer-1", "lpt:1", "virtual:", ""])
def test_an_address_no_driver_understands_is_refused(address: str) -> None:
    with pytest.raises(AddressWrong, match=r"tcp:|such as virtual:"):
        printers.printer(address)
