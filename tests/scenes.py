"""Every screen in every state that people meet: the one table that the tests of access and the gallery both walk.

To add a scene, add a line to SCENES: the screen, what it shows, where it is, its sizes; and where they are needed `who`
is signed in, `hall` (what is so in the hall before the page is opened), `then` (what is done on the page). Each is met
in every language and every theme. Not here: what is judged (test_access.py) and what is made of it (gallery.py).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from manager_desk.desk import SETTINGS
from tests import serving
from tests.serving import PIN, Caller, Server

PATIENCE_MS = 20_000
TRIAL_PIN = "1234"
THEMES = ("light", "dark", "contrast")
LANGUAGES = ("th", "en")
# What a visitor meets speaks every language of the sample centre; these scenes are looked at in each.
VISITORS = (*LANGUAGES, "my")

Size = tuple[int, int]
KIOSK: Sequence[Size] = ((1080, 1920), (1920, 1080))
# A panel of 10.1 inches: 20 mm are a sixth of its height.
SMALL_KIOSK: Sequence[Size] = ((1024, 600),)
AT_SMALL = "/kiosk/?diagonal=10.1"
BOARD: Sequence[Size] = ((1920, 1080), (3840, 2160), (1080, 1920))
PANEL: Sequence[Size] = ((1366, 768),)
STRIP: Sequence[Size] = ((400, 160),)
DESK: Sequence[Size] = ((1366, 768),)
PAGE: Sequence[Size] = ((1366, 768), (390, 844))
PHONE: Sequence[Size] = ((390, 844), (320, 640))
PAD: Sequence[Size] = ((1280, 800), (800, 480), (800, 1280))

Values = Mapping[str, str]
Arrange = Callable[["Stage"], Values]
Act = Callable[[Page], None]


# -- the stage: the halls, and who acts in them --------------------------------------------------------------------


@dataclass
class Walked:
    """What was met on the way: each page as it came, and all that was asked for. For whoever judges it."""

    pages: list[tuple[str, Mapping[str, str], str]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


class Stage:
    """A newcomer's hall, open, and a hall in earnest outside its hours; both are served until the stage is left.

    `where` of a scene names one of them: "trial" or "closed".
    """

    def __init__(self, browser: Browser, folder: Path, stack: ExitStack) -> None:
        self.browser, self.folder, self.walked = browser, folder, Walked()
        self.ours = set[str]()  # where the halls are that were walked
        self._stack = stack

    @cached_property
    def trial(self) -> Server:
        return self._stack.enter_context(serving.serving(self.folder / "trial", "eventlet"))

    @cached_property
    def closed(self) -> serving.Hall:
        text = serving.centre(opens=False)
        return self._stack.enter_context(serving.new_hall(self.folder / "closed", "eventlet", text))

    @cached_property
    def kiosk(self) -> Caller:
        """Who takes tickets in the trial hall."""
        return self._stack.enter_context(Caller(self.trial.url()))

    @cached_property
    def officer(self) -> Caller:
        """Who presses at any counter there."""
        return self._stack.enter_context(Caller(self.trial.url())).sign_in("officer1", TRIAL_PIN)

    @cached_property
    def manager(self) -> Caller:
        return self._stack.enter_context(Caller(self.trial.url())).sign_in("manager", TRIAL_PIN)

    def url(self, where: str) -> str:
        url = self.trial.url() if where == "trial" else self.closed.url
        self.ours.add(url)
        return url

    def clear(self) -> None:
        """Nobody waits, nobody is at a counter, every counter is closed and all is clear."""
        self.manager.post("/api/v1/evacuation", json={"on": False})
        told = self.officer.get("/api/v1/hall").json()
        for counter in told["counters"]:
            if counter["number"]:
                self.officer.press(counter["id"], "finish", outcome="gave-up")
            if counter["state"] != "closed":
                self.officer.press(counter["id"], "close")
        self.kiosk.delete("/api/v1/kiosk/call-staff")
        if self.kiosk.tap("sso-join").status_code == 409:  # it is taken back below
            self.rest_kiosk(False)
        told = self.officer.get("/api/v1/hall").json()
        for counter in re.findall(r'data-help="([^"]+)"', self.manager.get("/desk/strip").text):
            self.officer.press(counter, "help-over")
        for state in ("waiting", "held", "absent"):
            for ticket in told[state]:
                self.officer.post(f"/api/v1/tickets/{ticket['number']}/cancel", json={})

    def rest_kiosk(self, paused: bool) -> None:
        """Somebody of the staff pauses the kiosk, or takes it up again."""
        signed = self.kiosk.post("/api/v1/kiosk/staff", json={"username": "officer1", "pin": TRIAL_PIN})
        staff = {"X-Staff": signed.json()["word"]}
        assert self.kiosk.post("/api/v1/kiosk/pause", json={"paused": paused}, headers=staff).status_code == 200

    def context(self, where: str, who: str) -> BrowserContext:
        """A browser of one's own, signed in; what it asks for and every fault of its scripts is written down."""
        context = self.browser.new_context(reduced_motion="reduce", device_scale_factor=1)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: self.walked.asked.add(request.url))
        context.on("weberror", lambda fault: self.walked.faults.append(str(fault.error)))
        context.on("console", lambda line: self._hear(line.type, line.text))
        if who:
            self._sign_in(context, where, who)
        return context

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            self.walked.faults.append(text)

    def _sign_in(self, context: BrowserContext, where: str, who: str) -> None:
        url = self.url(where)
        if where == "closed" and who in self.closed.keys:  # a screen that was accepted
            context.add_cookies([{"name": "sala_screen", "value": self.closed.keys[who], "url": url}])
            return
        pin = TRIAL_PIN if where == "trial" else PIN
        answer = context.request.post(f"{url}/api/v1/session", data={"username": who, "pin": pin})
        assert answer.ok, answer.text()


