"""The door: the commands, and the only place where real things meet (clock, database, faces, server).

`serve` patches for eventlet first and imports the rest afterwards, which is why the imports stand inside the commands.
Nothing else in the house imports eventlet.
"""

import csv
import errno
import gc
import io
import json
import logging
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hall_server.folder import Folder
    from hall_server.house import House
    from hall_server.people import Member
    from queue_core.errors import Refused
    from queue_core.plan import Plan
    from queue_core.recorded import SiteDay
    from queue_core.whatif import Basis

SAMPLES = Path(__file__).parent / "queue_core" / "samples"
STAFF_ROLES = ("officer", "manager", "admin")
RIGHTS = ("call-number", "move-front")
DEVICE_ROLES = ("kiosk", "board", "pad", "agent", "reader")
OFFICERS = tuple(f"officer{n}" for n in range(1, 9))
TRIAL_PIN = "1234"
MOST_SOCKETS, OWN_FILES = 8192, 200
SILENCE_S = 60
LONGEST_LINE = 64 * 1024
LONGEST_CHILD_S = 180  # what the desk asked for is given up before

Native = Callable[[Callable[[], Any]], Any]


class _ServeByDefault(click.Group):
    """`run.py --port 9000` means `run.py serve --port 9000`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """A folder, a file or an address that cannot be used is a sentence, never a traceback."""
        for stream in (sys.stdout, sys.stderr):
            # Windows writes to a file in a code page that has no Thai: say it as well as it can be said.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except (OSError, UnicodeError, sqlite3.Error) as unusable:
            raise click.ClickException(f"{type(unusable).__name__}: {unusable}") from None


@click.group(cls=_ServeByDefault, epilog="Example: python run.py serve --data ./data")
def main() -> None:
    """Sala: the queue of a service centre. Without a command it serves the hall."""


data_option = click.option(
    "--data", "data", type=click.Path(path_type=Path, file_okay=False), default=Path("data"), show_default=True,
    help="The hall's data folder.",
)  # fmt: skip


def _is_url(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """An address that fits on a slip."""
    if value is not None and not re.fullmatch(r"https?://[!-~]{1,100}", value):
        raise click.BadParameter("write an address such as https://queue.example.go.th, at most 100 characters")
    return value


# -- serve ---------------------------------------------------------------------------------------------------------


@main.command(epilog="Example: python run.py serve --data ./data --port 8000")
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--centre", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="The centre's TOML.")
@click.option("--trial/--no-trial", default=None, help="Everything open, for a newcomer, on this machine only.")
@click.option("--practice", is_flag=True, help="To practise on the real machines: all is marked, and nothing counts.")
@click.option(
    "--practice-day",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Whose visitors come in practice: a recorded day, .csv, also .gz. [default: a day of our own making]",
)
@click.option("--public-url", callback=_is_url, help="What a slip's QR opens, such as https://queue.example.go.th.")
@click.option("--async", "mode", type=click.Choice(["eventlet", "threading"]), default="eventlet", show_default=True)
def serve(
    data: Path,
    host: str,
    port: int,
    centre: Path | None,
    trial: bool | None,
    practice: bool,
    practice_day: Path | None,
    public_url: str | None,
    mode: str,
) -> None:
    """The hall's server: kiosk, board, counter panel and manager's desk."""
    natively = _patched() if mode == "eventlet" else _at_once
    from queue_core.errors import FolderRefused, Mistake

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        plan = read_centre(centre)
        people = _who_practise(practice, practice_day, trial)
        folder, trial = _folder(data, host, False if practice else trial)
        sock = _listening(host, port)
        url = _own_url(host, sock)
        house = _house(folder, plan, centre is not None, trial, practice, url, public_url, natively)
    except (FolderRefused, Mistake) as refused:
        raise click.ClickException(str(refused)) from None
    _open_hall(house, sock, url, folder, mode, people)


def _patched() -> Native:
    # Known and accepted (ARCHITECTURE.md); a technician's terminal need not hear it at every start.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()
    from eventlet import tpool

    return lambda work: tpool.execute(work)


def _at_once(work: Callable[[], Any]) -> Any:
    return work()


def read_centre(file: Path | None) -> "Plan":
    """The plan of that file, or of the sample centre that ships. Raises Mistake."""
    from hall_server.texts import spoken
    from queue_core.centre_file import line_of, read
    from queue_core.errors import Mistake

    file = file or SAMPLES / "centre.toml"
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Mistake(file.name, None, "the file is not UTF-8", "save it as UTF-8 in the editor") from None
    plan = read(text, file.name)
    for language in plan.languages:
        if language not in spoken():
            line, remedy = (
                line_of(text, ("centre", "languages")),
                f"use of {', '.join(sorted(spoken()))}, or add its file",
            )
            raise Mistake(file.name, line, f"there are no texts in the language {language!r}", remedy)
    return plan


def _folder(data: Path, host: str, trial: bool | None) -> "tuple[Folder, bool]":
    """The folder, locked, and whether this is a trial. Raises FolderRefused where the two do not go together."""
    from hall_server.app import is_loopback
    from hall_server.folder import Folder
    from queue_core.errors import FolderRefused

    if trial and not is_loopback(host):
        raise FolderRefused(f"trial mode leaves everything open, so it is refused on {host}: only on 127.0.0.1.")
    folder = Folder(data)
    folder.lock()
    # Whoever was added before the first start is meant in earnest: no PINs that all know beside them.
    new = not folder.people.people() and not folder.people.devices()
    begun = folder.begun_in_trial(is_loopback(host) and new if trial is None else trial)
    if begun and not is_loopback(host):
        raise FolderRefused(
            f"{data} was begun in trial, with PINs that all know. Name a new --data to go live on {host}."
        )
    if trial is not None and trial != begun:
        kind = "in trial" if begun else "in earnest"
        raise FolderRefused(f"{data} was begun {kind} and stays so. Name a new --data for the other.")
    return folder, begun


def _who_practise(practice: bool, file: Path | None, trial: bool | None) -> "SiteDay | None":
    """The recorded day whose people come; None where nobody practises. Raises FolderRefused or Mistake."""
    from queue_core import recorded
    from queue_core.errors import FolderRefused

    if practice and trial:
        raise FolderRefused("--practice is as in earnest, with keys and PINs; --trial leaves all open. Choose one.")
    if file and not practice:
        raise FolderRefused("--practice-day says whose visitors come in practice: give --practice with it.")
    if not practice:
        return None
    where = file.name if file else "the sample day"
    recording = recorded.read_day(recorded.lines((file or SAMPLES / "day.csv").read_bytes(), where), where)
    return max(recorded.choose(recording), key=lambda hall: len(hall.tickets))


def _listening(host: str, port: int) -> Any:
    """The listening socket: a port in use is refused before anything is begun."""
    import socket

    from queue_core.errors import FolderRefused

    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":  # there it would let two servers share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(512)
    except OSError as error:
        raise FolderRefused(
            f"cannot listen on {host}, port {port}: {error.strerror or error}. Try another --port."
        ) from None
    return listening


def _own_url(host: str, sock: Any) -> str:
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}:{sock.getsockname()[1]}"


def _house(
    folder: "Folder",
    plan: "Plan",
    named: bool,
    trial: bool,
    practice: bool,
    own_url: str,
    public_url: str | None,
    natively: Native,
) -> "House":
    from hall_server.house import House
    from queue_core.log import Log
    from queue_core.office import Clock, Office

    # Only a centre that was named replaces the one that the folder holds: the sample is for a new folder.
    held = _last_plan(folder.path) if practice and not named else None
    log = Log(folder.begin_practice() if practice else folder.log_path)
    plan = plan if named else held or log.hall(plan).plan
    # COMMIT waits for the disk: in a native thread it keeps nobody else waiting.
    office = Office(log, plan, Clock(), trial, practice, natively)
    return House(
        office,
        folder.people,
        folder.secret(),
        trial,
        (public_url or (own_url if trial else None) or "").rstrip("/") or None,
        natively,
        trial_kiosk=_trial_people(folder) if trial else None,
        slips=str(folder.path / "slips") if trial else None,
        practice=practice,
        command=(sys.executable, __file__),
    )


def _last_plan(data: Path) -> "Plan | None":
    """The plan by which the folder's hall was last open; None where it never was. Nothing there is changed.

    FolderRefused where the log is an older program's.
    """
    from queue_core import log
    from queue_core.errors import FolderRefused
    from queue_core.plan import Plan

    if not (data / "hall.db").exists():
        return None
    asked = "select record from events where kind in ('day-opened', 'plan-changed') order by seq desc limit 1"
    try:
        with log.to_verify(data / "hall.db") as conn:
            row = conn.execute(asked).fetchone()
    except LookupError as older:
        raise FolderRefused(f"{older}; or name a --centre") from None
    return Plan.from_record(log.event_of(row["record"]).data["plan"]) if row else None


def _trial_people(folder: "Folder") -> "Member":
    """Sign-ins that everybody knows, and the kiosk that a call without credentials is."""
    known = {person.name for person in folder.people.people()}
    for name in (*OFFICERS, "manager"):
        if name not in known:
            folder.people.add_person(name, "manager" if name == "manager" else "officer", TRIAL_PIN)
    return folder.people.device_named("kiosk-1") or folder.people.add_device("kiosk-1", "kiosk")[0]


def _open_hall(
    house: "House", sock: Any, url: str, folder: "Folder", mode: str, people: "SiteDay | None" = None
) -> None:
    import counter_panel.counter
    import display_board.board
    import kiosk.kiosk
    import kiosk.pad
    import kiosk.ticket
    import manager_desk.desk
    from hall_server.app import build
    from queue_core.crowd import Crowd, coming

    rooms = (kiosk.kiosk, display_board.board, counter_panel.counter, manager_desk.desk, kiosk.ticket, kiosk.pad)
    app, _, live = build(house, [room.face for room in rooms], mode)
    live.also(lambda hall: house.office.turn())
    if people:
        crowd = Crowd(house.office, coming(people, house.plan))
        live.also(lambda hall: crowd.move())
    live.start()
    _say_where(house, url, folder)
    agent = _trial_agent(folder, url) if house.trial else None
    # A full collection stops everything for tens of ms with many clients: what is loaded by now stays.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
    try:
        with suppress(KeyboardInterrupt):
            _serve(app, sock, mode)
        click.echo("The hall's server has ended.")
    finally:
        if agent:
            agent.terminate()


def _serve(app: Any, sock: Any, mode: str) -> None:
    if mode == "eventlet":
        import eventlet.wsgi

        most = _most_sockets()
        eventlet.wsgi.server(
            _patient(sock),
            _chunked_too(app),
            log_output=False,
            debug=False,
            max_size=most,
            socket_timeout=SILENCE_S,
            # Beyond its limit eventlet answers by itself, without a word of why.
            url_length_limit=LONGEST_LINE,
        )
    else:
        # Proves the code portable; Werkzeug is no production server.
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Handler(WSGIRequestHandler):
            def run_wsgi(self) -> None:
                super().run_wsgi()
                # What was a WebSocket serves no second request: read on, its last frames would be taken for one.
                self.close_connection = self.close_connection or "Upgrade" in self.headers

        host, port = sock.getsockname()[:2]
        make_server(host, port, app, threaded=True, request_handler=Handler, fd=sock.fileno()).serve_forever()


def _most_sockets() -> int:
    """As many clients as the machine has files for, less what the hall itself keeps open."""
    try:
        import resource
    except ImportError:  # Windows
        return MOST_SOCKETS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_SOCKETS + OWN_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, allowed), hard))
    return max(max(soft, allowed) - OWN_FILES, 50)


def _patient(sock: Any) -> Any:
    """The listening socket, which waits while no file is left for one more client, and does not end the hall."""
    import eventlet
    import eventlet.greenio

    class Patient(eventlet.greenio.GreenSocket):  # type: ignore[misc]
        def accept(self) -> Any:
            while True:
                try:
                    return super().accept()
                except OSError as error:
                    if error.errno not in (errno.EMFILE, errno.ENFILE):
                        raise
                    eventlet.sleep(0.1)

    return Patient(getattr(sock, "fd", sock))


def _chunked_too(serve: Callable[..., Any]) -> Callable[..., Any]:
    """A body in chunks is read too: eventlet ends it well but does not say so, and Werkzeug would take it for empty."""

    def told(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            environ["wsgi.input_terminated"] = True
        return serve(environ, start_response)

    return told


def _say_where(house: "House", url: str, folder: "Folder") -> None:
    click.echo(f"\n  Sala · {house.plan.name['th']} · {house.plan.name['en']}")
    for name, path in (("Kiosk", "kiosk"), ("Board", "board"), ("Counter", "counter"), ("Desk", "desk")):
        click.echo(f"    {name:8} {url}/{path}/")
    click.echo(f"    Start at {url}/  —  Ctrl+C ends it\n")
    if house.trial:
        click.echo(
            f"  Trial mode: sign in as officer1 … officer8 or manager, PIN {TRIAL_PIN}; slips are in {house.slips}/"
        )
    if house.practice:
        click.echo("  ฝึกหัด · Practice: nothing here counts. To go live, begin again without --practice.")
    if not house.trial and not any(person.role == "manager" for person in house.people.people()):
        click.echo("  Nobody can sign in as manager yet: python run.py staff add NAME --role manager --pin PIN")
    if house.office.doubt:
        click.echo("  The clock contradicts the log: nothing is written until a manager confirms it at the desk.")
    sys.stdout.flush()


def _trial_agent(folder: "Folder", url: str) -> "subprocess.Popen[bytes]":
    """An agent of its own process with a virtual printer. It ends when its standard input does: with this server."""
    folder.people.remove_device("trial-agent")
    _, key = folder.people.add_device("trial-agent", "agent")
    devices = folder.path / "trial-devices.toml"
    slips = (folder.path / "slips").resolve().as_posix()
    devices.write_text(
        f"[[printer]]\nname = 'virtual'\nfor = '*'\naddress = 'virtual:{slips}/'\nwidth = 576\n", "utf-8"
    )
    command = [sys.executable, __file__, "agent", "--server", url, "--devices", str(devices), "--with-parent"]
    # The key goes by the environment: a command line can be read by every user of the machine.
    # Ctrl+C at the terminal is the server's to hear; the agent ends with it, by its standard input.
    environment = {**os.environ, "SALA_AGENT_KEY": key}
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, start_new_session=True)


# -- agent ---------------------------------------------------------------------------------------------------------


@main.group(
    invoke_without_command=True,
    epilog="Example: python run.py agent --server http://hall:8000 --key KEY --devices devices.toml",
)
@click.option("--server", help="The hall's address.")
@click.option("--key", envvar="SALA_AGENT_KEY", help="This agent's key (or SALA_AGENT_KEY).")
@click.option("--devices", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="The devices file.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where it keeps what became of each slip. Default: beside the devices file, devices.toml -> devices.journal",
)
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input does.")
@click.pass_context
def agent(
    context: click.Context,
    server: str | None,
    key: str | None,
    devices: Path | None,
    journal: Path | None,
    with_parent: bool,
) -> None:
    """The hardware agent beside a printer. A process of its own, so that no device ever delays a call."""
    from hardware.errors import HardwareError

    if context.invoked_subcommand:
        return
    for name, given in (("--server", server), ("--key", key), ("--devices", devices)):
        if not given:
            raise click.UsageError(f"Missing option '{name}'.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s agent %(levelname)s: %(message)s")
    try:
        _serve_devices(str(server), str(key), Path(str(devices)), journal, with_parent)
    except HardwareError as refused:
        click.echo(f"Error: {refused}", err=True)
        sys.exit(2)


@agent.command("check", epilog="Example: python run.py agent check --devices devices.toml --print")
@click.option("--devices", required=True, type=click.Path(path_type=Path), help="The devices file.")
@click.option("--server", default="", help="Also ask the hall there, with this agent's key.")
@click.option("--key", default="", envvar="SALA_AGENT_KEY", help="This agent's key (or SALA_AGENT_KEY).")
@click.option("--journal", type=click.Path(path_type=Path), help="Where the agent's journal lies, if not beside.")
@click.option("--print", "test_slip", is_flag=True, help="Print a test slip on every printer that is ready.")
def agent_check(devices: Path, server: str, key: str, journal: Path | None, test_slip: bool) -> None:
    """Test every device, the fonts, and the server if it is named: what is wrong, and what to do. Exit code 0 or 1."""
    from hall_server.texts import letters_on_slips
    from hardware.check import check

    logging.disable(logging.CRITICAL)  # what a driver logs is said in words here
    sys.exit(0 if check(devices, letters_on_slips(), server, key, journal, test_slip, click.echo) else 1)


def _serve_devices(server: str, key: str, devices: Path, journal: Path | None, with_parent: bool) -> None:
    from hall_server.texts import letters_on_slips
    from hardware import agent as hardware_agent
    from hardware import devices as devices_file
    from hardware import slips

    found = devices_file.read_file(devices)
    slips.check(letters_on_slips())
    beside, stop = journal or devices.with_suffix(".journal"), threading.Event()
    # As systemd stops it: the slip in hand is finished, and the hall told what was not begun.
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    hardware_agent.run(server, key, found, stop, with_parent=with_parent, journal=beside)


@agent.command("template", epilog="Example: python run.py agent template --out my-slip.typ")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where it is written.")
def agent_template(out: Path) -> None:
    """The slip's template, to be changed by a centre: write it out, change it, name it under [slips]."""
    from hardware.slips import TEMPLATE

    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.read_text("utf-8"))
    except OSError as wrong:
        reason = "it is there already" if isinstance(wrong, FileExistsError) else wrong.strerror
        raise click.ClickException(f"{out} cannot be written: {reason}") from wrong
    click.echo(f"{out} is written. Change it, and name it in the devices file:")
    click.echo(f'\n    [slips]\n    template = "{out.name}"')


