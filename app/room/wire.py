"""What the console's line says, as JSON objects."""

from app.domain.ports.rooms import JsonObject
from app.domain.waiting import PatientPresence
from app.room.events import SignalConsole


def presence_message(presence: PatientPresence) -> JsonObject:
    """Return the `presence` message of the console's line."""
    devices = presence.devices
    return {
        "type": "presence",
        "booking_id": presence.booking_id,
        "phase": presence.phase.value,
        "since": presence.since.isoformat(),
        "devices": {"camera": devices.camera, "microphone": devices.microphone, "browser": devices.browser},
    }


def signal_message(signal: SignalConsole) -> JsonObject:
    """Return the `signal` message of the console's line."""
    return {
        "type": "signal",
        "booking_id": signal.booking_id,
        "kind": signal.kind,
        "call": signal.call,
        "body": signal.body,
    }
