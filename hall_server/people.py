"""Who works here and which devices belong to the hall: people.db, beside the log so that the log has one writer.

PINs are kept as Argon2 hashes, keys and sessions as SHA-256 of long random words. Also the folder's own facts: its
secret, and whether it was begun in trial. What a role may do is said where it is asked (auth.py). A right is what
everybody on the staff has until it is taken away by name.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlite_utils import Database, Migrations

from queue_core.errors import UnknownKiosk

# OWASP's least (19 MiB, two passes): a PIN is short, and what guards it is the limit on tries; a sign-in must not
# stall the hall.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified against for a name nobody has, so that the answer takes as long.
_NOBODY = _hasher.hash("nobody")

# What may be taken from a person by name: both let somebody pass before others, and show on the desk by share.
RIGHTS = ("call-number", "move-front")

migrations = Migrations("people")


@migrations()
def first_schema(db: Database) -> None:
    """People, devices, sessions, and the facts of the folder."""
    for statement in _FIRST_SCHEMA.split(";"):
        db.execute(statement)


@migrations()
def rights(db: Database) -> None:
    """What was taken away from whom; nothing was, of those who were there before."""
    db.execute("alter table people add column rights_taken text not null default ''")


@migrations()
def screens(db: Database) -> None:
    """What screens are set to, by device or by role; `rev` grows with each change, through restarts too."""
    db.execute("create table screens (screen text primary key, settings text not null, rev integer not null)")


@migrations()
def locks(db: Database) -> None:
    """Whether a session is locked: nobody is at the screen, and the PIN opens it again."""
    db.execute("alter table sessions add column locked integer not null default 0")


_FIRST_SCHEMA = """
create table people (id text primary key, name text not null unique, role text not null, pin text not null);
create table devices (id text primary key, name text not null unique, role text not null, key text not null unique);
create table sessions (
    digest text primary key, person text not null references people on delete cascade, day text not null
);
create table folder (fact text primary key, value text not null)
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A person or a device: an opaque id for the log, the name people use, the role, the rights still theirs."""

    id: str
    name: str
    role: str
    rights: frozenset[str] = frozenset(RIGHTS)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `locked`: their PIN opens it again, and until then it opens nothing."""

    member: Member
    locked: bool