# -- people and devices --------------------------------------------------------------------------------------------


@main.group()
def staff() -> None:
    """People who sign in."""


@staff.command("add", epilog="Example: python run.py staff add somsri --role officer --pin 4821")
@click.argument("name")
@click.option("--role", type=click.Choice(STAFF_ROLES), required=True)
@click.option("--pin", required=True)
@click.option("--without", type=click.Choice(RIGHTS), multiple=True, help="A right that this person is not to have.")
@data_option
def staff_add(name: str, role: str, pin: str, without: tuple[str, ...], data: Path) -> None:
    """Add a person."""
    if not pin.isascii() or not pin.isdigit() or not 4 <= len(pin) <= 12:
        raise click.ClickException("a PIN is 4 to 12 digits")
    _say_added(
        lambda: _people(data, must_be=False).add_person(_name(name), role, pin, without).name,
        f"{name} may sign in as {role}" + "".join(f", without {right}" for right in without),
    )


@staff.command("list", epilog="Example: python run.py staff list")
@data_option
def staff_list(data: Path) -> None:
    """Who may sign in, and which rights were taken from them."""
    for person in _people(data).people():
        click.echo(f"{person.name:20} {person.role:8} {_without(person)}".rstrip())


def _without(person: "Member") -> str:
    return " ".join(f"without {right}" for right in RIGHTS if right not in person.rights)


