"""Keypads over a serial cable: each whole press reaches the hall once, whatever the line does; a refusal is shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hardware import owners
from hardware.frames import KeyFrame, ff68
from tests.cables import BadCable, Bridge, Far, Socat, Tubes, bad_cable, cable, until
from tests.counter_lines import REFUSED, TheHall, owning

__all__ = ["bad_cable", "cable"]

Cable = Bridge | Socat | BadCable
NEXT, RECALL, START, NO_SHOW, FINISH = (ff68(KeyFrame(3, 1, bytes([code]))) for code in range(1, 6))


@pytest.fixture
def hall() -> TheHall:
    return TheHall()


def keypad_at(path: Path, protocol: str = "ff68", more: str = "", counter: str = "3") -> str:
    return (
        f'[[keypad]]\ncounter = "{counter}"\naddress = "serial:{path}?baud=9600"\nprotocol = "{protocol}"\n'
        f"bounce_ms = 0\n{more}\n"
    )


def tubes_at(path: Path) -> str:
    display = f'[[display]]\ncounter = "3"\naddress = "serial:{path}?baud=9600"\nprotocol = "modbus-digits"\n'
    return f"{display}unit = 3\nanswer_ms = 60\ngap_ms = 5\nretries = 1\n"


def test_every_key_is_its_wish(cable: Cable, hall: TheHall) -> None:
    with Far(cable.theirs) as pad, owning(keypad_at(cable.ours), hall):
        hall.until_state("keypad-3", "unknown")
        for key in (NEXT, RECALL, START, NO_SHOW, FINISH):
            pad.say(key)
        hall.until_pressed("next", "recall", "start", "no-show", "finish")
        hall.until_state("keypad-3", "ok")
    assert {press["counter"] for press in hall.presses} == {"3"}
    assert len({press["press"] for press in hall.presses}) == 5


def test_of_lost_torn_and_spoilt_frames_none_is_a_press(bad_cable: BadCable, hall: TheHall) -> None:
    faults: list[Callable[[bytes], bytes]] = [
        lambda frame: b"",
        lambda frame: frame[:6],
        lambda frame: frame[4:],
        lambda frame: frame[:7] + b"\x02" + frame[8:],
        lambda frame: frame[:-1] + b"\x17",
        lambda frame: b"\xff\x68\x03\x03" + frame,
    ]
    now = iter(faults)
    bad_cable.joint.fault = lambda out, frame: frame if out else next(now, bytes)(frame)
    with Far(bad_cable.theirs) as pad, owning(keypad_at(bad_cable.ours), hall):
        hall.until_state("keypad-3", "unknown")
        passed = bad_cable.joint
        for count in range(1, len(faults) + 1):
            pad.say(FINISH)
            passed.until_passed(count)
        pad.say(RECALL)
        # The last of the faults is but noise before a whole frame.
        hall.until_pressed("finish", "recall")


def test_lines_of_text_are_presses_too(cable: Cable, hall: TheHall) -> None:
    more = 'unit = 3\nkeys = { "NEXT" = "next", "AGAIN" = "recall" }'
    with Far(cable.theirs) as pad, owning(keypad_at(cable.ours, "lines", more), hall):
        hall.until_state("keypad-3", "unknown")
        pad.say(b"NEXT 4\r\nnext 3\r\nNEXT\r\nNE")
        pad.say(b"XT 3x\r\nFINISH 3\r\nagain 3\n")
        hall.until_pressed("next", "recall")


def test_a_keypad_alone_on_its_line_hears_whatever_comes(cable: Cable, hall: TheHall) -> None:
    with Far(cable.theirs) as pad, owning(keypad_at(cable.ours, "lines"), hall):
        hall.until_state("keypad-3", "unknown")
        pad.say(b"NEXT 9\r\nNO-SHOW\r\n")
        hall.until_pressed("next", "no-show")


def test_keys_mean_what_the_file_says(cable: Cable, hall: TheHall, caplog: pytest.LogCaptureFixture) -> None:
    more = 'keys = { "0x0A" = "next", "1b" = "finish" }'
    with Far(cable.theirs) as pad, owning(keypad_at(cable.ours, more=more), hall):
        hall.until_state("keypad-3", "unknown")
        for code in (1, 0x0A, 0x1B):
            pad.say(ff68(KeyFrame(3, 1, bytes([code]))))
        hall.until_pressed("next", "finish")
    assert "the key 0x01 means nothing" in caplog.text


def test_keypads_and_tubes_share_a_line(cable: Cable, hall: TheHall) -> None:
    """One owner; presses that come while it waits for the tubes' answer are heard."""
    text = keypad_at(cable.ours, more="unit = 3") + keypad_at(cable.ours, more="unit = 4", counter="4")
    silent = tubes_at(cable.ours).replace("answer_ms = 60", "answer_ms = 1000")
    with Far(cable.theirs) as far, owning(text + silent, hall) as (opened, news):
        assert len(opened._owners) == 1
        hall.until_state("keypad-4", "unknown")
        news.show("A015")
        far.until(lambda heard: heard)  # it waits now for an answer that never comes
        far.say(NEXT + ff68(KeyFrame(4, 1, b"\x05")) + ff68(KeyFrame(5, 1, b"\x01")))
        hall.until_pressed("next", "finish")
        assert [press["counter"] for press in hall.presses] == ["3", "4"]


