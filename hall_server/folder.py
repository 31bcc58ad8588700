"""The data folder: one server a folder, its secret, and whether it was begun in trial."""

import os
import secrets
from pathlib import Path

from filelock import FileLock, Timeout

from hall_server.people import People
from queue_core.errors import FolderRefused


class Folder:
    """One hall's folder: `hall.db` (the log), `practice.db` (the log of the last practice), `people.db`, `slips/` (what
    the virtual printer printed)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(path / "lock", thread_local=False)
        self.people = People(path / "people.db")

    @property
    def log_path(self) -> Path:
        return self.path / "hall.db"

    def begin_practice(self) -> Path:
        """Where a practice keeps its log: begun anew, what the one before it left is gone."""
        log = self.path / "practice.db"
        for part in ("", "-wal", "-shm", "-journal"):
            log.with_name(log.name + part).unlink(missing_ok=True)
        return log

    def lock(self) -> None:
        """Keep the folder for this process until it ends, however it ends. Raises FolderRefused naming who has it."""
        holder = self.path / "served-by"
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            who = holder.read_text("utf-8") if holder.exists() else "another server"
            raise FolderRefused(
                f"{self.path} is served already, by {who}. Stop that one, or name another --data."
            ) from None
        holder.write_text(f"process {os.getpid()}", "utf-8")

    def secret(self) -> bytes:
        """What this folder's tokens are made with."""
        return bytes.fromhex(self.people.fact("secret", secrets.token_hex(32)))

    def begun_in_trial(self, trial: bool) -> bool:
        """Whether the folder is a trial's; settled with `trial` when it is new."""
        return self.people.fact("trial", str(int(trial))) == "1"