@staff.command("rights", epilog="Example: python run.py staff rights somsri --take call-number")
@click.argument("name")
@click.option("--give", type=click.Choice(RIGHTS), multiple=True, help="Let this person do it again.")
@click.option("--take", type=click.Choice(RIGHTS), multiple=True, help="From now on this person may not.")
@data_option
def staff_rights(name: str, give: tuple[str, ...], take: tuple[str, ...], data: Path) -> None:
    """Give or take the rights to call a chosen number, and to move somebody to the front. It counts at once."""
    if set(give) & set(take):
        raise click.ClickException("a right is either given or taken")
    person = _people(data).change_rights(name, give, take)
    if person is None:
        raise click.ClickException(f"there is no {name}; look with: python run.py staff list")
    click.echo(f"{person.name}: {_without(person) or 'has every right'}")


@staff.command("remove", epilog="Example: python run.py staff remove somsri")
@click.argument("name")
@data_option
def staff_remove(name: str, data: Path) -> None:
    """Remove a person; what they did stays in the log under their opaque id."""
    _say_removed(_people(data).remove_person(name), name)


@main.group()
def device() -> None:
    """Kiosks, boards, pads, agents and readers, each with a key of its own."""


@device.command("add", epilog="Example: python run.py device add kiosk-2 --role kiosk")
@click.argument("name")
@click.option("--role", type=click.Choice(DEVICE_ROLES), required=True)
@data_option
def device_add(name: str, role: str, data: Path) -> None:
    """Add a device and print its key, once."""
    _say_added(lambda: _people(data, must_be=False).add_device(_name(name), role)[1], "", tell=True)


