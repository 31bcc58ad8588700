"""Every refusal as RFC 9457 problem+json: one table from the refusal to its status, and its sentence from the texts."""

import json
import logging

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from hall_server import texts
from queue_core import errors

logger = logging.getLogger(__name__)

# The first that fits.
STATUS: dict[type[errors.Refused], int] = {
    errors.Unknown: 404,
    errors.OutOfOrder: 409,
    errors.Wrong: 422,
    errors.NotWritten: 503,
}

# Refusals of the HTTP layer itself: there is no hall in them.
TURNED_AWAY = {
    "not-json": 400,
    "missing-key": 400,
    "not-signed-in": 401,
    "locked": 401,
    "wrong-pin": 401,
    "staff-away": 401,
    "not-your-role": 403,
    "no-right": 403,
    "csrf-missing": 403,
    "trial-only-here": 403,
    "not-found": 404,
    "unknown-action": 404,
    "method-not-allowed": 405,
    "too-large": 413,
    "too-many-files": 409,
    "not-application-json": 415,
    "not-csv": 415,
    "not-playable": 415,
    "not-audio": 415,
    "too-many": 429,
    "disk-full": 503,
}
_OF_HTTP = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "not-application-json"}


class TurnedAway(errors.Refused):
    """Refused at the door, before the hall was asked. `word` is one of TURNED_AWAY."""

    def __init__(self, word: str, **values: object) -> None:
        self.word = word
        super().__init__(**values)


def status_of(refused: errors.Refused) -> int:
    if isinstance(refused, TurnedAway):
        return TURNED_AWAY[refused.word]
    return next((status for kind, status in STATUS.items() if isinstance(refused, kind)), 422)


def problem(word: str, status: int, language: str, /, **values: object) -> Response:
    """The answer that says why not."""
    body = {
        "type": word,
        "title": texts.say(language, f"title.{word}"),
        "status": status,
        "detail": texts.say(language, f"refusal.{word}", **texts.values_in(values, language)),
    }
    mistakes = values.get("mistakes")
    if isinstance(mistakes, list):
        body["mistakes"] = [texts.values_in(mistake, language) for mistake in mistakes]
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")


def page_or_problem(word: str, status: int, /, **values: object) -> Response:
    """For a person at a browser a page that says it; for everybody else, and under /api, the problem."""
    language = texts.asked_for(request)
    wants_page = request.accept_mimetypes.best_match(["application/problem+json", "text/html"]) == "text/html"
    if request.path.startswith("/api/") or not wants_page:
        return problem(word, status, language, **values)
    spoken = texts.of_page(request)
    filled = texts.values_in(values, spoken)
    said = {key: texts.say(spoken, f"{key}.{word}", **filled) for key in ("title", "refusal")}
    ours = {name: texts.say(spoken, f"common.{key}") for name, key in (("back", "door"), ("marked", "practice"))}
    return Response(render_template("problem.html", language=spoken, **ours, **said), status)


def install(app: Flask) -> None:
    """Let the app answer every refusal, and every fault of ours, as a problem. Never a 500."""

    @app.errorhandler(errors.Refused)
    def refused(error: errors.Refused) -> Response:
        return page_or_problem(error.word, status_of(error), **error.values)

    @app.errorhandler(HTTPException)
    def by_http(error: HTTPException) -> Response:
        status = error.code or 400
        word = _OF_HTTP.get(status, "not-json" if status == 400 else "not-found")
        answer = page_or_problem(word, status)
        answer.headers.extend(h for h in error.get_headers() if h[0] in ("Allow", "Location"))
        return answer

    @app.errorhandler(Exception)
    def our_fault(error: Exception) -> Response:
        logger.exception("unforeseen, while answering %s %s", request.method, request.path)
        return problem("not-written", 503, texts.asked_for(request))
