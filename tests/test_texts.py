"""The texts: whole in Thai and English, in a further language what visitors meet, and none anywhere else.

Not here: what a page, a slip or a phone makes of them (test_languages.py), and the texts of a single room.
"""

import ast
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hall_server import tell, texts
from queue_core.errors import Mistake
from run import read_centre
from tests.halls import CENTRE
from tests.serving import Hall, sala

ROOT = Path(__file__).parent.parent
ROOMS = ("hall_server", "kiosk", "display_board", "counter_panel", "manager_desk")
HOLE = re.compile(r"\{(\w+)\}")
# What no reader is told: what a keyboard types are letters, and what /style/ shows of itself is for who makes screens.
NO_TEXTS = {
    "counter_panel/static/typed.js",
    "hall_server/templates/style.html",
    "kiosk/static/keyboard_keys.js",
}
# The names of keys as they stand on a keyboard, and of a file's columns as they stand in it.
SAME_EVERYWHERE = (
    "Shift+F9",
    "Ctrl+F9",
    "Esc",
    "Enter",
    "code,services,at,language,priority,people,needs\nK7M2P,",
    "09:30,th,,1,",
)
OF_THIS_LAND = "\u0e01-\u0e5b\u1000-\u109f"

# -- the files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", texts.spoken())
def test_a_language_has_every_text_that_it_should(language: str) -> None:
    """What is missing here: `python run.py texts --language my` says it with the English, to be translated."""
    assert texts.missing(language) == []


@pytest.mark.parametrize("language", texts.spoken())
def test_a_language_has_no_text_that_is_not_in_english(language: str) -> None:
    assert texts.spoken()[language].keys() - texts.spoken()["en"].keys() <= {texts.DRAFT}


@pytest.mark.parametrize("language", texts.spoken())
def test_a_text_has_no_hole_that_nobody_fills(language: str) -> None:
    """One person, or nobody, may be said without the number."""
    wrong = {
        key: said
        for key, said in texts.spoken()[language].items()
        if key != texts.DRAFT and not _holes(said) <= _holes(texts.say("en", key)) | _holes(texts.say("th", key))
    }
    assert wrong == {}


def _holes(said: str) -> set[str]:
    return set(HOLE.findall(said))


@pytest.mark.parametrize("language", texts.spoken())
def test_a_file_is_in_order_and_nothing_in_it_is_empty(language: str) -> None:
    text = (texts.FOLDER / f"{language}.json").read_text("utf-8")
    told = json.loads(text)

    assert list(told) == sorted(told)
    assert text == json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    assert [key for key, said in told.items() if not said.strip() or said != unicodedata.normalize("NFC", said)] == []


def test_what_a_visitor_meets_is_named_as_the_texts_are() -> None:
    every = texts.spoken()["en"]
    starts = (*texts.FOR_VISITORS, *texts.ON_SLIPS, *(f"refusal.{word}" for word in texts.REFUSED))
    assert {start for start in starts if not any(key.startswith(start) for key in every)} == set()
    assert [texts.meets_visitors(key) for key in ("kiosk.take", "kiosk.staff.title", "refusal.too-many-files")] == [
        *(True, False, False)
    ]
    # The slip's own words are among those that every language has.
    assert all(start.startswith(texts.FOR_VISITORS) for start in texts.ON_SLIPS)


# A letter, what is stacked under it, medials, vowels, and the marks that end a syllable: in the order of Unicode.
SYLLABLE = re.compile(
    "[\u1000-\u102a\u103f\u104c-\u104f]\u103a?(\u1039[\u1000-\u1021])?\u103b?\u103c?\u103d?\u103e?\u1031?"
    "[\u102d\u102e\u1032]?[\u102f\u1030]?[\u102b\u102c]?\u103a?\u1036?\u1037?\u103a?\u1038?"
)