@device.command("list", epilog="Example: python run.py device list")
@data_option
def device_list(data: Path) -> None:
    """Which devices there are."""
    for known in _people(data).devices():
        click.echo(f"{known.name:20} {known.role}")


@device.command("remove", epilog="Example: python run.py device remove kiosk-2")
@click.argument("name")
@data_option
def device_remove(name: str, data: Path) -> None:
    """Remove a device: its key opens nothing any more."""
    _say_removed(_people(data).remove_device(name), name)


def _people(data: Path, must_be: bool = True) -> Any:
    """The folder's people and devices; only `add` begins a new folder."""
    from hall_server.folder import Folder

    if must_be and not (data / "people.db").exists():
        raise click.ClickException(f"there is no hall in {data}")
    return Folder(data).people


def _name(name: str) -> str:
    if not name.strip() or len(name) > 80 or not name.isprintable():
        raise click.ClickException("a name is 1 to 80 printable characters")
    return name.strip()


def _say_added(add: Callable[[], str], sentence: str, tell: bool = False) -> None:
    try:
        added = add()
    except ValueError as taken:
        raise click.ClickException(str(taken)) from None
    click.echo(added if tell else sentence)


def _say_removed(removed: bool, name: str) -> None:
    if not removed:
        raise click.ClickException(f"there is no {name}")
    click.echo(f"{name} is removed")


