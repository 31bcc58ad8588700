"""Pages, stylesheets and scripts go out light, for whoever is on a poor line: a citizen's phone first of all.

They are compressed by gzip, which needs nothing but Python and which browsers read over plain http, too; and what only
we read in our own scripts and stylesheets, the comments, stays here. A file is made light once, when it is first asked
for; a page each time, which takes less than a millisecond. Not here: what is compressed already (letters, pictures,
clips), what is small, what is asked for in part, and answers to programs.
"""

import gzip
import re

from flask import Flask, Response, request

TEXTS = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
LEAST = 300
OF_PAGES, OF_FILES = 6, 9
# A centre's own files are some hundred; whoever asks for more finds the oldest gone.
MOST_FILES = 500
# Those that have their lines to themselves; of others' code, no licence (/*!).
_COMMENTS = re.compile(rb"^[ \t]*/\*(?!!)(?:[^*]|\*(?!/))*\*/[ \t]*\n", re.MULTILINE)
_REMARKS = re.compile(rb"^[ \t]*//.*\n", re.MULTILINE)


def install(app: Flask) -> None:
    """Let the app send its texts light to whoever takes them so."""
    files: dict[str, bytes] = {}

    @app.after_request
    def lighter(answer: Response) -> Response:
        if answer.mimetype not in TEXTS or request.method != "GET":
            return answer
        answer.vary.add("Accept-Encoding")
        # Its name is the address's; nobody keeps it under another.
        answer.headers.pop("Content-Disposition", None)
        plain = answer.status_code != 200 or "Content-Encoding" in answer.headers
        if plain or not request.accept_encodings["gzip"]:
            return answer
        # A file is handed to the server as it lies on the disk; here its content is wanted.
        answer.direct_passthrough = False
        text = answer.get_data()
        return _light(answer, text, files) if len(text) >= LEAST else answer


def _light(answer: Response, text: bytes, files: dict[str, bytes]) -> Response:
    etag, _ = answer.get_etag()
    answer.set_data(_of_file(files, etag, text, answer.mimetype) if etag else gzip.compress(text, OF_PAGES))
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers.pop("Accept-Ranges", None)
    if etag:
        # The same content in other bytes (RFC 9110, 8.8.1): weak, so that "not modified" still holds.
        answer.set_etag(etag, weak=True)
    return answer


def _of_file(files: dict[str, bytes], etag: str, text: bytes, mimetype: str) -> bytes:
    """The file made light, from memory where it was asked for before. Its ETag is made of its time, length and name."""
    known = files.pop(etag, None) or gzip.compress(without_comments(text, mimetype), OF_FILES, mtime=0)
    files[etag] = known
    while len(files) > MOST_FILES:
        files.pop(next(iter(files)), None)
    return known


def without_comments(text: bytes, mimetype: str) -> bytes:
    """The script or stylesheet without the comments that have lines of their own."""
    if mimetype == "text/css":
        return _COMMENTS.sub(b"", text)
    return _REMARKS.sub(b"", _COMMENTS.sub(b"", text)) if mimetype.endswith("/javascript") else text
