"""Displays over a serial cable: what they show, also when frames are lost, torn or spoilt and cables are pulled.

The digit tubes are pymodbus's own server; the cables are ptys, joined by socat and by a thread.
"""

import itertools
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware import devices, displays, frames, owners
from hardware.displays import BLINK_S, TEXT_S, Screen
from hardware.printers import State
from tests.cables import BadCable, Bridge, Far, Socat, Tubes, bad_cable, cable
from tests.counter_lines import TheHall, owning

__all__ = ["bad_cable", "cable"]

Cable = Bridge | Socat | BadCable
QUICK = "answer_ms = 60\ngap_ms = 5\nretries = 1\n"


@pytest.fixture
def hall() -> TheHall:
    return TheHall()


def tubes_at(cable: Cable, counter: str = "3", unit: int = 3, more: str = QUICK) -> str:
    return (
        f'[[display]]\ncounter = "{counter}"\naddress = "serial:{cable.ours}?baud=9600"\n'
        f'protocol = "modbus-digits"\nunit = {unit}\n{more}'
    )


def sign_at(cable: Cable, protocol: str, more: str = "") -> str:
    display = f'[[display]]\ncounter = "3"\naddress = "serial:{cable.ours}?baud=9600"\n'
    return f'{display}protocol = "{protocol}"\n{more}\n{QUICK}'


# -- over the cable ------------------------------------------------------------------------------------------------


def test_the_tubes_show_the_number_and_answer_for_it(cable: Cable, hall: TheHall) -> None:
    with Tubes(cable.theirs, 3) as tubes, owning(tubes_at(cable), hall) as (_, news):
        news.show("A015")
        tubes.until(3, "   015")
        hall.until_state("display-3", "ok")
        news.show("")
        tubes.until(3, "      ")


def test_several_tubes_share_a_line_and_one_owner(cable: Cable, hall: TheHall) -> None:
    text = tubes_at(cable) + tubes_at(cable, "4", 4)
    with Tubes(cable.theirs, 3, 4) as tubes, owning(text, hall) as (owners, news):
        assert len(owners._owners) == 1
        news.show("A015")
        news.show("B007", "4")
        tubes.until(3, "   015")
        tubes.until(4, "   007")


def test_a_dead_one_holds_up_no_other_on_its_line(cable: Cable, hall: TheHall) -> None:
    text = tubes_at(cable, "9", 9) + tubes_at(cable)
    with Tubes(cable.theirs, 3) as tubes, owning(text, hall) as (_, news):
        news.show("A001", "9")
        detail = hall.until_state("display-9", "offline").detail
        news.show("A015")
        tubes.until(3, "   015")
    assert detail == "it does not answer"


def test_one_whose_registers_are_others_says_so(cable: Cable, hall: TheHall) -> None:
    with Tubes(cable.theirs, 3) as tubes, owning(tubes_at(cable, more=QUICK + "first = 3\n"), hall) as (_, news):
        news.show("A015")
        # On a busy machine it may not answer in time at first.
        hall.until(lambda: (told := hall.state("display-3")) and "Modbus exception 2" in told.detail)
        assert tubes.show(3) == "??????"


def test_what_the_line_spoils_is_sent_again(bad_cable: BadCable, hall: TheHall) -> None:
    """On their way to the tubes frames are lost, torn, spoilt and joined by noise, in turn; then one comes whole."""
    faults = iter(
        [
            lambda frame: b"",
            lambda frame: frame[:9],
            lambda frame: frame[:7] + bytes([frame[7] ^ 1]) + frame[8:],
            lambda frame: b"\x00\xff" + frame[:-1],
        ]
    )
    bad_cable.joint.fault = lambda out, frame: next(faults, bytes)(frame) if out else frame
    with (
        Tubes(bad_cable.theirs, 3) as tubes,
        owning(tubes_at(bad_cable, more=QUICK.replace("= 1\n", "= 9\n")), hall) as (_, news),
    ):
        news.show("A015")
        tubes.until(3, "   015")
        hall.until_state("display-3", "ok")
        assert next(faults, None) is None