def _bar(length: int, label: str) -> Any:
    """A progress bar, on a terminal only."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden, update_min_steps=50)


# -- a recorded day ------------------------------------------------------------------------------------------------


@main.command(epilog="Example: python run.py rehearse --day day.csv.gz --date 2020-01-20")
@click.option(
    "--day",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Recorded tickets: .csv, also .gz. [default: a day of our own making]",
)
@click.option("--date", metavar="DATE|all", help="One service day of the file. [default: its busiest]")
@click.option("--site", help="One site of the file. [default: all]")
def rehearse(day: Path | None, date: str | None, site: str | None) -> None:
    """Play a recorded day through the real queue on a fast clock, and print its waits beside the recorded ones."""
    from queue_core import recorded, rehearsal
    from queue_core.errors import Mistake

    where = day.name if day else "the sample day"
    try:
        lines = recorded.lines((day or SAMPLES / "day.csv").read_bytes(), where)
        recording = recorded.read_day(lines, where)
        halls = recorded.choose(recording, date, site)
    except Mistake as mistake:
        raise click.ClickException(str(mistake)) from None
    click.echo("\n".join(rehearsal.heading(recording, halls)) + "\n")
    centre = read_centre(None)
    tickets = sum(len(hall.tickets) for hall in halls)
    with _bar(tickets, "Rehearsing") as bar:
        played = [rehearsal.rehearse(hall, centre, bar.update) for hall in halls]
    click.echo("\n".join(rehearsal.Report(played).lines()))


@main.command(epilog="Example: python run.py predict --day day.csv.gz --out waits.csv")
@click.option(
    "--day",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Recorded tickets: .csv, also .gz.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The CSV to write.")
def predict(day: Path, out: Path) -> None:
    """For each ticket of a recorded day the wait told at its arrival, from nothing known later.

    Four in five are to wait between low and high, in seconds. Where both are empty there was no estimate yet, and the
    number is a guess.
    """
    from queue_core import predict as prediction
    from queue_core import recorded
    from queue_core.errors import Mistake

    _must_have_folder(out)
    if out.exists() and out.samefile(day):
        raise click.ClickException(f"{out} is the recorded day itself: name another file for what is predicted")
    try:
        recording = recorded.read_day(recorded.lines(day.read_bytes(), day.name), day.name)
    except Mistake as mistake:
        raise click.ClickException(str(mistake)) from None
    with _bar(len(recording.tickets), "Predicting") as bar:
        told = [one.row() for one in prediction.predictions(recording.tickets, bar.update)]
    _write_csv(out, [prediction.COLUMNS, *told])
    click.echo(f"{out}: {len(told):,} tickets, {sum(not row[-1] for row in told):,} of them before any estimate")


def _must_have_folder(out: Path) -> None:
    """Said before anything is reckoned, and not after minutes of it."""
    if not out.name or out.is_dir():
        raise click.ClickException("name a file to write")
    if not out.absolute().parent.is_dir():
        raise click.ClickException(f"there is no folder {out.parent}: make it first, or name another")


def _write_csv(out: Path, rows: Iterable[Sequence[str]]) -> None:
    """The file whole, or as it was before. What is no file, such as a pipe, is written to and never replaced."""
    if out.exists() and not out.is_file():
        with out.open("w", encoding="utf-8", newline="") as there:
            csv.writer(there, lineterminator="\n").writerows(rows)
        return
    out = out.resolve()
    unfinished = out.with_name(f"{out.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        os.replace(unfinished, out)
    finally:
        unfinished.unlink(missing_ok=True)


@main.command(epilog='Example: python run.py whatif --day 2026-11-20 --change "counter +1 10:00-12:00 like 3"')
@click.option("--day", required=True, metavar="DATE|tomorrow|FILE", help="A past day of the hall, or one to come.")
@click.option("--date", help="With a FILE: one service day of it. [default: its busiest]")
@click.option("--site", help="With a FILE: one of its sites. [default: the busiest]")
@click.option("--change", "changes", multiple=True, help='What is to be otherwise, such as "people +20%". Repeatable.')
@click.option("--replications", type=click.IntRange(20, 200), default=20, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same answer.")
@click.option("--aim", type=click.IntRange(1, 600), help="Minutes that nine in ten are to wait at most.")
@click.option("--advise", is_flag=True, help="Say what to change. [default aim: each service's target]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A picture of it: .svg, or .html.")
@click.option("--json", "as_json", is_flag=True, help="As data.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input does, and after some minutes.")
@data_option
def whatif(
    day: str,
    date: str | None,
    site: str | None,
    changes: tuple[str, ...],
    replications: int,
    seed: int,
    aim: int | None,
    advise: bool,
    out: Path | None,
    as_json: bool,
    with_parent: bool,
    data: Path,
) -> None:
    """Play a day under another plan: one that was, or tomorrow as the days like it were.

    \b
    A change is written like one of these:
      counter +1 10:00-12:00 like 3     counter 3 off 12:00-13:00     counter 3 on 08:30-09:30
      lunch 3 11:30-12:30               counter 3 +sso-benefit        officer somsri +sso-benefit
      rule due-then-ratio               people +20%                   service sso-benefit people +30%
    """
    from queue_core import errors

    if with_parent:
        _gently()
    if out and out.suffix not in (".svg", ".html"):
        raise click.ClickException(f"{out.name}: name a file that ends in .svg or .html")
    if out:
        _must_have_folder(out)
    if (date or site) and not Path(day).is_file():
        raise click.ClickException("--date and --site choose within a FILE; of the hall itself --day says all")
    asked = _Asked(changes, replications, seed, aim, advise or aim is not None, quiet=as_json)
    try:
        told = asked.of_file(Path(day), date, site) if Path(day).is_file() else asked.of_hall(data, day)
    except errors.FolderRefused as refused:
        raise click.ClickException(str(refused)) from None
    except errors.Mistake as mistake:
        raise click.ClickException(str(mistake)) from None
    except errors.Refused as refused:
        if as_json:
            click.echo(json.dumps({"refused": refused.word, "values": refused.values}, ensure_ascii=False))
            sys.exit(2)
        raise click.ClickException(_said_no(refused)) from None
    _show(told, out, as_json)


@dataclass(frozen=True)
class _Asked:
    """What is asked of a day. `quiet`: without progress bars."""

    changes: tuple[str, ...]
    replications: int
    seed: int
    aim: int | None
    advise: bool
    quiet: bool = False

    def of_file(self, file: Path, day: str | None, site: str | None) -> dict[str, Any]:
        from queue_core import recorded
        from queue_core.whatif import basis

        halls = recorded.choose(recorded.read_day(recorded.lines(file.read_bytes(), file.name), file.name), day, site)
        hall = max(halls, key=lambda hall: len(hall.tickets))
        return self.of(basis(hall, read_centre(None))) | {"site": hall.site}

    def of_hall(self, data: Path, day: str) -> dict[str, Any]:
        from queue_core import history, log
        from queue_core.errors import FolderRefused, NothingToGoBy
        from queue_core.office import Clock
        from queue_core.outcome import foretold

        if not (data / "hall.db").exists():
            raise FolderRefused(f"there is no hall in {data}, and no file {day}")
        try:
            with log.to_verify(data / "hall.db") as conn:
                plan = history.last_plan(conn)
                if plan is None:
                    raise NothingToGoBy(day=day)
                today = plan.service_day(Clock().now())
                wanted = today + timedelta(days=1) if day == "tomorrow" else _a_date(day)
                basis = history.basis_of(conn, wanted, today, _officers(data))
                ahead = history.foretold(conn, wanted, today)[0] if wanted >= today else None
        except LookupError as older:
            raise FolderRefused(str(older)) from None
        return self.of(basis) | ({"forecast": foretold(ahead)} if ahead else {})

    def of(self, basis: "Basis") -> dict[str, Any]:
        """The day played; and what is advised, if asked."""
        from queue_core import advice, changes, outcome
        from queue_core.whatif import whatif

        wished = [changes.read(change) for change in self.changes]
        with self.bar(self.replications * (2 if wished else 1), "Playing") as bar:
            told = outcome.told(whatif(basis, wished, self.chance, self.replications, bar.update))
        if self.advise:
            with self.bar(40, "Advising") as bar:
                # What is advised comes on top of what is to be changed anyhow.
                planned = replace(basis, setting=changes.applied(basis.setting, wished))
                found = advice.advise(planned, self.chance, self.aim, tick=bar.update)
            told["advice"] = outcome.advised(found, planned.setting)
        return told

    def chance(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed} {purpose}")

    def bar(self, length: int, label: str) -> Any:
        return nullcontext(_NoBar()) if self.quiet else _bar(length, label)


def _gently() -> None:
    """A hall that is open beside this comes first; and nothing is reckoned for a hall that has ended, or for ever."""
    if hasattr(os, "nice"):
        os.nice(10)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    late = threading.Timer(LONGEST_CHILD_S, os._exit, (3,))
    late.daemon = True
    late.start()


def _end_with_parent() -> None:
    """At the end of stdin the parent is gone, also by kill -9."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(3)


