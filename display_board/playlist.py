"""The pictures and films of the boards, by HTTP: listed, taken and removed for the desk, and served to the boards.

Which files may be shown at all is hall_server/playlist.py's.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, send_file

from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from hall_server.playlist import LARGEST_FILE, type_of
from hall_server.problems import TurnedAway

KEPT_S = 30 * 24 * 60 * 60


def calls(house: House) -> Blueprint:
    """GET /api/v1/playlist; PUT and DELETE /api/v1/playlist/<name>: the file as it is, not in a form."""
    api = Blueprint("playlist", __name__, url_prefix="/api/v1/playlist")

    def told() -> list[dict[str, Any]]:
        return [asdict(file) for file in house.playlist.files()]

    @api.get("")
    @allow("board", "manager")
    def show(by: Member) -> Response:
        return jsonify(told())

    @api.put("/<name>")
    @allow("manager")
    def put(name: str, by: Member) -> Response:
        request.max_content_length = LARGEST_FILE
        house.playlist.take(name, request.stream)
        current_app.extensions["live"].anew()
        return jsonify(told())

    @api.delete("/<name>")
    @allow("manager")
    def remove(name: str, by: Member) -> Response:
        if not house.playlist.remove(name):
            raise TurnedAway("not-found")
        current_app.extensions["live"].anew()
        return jsonify(told())

    return api


def sent(house: House, name: str) -> Response:
    """A file, whole or the range that is asked for. Its address names its version, so a browser may keep it."""
    path = house.playlist.path(name)
    if path is None:
        raise TurnedAway("not-found")
    answer = send_file(path.resolve(), mimetype=type_of(name), conditional=True, max_age=KEPT_S)
    answer.cache_control.public, answer.cache_control.private = None, True
    answer.cache_control.immutable = True
    return answer
