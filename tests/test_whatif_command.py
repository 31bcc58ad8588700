"""`run.py whatif`: a past day of a hall, one to come, or a recorded file; tables, a picture, data, refusals."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from queue_core.centre_file import read
from run import main
from tests import halls, past_days
from tests.bench import SAMPLES

SAMPLE = str(SAMPLES / "day.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hall")


@pytest.fixture(scope="module")
def days(folder: Path) -> list[date]:
    return past_days.write(folder, read(halls.CENTRE), opens_after=5)


def whatif(*options: str, status: int = 0) -> Result:
    done = CliRunner().invoke(main, ["whatif", *options])
    assert done.exit_code == status, done.output
    return done


def test_a_past_day_of_the_hall_is_printed(folder: Path, days: list[date]) -> None:
    said = whatif("--data", str(folder), "--day", str(days[0]), "--change", "counter +1 09:00-12:00 like 1").output
    assert all(word in said for word in ("recorded", "planned", "changed", "Benefit claim", "in target"))


def test_a_recorded_file_is_printed_and_the_same_again() -> None:
    assert whatif("--day", SAMPLE).output == whatif("--day", SAMPLE).output
    assert whatif("--day", SAMPLE).output != whatif("--day", SAMPLE, "--seed", "2").output


def test_a_day_to_come_is_data(folder: Path, days: list[date]) -> None:
    ahead = str(days[-1].fromordinal(days[-1].toordinal() + 14))
    told = json.loads(whatif("--data", str(folder), "--day", ahead, "--json").output)
    assert told["recorded"] is None and told["forecast"]["people"]["likely"] > 0


def test_a_picture_is_written(tmp_path: Path) -> None:
    for name, begins in (("day.svg", "<svg"), ("day.html", "<!doctype html>")):
        whatif("--day", SAMPLE, "--change", "people +10%", "--out", str(tmp_path / name))
        assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_advice_is_a_sentence_and_the_change_to_write() -> None:
    said = whatif("--day", SAMPLE, "--aim", "40").output
    assert "keeps nine of ten under 40 minutes" in said or "already wait no longer than 40 minutes" in said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--day", SAMPLE, "--change", "counter 99 off 10:00-11:00"), "there is no counter 99"),
        (("--day", SAMPLE, "--out", "picture.png"), ".svg or .html"),
        (("--day", SAMPLE, "--site", "nowhere"), "there is no site"),
        (("--day", "soon", "--data", "{folder}"), "neither a file nor a date"),
        (("--day", "2001-01-01", "--data", "{folder}"), "Nobody came on 2001-01-01"),
        (("--day", "2001-01-01", "--data", "{folder}/nothing"), "there is no hall"),
    ],
)
def test_what_cannot_be_is_a_sentence(folder: Path, days: list[date], options: tuple[str, ...], says: str) -> None:
    said = whatif(*(option.format(folder=folder) for option in options), status=1).output
    assert says in said and "Traceback" not in said


def test_a_child_is_told_why_not_as_data(folder: Path, days: list[date]) -> None:
    said = whatif("--data", str(folder), "--day", "2001-01-01", "--json", status=2).output
    assert json.loads(said)["refused"] == "unknown-day"