class _NoBar:
    def update(self, n: int) -> None:
        pass


def _a_date(day: str) -> date:
    from queue_core.errors import FolderRefused

    try:
        return date.fromisoformat(day)
    except ValueError:
        raise FolderRefused(f"{day!r} is neither a file nor a date such as 2026-11-20, nor tomorrow") from None


def _officers(data: Path) -> dict[str, str]:
    """The opaque ids of those who sign in, by name; none where the folder has no people."""
    known = _people(data).people() if (data / "people.db").exists() else []
    return {person.name: person.id for person in known}


def _said_no(refused: "Refused") -> str:
    from hall_server.texts import say, values_in

    return say("en", f"refusal.{refused.word}", **values_in(refused.values, "en"))


def _show(told: dict[str, Any], out: Path | None, as_json: bool) -> None:
    from hall_server.texts import say
    from queue_core import outcome, picture

    if out:
        words = {word: say("en", f"desk.whatif.chart.{word}") for word in picture.WORDS}
        drawn = picture.svg(told, words)
        out.write_text(drawn if out.suffix == ".svg" else picture.page(drawn, outcome.lines(told), words), "utf-8")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo("\n".join(outcome.lines(told)))
    for sentence in _sentences(told):
        click.echo(sentence)


def _sentences(told: dict[str, Any]) -> Iterator[str]:
    from hall_server.texts import say, values_in

    for part in told.get("forecast", {}).get("explained", ()):
        values = part["values"] | {"weekday": say("en", f"weekday.{part['values'].get('weekday')}")}
        yield say("en", part["key"], **values)
    if advice := told.get("advice"):
        yield say("en", advice["key"], **values_in(advice["values"], "en"))
        if advice["change"]:
            yield f'    --change "{advice["change"]}"'


