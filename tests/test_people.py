"""People and devices: what their file keeps, and a file of every schema that landed; the rights taken from somebody."""

import shutil
from pathlib import Path

import pytest

import run
from hall_server.people import RIGHTS, People
from tests.serving import sala

DATA = Path(__file__).parent / "data"

# tests/data/schema-1/people.db was made by the program of that day: malee, PIN 4821, a session of 2026-11-20, kiosk-1
# with this key, the secret of zeros, in earnest. The folder does not change; a new schema adds one beside it.
# tests/data/schema-2/people.db is the same brought up to date, with somsri, PIN 4821, who may move nobody to the front.
# tests/data/schema-4/people.db is the same again, with kiosks set to 27 inches.
KEY = "HMAxwnuP6N3-5q61sTbRwC41JWltAZouFv4yN2yaAAo"
WORD = "T8slwcjFVLYGd9RuxmZTLeCOTN1TK7NloPUCeMwmRJE"


@pytest.fixture(params=sorted(folder.name for folder in DATA.glob("schema-*")))
def yesterday(request: pytest.FixtureRequest, tmp_path: Path) -> People:
    """The people of a data folder that a program of that schema left behind."""
    return People(Path(shutil.copy(DATA / request.param / "people.db", tmp_path)))


def test_people_of_every_schema_may_still_come_in(yesterday: People) -> None:
    malee = yesterday.person_with_pin("malee", "4821")
    assert malee is not None and malee.role == "manager"
    assert yesterday.person_with_pin("malee", "4822") is None
    session = yesterday.session(WORD, "2026-11-20")
    assert session is not None and session.member == malee
    assert yesterday.session(WORD, "2026-11-21") is None
    kiosk = yesterday.of_key(KEY)
    assert kiosk is not None and (kiosk.name, kiosk.role) == ("kiosk-1", "kiosk")


def test_the_facts_of_a_folder_stay_as_they_were_settled(yesterday: People) -> None:
    assert yesterday.fact("secret", "other") == "00" * 32
    assert yesterday.fact("trial", "1") == "0"


def test_whoever_was_there_before_has_every_right(yesterday: People) -> None:
    malee = yesterday.person_named("malee")
    assert malee and malee.rights == set(RIGHTS)
    assert yesterday.add_person("somchai", "officer", "4821", ["move-front"]).rights == {"call-number"}


def test_what_was_taken_stays_taken(tmp_path: Path) -> None:
    kept = People(Path(shutil.copy(DATA / "schema-2" / "people.db", tmp_path)))
    somsri = kept.person_with_pin("somsri", "4821")
    assert somsri and somsri.rights == {"call-number"}


def test_nothing_secret_stands_in_the_file(tmp_path: Path) -> None:
    people = People(tmp_path / "people.db")
    malee = people.add_person("malee", "officer", "735194")
    _, key = people.add_device("kiosk-1", "kiosk")
    word = people.begin_session(malee, "2026-11-20")
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(secret.encode() in kept for secret in ("735194", key, word))


def test_a_name_is_given_once_and_may_be_given_again_after_removal(tmp_path: Path) -> None:
    people = People(tmp_path / "people.db")
    first, key = people.add_device("kiosk-1", "kiosk")
    with pytest.raises(ValueError, match="kiosk-1"):
        people.add_device("kiosk-1", "board")
    assert people.remove_device("kiosk-1") and people.of_key(key) is None
    second, _ = people.add_device("kiosk-1", "kiosk")
    assert first.id != second.id


# -- rights --------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(tmp_path / "people.db")


def test_a_right_is_taken_and_given_back_by_name(people: People) -> None:
    somsri = people.add_person("somsri", "officer", "4821")
    assert somsri.rights == set(RIGHTS)
    less = people.change_rights("somsri", take=["call-number"])
    assert less and less.rights == {"move-front"}
    assert people.people() == [less] and people.person_named("somsri") == less
    assert people.change_rights("somsri", give=["call-number"], take=["move-front"]) == people.person_named("somsri")
    assert people.change_rights("nobody", give=["call-number"]) is None


def test_a_right_taken_counts_in_a_session_that_is_open(people: People) -> None:
    word = people.begin_session(people.add_person("somsri", "officer", "4821"), "2026-11-20")
    people.change_rights("somsri", take=RIGHTS)
    found = people.session(word, "2026-11-20")
    assert found and found.member.rights == frozenset()
    signed_in = people.person_with_pin("somsri", "4821")
    assert signed_in and signed_in.rights == frozenset()


def test_rights_are_taken_by_the_command_line(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    added = sala("staff", "add", "somsri", "--role", "officer", "--pin", "4821", "--without", "call-number", *data)
    assert added.stdout == "somsri may sign in as officer, without call-number\n"
    assert sala("staff", "list", *data).stdout.split() == ["somsri", "officer", "without", "call-number"]
    told = sala("staff", "rights", "somsri", "--give", "call-number", "--take", "move-front", *data)
    assert told.stdout == "somsri: without move-front\n"
    assert sala("staff", "rights", "somsri", "--give", "move-front", *data).stdout == "somsri: has every right\n"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("malee", "--take", "call-number"), "there is no malee"),
        (("somsri", "--take", "call-number", "--give", "call-number"), "either given or taken"),
        (("somsri", "--take", "everything"), "call-number"),
    ],
)
def test_what_cannot_be_taken_is_said(tmp_path: Path, asked: tuple[str, ...], says: str) -> None:
    People(tmp_path / "people.db").add_person("somsri", "officer", "4821")
    refused = sala("staff", "rights", *asked, "--data", tmp_path)
    assert refused.returncode != 0 and says in refused.stderr


def test_the_command_line_knows_every_right() -> None:
    assert run.RIGHTS == RIGHTS


def test_what_screens_are_set_to_is_kept_and_counted(tmp_path: Path) -> None:
    people = People(tmp_path / "people.db")
    assert (people.screen("board"), people.screens_rev) == ({}, 0)
    people.set_screen("board", {"distance": 12})
    people.set_screen("kiosk", {"volume": 40})
    people.set_screen("board", {"distance": 14})
    for one in (people, People(people.path)):
        assert (one.screen("board"), one.screen("kiosk"), one.screens_rev) == ({"distance": 14}, {"volume": 40}, 3)
