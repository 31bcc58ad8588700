"""People and devices: what their file keeps, and a file of every schema that landed."""

import shutil
from pathlib import Path

import pytest

from hall_server.people import People

DATA = Path(__file__).parent / "data"

# tests/data/schema-1/people.db was made by the program of that day: malee, PIN 4821, a session of 2026-11-20, kiosk-1
# with this key, the secret of zeros, in earnest. The folder does not change; a new schema adds one beside it.
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
    assert yesterday.of_session(WORD, "2026-11-20") == malee
    assert yesterday.of_session(WORD, "2026-11-21") is None
    kiosk = yesterday.of_key(KEY)
    assert kiosk is not None and (kiosk.name, kiosk.role) == ("kiosk-1", "kiosk")


def test_the_facts_of_a_folder_stay_as_they_were_settled(yesterday: People) -> None:
    assert yesterday.fact("secret", "other") == "00" * 32
    assert yesterday.fact("trial", "1") == "0"


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