# -- paper ---------------------------------------------------------------------------------------------------------

LAST_ON_PAPER = 9999
MOST_SLIPS = 1000


@main.command("emergency-slips", epilog="Example: python run.py emergency-slips --out slips.pdf --count 200")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write.")
@click.option("--count", type=click.IntRange(1, MOST_SLIPS), default=200, show_default=True)
@click.option(
    "--from", "first", type=click.IntRange(1, LAST_ON_PAPER), default=1, show_default=True, help="The first number."
)
@click.option(
    "--centre",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The centre's TOML. [default: as the hall in --data has it]",
)
@data_option
def emergency_slips(out: Path, count: int, first: int, centre: Path | None, data: Path) -> None:
    """Numbers on paper, in a series of their own, for when everything is down: A4 sheets of ten to tear apart.

    Print them while all is well. What was written on them is entered afterwards at reception, its times marked as by
    hand. A number counts once a day: the same block serves again on another day.
    """
    from hall_server.texts import say
    from hardware import emergency
    from hardware.errors import HardwareError
    from queue_core.errors import FolderRefused, Mistake

    if first + count - 1 > LAST_ON_PAPER:
        raise click.ClickException(f"the last number is {LAST_ON_PAPER}: take fewer, or begin sooner")
    try:
        plan = read_centre(centre) if centre else (_last_plan(data) or read_centre(None))
        numbers = [f"{plan.emergency_prefix}{n:03d}" for n in range(first, first + count)]
        texts = {key: [say(language, f"emergency.{key}") for language in ("th", "en")] for key in emergency.TEXTS}
        out.write_bytes(emergency.sheets([plan.name["th"], plan.name["en"]], numbers, texts))
    except (FolderRefused, Mistake, HardwareError) as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{out}: {numbers[0]} to {numbers[-1]} for {plan.name['en']}")


