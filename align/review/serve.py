"""The review page on this machine, its decisions saved as one goes.

Only this machine reaches it, only who has the address does, and there is nothing but the page and its
decisions: a token stands in the path, a request for another host name is refused, as a web page of others
could send one, and what is saved is checked to be a file of decisions first.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from align.errors import AlignError, InputError, OutputError
from align.formats.files import open_output, read_bytes
from align.review.decisions import parse_decisions

__all__ = ["DecisionsFile", "ReviewServer"]

_LOOPBACK = "127.0.0.1"

# More than any work on a corpus that a browser shows. Chosen by hand.
_MOST_BYTES = 256_000_000


class DecisionsFile:
    """The file that decisions go to, and what it held last.

    :raises AlignError: if there is a file that holds no decisions, or cannot be read
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._lock = threading.Lock()
        self._data = b""
        if os.path.exists(self.path):
            _, self._data = read_bytes(self.path)
            parse_decisions(self._data, self.path)

    def read(self) -> tuple[bytes, str]:
        """The file's bytes, none where it is not there yet, and their revision."""
        with self._lock:
            return self._data, _revision(self._data)

    def write(self, data: bytes, revision: str) -> str | None:
        """Write decisions over those of a revision; the file is whole at every moment.

        :returns: the new revision, or None if there is a newer one already
        :raises AlignError: if it is no file of decisions, or it cannot be written
        """
        parse_decisions(data, "what the page sent")
        with self._lock:
            if revision != _revision(self._data):
                return None
            with open_output(self.path) as stream:
                stream.write(data)
            self._data = data
            return _revision(data)


def _revision(data: bytes) -> str:
    return f'"{hashlib.blake2b(data, digest_size=8).hexdigest()}"'


class ReviewServer:
    """Serves one page and its decisions until it is closed.

    :param page: makes the page's HTML, given where decisions are read and written
    :param port: 0 for any that is free
    :raises InputError: if the port cannot be had
    """

    def __init__(self, page: Callable[[str], str], decisions: DecisionsFile, *, port: int = 0) -> None:
        self.token = secrets.token_urlsafe(18)
        home = f"/{self.token}/"
        html = page(f"{home}decisions").encode()
        try:
            self._server = ThreadingHTTPServer((_LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            raise InputError(f"--port {port}: cannot be had ({error}); name another, or 0 for any.") from error
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._server.work = _Work(home, html, decisions, self.port)  # type: ignore[attr-defined]

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{_LOOPBACK}:{self.port}/{self.token}/"

    def run(self) -> None:
        """Serve until `close` is called, or Ctrl-C is pressed."""
        self._server.serve_forever(poll_interval=0.2)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Work:
    def __init__(self, home: str, html: bytes, decisions: DecisionsFile, port: int) -> None:
        self.home = home
        self.html = html
        self.decisions = decisions
        self.hosts = frozenset((f"{_LOOPBACK}:{port}", f"localhost:{port}"))


class _Handler(BaseHTTPRequestHandler):
    server_version = "align"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60

    @property
    def _work(self) -> _Work:
        work: _Work = self.server.work  # type: ignore[attr-defined]
        return work

    def do_GET(self) -> None:
        """Send the page or the decisions."""
        if not self._is_ours():
            return
        if self._is_at("decisions"):
            data, revision = self._work.decisions.read()
            self._send(200 if data else 204, data, "application/json", ETag=revision)
        elif self._is_at(""):
            self._send(200, self._work.html, "text/html; charset=utf-8")
        else:
            self._send(404, b"Nothing is here.")

    def do_PUT(self) -> None:
        """Save decisions."""
        if not self._is_ours():
            return
        origin = self.headers.get("Origin")
        if not self._is_at("decisions") or (origin and origin.removeprefix("http://") not in self._work.hosts):
            self._send(404, b"Nothing is here.")
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length) <= _MOST_BYTES):
            self.close_connection = True
            self._send(413, b"The length is missing or too great.")
            return
        data = self.rfile.read(int(length))
        try:
            revision = self._work.decisions.write(data, self.headers.get("If-Match", ""))
        except OutputError as error:
            self._send(507, str(error).encode())
        except AlignError as error:
            self._send(400, str(error).encode())
        else:
            if revision is None:
                self._send(412, b"There are newer decisions.")
            else:
                self._send(204, b"", ETag=revision)

    def _is_ours(self) -> bool:
        if self.headers.get("Host", "") in self._work.hosts:
            return True
        self.close_connection = True
        self._send(403, b"Only this machine is served.")
        return False

    def _is_at(self, name: str) -> bool:
        # In constant time, so that the token cannot be guessed letter by letter.
        return hmac.compare_digest(self.path.encode(), (self._work.home + name).encode())

    def _send(self, status: int, data: bytes, kind: str = "text/plain; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        if data:
            self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        for name, value in (
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Frame-Options", "DENY"),
            *headers.items(),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the terminal is for the reviewer."""
