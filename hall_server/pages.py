"""How a page is drawn, and what belongs to no face: the door (/), /healthz, /hall."""

import json
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hall_server import screens, tell, texts
from hall_server.auth import allow, caller, page_csrf
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.people import Member
from queue_core.plan import Names
from queue_core.ticket import AT_COUNTER

PROOF_LASTS_S = 1.0
# The rooms whose scripts need the words of a call besides their own texts.
CALLS_OUT = ("board", "desk")


def draw(
    house: House,
    template: str,
    room: str,
    news: Snapshot | None = None,
    language: str = "",
    also: tuple[str, ...] = (),
    **more: Any,
) -> str:
    """A page of a room. With `news`, the page is drawn from the very snapshot that its script will draw later.

    `language` is spoken where the address asks for none; what visitors look at speaks every language of the centre.
    `also` are other rooms whose texts the page says. A screen wears the theme that it is set to, any other page the one
    that its reader chose.
    """
    offered = texts.offered(house.plan.languages)
    among = offered if room in texts.VISITORS_ROOMS else texts.WHOLE
    if "language" in request.args or language not in among:
        language = texts.of_page(request, among)
    calling = caller()
    screen = screens.settings_for(house, room) if room in screens.SETTINGS else None
    island = {} if news is None else {"news": news, "news_json": as_island(news)}
    return render_template(
        template,
        room=room,
        language=language,
        languages=among,
        drafts=texts.drafts(among),
        letters=texts.letters(offered),
        screen=screen and {"settings": screen, "rev": house.people.screens_rev},
        theme=screen["theme"] if screen else chosen_theme(),
        motion="off" if request.cookies.get("motion") == "off" else "on",
        centre=house.plan,
        trial=house.trial,
        public_url=house.public_url,
        nonce=g.nonce,
        csrf=page_csrf(),
        now=tell.moment(house.plan, house.office.now()),
        officer=calling.member.name if calling and calling.session else "",
        t=lambda key, **values: texts.say(language, key, **values),
        say=texts.say,
        texts_json=as_island(_texts((room, "common", *also), among, offered)),
        **island,
        **more,
    )


def _texts(rooms: tuple[str, ...], among: tuple[str, ...], offered: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What a page's scripts say: the texts of these rooms; where calls are spoken, the words in every language too."""
    told = texts.of_room(*rooms, among=among)
    if rooms[0] in CALLS_OUT:
        for language, words in texts.of_room("voice", among=offered).items():
            told.setdefault(language, {}).update(words)
    return told


def chosen_theme() -> str:
    """The theme that the reader of a page chose, kept in a cookie; "auto" is as their machine has it."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in screens.THEMES else "auto"


def first_news(face: Face, topic: str = "") -> Snapshot:
    """What the screen of that topic shows now."""
    snapshot: Snapshot = current_app.extensions["live"].snapshot(face, topic)
    return snapshot


def as_island(data: Any) -> Markup:
    """JSON that may stand inside a <script>: no text in it can end the element."""
    text = json.dumps(data, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def names_attribute(name: Names) -> Markup:
    """An attribute that holds a name in every language of the centre, for texts.js to retell."""
    return Markup('data-names="{}"').format(json.dumps(dict(name), ensure_ascii=False))


def sign_in_page(
    house: House, then: str, roles: tuple[str, ...], behind: Callable[[], Snapshot] | None = None
) -> str | None:
    """The sign-in page, if who calls has none of the roles; `then` is where to go afterwards.

    Where the screen is locked, the page that asks for the PIN; `behind()` is what may be seen there meanwhile.
    """
    calling = caller()
    role = calling.member.role if calling else None
    if calling and calling.locked:
        return draw(house, "locked.html", "lock", behind() if behind else None)
    if role in roles or role == "admin":
        return None
    # Somebody is signed in, but not as what this page needs: say so.
    wrong_role = role if calling and calling.session else ""
    return draw(house, "sign_in.html", "sign-in", then=then, roles=roles, wrong_role=wrong_role)


def pairing_page(house: House, role: str, roles: tuple[str, ...]) -> str | None:
    """The page that shows a code, for a screen that is not paired yet; None in trial, where all is open."""
    calling = caller()
    known = calling is not None and calling.member.role in roles
    return None if house.trial or known else draw(house, "pairing.html", "pairing", role=role)


def shared_pages(house: House) -> Blueprint:
    """The door, and what outside systems ask about the hall as a whole."""
    shared = Blueprint("shared", __name__)
    proven_until = 0.0

    @shared.get("/")
    def door() -> str:
        return draw(house, "door.html", "door", slips=house.slips)

    @shared.get("/healthz")
    def healthz() -> Response:
        # Whoever asks often is answered from the last second: a question must not keep the disk busy.
        nonlocal proven_until
        if time.monotonic() >= proven_until:
            proven_until = time.monotonic() + PROOF_LASTS_S if house.office.healthy() else 0.0
        healthy = proven_until > 0.0
        return Response(json.dumps({"healthy": healthy}), 200 if healthy else 503, content_type="application/json")

    @shared.get("/api/v1/hall")
    @allow("officer", "manager")
    def hall(by: Member) -> Response:
        hall, now = house.hall, house.office.now()
        told = [tell.ticket(hall, ticket, now, house.outlook) for ticket in hall.tickets.values()]
        return jsonify(
            epoch=house.epoch,
            seq=hall.seq,
            day=hall.day,
            counters=[tell.counter(hall, counter) for counter in hall.counters.values()],
            waiting=[ticket for ticket in told if ticket["state"] == "waiting"],
            serving=[ticket for ticket in told if ticket["state"] in AT_COUNTER],
            held=[ticket for ticket in told if ticket["state"] == "held"],
            absent=[ticket for ticket in told if ticket["state"] == "absent"],
        )

    @shared.get("/favicon.ico")
    def icon() -> AnyResponse:
        return redirect("/static/icon.svg", 301)

    return shared
