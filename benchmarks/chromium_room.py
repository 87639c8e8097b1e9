"""A room of the real room service whose patient a doctor's Chromium lets in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from app.domain.clinic_time import utc_now
from app.domain.ids import BookingId, new_booking_id
from app.domain.ports.rooms import RoomRequest
from app.video.rooms.own import OwnRooms
from benchmarks.chromium_doctor import ChromiumDoctor

_MARGIN = timedelta(minutes=15)


@asynccontextmanager
async def chromium_room(rooms: OwnRooms, doctor: ChromiumDoctor) -> AsyncIterator[str]:
    """Make a room for ten minutes from now on, and admit who waits in it; yields its address."""
    booking: BookingId = new_booking_id()
    now = utc_now()
    end = now + timedelta(minutes=10)
    request = RoomRequest(booking, now - _MARGIN, now, end, end + _MARGIN, "Lægehuset", "Chromium", "70 10 20 30")
    room = await rooms.ensure_room(request)
    async with rooms.open_line() as line:
        admitting = asyncio.create_task(doctor.admit_when_waiting(line, booking))
        try:
            yield room.url
        finally:
            admitting.cancel()
            await asyncio.gather(admitting, return_exceptions=True)
            await line.send(booking, "ended", 0, {})
