"""TURN credentials as coturn checks them."""

import base64
import hashlib
import hmac

from app.room.turn import CREDENTIAL_LIFE, IceConfig, ice_servers
from tests.room.support import START


def test_credentials_are_those_coturn_computes() -> None:
    config = IceConfig(turn_urls=("turn:turn.example.dk:3478?transport=udp",), turn_secret="shared")
    (server,) = ice_servers(config, START)
    username = str(server["username"])
    assert int(username) == int((START + CREDENTIAL_LIFE).timestamp())
    expected = base64.b64encode(hmac.new(b"shared", username.encode(), hashlib.sha1).digest()).decode()
    assert server["credential"] == expected
    assert server["urls"] == ["turn:turn.example.dk:3478?transport=udp"]


def test_without_a_secret_there_is_no_turn() -> None:
    assert ice_servers(IceConfig(turn_urls=("turn:turn.example.dk",)), START) == ()


def test_stun_needs_no_credentials() -> None:
    assert ice_servers(IceConfig(stun_urls=("stun:stun.example.dk:3478",)), START) == (
        {"urls": ["stun:stun.example.dk:3478"]},
    )
