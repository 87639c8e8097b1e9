"""Sends a check again as soon as one comes the other way: aioice lets half a second pass before it does.

The first check between two NATs or relays is lost: each end opens the way to itself, and one of them is first.
"""

from aioice import Connection
from aioice.ice import StunProtocol
from aioice.stun import Message


def answer_checks_at_once(ice: Connection) -> None:
    """Let whoever checks a pair that we check be checked again at once (RFC 8445 section 7.3.1.4).

    Call it before the first offer; raises AttributeError when aioice has changed.
    """
    theirs = ice.check_incoming

    def check_incoming(message: Message, addr: tuple[str, int], protocol: StunProtocol) -> None:
        theirs(message, addr, protocol)
        for transaction in list(protocol.transactions.values()):
            if transaction._Transaction__addr == addr:  # type: ignore[attr-defined]
                protocol.send_stun(transaction._Transaction__request, addr)  # type: ignore[attr-defined]

    setattr(ice, "check_incoming", check_incoming)  # noqa: B010 - a method of aioice's
