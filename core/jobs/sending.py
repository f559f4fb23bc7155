"""Alerts leave the server: by mail, or posted to an address; only where its owner has configured that.

What is sent holds the name of the data set, the rule and a sentence with counts, and no user ids. What is posted is
signed: the header `X-Meander-Signature` holds `sha256=` and HMAC-SHA256, in hexadecimal, of the time in
`X-Meander-Time`, a dot, and the body.
"""

import contextlib
import hashlib
import hmac
import json
import smtplib
import ssl
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any, Final

from core.phrases import harmless
from core.settings import AlertSettings, alerting
from core.workspace import Workspace, watches

PATIENCE: Final = 10.0
"""Seconds that a server has to answer."""
PAUSE, LONGEST = 60, 6 * 3600
"""Seconds before the second try; each further pause is twice as long, up to the longest."""
AWAY: Final = "Meander: the look at a watched data set failed; the log of alerts says why."
"""What leaves of an error: its text may name somebody."""


def send_due(workspace: Workspace) -> int:
    """Send the alerts that are due, each by the ways that it has not gone by; returns how many went."""
    settings, done = alerting(), 0
    for alert in watches.unsent(workspace):
        # Nobody else tries meanwhile; after a kill it is tried again.
        if watches.hold(workspace, alert, _later(4 * PATIENCE)):
            ways = {way: _tried(way, so_far, alert, settings) for way, so_far in alert.ways.items()}
            waiting = [tries for tries in ways.values() if isinstance(tries, int)]
            pause = min(LONGEST, PAUSE * 2 ** (max(waiting) - 1)) if waiting else 0
            watches.tried(workspace, alert, ways, _later(pause) if waiting else "")
            done += not waiting
    return done


def body_of(alert: watches.Alert) -> dict[str, Any]:
    """What is posted of an alert."""
    said = AWAY if alert.rule == watches.WRONG else str(alert.said)
    return {"id": alert.id, "data_set": alert.data_set, "rule": alert.rule, "time": alert.time, "said": said}


def signature(secret: str, moment: str, body: bytes) -> str:
    """The signature of what is posted at a moment (seconds since 1970).

    >>> signature("key", "1700000000", b"{}")[:20]
    'sha256=9d713ed406bb7'
    """
    return "sha256=" + hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def _tried(way: str, so_far: Any, alert: watches.Alert, settings: AlertSettings) -> Any:
    """Try a way: sent, failed for good, or the number of tries so far."""
    if not isinstance(so_far, int) or way not in WAYS:
        return so_far
    if way not in settings.ways:  # configured no longer
        return watches.GIVEN_UP
    try:
        WAYS[way](alert, settings)
    except (OSError, smtplib.SMTPException, HTTPException, ValueError):
        return watches.GIVEN_UP if so_far + 1 >= settings.attempts else so_far + 1
    return watches.SENT


def _mail(alert: watches.Alert, settings: AlertSettings) -> None:
    told, message = body_of(alert), EmailMessage()
    message["Subject"] = harmless(f"Meander: {told['data_set']}: {told['rule']}").replace("\n", " ")[:200]
    message["From"], message["To"] = settings.mail_from, settings.mail_to
    message.set_content(f"{told['said']}\n\n{told['data_set']}, {told['time']}\n")
    secure, place = ssl.create_default_context(), (settings.mail_host, settings.mail_port)
    if settings.mail_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=PATIENCE, context=secure)
    else:
        server = smtplib.SMTP(*place, timeout=PATIENCE)
    with contextlib.closing(server):
        if settings.mail_security == "starttls":
            server.starttls(context=secure)
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        server.send_message(message)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()  # what was taken is sent, however the talk ends


def _post(alert: watches.Alert, settings: AlertSettings) -> None:
    body, moment = json.dumps(body_of(alert)).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json", "User-Agent": "Meander", "X-Meander-Time": moment,
        "X-Meander-Signature": signature(settings.hook_secret, moment, body),
    }  # fmt: skip
    # The settings allow https alone, but to this machine; nobody is followed elsewhere, and no proxy reads along.
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    request = urllib.request.Request(settings.hook, data=body, headers=headers, method="POST")  # noqa: S310, see above
    with opener.open(request, timeout=PATIENCE) as answer:
        answer.read(1000)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: an answer that leads on is an error."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """No request follows."""


WAYS: Final[dict[str, Callable[[watches.Alert, AlertSettings], None]]] = {"mail": _mail, "hook": _post}


def _later(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")