class People:
    """One folder's people and devices. Each question takes a connection of its own: the command line writes too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Only the server sets screens, and it is one: read once, not at each news.
        self._screens: tuple[int, Mapping[str, str]] | None = None
        self._notices: list[dict[str, Any]] | None = None
        with self._open() as db:
            migrations.apply(db)

    @contextmanager
    def _open(self) -> Iterator[Database]:
        conn = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        conn.execute("pragma foreign_keys = on")
        try:
            yield Database(conn)
        finally:
            conn.close()

    # -- the folder --------------------------------------------------------------------------------------------

    def fact(self, fact: str, otherwise: str) -> str:
        """A fact of the folder, settled as `otherwise` when it is asked for the first time."""
        with self._open() as db:
            values = {"fact": fact, "value": otherwise}
            db.execute("insert into folder values (:fact, :value) on conflict do nothing", values)
            (value,) = db.execute("select value from folder where fact = :fact", values).fetchone()
            return str(value)

    # -- people ------------------------------------------------------------------------------------------------

    def add_person(self, name: str, role: str, pin: str, without: Iterable[str] = ()) -> Member:
        """A person who may sign in, without these rights. Raises ValueError if the name is taken."""
        member = Member(f"p-{secrets.token_hex(6)}", name, role, frozenset(RIGHTS) - set(without))
        values = {"id": member.id, "name": name, "role": role, "pin": _hasher.hash(pin), "taken": _taken(member.rights)}
        self._insert("insert into people values (:id, :name, :role, :pin, :taken)", values)
        return member

    def people(self) -> list[Member]:
        with self._open() as db:
            return [_person(row) for row in db.execute(f"select {_PERSON} from people order by name")]

    def person_named(self, name: str) -> Member | None:
        with self._open() as db:
            row = db.execute(f"select {_PERSON} from people where name = :name", {"name": name}).fetchone()
        return _person(row) if row else None

    def change_rights(self, name: str, give: Iterable[str] = (), take: Iterable[str] = ()) -> Member | None:
        """The person as they are from now on, in sessions too that are open; None where nobody has that name."""
        person = self.person_named(name)
        if person is None:
            return None
        rights = (person.rights | set(give)) - set(take)
        with self._open() as db:
            values = {"id": person.id, "taken": _taken(rights)}
            db.execute("update people set rights_taken = :taken where id = :id", values)
        return replace(person, rights=rights)

    def remove_person(self, name: str) -> bool:
        return self._remove("people", name)

    def person_with_pin(self, name: str, pin: str) -> Member | None:
        """The person, if the PIN is theirs. Takes some 20 ms of computing: call it off the hub."""
        with self._open() as db:
            row = db.execute(f"select {_PERSON}, pin from people where name = :name", {"name": name}).fetchone()
        try:
            _hasher.verify(row[4] if row else _NOBODY, pin)
        except VerificationError:
            return None
        return _person(row[:4]) if row else None

    # -- sessions ----------------------------------------------------------------------------------------------

    def begin_session(self, person: Member, day: str) -> str:
        """A new session's secret word, which the cookie holds. It lasts that service day, through restarts."""
        word = secrets.token_urlsafe(32)
        with self._open() as db:
            values = {"digest": _digest(word), "person": person.id, "day": day}
            db.execute("delete from sessions where day <> :day", values)
            db.execute("insert into sessions (digest, person, day) values (:digest, :person, :day)", values)
        return word

    def session(self, word: str, day: str) -> Session | None:
        """The session of that word, if it is of that service day."""
        with self._open() as db:
            row = db.execute(
                f"select {_PERSON}, s.locked from sessions s join people p on p.id = s.person"
                " where s.digest = :digest and s.day = :day",
                {"digest": _digest(word), "day": day},
            ).fetchone()
        return Session(_person(row[:4]), bool(row[4])) if row else None

    def lock_session(self, word: str, locked: bool) -> None:
        """Lock it, or open it again."""
        with self._open() as db:
            values = {"digest": _digest(word), "locked": locked}
            db.execute("update sessions set locked = :locked where digest = :digest", values)

    def over(self, words: Iterable[str], day: str) -> set[str]:
        """Those of the sessions that are over: signed out, or of another service day."""
        with self._open() as db:
            rows = db.execute("select digest from sessions where day = :day", {"day": day})
            going_on = {row[0] for row in rows}
        return {word for word in words if _digest(word) not in going_on}

    def end_session(self, word: str) -> None:
        with self._open() as db:
            db.execute("delete from sessions where digest = :digest", {"digest": _digest(word)})

    # -- devices -----------------------------------------------------------------------------------------------

    def add_device(self, name: str, role: str) -> tuple[Member, str]:
        """A device and its key, told once and kept as a digest. Raises ValueError if the name is taken."""
        member, key = Member(f"d-{secrets.token_hex(6)}", name, role), secrets.token_urlsafe(32)
        values = {"id": member.id, "name": name, "role": role, "key": _digest(key)}
        self._insert("insert into devices values (:id, :name, :role, :key)", values)
        return member, key

    def devices(self) -> list[Member]:
        with self._open() as db:
            return [Member(*row) for row in db.execute("select id, name, role from devices order by name")]

    def remove_device(self, name: str) -> bool:
        return self._remove("devices", name)

    def name_of(self, device: str) -> str | None:
        """What people call the device of this id; the log knows the id alone."""
        with self._open() as db:
            row = db.execute("select name from devices where id = :id", {"id": device}).fetchone()
        return str(row[0]) if row else None

    def device_named(self, name: str) -> Member | None:
        return next((device for device in self.devices() if device.name == name), None)

    def kiosk_named(self, name: str) -> Member:
        """The kiosk of that name. Refused where there is none."""
        device = self.device_named(name)
        if device is None or device.role != "kiosk":
            raise UnknownKiosk(kiosk=name)
        return device

    def of_key(self, key: str) -> Member | None:
        with self._open() as db:
            row = db.execute("select id, name, role from devices where key = :key", {"key": _digest(key)}).fetchone()
        return Member(*row) if row else None

    # -- screens -----------------------------------------------------------------------------------------------

    def _all_screens(self) -> tuple[int, Mapping[str, str]]:
        if self._screens is None:
            with self._open() as db:
                rows = list(db.execute("select screen, settings, rev from screens"))
            self._screens = max((row[2] for row in rows), default=0), {row[0]: row[1] for row in rows}
        return self._screens

    def screen(self, screen: str) -> dict[str, Any]:
        """What is set for this device, or role; what the settings mean is screens.py's."""
        return dict(json.loads(self._all_screens()[1].get(screen, "{}")))

    def set_screen(self, screen: str, settings: Mapping[str, Any]) -> None:
        with self._open() as db:
            db.execute(
                "insert or replace into screens select :screen, :settings, 1 + coalesce(max(rev), 0) from screens",
                {"screen": screen, "settings": json.dumps(settings, ensure_ascii=False)},
            )
        self._screens = None

    @property
    def screens_rev(self) -> int:
        """How often a screen was set: a page that was drawn before the last time is to be drawn anew."""
        return self._all_screens()[0]

    # -- notices -----------------------------------------------------------------------------------------------

    @property
    def notices(self) -> list[dict[str, Any]]:
        """What boards say besides the calls; what may stand in it is notices.py's."""
        if self._notices is None:
            self._notices = list(json.loads(self.fact("notices", "[]")))
        return self._notices

    def set_notices(self, notices: Sequence[Mapping[str, Any]]) -> None:
        with self._open() as db:
            values = {"value": json.dumps(list(notices), ensure_ascii=False)}
            db.execute("insert or replace into folder values ('notices', :value)", values)
        self._notices = None

    # -- all ---------------------------------------------------------------------------------------------------

    def ids(self) -> frozenset[str]:
        """Everybody and every device that is known now."""
        with self._open() as db:
            return frozenset(row[0] for row in db.execute("select id from people union all select id from devices"))

    # -- inside ------------------------------------------------------------------------------------------------

    def _insert(self, statement: str, values: Mapping[str, str]) -> None:
        with self._open() as db:
            try:
                db.execute(statement, values)
            except sqlite3.IntegrityError:
                raise ValueError(f"{values['name']} is there already") from None

    def _remove(self, table: str, name: str) -> bool:
        with self._open() as db:
            return bool(db.execute(f"delete from {table} where name = :name", {"name": name}).rowcount)


def naming(people: People) -> Callable[[str | None], str | None]:
    """What people and devices are called, asked once each: a name never changes, and news must not read a file each
    time."""
    known: dict[str, str | None] = {}

    def name_of(one: str | None) -> str | None:
        if one and one not in known:
            known.update({member.id: member.name for member in (*people.people(), *people.devices())})
            known.setdefault(one, None)
        return known[one] if one else None

    return name_of


_PERSON = "id, name, role, rights_taken"


def _person(row: Sequence[str]) -> Member:
    """The person that a row of `_PERSON` tells."""
    return Member(*row[:3], rights=frozenset(RIGHTS) - set(row[3].split()))


def _taken(rights: Iterable[str]) -> str:
    return " ".join(right for right in RIGHTS if right not in set(rights))


def _digest(word: str) -> str:
    # A socket's key may be no proper text; it is nobody's all the same, and no fault of ours.
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