@pytest.mark.parametrize(
    "fault",
    [lambda frame: b"", lambda frame: frame[:5], lambda frame: frame[:-1] + bytes([frame[-1] ^ 0x40])],
    ids=["lost", "torn", "spoilt"],
)
def test_an_answer_that_is_not_whole_is_no_answer(
    bad_cable: BadCable, hall: TheHall, fault: Callable[[bytes], bytes]
) -> None:
    bad_cable.joint.fault = lambda out, frame: frame if out else fault(frame)
    with Tubes(bad_cable.theirs, 3) as tubes, owning(tubes_at(bad_cable), hall) as (_, news):
        news.show("A015")
        hall.until_state("display-3", "offline")
        bad_cable.joint.fault = lambda out, frame: frame
        hall.until_state("display-3", "ok")
        assert tubes.show(3) == "   015"


def test_of_many_values_the_last_wins(cable: Cable, hall: TheHall) -> None:
    """A slow display is never painted with what is past: between its first and the last value, few come out."""
    text = sign_at(cable, "ascii", "gap_ms = 300").replace("gap_ms = 5\n", "")
    with Far(cable.theirs) as far, owning(text, hall) as (_, news):
        news.show("A000")
        far.until(lambda heard: heard == b"A000\r\n")
        for number in range(1, 200):
            news.show(f"A{number:03d}")
        far.until(lambda heard: heard.endswith(b"A199\r\n"))
        assert far.heard.count(b"\r\n") <= 4


def test_a_new_value_ends_the_tries_for_the_old_one(cable: Cable, hall: TheHall) -> None:
    more = "answer_ms = 500\ngap_ms = 5\nretries = 9\n"
    old, new = (frames.modbus_write(3, 0, f"   {digits}".encode()) for digits in ("015", "016"))
    with Far(cable.theirs) as far, owning(tubes_at(cable, more=more), hall) as (_, news):
        news.show("A015")
        far.until(lambda heard: heard == old)
        news.show("A016")
        far.until(lambda heard: new in heard)
        assert far.heard.count(old) <= 2


def test_news_that_were_overtaken_on_the_way_are_left_out(cable: Cable, hall: TheHall) -> None:
    with Tubes(cable.theirs, 3) as tubes, owning(tubes_at(cable), hall) as (_, news):
        news.show("A016", seq=8)
        news.show("A015", seq=7)
        news.show("B001", "4", seq=9)
        tubes.until(3, "   016")
        news.show("A001", seq=1, epoch="second")  # a server started anew counts anew
        tubes.until(3, "   001")


def test_everything_is_painted_again_once_the_cable_is_back(cable: Cable, hall: TheHall) -> None:
    with owning(tubes_at(cable, more=QUICK + "repaint_s = 0\n"), hall) as (_, news):
        with Tubes(cable.theirs, 3):
            news.show("A015")
            hall.until_state("display-3", "ok")
        cable.pull()
        hall.until_state("display-3", "offline")
        cable.put_in()
        with Tubes(cable.theirs, 3) as tubes:
            tubes.until(3, "   015")
            hall.until_state("display-3", "ok")


def test_what_was_told_while_the_cable_was_out_is_shown_when_it_is_in(cable: Cable, hall: TheHall) -> None:
    with owning(tubes_at(cable), hall) as (_, news):
        with Tubes(cable.theirs, 3):
            news.show("A015")
            hall.until_state("display-3", "ok")
        cable.pull()
        hall.until_state("display-3", "offline")
        news.show("A016")
        cable.put_in()
        with Tubes(cable.theirs, 3) as tubes:
            tubes.until(3, "   016")


def test_one_that_was_without_power_gets_its_number_again(cable: Cable, hall: TheHall) -> None:
    with owning(tubes_at(cable, more=QUICK + "repaint_s = 1\n"), hall) as (_, news):
        with Tubes(cable.theirs, 3) as tubes:
            news.show("A015")
            tubes.until(3, "   015")
        with Tubes(cable.theirs, 3) as tubes:
            tubes.until(3, "   015")


