"""Where alerts are sent to: nowhere, unless whoever owns the server says so in its environment."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from core.errors import SettingsError
from core.phrases import say
from core.settings import limits

SECURITY = ("starttls", "tls", "none")
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class AlertSettings:
    """Ways that alerts leave the server by; none by default. What is sent holds counts and no user ids."""

    mail_host: str = ""
    """SMTP server; empty for no mail."""
    mail_port: int = 587
    """Its port."""
    mail_security: str = "starttls"
    """starttls, tls, or none (only to this machine)."""
    mail_user: str = ""
    """Name to log in with; empty for no login."""
    mail_password: str = field(default="", repr=False)
    """Password of that name."""
    mail_from: str = ""
    """Address that mails come from."""
    mail_to: str = ""
    """Addresses that mails go to, with commas between."""
    hook: str = ""
    """Address (https) that each alert is posted to as JSON; empty for none."""
    hook_secret: str = field(default="", repr=False)
    """Key of the signature (HMAC-SHA256) of what is posted; without one nothing is."""
    attempts: int = 6
    """How often an alert is tried to be sent by each way, with longer and longer pauses."""

    def __post_init__(self) -> None:
        """Refuse ways that are half described, or that anyone could read along."""
        limits.choice("alerts.mail_security", self.mail_security, SECURITY)
        limits.at_least("alerts.attempts", self.attempts, 1)
        if self.mail_host and not (self.mail_from and self.mail_to):
            raise SettingsError(say("errors.alert_mail"))
        if self.mail_host and self.mail_security == "none" and self.mail_host not in HERE:
            raise SettingsError(say("errors.alert_plain", host=self.mail_host[:80]))
        if not self.hook:
            return
        parts = urlsplit(self.hook)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise SettingsError(say("errors.alert_hook"))
        if not self.hook_secret:
            raise SettingsError(say("errors.alert_secret"))

    @property
    def ways(self) -> tuple[str, ...]:
        """Those that are configured."""
        return (*(("mail",) if self.mail_host else ()), *(("hook",) if self.hook else ()))