def test_burmese_is_written_in_the_order_that_letters_are_joined_in() -> None:
    """A sign out of order is drawn on a dotted circle of its own, and found by no search. Nothing is in Zawgyi."""
    left = {key: SYLLABLE.sub("", said) for key, said in texts.spoken()["my"].items() if key != texts.DRAFT}

    assert {key: rest for key, rest in left.items() if re.search("[\u1000-\u1049\u1050-\u109f]", rest)} == {}
    assert re.search("[\u1000-\u109f]", SYLLABLE.sub("", "\u1031\u1000"))


def test_digits_are_the_same_in_every_language() -> None:
    """A number, a counter and a time must look as they do on the board."""
    assert not [said for said in texts.spoken()["my"].values() if re.search("[\u1040-\u1049]", said)]


# -- what is said --------------------------------------------------------------------------------------------------


def test_where_a_language_has_no_text_it_is_said_in_english() -> None:
    assert texts.say("my", "kiosk.take") != texts.say("en", "kiosk.take")
    assert texts.say("my", "desk.tab.settings") == texts.say("en", "desk.tab.settings")
    assert texts.say("lo", "kiosk.take") == "Take a ticket"
    assert texts.say("my", "kiosk.nowhere") == "kiosk.nowhere"


def test_a_name_is_said_in_its_language_else_in_english_else_in_thai() -> None:
    name = {"th": "ช่อง 3", "en": "Counter 3"}
    assert [texts.name_in(name, one) for one in ("th", "en", "my")] == ["ช่อง 3", "Counter 3", "Counter 3"]
    assert texts.name_in({"th": "ช่อง 3"}, "my") == "ช่อง 3"


def test_a_day_is_said_as_its_language_counts_years() -> None:
    local = datetime(2026, 11, 20, 9, 41)
    assert texts.date_and_time(local, "th") == "20 พฤศจิกายน 2569  09:41 น."
    assert texts.date_and_time(local, "en") == "20 November 2026, 09:41"
    assert texts.date_and_time(local, "my") == "2026 ခုနှစ် နိုဝင်ဘာလ 20 ရက်၊ 09:41"


def test_a_wait_is_said_in_burmese() -> None:
    said = [tell.said(low, high, "my") for low, high in ((0, 5), (15, 25), (30, 90), (60, 120))]
    assert said == ["အများဆုံး 5 မိနစ်", "15–25 မိနစ်", "30 မိနစ် မှ 1 နာရီခွဲ အထိ", "1 နာရီ မှ 2 နာရီ အထိ"]


# -- which languages -----------------------------------------------------------------------------------------------


def test_a_centre_offers_the_languages_that_its_file_names() -> None:
    assert texts.offered(("th", "en")) == ("th", "en")
    assert texts.offered(("th", "en", "my", "xx")) == ("th", "en", "my")
    assert texts.drafts(("th", "en", "my")) == ("my",)


def test_a_page_speaks_no_language_that_the_centre_does_not_offer(hall: Hall) -> None:
    token = hall.kiosk.take()["token"]

    page = hall.kiosk.get(f"/t/{token}?language=my").text

    assert '<html lang="th"' in page
    assert "data-drafts" not in page and not re.search("[\u1000-\u109f]", page)


def test_a_centre_whose_language_has_no_texts_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "lao.toml"
    file.write_text(CENTRE.replace('["th", "en"]', '["th", "en", "lo"]'), "utf-8")
    line = next(n for n, row in enumerate(CENTRE.splitlines(), 1) if row.startswith("languages"))

    with pytest.raises(Mistake, match=rf"lao.toml.*{line}.*'lo'.*en, my, th"):
        read_centre(file)


def test_the_command_says_what_a_language_lacks() -> None:
    every, new = sala("texts"), sala("texts", "--language", "lo")

    assert every.returncode == 0, every.stderr
    assert "my (မြန်မာ): 0 missing, a draft to be reviewed" in every.stdout
    assert new.returncode == 1
    wanted = json.loads(new.stdout)
    assert wanted["kiosk.take"] == "Take a ticket"
    assert list(wanted) == texts.missing("lo") and not any(key.startswith("desk.") for key in wanted)


