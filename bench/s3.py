"""A store that speaks S3, on the loopback: folders behind a small server, as tests and benches want it.

The server is LocalBucket. Added is what Arrow and Sail ask for beside it: keys, several objects deleted
at once, and objects that stand for folders.
"""

import contextlib
import html
import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import localbucket

from core.workspace import objects

KEY, BUCKET = "a-key", "bucket"


class Handler(localbucket.S3Handler):
    """LocalBucket's, for who has the key."""

    disable_nagle_algorithm = True  # else the body of an answer waits for the client's word that it has the head

    def _dispatch(self, action: Any) -> None:
        def guarded(bucket: str, key: str) -> None:
            if f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
                raise localbucket.S3Error(HTTPStatus.FORBIDDEN, "InvalidAccessKeyId", "There is no such key.")
            if not key.endswith("/"):
                action(bucket, key)
            elif self.command in ("PUT", "DELETE"):  # folders are there as long as something is in them
                self._read_body()
                self._send(HTTPStatus.OK)
            else:
                raise localbucket.S3Error(HTTPStatus.NOT_FOUND, "NoSuchKey", "There is no such object.")

        super()._dispatch(guarded)

    def _post_request(self, bucket: str, key: str) -> None:
        if "delete" not in self.query:
            super()._post_request(bucket, key)
            return
        for each in re.findall("<Key>(.*?)</Key>", self._read_body().decode()):
            path = self._object_path(bucket, html.unescape(each).rstrip("/"))
            with contextlib.suppress(OSError):  # a folder with something in it stays
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
                path.parent.rmdir()
        self._send_xml(ET.Element("DeleteResult"))


@contextlib.contextmanager
def store(folder: Path) -> Iterator[dict[str, str]]:
    """Serve a folder as long as asked; the variables that lead there."""
    (folder / BUCKET).mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Served", (Handler,), {"data_root": folder.resolve()}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    objects.connected.cache_clear()  # the way to another one may be known
    place = f"http://127.0.0.1:{server.server_port}"
    try:
        yield {
            "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": "a secret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": place, "AWS_ENDPOINT": place, "AWS_ALLOW_HTTP": "true",
        }  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
