"""Pages, stylesheets and scripts go out light: compressed for whoever takes it so, without our own comments.

Not here: how much a phone is sent in all (test_phone_walks.py).
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import kiosk.kiosk
from hall_server.app import build
from hall_server.house import House
from hall_server.lighter import without_comments
from hall_server.people import People
from tests import halls

GZIP = {"Accept-Encoding": "gzip, deflate"}
STYLE, SCRIPT, VENDOR = "/static/base.css", "/static/live.js", "/static/vendor/socket.io.esm.min.js"
LETTERS = "/static/vendor/sarabun-thai-400.woff2"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with halls.at_work(tmp_path, halls.FakeClock(), trial=True) as office:
        house = House(office, People(tmp_path / "people.db"), b"secret", trial=True)
        yield build(house, [kiosk.kiosk.face], "threading")[0].test_client()


def get(client: FlaskClient, path: str, **headers: str) -> Any:
    with client.get(path, headers=headers, base_url="http://127.0.0.1:8000") as answer:
        answer.get_data()  # before its file is closed
        return answer


@pytest.mark.parametrize("path", [STYLE, SCRIPT, VENDOR, "/kiosk/", "/static/icon.svg"])
def test_texts_are_compressed_for_whoever_takes_them_so(client: FlaskClient, path: str) -> None:
    plain, light = get(client, path), get(client, path, **GZIP)
    assert (light.status_code, light.headers["Content-Encoding"]) == (200, "gzip")
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == light.headers["Vary"] == "Accept-Encoding", "a proxy keeps both apart"
    assert len(light.data) == int(light.headers["Content-Length"]) < 0.65 * len(plain.data)
    assert gzip.decompress(light.data)
    assert light.mimetype == plain.mimetype


@pytest.mark.parametrize("path", [LETTERS, "/healthz", "/api/v1/services"])
def test_what_is_small_already_goes_as_it_is(client: FlaskClient, path: str) -> None:
    assert "Content-Encoding" not in get(client, path, **GZIP).headers


@pytest.mark.parametrize("encoding", ["identity", "br", "gzip;q=0"])
def test_who_takes_no_gzip_gets_none(client: FlaskClient, encoding: str) -> None:
    answer = get(client, STYLE, **{"Accept-Encoding": encoding})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == Path("hall_server/static/base.css").read_bytes()


def test_a_file_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = get(client, STYLE, **GZIP)
    assert first.headers["ETag"].startswith('W/"'), "the same in other bytes"
    for headers in (GZIP, {}):
        again = get(client, STYLE, **headers, **{"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert get(client, STYLE, **GZIP).data == first.data


def test_a_part_of_a_file_is_a_part_of_the_file(client: FlaskClient) -> None:
    part = get(client, SCRIPT, **GZIP, Range="bytes=0-99")
    assert (part.status_code, len(part.data)) == (206, 100)
    assert "Content-Encoding" not in part.headers


@pytest.mark.parametrize("asked", ["lines=0-9", "LINES=a", "seconds", "bytes=0-9,20-29"])
def test_of_an_unknown_unit_or_several_ranges_the_whole_file_is_sent(client: FlaskClient, asked: str) -> None:
    """RFC 9110, 14.2: the first must be ignored, the second may be."""
    whole = get(client, SCRIPT, Range=asked)
    assert (whole.status_code, whole.data) == (200, get(client, SCRIPT).data)


def test_a_page_keeps_its_policy_and_its_parts_need_none(client: FlaskClient) -> None:
    for path, has in (("/kiosk/", True), ("/static/icon.svg", True), (STYLE, False), (SCRIPT, False)):
        assert ("Content-Security-Policy" in get(client, path, **GZIP).headers) is has, path
        assert get(client, path, **GZIP).headers["X-Content-Type-Options"] == "nosniff"


def test_our_comments_stay_here_and_nothing_else_does() -> None:
    script = (
        b'/**\n * What it is.\n */\nimport x from "y"; // why\n  // a line\n  /* one */ z("/* no */");\n/*! MIT */\na\n'
    )
    kept = b'import x from "y"; // why\n  /* one */ z("/* no */");\n/*! MIT */\na\n'
    assert without_comments(script, "text/javascript") == kept
    assert without_comments(b"/* a */\nb {\n  // kept\n}\n", "text/css") == b"b {\n  // kept\n}\n"
    assert without_comments(b"// a page\n", "text/html") == b"// a page\n"


def test_nothing_in_our_scripts_only_looks_like_a_comment() -> None:
    for file in Path().glob("*/static/*.js"):
        text = file.read_bytes()
        left = text.splitlines()
        for line in without_comments(text, "text/javascript").splitlines():
            while (gone := left.pop(0)) != line:
                assert gone.strip().startswith((b"/*", b"*", b"//")), (file, gone)