@contextmanager
def staged(browser: Browser, folder: Path) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(browser, folder, stack)


# -- a scene -------------------------------------------------------------------------------------------------------


def nobody(stage: Stage) -> Values:
    """An empty hall."""
    return {}


def nothing(page: Page) -> None:
    """The page is left as it came."""


@dataclass(frozen=True)
class Scene:
    """One screen in one state. `path` may hold what `hall` gives, in braces: `/t/{token}`."""

    screen: str
    shows: str
    path: str
    sizes: Sequence[Size]
    who: str = ""
    hall: Arrange = nobody
    then: Act = nothing
    before: Act = nothing  # the page is opened
    where: str = "trial"
    languages: Sequence[str] = LANGUAGES
    status: int = 200

    @property
    def name(self) -> str:
        return f"{self.screen}-{self.shows}"

    @contextmanager
    def met(self, stage: Stage, languages: Sequence[str] = ()) -> Iterator[Iterator[tuple[str, Page]]]:
        """The page in each language, one after the other, at its first size; the hall is made ready for each anew."""
        with ExitStack() as stack:
            yield (
                (language, stack.enter_context(self._opened(stage, self._ready(stage), language)))
                for language in self.languages
                if not languages or language in languages
            )

    def _ready(self, stage: Stage) -> Values:
        if self.where == "trial":
            stage.clear()
        return self.hall(stage)

    @contextmanager
    def _opened(self, stage: Stage, values: Values, language: str) -> Iterator[Page]:
        context = stage.context(self.where, self.who)
        page = context.new_page()
        page.on("websocket", lambda socket: stage.walked.asked.add(socket.url))
        width, height = self.sizes[0]
        page.set_viewport_size({"width": width, "height": height})
        self.before(page)
        path = self.path.format_map(values)
        mark = "&" if "?" in path else "?"
        came = page.goto(f"{stage.url(self.where)}{path}{mark}language={language}")
        assert came and came.status == self.status, f"{page.url} answers {came and came.status}"
        stage.walked.pages.append((page.url, came.headers, came.text()))
        ready(page)
        self.then(page)
        settled(page)
        yield page
        context.close()


def ready(page: Page) -> None:
    """A page that follows news has heard them."""
    if page.locator("script#news").count():
        expect(page.locator("html")).to_have_attribute("data-connection", re.compile("."), timeout=PATIENCE_MS)


def settled(page: Page) -> None:
    """Letters and pictures are there, and what was begun is drawn."""
    page.evaluate(
        """async () => {
          await document.fonts.ready;
          await Promise.all([...document.images].filter((one) => one.src).map((one) => one.decode().catch(() => {})));
          await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        }"""
    )