def test_the_same_news_once_more_are_painted_once_more(cable: Cable, hall: TheHall) -> None:
    """After the server's line came back it tells all again."""
    with Far(cable.theirs) as far, owning(sign_at(cable, "ascii"), hall) as (_, news):
        news.show("A015", seq=5)
        far.until(lambda heard: heard == b"A015\r\n")
        news.show("A015", seq=5)
        far.until(lambda heard: heard == b"A015\r\n" * 2)


@pytest.mark.parametrize(
    ("away", "shown"),
    [("", "------"), ('away = "blank"', "      "), ('away = "keep"', "   015"), ('away = "CLOSED"', "CLOSED")],
)
def test_without_the_server_no_number_pretends_to_be_of_now(cable: Cable, hall: TheHall, away: str, shown: str) -> None:
    with Tubes(cable.theirs, 3) as tubes, owning(tubes_at(cable, more=f"{QUICK}{away}\n"), hall) as (owners, news):
        news.show("A015")
        tubes.until(3, "   015")
        hall.away_s = 9.9
        news.show("A016")
        tubes.until(3, "   016")
        news.show("A015")
        tubes.until(3, "   015")
        hall.away_s = 10.0
        tubes.until(3, shown)
        owners.line_back()
        hall.away_s = 0.0
        news.show("A017")
        tubes.until(3, "   017")


def test_a_line_that_is_back_shows_nothing_old_before_it_is_told(hall: TheHall) -> None:
    screen = a_screen()
    screen.tell("A015", "first", 1)
    assert text_of(screen, away=True) == "------"
    screen.forget()
    assert text_of(screen) == "------"
    screen.tell("A015", "first", 1)
    assert text_of(screen) == "015"


def test_after_a_short_break_of_the_servers_line_a_number_stays(tmp_path: Path, hall: TheHall) -> None:
    text = f'[[display]]\ncounter = "3"\naddress = "serial:{tmp_path}/none"\nprotocol = "modbus-digits"\n'
    with owning(text, hall) as (opened, news):
        (screen,) = opened._screens
        news.show("A015")
        for away_s, shown in ((displays.AWAY_S - 0.1, "015"), (displays.AWAY_S, "------")):
            hall.away_s = away_s
            opened.line_back()
            assert text_of(screen) == shown


def test_a_sign_of_the_alpha_protocol_is_written_and_answers_nothing(cable: Cable, hall: TheHall) -> None:
    with Far(cable.theirs) as far, owning(sign_at(cable, "alpha", "unit = 3"), hall) as (_, news):
        news.show("A015")
        far.until(lambda heard: heard == frames.alpha("A015", 3))
        assert "never says" in hall.until_state("display-3", "unknown").detail


def test_a_frame_with_an_acknowledgement_is_sent_until_it_comes(cable: Cable, hall: TheHall) -> None:
    answers = iter([b"", b"\x15", b"\x06"])
    more = 'parts = ["\\u0002", "{unit}", "{number}", "{checksum-hex}"]\nchecksum = "xor8"\nterminator = "\\u0003"\n'
    more += 'acknowledgement = "\\u0006"\nunit = 3\nretries = 5'
    text = sign_at(cable, "ascii", more).replace("retries = 1\n", "")
    with Far(cable.theirs, lambda heard: next(answers, b"\x06")) as far, owning(text, hall) as (_, news):
        news.show("A015")
        hall.until_state("display-3", "ok")
        frame = b"\x0203A015" + b"%02X" % frames.xor8(b"\x0203A015") + b"\x03"
        assert far.heard == frame * 3


def test_one_that_never_acknowledges_is_offline(cable: Cable, hall: TheHall) -> None:
    with Far(cable.theirs) as far, owning(sign_at(cable, "ascii", 'acknowledgement = "OK"'), hall) as (_, news):
        news.show("A015")
        hall.until_state("display-3", "offline")
        assert far.heard.count(b"A015\r\n") == 2


def test_an_address_that_is_not_there_is_told_and_waited_for(tmp_path: Path, hall: TheHall) -> None:
    with owning(f'[[display]]\ncounter = "3"\naddress = "serial:{tmp_path}/none"\nprotocol = "alpha"\n', hall):
        detail = hall.until_state("display-3", "offline").detail
    assert "none is not there" in detail


