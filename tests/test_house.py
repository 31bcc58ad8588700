"""Which way things go: the directions of the house, held by reading every import; and that no function needs
scrolling. See ARCHITECTURE.md and CONTRIBUTING.md.

Not here: what the modules do.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = {"queue_core"}
SHARED = {"hall_server", *CORE}
FACES = {"kiosk", "display_board", "counter_panel", "manager_desk"}
ROOMS = {"run", *FACES, *SHARED, "hardware", "tests"}

MAY_IMPORT = {
    "queue_core": CORE,
    "hall_server": SHARED,
    "hardware": {"hardware"},
    "run": ROOMS - {"tests"},
    **{face: {face, *SHARED} for face in FACES},
}
PURE = {
    *("ticket", "hall", "visitors", "officers", "day", "rules", "profiles", "lessons", "waits", "whatif"),
    *("estimates", "blend", "predict", "forward", "forecast", "rota", "changes", "advice"),
    *("plan", "kiosks", "kiosks", "centre_file", "profile_lines", "recorded", "stage", "standard", "errors"),
}
SQL = {"log", "statistics", "past", "people", "kept_promises", "history"}
DATABASE = {"sqlite3", "sqlite_utils"}
ENOUGH_FOR_CORE = {*CORE, *DATABASE, *sys.stdlib_module_names}
CLOCK_AND_CHANCE = {"time", "random", "secrets", "uuid"}
FILES = {"os", "io", "pathlib", "shutil", "tempfile", "subprocess", "logging"}
SOCKETS = {
    "socket",
    "select",
    "ssl",
    "http",
    "urllib",
    "threading",
    "asyncio",
    "multiprocessing",
    "concurrent",
}
WORLD = {*DATABASE, *CLOCK_AND_CHANCE, *FILES, *SOCKETS}
ASKS_THE_WORLD = {"now", "today", "utcnow", "open", "print", "input"}
# What a screen shows. Most functions are about six lines; the longest are the tables of a face's calls.
A_SCREENFUL = 65


def offences(root: Path) -> list[str]:
    """Every import, and in a pure module every call, that goes where it must not, and every function too long to be
    seen at once: `file:line says`."""
    return [found for file in modules(root) for found in offences_in(file, root)]


def modules(root: Path) -> list[Path]:
    files = [root / "run.py", *(file for room in MAY_IMPORT for file in sorted((root / room).rglob("*.py")))]
    return [file for file in files if file.exists()]


def offences_in(file: Path, root: Path) -> Iterator[str]:
    place = file.relative_to(root)
    room, module = place.parts[0].removesuffix(".py"), file.stem
    pure = room == "queue_core" and module in PURE
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for name in imported(node, room):
            if why := wrong_import(name, room, module, pure):
                yield f"{place}:{node.lineno} imports {name}: {why}"
        if isinstance(node, ast.FunctionDef) and (lines := length(node)) > A_SCREENFUL:
            yield f"{place}:{node.lineno} {node.name} needs scrolling: {lines} lines"
        if pure and isinstance(node, ast.Call) and called(node) in ASKS_THE_WORLD:
            yield f"{place}:{node.lineno} calls {called(node)}(): a pure module is told"


def imported(node: ast.AST, room: str) -> list[str]:
    """The modules that a statement imports, with what it takes from them: `queue_core.log`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        origin = ".".join(part for part in (room if node.level else "", node.module) if part)
        return [f"{origin}.{alias.name}" for alias in node.names]
    return []


def wrong_import(name: str, room: str, module: str, pure: bool) -> str | None:
    """Why this module must not import that name, or None if it may."""
    top, inner = (*name.split("."), "")[:2]
    core = room == "queue_core"
    reasons = {
        f"{room} must not know {top}": top in ROOMS - MAY_IMPORT[room],
        "only run.py knows eventlet": top == "eventlet" and room != "run",
        "the core needs no more than Python and sqlite-utils": core and top not in ENOUGH_FOR_CORE,
        "SQL lives in log, statistics, past and people": core and top in DATABASE and module not in SQL,
        "a pure module knows no clock, file, socket or chance": pure and top in WORLD,
        "a pure module knows only pure ones": pure and top in CORE and inner not in PURE,
    }
    return next((why for why, holds in reasons.items() if holds), None)


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def called(node: ast.Call) -> str:
    """The last name of what is called: `now` of `datetime.now()`."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_things_go_one_way_and_are_seen_at_once() -> None:
    assert offences(ROOT) == []


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("queue_core/office.py", "import flask", "no more than Python"),
        ("queue_core/office.py", "import sqlite3", "SQL lives in"),
        ("queue_core/log.py", "from hall_server import live", "queue_core must not know hall_server"),
        ("queue_core/hall.py", "import time", "no clock"),
        ("queue_core/hall.py", "def late():\n    from random import choice", "no clock"),
        ("queue_core/rules.py", "from . import office", "only pure ones"),
        ("queue_core/plan.py", "from queue_core.log import Log", "only pure ones"),
        ("queue_core/ticket.py", "from datetime import datetime\nborn = datetime.now()", "calls now()"),
        ("queue_core/plan.py", "text = open('centre.toml').read()", "calls open()"),
        ("hall_server/live.py", "import kiosk.pages", "hall_server must not know kiosk"),
        ("hall_server/app.py", "import eventlet.tpool", "only run.py knows eventlet"),
        ("kiosk/pages.py", "from display_board.pages import face", "kiosk must not know display_board"),
        ("counter_panel/deep/er.py", "import hardware", "counter_panel must not know hardware"),
        ("hardware/agent.py", "from queue_core.errors import Refused", "hardware must not know queue_core"),
        ("manager_desk/pages.py", "import run", "manager_desk must not know run"),
        ("run.py", "import tests.browser", "run must not know tests"),
        ("kiosk/pages.py", "def face():\n" + "    pass\n" * 65, "needs scrolling"),
    ],
)
def test_a_planted_offence_is_seen(tmp_path: Path, file: str, text: str, why: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(text, encoding="utf-8")

    (found,) = offences(tmp_path)

    assert found.startswith(file) and why in found


def test_what_the_house_allows_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "queue_core").mkdir()
    (tmp_path / "queue_core" / "hall.py").write_text("from datetime import datetime\nfrom . import ticket\n")
    (tmp_path / "queue_core" / "log.py").write_text("import sqlite_utils\nfrom queue_core import ticket\n")
    (tmp_path / "run.py").write_text("import eventlet\nimport kiosk, hardware.agent\n")

    assert offences(tmp_path) == []