def wear(page: Page, theme: str) -> None:
    """The theme, changed in place as a page's own control changes it."""
    page.evaluate("async (theme) => (await import('/static/theme.js')).setTheme(theme)", theme)
    settled(page)


# -- what may be so in the hall ------------------------------------------------------------------------------------


def crowd(stage: Stage) -> Values:
    """People of several services wait; the first of them may be followed."""
    first = stage.kiosk.take("sso-old-age", needs=["wheelchair"], people=2, priority="elderly")
    for service in ("sso-join", "sso-hospital", "doe-jobs", "dlpw-advice", "sso-hospital", "dsd-training"):
        stage.kiosk.take(service)
    stage.kiosk.take("sso-benefit", services=["sso-benefit", "sso-hospital"], language="en")
    return {"token": first["token"], "number": first["number"]}


def called(stage: Stage) -> Values:
    """Counter 2 has called the first of them."""
    values = crowd(stage)
    stage.officer.press("2", "next")
    return values


def serving_one(stage: Stage) -> Values:
    """And the visitor has come."""
    values = called(stage)
    stage.officer.press("2", "start")
    return values


def finished(stage: Stage) -> Values:
    """And is done."""
    values = serving_one(stage)
    stage.officer.press("2", "finish")
    return values


def rated(stage: Stage) -> Values:
    """And has rated the visit."""
    values = finished(stage)
    marks = {"steps_and_time": 5, "overall": 4}
    assert stage.kiosk.post(f"/api/v1/tickets/{values['token']}/rating", json=marks).status_code == 201
    return values


def held(stage: Stage) -> Values:
    """The visitor was put aside."""
    values = serving_one(stage)
    stage.officer.press("2", "hold")
    return values


def absent(stage: Stage) -> Values:
    """The visitor did not come."""
    values = called(stage)
    stage.officer.press("2", "no-show")
    return values


def cancelled(stage: Stage) -> Values:
    """The visitor gave up."""
    values = crowd(stage)
    stage.kiosk.delete(f"/api/v1/tickets/{values['token']}")
    return values


def many_calls(stage: Stage) -> Values:
    """Every counter has called: the board is full."""
    values = crowd(stage)
    for counter in "12345678":
        stage.officer.press(counter, "next")
    return values


def much_to_see(stage: Stage) -> Values:
    """One at the counter, one put aside, one absent, many waiting, and a colleague asks for help."""
    values = held(stage)
    stage.officer.press("2", "next")
    stage.officer.press("2", "no-show")
    crowd(stage)
    stage.officer.press("2", "next")
    stage.officer.press("3", "open")
    stage.officer.press("3", "help")
    return values


def paused(stage: Stage) -> Values:
    values = crowd(stage)
    stage.officer.press("2", "open")
    stage.officer.press("2", "pause", reason="break")
    return values


def evacuating(stage: Stage) -> Values:
    values = called(stage)
    assert stage.manager.post("/api/v1/evacuation", json={"on": True}).status_code == 200
    return values


def booked(stage: Stage) -> Values:
    """Somebody has booked for now, so that the kiosk asks for a code; in a moment may be another day."""
    at = datetime.now(UTC).isoformat()
    made = stage.manager.post(
        "/api/v1/bookings", json={"services": ["sso-join"], "at": at}, headers={"Idempotency-Key": at}
    )
    assert made.status_code == 201, made.text
    return {"code": made.json()["code"]}


def kiosk_paused(stage: Stage) -> Values:
    """The staff have paused the kiosk."""
    stage.rest_kiosk(True)
    return {}


def staff_called(stage: Stage) -> Values:
    """A visitor at the kiosk asks for a member of staff."""
    assert stage.kiosk.post("/api/v1/kiosk/call-staff").status_code == 200
    return crowd(stage)


def a_morning(stage: Stage) -> Values:
    """Some visits are over, some go on: figures to show."""
    for _ in range(3):
        stage.kiosk.take("sso-hospital")
        stage.officer.serve("2")
    return many_calls(stage)


# -- what may be done on a page ------------------------------------------------------------------------------------


def click(*selectors: str) -> Act:
    """A tap on each, one after the other."""

    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return act