def test_a_box_that_carries_the_line_over_the_network_is_a_line_too(hall: TheHall) -> None:
    with socket.create_server(("127.0.0.1", 0)) as box:
        text = f'[[display]]\ncounter = "3"\naddress = "tcp:127.0.0.1:{box.getsockname()[1]}"\nprotocol = "ascii"\n'
        with owning(text, hall) as (_, news):
            line, _ = box.accept()
            with line:
                line.settimeout(10)
                news.show("A015")
                assert line.recv(100) == b"A015\r\n"
                hall.until_state("display-3", "unknown")
            line, _ = box.accept()  # the box was switched off and on
            with line:
                line.settimeout(10)
                assert line.recv(100) == b"A015\r\n"


def test_what_is_no_news_of_a_display_is_left_out(cable: Cable, hall: TheHall) -> None:
    with Tubes(cable.theirs, 3) as tubes, owning(tubes_at(cable), hall) as (owners, news):
        for told in (None, 3, {}, {"counter": "3"}, {"counter": "3", "number": "A1", "seq": "x"}, {"counter": []}):
            owners.show(told)
        news.show("A015")
        tubes.until(3, "   015")


def test_a_technician_sees_eights_and_hears_what_is_wrong(cable: Cable) -> None:
    (display,) = devices.read(tubes_at(cable)).displays
    with Tubes(cable.theirs, 3) as tubes:
        assert owners.look(display) == State("ok")
        assert tubes.show(3) == "888888"
    with Tubes(cable.theirs, 4):
        assert owners.look(display) == State("offline", "it does not answer")
    (sign,) = devices.read(sign_at(cable, "alpha")).displays
    assert owners.look(sign).name == "unknown"
    (none,) = devices.read(tubes_at(cable).replace("ours", "none")).displays
    assert "is not there" in owners.look(none).detail


# -- what is to be shown -------------------------------------------------------------------------------------------


def a_screen(more: str = "") -> Screen:
    text = f'[[display]]\ncounter = "3"\naddress = "serial:/dev/none"\nprotocol = "modbus-digits"\n{more}'
    return Screen(devices.read(text).displays[0])


def text_of(screen: Screen, now: float = 100.0, away: bool = False) -> str | None:
    wanted = screen.wanted(now, away)
    return wanted and wanted.text


def phases(screen: Screen) -> list[str | None]:
    """What is shown in each phase after a refusal at 100 s, once each."""
    times = (100 + BLINK_S * n / 4 for n in range(20))
    return [text for text, _ in itertools.groupby(text_of(screen, at) for at in times)]


def test_whoever_was_told_nothing_shows_what_it_shows() -> None:
    assert text_of(a_screen()) is None
    assert text_of(a_screen(), away=True) == "------"


def test_a_refusal_blinks_the_number() -> None:
    screen = a_screen()
    screen.tell("A015", "first", 1)
    screen.refuse(100)
    assert phases(screen) == ["", "015", "", "015"]
    screen.tell("", "first", 2)
    assert phases(screen) == ["", "------", "", "------", ""]


def test_a_refusal_may_be_a_text() -> None:
    screen = a_screen('refused = "Err"')
    screen.tell("A015", "first", 1)
    screen.refuse(100)
    assert phases(screen) == ["Err", "015"]
    assert text_of(screen, 100 + TEXT_S + 0.01) == "015"


def test_a_letter_is_shown_as_it_is_set() -> None:
    screen = a_screen('letters = "number"')
    screen.tell("B015", "first", 1)
    assert text_of(screen) == "2015"


def test_what_was_painted_is_painted_again_after_a_while() -> None:
    screen = a_screen("repaint_s = 10")
    screen.tell("A015", "first", 1)
    wanted = screen.due(0, False)
    assert wanted
    screen.painted(wanted, 0)
    assert [screen.due(at, False) for at in (1, 9.9)] == [None, None]
    assert screen.due(10, False) == wanted


def test_one_that_failed_rests_before_it_is_tried_again() -> None:
    screen = a_screen()
    screen.tell("A015", "first", 1)
    screen.failed(0)
    assert screen.due(displays.REST_S - 0.1, False) is None
    assert screen.due(displays.REST_S, False)