# -- and nowhere else ----------------------------------------------------------------------------------------------


def test_no_template_says_anything_of_its_own() -> None:
    files = [file for room in ROOMS for file in sorted((ROOT / room / "templates").rglob("*.html"))]
    found = {str(file.relative_to(ROOT)): list(_said_in(file.read_text("utf-8"))) for file in files}

    assert len(files) > 20
    assert {file: said for file, said in found.items() if said and file not in NO_TEXTS} == {}


def test_no_script_and_no_module_says_anything_of_its_own() -> None:
    scripts = [file for room in ROOMS for file in sorted((ROOT / room / "static").rglob("*.js"))]
    found = {str(file.relative_to(ROOT)): list(_quoted_in(file.read_text("utf-8"))) for file in scripts}
    modules = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    found |= {str(file.relative_to(ROOT)): list(_written_in(file.read_text("utf-8"))) for file in modules}

    assert len(scripts) > 20
    assert {file: said for file, said in found.items() if said and file not in NO_TEXTS and "vendor" not in file} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Please wait</p>",
        "<p>กรุณารอ</p>",
        '<button aria-label="Close">{{ icon("cross") }}</button>',
        "{% if a %}กรุณา{% endif %}",
        "{{ 'รอ' if a }}",
    ],
)
def test_a_text_planted_in_a_template_is_seen(planted: str) -> None:
    assert list(_said_in(planted))


@pytest.mark.parametrize(
    "planted", ['write(p, "รอสักครู่");', 'write(p, "Please wait");', "write(p, `Number ${n} is next`)"]
)
def test_a_text_planted_in_a_script_is_seen(planted: str) -> None:
    assert list(_quoted_in(planted))
    assert not list(_quoted_in(f"// {planted}\n/* {planted} */"))


def _said_in(template: str) -> Iterator[str]:
    """What a reader or a listener would be told that is not from the texts."""
    for pattern in (
        r"\{#.*?#\}",
        r"<!--.*?-->",
        r"<(script|style)\b.*?</\1>",
        r"\{% block body_class %\}.*?\{% endblock %\}",
    ):
        template = re.sub(pattern, "", template, flags=re.DOTALL)
    yield from re.findall(f"[{OF_THIS_LAND}]+", " ".join(re.findall(r"\{[%{].*?[%}]\}", template, re.DOTALL)))
    template = re.sub(r"\{[%{].*?[%}]\}", "\0", template, flags=re.DOTALL)
    spoken = re.findall(r'\s(?:aria-label|title|placeholder|alt)="([^"]*)"', template)
    for said in (*spoken, *re.split(r"<[^>]*>|\0", template)):
        if re.search(f"[A-Za-z{OF_THIS_LAND}]{{2}}", said) and said.strip() not in SAME_EVERYWHERE:
            yield said.strip()


def _quoted_in(script: str) -> Iterator[str]:
    """The strings of a script that are in a script of this land, or an English sentence."""
    script = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", script, flags=re.DOTALL)
    for quoted in re.findall(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`', script):
        said = re.sub(r"\$\{[^}]*\}", "", quoted)
        if re.search(f"[{OF_THIS_LAND}]", said) or re.search(r"[A-Z][a-z]+ +[a-z]{2,}", said):
            yield quoted


def _written_in(module: str) -> Iterator[str]:
    """The strings of a module in a script of this land, but for what it says of itself to whoever reads it."""
    nodes = list(ast.walk(ast.parse(module)))
    notes = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        said = node.value if isinstance(node, ast.Constant) and id(node) not in notes else None
        if isinstance(said, str) and re.search(f"[{OF_THIS_LAND}]", said):
            yield said