def test_a_key_is_heard_while_the_line_rests_after_a_frame(cable: Cable, hall: TheHall) -> None:
    sign = tubes_at(cable.ours).replace("modbus-digits", "ascii").replace("gap_ms = 5", "gap_ms = 1000")
    with Far(cable.theirs) as far, owning(sign + keypad_at(cable.ours), hall) as (_, news):
        hall.until_state("keypad-3", "unknown")
        news.show("A015")
        far.until(lambda heard: heard == b"A015\r\n")
        far.say(NEXT)
        hall.until_pressed("next")


def test_a_refused_press_blinks_the_display_wherever_it_hangs(cable: Cable, hall: TheHall, tmp_path: Path) -> None:
    hall.answers = lambda press: REFUSED
    (tmp_path / "other").mkdir()
    other = Bridge(tmp_path / "other")
    try:
        with (
            Tubes(other.theirs, 3) as tubes,
            Far(cable.theirs) as pad,
            owning(tubes_at(other.ours) + keypad_at(cable.ours), hall) as (_, news),
        ):
            news.show("A015")
            tubes.until(3, "   015")
            hall.until_state("keypad-3", "unknown")
            pad.say(NEXT)
            tubes.until(3, "      ")
            tubes.until(3, "   015")
    finally:
        other.pull()


def test_without_the_server_a_press_calls_nobody_then_or_later(cable: Cable, hall: TheHall) -> None:
    hall.away_s = 0.5
    text = keypad_at(cable.ours) + '[[display]]\ncounter = "3"\naddress = "tcp:127.0.0.1:1"\nprotocol = "ascii"\n'
    with Far(cable.theirs) as pad, owning(text, hall) as (opened, news):
        hall.until_state("keypad-3", "unknown")
        news.show("A015")
        screen = opened._screens[0]
        pad.say(NEXT)
        hall.until_state("keypad-3", "ok")
        until(lambda: screen._refused_at > 0)
        hall.away_s = 0.0
        pad.say(RECALL)
        hall.until_pressed("recall")


def test_a_press_that_was_not_answered_is_said_again_as_the_same(
    cable: Cable, hall: TheHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners, "AGAIN_S", 0.1)
    answers = iter([None, None])
    hall.answers = lambda press: next(answers, REFUSED)
    with Far(cable.theirs) as pad, owning(keypad_at(cable.ours), hall):
        hall.until_state("keypad-3", "unknown")
        pad.say(NEXT)
        hall.until_pressed("next", "next", "next")
    assert len({press["press"] for press in hall.presses}) == 1
    first, *later = hall.ages
    assert first is None and all(age and age > 0 for age in later)
    assert hall.dropped == 0


def test_a_press_that_nobody_answers_is_given_up(
    cable: Cable, hall: TheHall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(owners, "GIVEN_UP_S", 0.1)
    hall.answers = lambda press: None
    with Far(cable.theirs) as pad, owning(keypad_at(cable.ours), hall) as (opened, _):
        hall.until_state("keypad-3", "unknown")
        pad.say(NEXT)
        hall.until_pressed("next")
        until(lambda: not opened._presses._waiting and hall.dropped)
    assert "server-away" in caplog.text
    assert hall.dropped == 1, "what was said of it and is still on its way must not act late"


def test_a_press_before_the_machine_slept_is_given_up_when_it_wakes(
    cable: Cable, hall: TheHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = [0.0]
    monkeypatch.setattr(owners, "ticks", lambda: asleep[0])
    hall.answers = lambda press: None
    with Far(cable.theirs) as pad, owning(keypad_at(cable.ours), hall) as (opened, _):
        hall.until_state("keypad-3", "unknown")
        pad.say(NEXT)
        hall.until_pressed("next")
        asleep[0] = 600.0
        until(lambda: not opened._presses._waiting and hall.dropped)
    assert len(hall.presses) == 1


def test_a_key_that_bounces_is_one_press(cable: Cable, hall: TheHall) -> None:
    text = keypad_at(cable.ours).replace("bounce_ms = 0", "bounce_ms = 5000")
    with Far(cable.theirs) as pad, owning(text, hall):
        hall.until_state("keypad-3", "unknown")
        pad.say(NEXT * 3)
        pad.say(RECALL)
        hall.until_pressed("next", "recall")


def test_after_the_cable_is_back_keys_are_heard_again(cable: Cable, hall: TheHall) -> None:
    with owning(keypad_at(cable.ours), hall):
        hall.until_state("keypad-3", "unknown")
        with Far(cable.theirs) as pad:
            pad.say(NEXT[:6])
        cable.pull()
        hall.until_state("keypad-3", "offline")
        cable.put_in()
        with Far(cable.theirs) as pad:
            hall.until_state("keypad-3", "unknown")
            pad.say(NEXT[6:] + RECALL)
            hall.until_pressed("recall")
