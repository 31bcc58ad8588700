"""The centre's own pictures and films for its boards: files in `<data>/playlist/`, shown in the order of their names.

They are put there at the desk or by hand. What a file is is told by its first bytes, and what a browser could run is
none of ours. Not here: who may change them and how they are served (display_board/playlist.py), and the desk's form.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from hall_server.problems import TurnedAway

LARGEST_FILE = 200 * 1024 * 1024
MOST_FILES = 50
# In bytes, of which a Thai letter takes three: what every file system takes.
LONGEST_NAME = 240
# So much of the disk stays the log's, whatever anybody uploads: a hall that cannot write gives no ticket.
KEPT_FREE = 1024 * 1024 * 1024
LOOK_S = 5.0
# Longer no upload takes between two chunks.
DRAFT_S = 3600
CHUNK = 64 * 1024
HEAD = 16
# By the end of the name: what it is, its type, and how its first bytes begin.
_JPEG = ("picture", "image/jpeg", rb"\xff\xd8\xff")
TYPES = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": ("picture", "image/png", rb"\x89PNG\r\n\x1a\n"),
    "webp": ("picture", "image/webp", rb"RIFF....WEBP"),
    "mp4": ("film", "video/mp4", rb"....ftyp"),
    "webm": ("film", "video/webm", rb"\x1a\x45\xdf\xa3"),
}


@dataclass(frozen=True, slots=True)
class File:
    """One that a board may show. `version` changes with the file, so that a browser need not ask for it again."""

    name: str
    kind: str
    size: int
    version: str


class Playlist:
    """One folder's files; read anew when the folder changes, and every few seconds: of a file that is being copied into
    it by hand, the folder tells only the beginning."""

    def __init__(self, folder: Path, ticks: Callable[[], float] = time.monotonic) -> None:
        self.folder, self._ticks = folder, ticks
        self._read: tuple[int, float, list[File]] = (0, 0.0, [])
        self._storing = Lock()

    def files(self) -> list[File]:
        """What may be shown, by name; none where there is no folder."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return []
        if changed != self._read[0] or self._ticks() - self._read[1] >= LOOK_S:
            self._read = (changed, self._ticks(), sorted(self._look(), key=lambda file: file.name))
        return self._read[2]

    def _look(self) -> Iterator[File]:
        for path in self.folder.iterdir():
            with suppress(OSError):  # taken away meanwhile
                if is_name(path.name) and path.is_file() and is_what_it_says(path):
                    facts = path.stat()
                    version = f"{facts.st_mtime_ns:x}-{facts.st_size:x}"
                    yield File(path.name, TYPES[_end(path.name)][0], facts.st_size, version)

    def path(self, name: str) -> Path | None:
        """Where a file of the list lies; None for all others."""
        return next((self.folder / file.name for file in self.files() if file.name == name), None)

    def take(self, name: str, stream: IO[bytes]) -> None:
        """Keep what comes under that name, whole or not at all.

        TurnedAway: not a name, of another type than it says, too large, or too many; or the disk is nearly full. All of
        it is read even then: a browser whose file is not taken to its end hears no answer.
        """
        refused = self._why_not(name)
        self.folder.mkdir(exist_ok=True)
        self._sweep()
        part = self.folder / f".{secrets.token_hex(8)}"
        try:
            with part.open("wb") as kept:
                size = 0
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    refused = refused or _wrong(name, chunk, size)
                    if not refused and shutil.disk_usage(self.folder).free < KEPT_FREE:
                        refused = "disk-full"
                    if size <= LARGEST_FILE and not refused:
                        kept.write(chunk)
            if size == 0:
                refused = refused or "not-playable"
            self._store(part, name, refused)
        finally:
            part.unlink(missing_ok=True)

    def _store(self, part: Path, name: str, refused: str | None) -> None:
        """Counted anew, and stored in the same step: many may have begun while one place was free."""
        with self._storing:
            refused = refused or _too_many({file.name for file in self._look()}, name)
            if refused:
                raise TurnedAway(refused, name=name, most=MOST_FILES)
            os.replace(part, self.folder / name)

    def _sweep(self) -> None:
        """What was being taken when the power failed: nobody writes to it any more."""
        for path in self.folder.glob(".*"):
            with suppress(OSError):
                if re.fullmatch(r"\.[0-9a-f]{16}", path.name) and time.time() - path.stat().st_mtime > DRAFT_S:
                    path.unlink()

    def _why_not(self, name: str) -> str | None:
        if not is_name(name):
            return "not-playable"
        return _too_many({file.name for file in self.files()}, name)

    def remove(self, name: str) -> bool:
        path = self.path(name)
        if path:
            path.unlink(missing_ok=True)
        return path is not None


def _too_many(known: set[str], name: str) -> str | None:
    return "too-many-files" if len(known | {name}) > MOST_FILES else None


def _wrong(name: str, chunk: bytes, size: int) -> str | None:
    first = size == len(chunk)
    if first and not begins(name, chunk[:HEAD]):
        return "not-playable"
    return "too-large" if size > LARGEST_FILE else None


def is_name(name: str) -> bool:
    """Whether a file may be called so: no path, nothing hidden, nothing unprintable, of a type that can be shown."""
    try:
        fits = len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:  # put there by hand, in letters of another encoding: no news could tell it
        return False
    return fits and re.fullmatch(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*", name) is not None and _end(name) in TYPES


def _end(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def begins(name: str, head: bytes) -> bool:
    """Whether the first bytes are those of the type that the name says."""
    return re.match(TYPES[_end(name)][2], head, re.DOTALL) is not None


def is_what_it_says(path: Path) -> bool:
    with path.open("rb") as file:
        return begins(path.name, file.read(HEAD))


def type_of(name: str) -> str:
    return TYPES[_end(name)][1]
