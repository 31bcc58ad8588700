"""`run.py whatif`: a past day of a hall, one to come, or a recorded file; tables, a picture, data, refusals."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from queue_core.centre_file import read
from run import main
from tests import halls, past_days
from tests.bench import SAMPLES
from tests.serving import PATIENCE_S, RUN

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


def test_the_desks_child_ends_with_whoever_asked() -> None:
    command = [sys.executable, str(RUN), "whatif", "--day", SAMPLE, "--json", "--with-parent", "--replications", "200"]
    child = subprocess.Popen([*command, "--advise"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert child.stdin
    child.stdin.close()
    assert child.wait(PATIENCE_S) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--day", SAMPLE, "--out", "/nowhere/a.svg"), "there is no folder"),
        (("--day", "2026-11-20", "--site", "there"), "within a FILE"),
        (("--day", SAMPLE, "--change", "people +900%", "--change", "people +900%"), "+900%"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_reckoned(options: tuple[str, ...], said: str) -> None:
    assert said in whatif(*options, status=1).output


def test_advice_comes_on_top_of_what_is_changed_anyhow() -> None:
    plain = whatif("--day", SAMPLE, "--aim", "35").output.splitlines()[-2:]
    crowded = whatif("--day", SAMPLE, "--aim", "35", "--change", "people +40%").output.splitlines()[-2:]
    assert plain != crowded


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
