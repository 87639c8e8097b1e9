"""ICE servers with time-limited TURN credentials, so that a leaked credential is soon worthless."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.ports.rooms import JsonObject

CREDENTIAL_LIFE = timedelta(hours=4)
"""Longer than any consultation; coturn checks the expiry only when an allocation is made or refreshed."""


@dataclass(frozen=True, slots=True)
class IceConfig:
    """Where STUN and TURN are, and the secret shared with the TURN server."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = ""


def ice_servers(config: IceConfig, now: datetime) -> tuple[JsonObject, ...]:
    """Return W3C RTCIceServer objects; TURN in the REST form that coturn's `use-auth-secret` checks.

    The user name is the expiry in Unix seconds and the password base64(HMAC-SHA1(secret, user name))
    (draft-uberti-behave-turn-rest-00).
    """
    servers: list[JsonObject] = []
    if config.stun_urls:
        servers.append({"urls": list(config.stun_urls)})
    if config.turn_urls and config.turn_secret:
        username = str(int((now + CREDENTIAL_LIFE).timestamp()))
        mac = hmac.new(config.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
        credential = base64.b64encode(mac).decode("ascii")
        servers.append({"urls": list(config.turn_urls), "username": username, "credential": credential})
    return tuple(servers)
