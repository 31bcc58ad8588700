"""Pages, stylesheets and scripts go out compressed, for whoever is on a poor line: a citizen's phone first of all.

gzip, because it needs nothing but Python and every browser reads it over plain http. A file is compressed once, when it
is first asked for; a page each time, which takes less than a millisecond. Not compressed: what is so already (letters,
pictures, clips), what is small, what is asked for in part, and answers to programs.
"""

import gzip
from collections.abc import Callable

from flask import Flask, Response, request

TEXTS = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
LEAST = 400
OF_PAGES, OF_FILES = 6, 9
# A centre's own files are some hundred; whoever asks for more finds the oldest gone.
MOST_FILES = 500


def install(app: Flask) -> None:
    """Let the app send its texts compressed to whoever takes them so."""
    files: dict[str, bytes] = {}

    @app.after_request
    def lighter(answer: Response) -> Response:
        if answer.mimetype not in TEXTS or request.method != "GET":
            return answer
        answer.vary.add("Accept-Encoding")
        plain = answer.status_code != 200 or "Content-Encoding" in answer.headers
        if plain or not request.accept_encodings["gzip"]:
            return answer
        etag, _ = answer.get_etag()
        return _compressed(answer, lambda text: _file(files, etag, text) if etag else gzip.compress(text, OF_PAGES))


def _compressed(answer: Response, compress: Callable[[bytes], bytes]) -> Response:
    # A file is handed to the server as it lies on the disk; here its content is wanted.
    answer.direct_passthrough = False
    text = answer.get_data()
    if len(text) < LEAST:
        return answer
    etag, _ = answer.get_etag()
    answer.set_data(compress(text))
    answer.headers["Content-Encoding"] = "gzip"
    if etag:
        # The same content in other bytes (RFC 9110, 8.8.1): weak, so that "not modified" still holds.
        answer.set_etag(etag, weak=True)
    return answer


def _file(files: dict[str, bytes], etag: str, text: bytes) -> bytes:
    """The file compressed, from memory where it was asked for before. Its ETag is made of its time, length and name."""
    known = files.pop(etag, None) or gzip.compress(text, OF_FILES, mtime=0)
    files[etag] = known
    while len(files) > MOST_FILES:
        files.pop(next(iter(files)), None)
    return known
