"""What each screen is set to: how large its panel is, from how far it is read, its zone, its look and its loudness.

A screen has what its kind begins with; over that what is set for all of its kind; over that what is set for it by
name; and over all what its own address asks for (`/board/?distance=12`), which is how a technician tries. Not here:
what a page makes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from hall_server import auth, bodies
from hall_server.house import House
from hall_server.people import Member
from queue_core.errors import UnknownScreen, WrongValue

Settings = dict[str, Any]
THEMES = ("light", "dark", "contrast")


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most`, in `unit`; a whole one where the least step is 1."""

    begins: float
    least: float
    most: float
    unit: str
    step: float = 1

    def read(self, written: object) -> float:
        """What was written as a number. ValueError: it is none, or out of bounds."""
        if isinstance(written, bool) or not isinstance(written, str | int | float):
            raise ValueError
        value = float(written)
        if not self.least <= value <= self.most:  # which "nan" is not either
            raise ValueError
        return int(value) if value.is_integer() else value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    begins: str
    of: tuple[str, ...]

    def read(self, written: object) -> str:
        if written not in self.of:
            raise ValueError
        return str(written)


@dataclass(frozen=True, slots=True)
class Place:
    """The id of a zone or a counter of the centre's plan (`among` names which); "" where it stands for all."""

    among: str
    begins: str = ""

    def read(self, written: object) -> str:
        if written and written not in getattr(auth.house().plan, self.among):
            raise ValueError
        return str(written)


Setting = Number | Choice | Place

# By the role of a device. A new setting is a line here, its name in the texts, and whatever page reads it.
SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    "kiosk": {
        "diagonal": Number(21.5, 7, 100, "inches", 0.1),
        "bottom": Number(700, 0, 2000, "mm", 10),
        "theme": Choice("light", THEMES),
        "volume": Number(70, 0, 100, "percent"),
        # Of a roll of 80 m: a slip with its QR is some 110 mm long.
        "slips_per_roll": Number(700, 50, 5000, "slips", 10),
    },
    "board": {
        "diagonal": Number(55, 10, 200, "inches", 0.1),
        "distance": Number(10, 1, 60, "metres", 0.5),
        "overscan": Number(0, 0, 10, "percent", 0.5),
        "zone": Place("zones"),
        "theme": Choice("dark", THEMES),
        "volume": Number(100, 0, 100, "percent"),
        "voice": Choice("on", ("on", "off")),
        "repeats": Number(2, 1, 3, "times"),
    },
    "pad": {
        "diagonal": Number(10.1, 7, 30, "inches", 0.1),
        "counter": Place("counters"),
        "theme": Choice("light", THEMES),
        "volume": Number(0, 0, 100, "percent"),
    },
}


def settings_for(house: House, role: str) -> Settings:
    """What the screen of this request is set to. WrongValue: its address asks for what cannot be."""
    calling = auth.caller()
    device = calling.member.id if calling and calling.member.role == role else ""
    asked = {name: text for name, text in request.args.items() if name in SETTINGS[role]}
    return stored(house, role, device) | checked(role, asked)


def stored(house: House, role: str, device: str = "") -> Settings:
    """What is set for a device or, without one, for all of that role; what holds no longer (a zone gone) is not."""
    kept = house.people.screen(role) | (house.people.screen(device) if device else {})
    return {name: _still(setting, kept.get(name, setting.begins)) for name, setting in SETTINGS[role].items()}


def _still(setting: Setting, value: object) -> object:
    try:
        return setting.read(value)
    except ValueError:
        return setting.begins


def checked(role: str, given: Mapping[str, Any]) -> Settings:
    """These settings as values. WrongValue names the first that cannot be, or that such a screen does not have."""
    read = {}
    for name, written in given.items():
        try:
            read[name] = SETTINGS[role][name].read(written)
        except (KeyError, ValueError):
            raise WrongValue(where=name, why=str(written)[:80]) from None
    return read


def change(house: House, screen: str, role: str, given: Mapping[str, Any]) -> None:
    """Set these, and let the screens know. `screen`: a device's id, or the role for all without their own."""
    house.people.set_screen(screen, house.people.screen(screen) | checked(role, given))
    current_app.extensions["live"].wake()


def calls() -> Blueprint:
    """GET /screens and PUT /screens/<name>, where the name is a device's or a role's."""
    api = Blueprint("screens", __name__, url_prefix="/api/v1/screens")

    @api.get("")
    @auth.allow("manager")
    def show(by: Member) -> Response:
        return jsonify(all_screens(auth.house()))

    @api.put("/<name>")
    @auth.allow("manager")
    def put(name: str, by: Member) -> Response:
        house = auth.house()
        screen, role = _meant(house, name)
        change(house, screen, role, bodies.body(bodies.ScreenSettings).settings)
        return jsonify(stored(house, role, "" if screen == role else screen))

    return api


def all_screens(house: House) -> list[dict[str, Any]]:
    """Every role that has screens, and every device of it, each with what it is set to."""
    devices = house.people.devices()
    return [
        {"name": name, "role": role, "settings": stored(house, role, device)}
        for role in SETTINGS
        for name, device in ((role, ""), *((one.name, one.id) for one in devices if one.role == role))
    ]


def _meant(house: House, name: str) -> tuple[str, str]:
    device = house.people.device_named(name)
    if device and device.role in SETTINGS:
        return device.id, device.role
    if name in SETTINGS:
        return name, name
    raise UnknownScreen(screen=name)
