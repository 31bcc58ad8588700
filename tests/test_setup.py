"""What a fresh machine meets: locks without addresses, the wheel's own node, sentences that help.

Not here: a whole `make setup`, which needs the package registries; `.ci/run` begins with one.
"""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import hatch_build
from tests import browser

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "package-lock.json")

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def program(place: Path, text: str) -> Path:
    """A small shell program at that place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    place.chmod(0o755)
    return place


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the project's Makefile in a folder that holds nothing else."""
    shutil.copy(ROOT / "Makefile", folder)
    return subprocess.run(["make", *words], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address_and_no_path(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")

    assert not re.search(r"://|file:|\.whl|\.tgz|--(index|extra|find)", lock)


@pytest.mark.parametrize("name", LOCKS[:2])
def test_every_locked_requirement_has_its_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_locked_npm_package_has_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [name for name, about in packages.items() if name and "integrity" not in about] == []


def test_what_the_build_needs_is_locked_too() -> None:
    told = project()

    assert told["dependency-groups"]["build"] == told["build-system"]["requires"]


@pytest.mark.parametrize("names, lock", [("runtime", LOCKS[0]), ("build", LOCKS[0]), ("dev", LOCKS[1])])
def test_the_lock_holds_what_the_project_asks_for(names: str, lock: str) -> None:
    told = project()
    asked = told["project"]["dependencies"] if names == "runtime" else told["dependency-groups"][names]
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert {re.match(r"[\w.-]+", requirement)[0] for requirement in asked} <= locked


def test_no_text_installs_a_strangers_sala() -> None:
    """The public index holds another project of this name."""
    texts = [ROOT / "README.md", ROOT / "hardware" / "sala-agent.service", *ROOT.glob("*.md")]

    for text in texts:
        assert not re.search(r"pip\S* install [^\n]*\bsala\b", text.read_text(encoding="utf-8")), text


def test_the_hook_put_every_file_in_its_place() -> None:
    missing = [place for place in hatch_build.COPIES.values() if not (ROOT / place).stat().st_size]

    assert missing == []


@pytest.mark.skipif(os.name == "nt", reason="the stand-in node is a shell program")
def test_a_node_on_the_path_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = program(tmp_path / "bin" / "node", "echo the machine own node was used; exit 1")
    monkeypatch.setenv("PATH", str(stand_in.parent), prepend=os.pathsep)
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "nothing"}')
    (folder / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {"": {"name": "nothing"}}}')

    hatch_build.npm_ci(folder)  # raises where npm, or the node it met, gives up


@needs_make
def test_without_python_a_sentence_says_so(tmp_path: Path) -> None:
    done = make(tmp_path, ".venv/bin/python", "PYTHON=no-python-here")

    assert done.returncode and "needs Python 3.11 or newer" in done.stdout


@needs_make
def test_an_older_python_is_refused_by_its_version(tmp_path: Path) -> None:
    older = program(tmp_path / "python3.9", '[ "$1" = --version ] && echo Python 3.9.2; [ "$1" = --version ]')

    done = make(tmp_path, ".venv/bin/python", f"PYTHON={older}")

    assert done.returncode and "is Python 3.9.2" in done.stdout and "PYTHON=" in done.stdout


@needs_make
def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    bare = program(tmp_path / "python3", 'case "$2" in *ensurepip*) exit 1;; esac')

    done = make(tmp_path, ".venv/bin/python", f"PYTHON={bare}")

    assert done.returncode and "python3-venv" in done.stdout


def test_without_a_browser_a_walk_is_skipped_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "chromium", lambda: None)
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="this machine has none"):
        browser.chromium_or_leave()


def test_without_a_browser_a_walk_fails_where_ci_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "chromium", lambda: None)
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="this machine has none"):
        browser.chromium_or_leave()
