"""The one web application: Flask and Socket.IO for whatever faces it is given. It knows no face by name."""

import re
import secrets
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

from flask import Flask, Response, g, request
from flask_socketio import SocketIO
from socketio.packet import Packet

from hall_server import clips, lighter, notices, problems, screens, texts
from hall_server.auth import Pins, Tries, sessions
from hall_server.counter_devices import CounterDevices
from hall_server.devices import Devices
from hall_server.face import Face
from hall_server.house import House
from hall_server.live import Live
from hall_server.metrics import metrics
from hall_server.pages import names_attribute, shared_pages
from hall_server.pairing import Pairing, pairing
from hall_server.style import style_page

SAFE = ("GET", "HEAD")
PARTS_OF_PAGES = frozenset({"text/css", "text/javascript", "application/javascript", "font/woff2"})
LARGEST_BODY = 64 * 1024
LARGEST_MESSAGE = 8 * 1024
# What a proxy adds to a request, by the beginning of the header's name.
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


class WordsOnly(Packet):
    """A packet without binary parts: nobody sends any up, and one that announces many would be kept till they come."""

    def decode(self, encoded_packet: str) -> int:
        if super().decode(encoded_packet):
            raise ValueError("binary parts are not taken here")
        return 0


def build(house: House, faces: Sequence[Callable[[House], Face]], mode: str) -> tuple[Flask, SocketIO, Live]:
    """The application of one house. `mode` is Flask-SocketIO's async mode; nothing runs before `live.start()`."""
    app = Flask("hall_server")
    app.extensions["house"] = house
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_options = {"autoescape": True}
    app.jinja_env.globals["names"] = names_attribute
    app.jinja_env.globals["name_in"] = texts.name_in
    # Every page is marked, also those that no face draws.
    app.jinja_env.globals["practice"] = house.practice
    problems.install(app)
    _guard_pages(app)
    _whole_unless_one_range(app)
    lighter.install(app)
    socketio = SocketIO(
        app,
        async_mode=mode,
        # Pages must say within 10 s that they are cut off, also where only the way up is dead: the server notices
        # that after 7 s at most, and a page waits 2.5 s more before it believes in a break.
        ping_interval=4,
        ping_timeout=3,
        # permessage-deflate costs 150 KB a client.
        websocket_compression=False,
        http_compression=False,
        # Nobody sends more up than an agent's hello; a large frame would keep the hub busy for all.
        max_http_buffer_size=LARGEST_MESSAGE,
        serializer=WordsOnly,
    )
    made = [face(house) for face in faces]
    live = Live(socketio, house, made)
    counters = CounterDevices(socketio, house, live)
    devices = Devices(socketio, house, live, counters)
    # Before slips: whoever is called looks at the counter's display.
    live.also(counters.tell)
    live.also(devices.give)
    live.also(devices.look)
    app.extensions["devices"] = devices
    app.extensions["live"] = live
    pins = app.extensions["pins"] = Pins(Tries())
    pages = (shared_pages(house), style_page(house))
    of_screens = (screens.calls(), notices.calls(), clips.shared(house))
    ours = (*pages, sessions(pins), pairing(Pairing()), metrics(house), *of_screens)
    for blueprint in (*ours, *(blueprint for face in made for blueprint in face.blueprints)):
        app.register_blueprint(blueprint)
    app.wsgi_app = _whole_handshakes(app.wsgi_app)  # type: ignore[method-assign]
    if house.trial:
        app.wsgi_app = _only_from_here(app.wsgi_app)  # type: ignore[method-assign]
    return app, socketio, live


def _guard_pages(app: Flask) -> None:
    """What every answer carries, and what no unsafe call from elsewhere passes."""

    @app.before_request
    def same_origin() -> None:
        g.nonce = secrets.token_urlsafe(16)
        origin = request.headers.get("Origin")
        # TLS ends at a proxy, so that both are this place.
        if (
            request.method not in SAFE
            and origin
            and origin not in (f"http://{request.host}", f"https://{request.host}")
        ):
            raise problems.TurnedAway("csrf-missing")

    @app.after_request
    def headers(answer: Response) -> Response:
        # A policy is a document's. On each of a page's twenty scripts and stylesheets it would cost a phone 5 KB.
        if answer.mimetype not in PARTS_OF_PAGES:
            answer.headers["Content-Security-Policy"] = (
                f"default-src 'self'; script-src 'self' 'nonce-{g.get('nonce', '')}'; style-src 'self'; "
                f"img-src 'self' data:; media-src 'self' blob:; connect-src 'self'{_own_sockets()}; "
                "object-src 'none'; base-uri 'none'; "
                "frame-ancestors 'none'; form-action 'self'"
            )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        # A ticket's page has its token in the address.
        answer.headers["Referrer-Policy"] = "no-referrer"
        # What never changes under its address may be kept; static files say so themselves.
        if request.endpoint and not request.endpoint.endswith("static") and not answer.cache_control.immutable:
            answer.headers["Cache-Control"] = "no-store"
        return answer


def _whole_unless_one_range(app: Flask) -> None:
    """A range of an unknown unit is as if none were asked for (RFC 9110, 14.2), and so are several, which nobody here
    asks for: Werkzeug would refuse both."""

    @app.before_request
    def forget_other_ranges() -> None:
        unit, _, ranges = request.environ.get("HTTP_RANGE", "bytes=").partition("=")
        if unit.strip().lower() != "bytes" or "," in ranges:
            del request.environ["HTTP_RANGE"]


def _own_sockets() -> str:
    """This place's sockets, said in full: older browsers on citizens' phones do not read them out of 'self'."""
    host = request.host
    return f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.:\[\]-]+", host, re.ASCII) else ""


def _whole_handshakes(serve: Callable[..., Any]) -> Callable[..., Any]:
    """A WebSocket's opening without its key, or of another version, is refused before the server fails on it."""

    def guard(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        opens = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        whole = environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13" and _is_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
        if whole or not opens:
            return serve(environ, start_response)
        return Response("not a WebSocket handshake (RFC 6455)", 400)(environ, start_response)

    return guard


def _is_key(key: str) -> bool:
    """RFC 6455, 4.1: sixteen bytes in base64."""
    return re.fullmatch(r"[A-Za-z0-9+/]{22}==", key.strip(), re.ASCII) is not None


def _only_from_here(serve: Callable[..., Any]) -> Callable[..., Any]:
    """In trial nothing is locked, so nothing from another machine or through a proxy is let in; nor another site's
    page."""

    def guard(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if is_loopback(_host(environ.get("HTTP_HOST", ""))) and not any(name.startswith(FORWARDED) for name in environ):
            return serve(environ, start_response)
        answer = problems.problem("trial-only-here", 403, texts.FIRST)
        return answer(environ, start_response)

    return guard


def _host(header: str) -> str:
    """The host without its port, `[::1]:8000` -> `::1`; nothing where it is neither."""
    found = re.fullmatch(r"(?:\[([0-9a-f:]+)\]|([a-z0-9.-]+))(?::\d+)?", header.lower(), re.ASCII)
    return (found[1] or found[2]) if found else ""


def is_loopback(host: str) -> bool:
    """Whether this name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