# -- texts ---------------------------------------------------------------------------------------------------------


@main.command(epilog="Example: python run.py texts --language lo")
@click.option("--language", metavar="XX", help="What this one lacks, as JSON to translate: put it into its file.")
def texts(language: str | None) -> None:
    """Which languages there are, and what each lacks: Thai and English every text, the others what visitors meet.

    Exit status 1 if something is missing.
    """
    from hall_server.texts import drafts, missing, say, spoken

    lacking = {one: missing(one) for one in ([language] if language else spoken())}
    if language:
        click.echo(json.dumps({key: say("en", key) for key in lacking[language]}, ensure_ascii=False, indent=2))
    else:
        for one, keys in lacking.items():
            draft = ", a draft to be reviewed" if drafts([one]) else ""
            click.echo(f"{one} ({say(one, 'common.this_language')}): {len(keys)} missing{draft}")
    sys.exit(any(lacking.values()))


# -- the record ----------------------------------------------------------------------------------------------------


@main.command(epilog="Example: python run.py verify --data ./data")
@data_option
def verify(data: Path) -> None:
    """Replay the whole log, decide each call again by its rule, and say whether the record is whole and unaltered.

    Exit status 0 or 1.
    """
    from queue_core import log

    if not (data / "hall.db").exists():
        raise click.ClickException(f"there is no hall in {data}")
    began = time.monotonic()
    try:
        with log.to_verify(data / "hall.db") as conn:
            (count,) = conn.execute("select count(*) from events").fetchone()
            with _bar(count, "Verifying") as bar:
                found = log.verified(conn, read_centre(None), bar.update)
    except LookupError as unreadable:
        raise click.ClickException(str(unreadable)) from None
    for sentence in found.wrong[:50]:
        click.echo(sentence)
    for rule, calls in sorted(found.unknown.items()):
        click.echo(f"calls by the rule {rule}, which this program does not know and cannot decide again: {calls}")
    verdict = f"{len(found.wrong)} things are wrong" if found.wrong else "the record is whole and unaltered"
    took = f"{time.monotonic() - began:.1f} s"
    click.echo(f"{found.events} events read and {found.recomputed} calls decided again in {took}: {verdict}")
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