def keys(*pressed: str) -> Act:
    """Keys, each once the page has answered the one before."""

    def act(page: Page) -> None:
        for key in pressed:
            expect(page.locator("[data-sending]")).to_have_count(0)
            page.keyboard.press(key)

    return act


def seen(selector: str) -> Act:
    """Waits until it is in sight."""
    return lambda page: expect(page.locator(selector).first).to_be_visible(timeout=PATIENCE_MS)


def in_turn(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def dialog(*pressed: str) -> Act:
    """Keys that open a dialog, which is then in sight."""
    return in_turn(keys(*pressed), seen("dialog[open]"))


def fill(selector: str, text: str) -> Act:
    return lambda page: page.locator(selector).first.fill(text)


def a_place(page: Page) -> None:
    """A slip was scanned: how one is read, test_scanner_walks.py tries."""
    page.evaluate("""async () => {
      const headers = { "Content-Type": "application/json", "Idempotency-Key": `scene-${Math.random()}` };
      const body = JSON.stringify({ services: ["sso-join"], language: document.documentElement.lang });
      const taken = await fetch("/api/v1/tickets", { method: "POST", credentials: "omit", headers, body });
      const { showPlace } = await import("/kiosk/static/place.js");
      await showPlace((await taken.json()).token);
    }""")
    seen("#place")(page)


def told(**news: object) -> Act:
    """The kiosk as it is with such news of itself: a trial's printer never fails, and its tickets never run out."""
    tell = """async (news) => {
      const told = await import("/kiosk/static/told.js");
      told.tellNews({ ...told.news(), ...news });
    }"""
    return lambda page: page.evaluate(tell, news)


def slip(state: str, **more: object) -> Act:
    """What the hall tells of the visitor's slip: a trial's printer prints each, and this it tells first."""
    tell = """async (told) => {
      const { news, onNews, tellNews } = await import("/kiosk/static/told.js");
      const number = document.querySelector(".ticket-number").textContent;
      await new Promise((printed) => onNews(({ slips }) => {
        if (slips?.some((one) => one.number === number && one.state === "printed")) printed();
      }));
      tellNews({ ...news(), slips: [{ number, copy: 1, printer: null, ...told }] });
    }"""
    return lambda page: page.evaluate(tell, {"state": state, **more})


def heard(page: Page) -> None:
    """A hall that takes the holder's answer; the trial's, which knows that the slip is printed, would not."""
    page.route(re.compile(r"/slip$"), lambda route: route.fulfill(json={}))


def unheard(selector: str) -> Act:
    """A tap that a disabled button would not hear from Playwright."""
    return lambda page: page.locator(selector).first.dispatch_event("click")


def no_server(page: Page) -> None:
    """A cable that was pulled before the page came: it says that it is stale."""
    page.route_web_socket(re.compile("socket.io"), lambda near: None)


LOCKED = in_turn(keys("x"), seen("#lock"))
WRONG_PIN = in_turn(fill("#username", "manager"), fill("#pin", "1"), click("#enter"), seen("#message:not(:empty)"))
SERVICE = "li[data-key='sso-join'] button"
TILE, IN_IT = "#tiles .tile:visible", "#agencies .service:visible"
SEARCH = in_turn(click("#open-search"), fill("#query", "ประกัน"), seen("#found button"))
SEVERAL = click(SERVICE, "#add", "li[data-key='doe-jobs'] button")
STATE = seen("#state")
CLOSED_SERVICE = in_turn(STATE, click("#state-go"), unheard("li[data-key='card'] .service"), seen("#state-bring"))
MONDAY = {"th": "วันจันทร์ที่ 30 พฤศจิกายน ตั้งแต่ 08:00 น.", "en": "on Monday 30 November from 08:00"}
FULL = {"why": "quota-full", "again": MONDAY}
STAFF = "Control+Alt+KeyS"
SIGNED_IN = keys(*TRIAL_PIN, "Enter")
AT_MENU = in_turn(keys(STAFF), click("[data-name=officer1]"), SIGNED_IN, seen("#staff-printer:not(:empty)"))
CHOSEN = click("#offer-sso-join", "#offer-doe-jobs")
TICKET = in_turn(click(SERVICE, "#take"), seen("#ticket"))
AT_NUMBER = in_turn(click(TILE, IN_IT, "#take"), seen("#ticket"))
MISSED = in_turn(heard, slip("sent"), click("#slip-no"), seen("#no-slip"))
# The number's page, by what became of the slip.
SLIPS: Mapping[str, Act] = {
    "slip-not-printed": slip("not_printed"),
    "slip-unknown": slip("unknown"),
    "slip-ask": slip("sent"),
    "slip-missed": MISSED,
    "slip-elsewhere": slip("printed", printer="hallway"),
}
COUNTER, RECEPTION, ON_STRIP = "/counter/2", "/counter/reception", "/counter/2/strip"

STEPS = "[data-step=steps]"
FACE, OVERALL = "[data-step=steps] [data-mark='3']", "[data-step=overall] [data-mark='4']"
THANKED = click(FACE, OVERALL, "#send")
REASON, ASKED = "[data-reason='pad.why.bad.1']", seen("#problem")
# What a hall shows before anybody was called comes first: no call is ever forgotten by a board.
SCENES: Sequence[Scene] = (
    Scene("board", "empty", "/board/", BOARD, languages=("th",)),
    Scene("board", "calls", "/board/", BOARD, hall=many_calls, languages=("th",)),
    Scene("board", "stale", "/board/", BOARD, hall=called, before=no_server, languages=("th",)),
    Scene("board", "evacuation", "/board/", BOARD, hall=evacuating, then=seen("#evacuation"), languages=("th",)),
    Scene("door", "trial", "/", PAGE),
    Scene("door", "earnest", "/", PAGE, where="closed"),
    Scene("door", "not-found", "/nowhere", PAGE, status=404),
    Scene("door", "look", "/", PAGE, then=in_turn(click(".look-button"), seen("#look"))),
    Scene("style", "all", "/style/", PAGE),
    Scene("sign-in", "empty", "/desk/", PAGE),
    Scene("sign-in", "wrong-pin", "/desk/", PAGE, then=WRONG_PIN),
    Scene("sign-in", "wrong-role", "/desk/", PAGE, who="officer2"),
    Scene("pairing", "kiosk", "/kiosk/", KIOSK, where="closed", then=seen("#code")),
    Scene("pairing", "board", "/board/", BOARD, where="closed", then=seen("#code")),
    Scene("kiosk", "choose", "/kiosk/", KIOSK, languages=VISITORS),
    Scene("kiosk", "crowd", "/kiosk/", KIOSK, hall=crowd),
    Scene("kiosk", "prepare", "/kiosk/", KIOSK, hall=crowd, then=click(SERVICE), languages=VISITORS),
    Scene("kiosk", "several", "/kiosk/", KIOSK, hall=crowd, then=SEVERAL),
    Scene("kiosk", "matter", "/kiosk/", KIOSK, then=click("[data-way=matter]")),
    Scene("kiosk", "search", "/kiosk/", KIOSK, then=SEARCH),
    Scene("kiosk", "search-none", "/kiosk/", KIOSK, then=in_turn(click("#open-search"), fill("#query", "zzz"))),
    Scene("kiosk", "large", "/kiosk/", KIOSK, then=click("#mode-large")),
    Scene("kiosk", "low-reach", "/kiosk/", KIOSK, then=click("#mode-reach", SERVICE)),
    Scene("kiosk", "call-staff", "/kiosk/", KIOSK, then=click("#call-staff")),
    Scene("kiosk", "booking", "/kiosk/", KIOSK, hall=booked, then=click("#have-booking")),
    Scene("kiosk", "ticket", "/kiosk/", KIOSK, then=TICKET, languages=VISITORS),
    *(
        Scene("kiosk", one, "/kiosk/", KIOSK, then=in_turn(TICKET, act), languages=VISITORS)
        for one, act in SLIPS.items()
    ),
    Scene("kiosk", "place", "/kiosk/", KIOSK, then=a_place, languages=VISITORS),
    Scene("kiosk", "closed", "/kiosk/", KIOSK, where="closed", who="kiosk", then=STATE),
    Scene("kiosk", "closed-service", "/kiosk/", KIOSK, where="closed", who="kiosk", then=CLOSED_SERVICE),
    Scene("kiosk", "full", "/kiosk/", KIOSK, then=in_turn(told(nothing=FULL), STATE)),
    Scene("kiosk", "printer-out", "/kiosk/", KIOSK, then=in_turn(told(printer="out"), STATE)),
    Scene("kiosk", "offline", "/kiosk/", KIOSK, before=no_server, then=STATE),
    Scene("kiosk", "paused", "/kiosk/", KIOSK, hall=kiosk_paused, then=STATE),
    Scene("kiosk", "called", "/kiosk/", KIOSK, hall=staff_called, then=seen("#called")),
    Scene("kiosk", "staff-names", "/kiosk/", KIOSK, then=in_turn(keys(STAFF), seen("[data-name]"))),
    Scene("kiosk", "staff-pin", "/kiosk/", KIOSK, then=in_turn(keys(STAFF), click("[data-name=officer1]"))),
    Scene("kiosk", "staff-menu", "/kiosk/", KIOSK, then=AT_MENU),
    Scene("kiosk", "cleaning", "/kiosk/", KIOSK, then=in_turn(AT_MENU, click("#staff-clean"))),
    Scene("kiosk", "evacuation", "/kiosk/", KIOSK, hall=evacuating, then=seen("#evacuation"), languages=VISITORS),
    Scene("kiosk-small", "choose", AT_SMALL, SMALL_KIOSK, languages=VISITORS),
    Scene("kiosk-small", "agency", AT_SMALL, SMALL_KIOSK, hall=crowd, then=click(TILE)),
    Scene("kiosk-small", "prepare", AT_SMALL, SMALL_KIOSK, hall=crowd, then=click(TILE, IN_IT), languages=VISITORS),
    Scene("kiosk-small", "ticket", AT_SMALL, SMALL_KIOSK, then=AT_NUMBER),
    *(
        Scene("kiosk-small", one, AT_SMALL, SMALL_KIOSK, then=in_turn(AT_NUMBER, act), languages=VISITORS)
        for one, act in SLIPS.items()
    ),
    Scene("kiosk-small", "place", AT_SMALL, SMALL_KIOSK, then=a_place, languages=VISITORS),
    Scene("kiosk-small", "search", AT_SMALL, SMALL_KIOSK, then=SEARCH),
    Scene("kiosk-small", "booking", AT_SMALL, SMALL_KIOSK, hall=booked, then=click("#have-booking")),
    Scene("kiosk-small", "large", AT_SMALL, SMALL_KIOSK, then=click("#mode-large")),
    Scene("kiosk-small", "offline", AT_SMALL, SMALL_KIOSK, before=no_server, then=STATE),
    Scene("kiosk-small", "paused", AT_SMALL, SMALL_KIOSK, hall=kiosk_paused, then=STATE),
    Scene("kiosk-small", "staff-menu", AT_SMALL, SMALL_KIOSK, then=AT_MENU),
    Scene("counter", "choose", "/counter/", PAGE, who="officer2", hall=called),
    Scene("panel", "closed", COUNTER, PANEL, who="officer2"),
    Scene("panel", "free", COUNTER, PANEL, who="officer2", hall=crowd, then=keys("p")),
    Scene("panel", "called", COUNTER, PANEL, who="officer2", hall=called),
    Scene("panel", "serving", COUNTER, PANEL, who="officer2", hall=serving_one),
    Scene("panel", "busy", COUNTER, PANEL, who="officer2", hall=much_to_see),
    Scene("panel", "paused", COUNTER, PANEL, who="officer2", hall=paused),
    Scene("panel", "came-or-not", COUNTER, PANEL, who="officer2", hall=called, then=dialog("Space")),
    Scene("panel", "transfer", COUNTER, PANEL, who="officer2", hall=serving_one, then=dialog("t")),
    Scene("panel", "call", COUNTER, PANEL, who="officer2", hall=crowd, then=dialog("l")),
    Scene("panel", "outcome", COUNTER, PANEL, who="officer2", hall=serving_one, then=dialog("g")),
    Scene("panel", "pausing", COUNTER, PANEL, who="officer2", hall=crowd, then=dialog("p", "p")),
    Scene("panel", "evacuation", COUNTER, PANEL, who="officer2", hall=evacuating),
    Scene("panel", "keys", COUNTER, PANEL, who="officer2", then=dialog("?")),
    Scene("strip", "closed", ON_STRIP, STRIP, who="officer2"),
    Scene("strip", "called", ON_STRIP, STRIP, who="officer2", hall=called),
    Scene("strip", "serving", ON_STRIP, STRIP, who="officer2", hall=serving_one),
    Scene("strip", "busy", ON_STRIP, STRIP, who="officer2", hall=much_to_see),
    Scene("strip", "transfer", ON_STRIP, STRIP, who="officer2", hall=serving_one, then=dialog("t")),
    Scene("strip", "call", ON_STRIP, STRIP, who="officer2", hall=crowd, then=dialog("l")),
    Scene("strip", "more", ON_STRIP, STRIP, who="officer2", hall=serving_one, then=dialog(".")),
    Scene("strip", "evacuation", ON_STRIP, STRIP, who="officer2", hall=evacuating),
    Scene("lock", "counter", COUNTER, (*PANEL, *STRIP), who="officer2", hall=serving_one, then=LOCKED),
    Scene("lock", "desk", RECEPTION, PANEL, who="officer2", then=in_turn(keys("F8"), seen("#lock"))),
    Scene("reception", "empty", RECEPTION, PANEL, who="officer2"),
    Scene("reception", "busy", RECEPTION, PANEL, who="officer2", hall=much_to_see),
    Scene("reception", "chosen", RECEPTION, PANEL, who="officer2", hall=crowd, then=CHOSEN),
    Scene("reception", "by-hand", RECEPTION, PANEL, who="officer2", then=dialog("F4")),
    Scene("desk", "now", "/desk/", DESK, who="manager", hall=a_morning),
    *(
        Scene("desk", f"figures-{show}", f"/desk/figures?show={show}", DESK, who="manager", hall=finished)
        for show in ("hours", "services", "counters", "promises", "turn", "meaning")
    ),
    Scene("desk", "calls", "/desk/today", DESK, who="manager", hall=finished),
    Scene("desk", "why", "/desk/why", DESK, who="manager"),
    Scene("desk", "voice", "/desk/voice", DESK, who="manager"),
    Scene("desk", "whatif", "/desk/whatif", DESK, who="manager"),
    *(
        Scene("desk", f"settings-{show}", f"/desk/settings?show={show}", DESK, who="manager")
        for show in SETTINGS
    ),
    Scene("desk", "evacuation", "/desk/", DESK, who="manager", hall=evacuating),
    Scene("phone", "waiting", "/t/{token}", PHONE, hall=crowd, languages=VISITORS),
    Scene("phone", "called", "/t/{token}", PHONE, hall=called, languages=VISITORS),
    Scene("phone", "serving", "/t/{token}", PHONE, hall=serving_one),
    Scene("phone", "held", "/t/{token}", PHONE, hall=held),
    Scene("phone", "absent", "/t/{token}", PHONE, hall=absent),
    Scene("phone", "finished", "/t/{token}", PHONE, hall=finished),
    Scene("phone", "rated", "/t/{token}", PHONE, hall=rated),
    Scene("phone", "cancelled", "/t/{token}", PHONE, hall=cancelled),
    Scene("phone", "cancelling", "/t/{token}", PHONE, hall=crowd, then=click("#cancel-ask")),
    Scene("phone", "evacuation", "/t/{token}", PHONE, hall=evacuating),
    Scene("phone", "unknown", "/t/nobody", PHONE, status=404),
    Scene("pairing", "pad", "/pad/", PAD, where="closed", then=seen("#code")),
    Scene("pad", "rest", "/pad/?counter=2", PAD),
    Scene("pad", "steps", "/pad/?counter=2", PAD, hall=finished, then=seen(STEPS), languages=VISITORS),
    Scene("pad", "overall", "/pad/?counter=2", PAD, hall=finished, then=click(FACE)),
    Scene("pad", "more", "/pad/?counter=2", PAD, hall=finished, then=click(FACE, OVERALL, REASON)),
    Scene("pad", "thanks", "/pad/?counter=2", PAD, hall=finished, then=THANKED),
    Scene("pad", "door", "/pad/", PAD, then=click("[data-sign='F']", "[data-sign='7']")),
    Scene("pad", "door-unknown", "/pad/", PAD, then=in_turn(click("[data-sign='F']", "[data-sign='9']", "#go"), ASKED)),
    Scene("pad", "evacuation", "/pad/?counter=2", PAD, hall=evacuating, then=seen("#evacuation")),
)  # fmt: skip
