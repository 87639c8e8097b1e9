"""A patient's picture enters the record once, with what it belongs to and who agreed to it, or is refused."""

import base64
import hashlib
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, PictureSaved, Refused
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import OutcomeKind
from app.domain.record_picture import LARGEST_JPEG, RecordPicture
from tests.sync.bookings import MOLE, action_for, booking_for, outcome, picture_action, picture_of
from tests.sync.consoles import Console
from tests.sync.contract import Contract, booked
from tests.sync.server import Clinic, Interfere, Proxy, Server


async def save(practice: Console, picture: RecordPicture, booking: Booking) -> str:
    result = await practice.save_picture(picture_action(booking, picture=picture), picture, booking)
    assert isinstance(result, PictureSaved), result
    return result.reference


class PictureContract(Contract):
    async def test_a_picture_is_saved_once_with_what_it_belongs_to(
        self, practice: Console, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        picture = picture_of(booking)
        references = {await save(practice, picture, booking) for _ in range(2)}
        (found,) = await server.find("DocumentReference", patient=clinic.patient)
        assert references == {f"DocumentReference/{found['id']}"}
        assert found["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{picture.id}"}]
        assert found["status"] == "current"
        assert found["type"]["text"] == "Klinisk billede"
        assert [each["text"] for each in found["category"]] == ["Klinisk billede"]
        assert found["subject"]["reference"] == f"Patient/{clinic.patient}"
        assert [each["reference"] for each in found["author"]] == [f"Practitioner/{clinic.practitioner}"]
        assert found["date"] == "2026-01-05T08:00:00.000Z"
        assert found["description"].endswith("Patienten gav samtykke 05.01.2026 kl. 08.58.")
        assert found["context"]["related"] == [{"reference": f"Appointment/{booking.appointment_id}"}]
        attachment = found["content"][0]["attachment"]
        assert attachment["contentType"] == "image/jpeg"
        assert base64.b64decode(attachment["data"]) == MOLE
        assert (attachment["size"], attachment["creation"]) == (len(MOLE), "2026-01-05T07:58:00.000Z")
        assert base64.b64decode(attachment["hash"]) == hashlib.sha1(MOLE).digest()

    async def test_one_the_patient_sent_says_so_and_two_are_two(
        self, practice: Console, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        first = await save(practice, picture_of(booking, asked=False), booking)
        second = await save(practice, picture_of(booking, b"\xff\xd8 another"), booking)
        assert first != second
        assert "sendt af patienten selv" in (await server.read(first))["description"]

    async def test_after_the_consultation_it_belongs_to_that_too(
        self, practice: Console, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        await practice.write(action_for(booking, ActionKind.WRITE_OUTCOME), booking)
        (encounter,) = await server.find("Encounter", patient=clinic.patient)
        found = await server.read(await save(practice, picture_of(booking), booking))
        assert found["context"]["encounter"] == [{"reference": f"Encounter/{encounter['id']}"}]
        assert len(await server.find("DocumentReference", patient=clinic.patient)) == 2, "the note is another one"

    async def test_an_appointment_that_is_not_there_is_not_named(
        self, practice: Console, server: Server, clinic: Clinic
    ) -> None:
        unknown = booking_for(clinic, slot=None)
        for booking in (unknown, replace(unknown, appointment_id="gone-1")):
            picture = picture_of(booking, booking.appointment_id.encode() if booking.appointment_id else MOLE)
            assert "related" not in (await server.read(await save(practice, picture, booking))).get("context", {})

    async def test_the_largest_that_is_sent_is_taken(
        self, practice: Console, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic, slot=None)
        data = bytes(range(256)) * (LARGEST_JPEG // 256)
        found = await server.read(await save(practice, picture_of(booking, data), booking))
        assert base64.b64decode(found["content"][0]["attachment"]["data"]) == data

    async def test_any_lost_answer_is_mended_by_doing_it_again(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        await practice.capabilities()
        for lost in range(2):
            picture = picture_of(booking, f"picture {lost}".encode())
            proxy.clear()
            proxy.lose_from = lost
            with pytest.raises(KlinikError) as failure:
                await practice.save_picture(picture_action(booking, picture=picture), picture, booking)
            assert failure.value.kind is ErrorKind.PRACTICE_UNREACHABLE
            proxy.clear()
            await save(practice, picture, booking)
        assert len(await server.find("DocumentReference", patient=clinic.patient)) == 2

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (413, ErrorKind.PICTURE_TOO_LARGE),
            (422, ErrorKind.PICTURE_REFUSED),
            (403, ErrorKind.PICTURE_REFUSED),
            (400, ErrorKind.PICTURE_REFUSED),
        ],
    )
    async def test_a_no_for_good_is_told_as_such(
        self, practice: Console, proxy: Proxy, clinic: Clinic, status: int, kind: ErrorKind
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        proxy.interfere = self.answering(status)
        picture = picture_of(booking)
        assert await practice.save_picture(picture_action(booking, picture=picture), picture, booking) == Refused(
            kind
        )
        proxy.clear()
        await save(practice, picture, booking)

    @pytest.mark.parametrize("status", [401, 429, 500, 503])
    async def test_a_no_for_the_moment_is_tried_again(
        self, practice: Console, proxy: Proxy, clinic: Clinic, status: int
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        proxy.interfere = self.answering(status)
        picture = picture_of(booking)
        with pytest.raises(KlinikError):
            await practice.save_picture(picture_action(booking, picture=picture), picture, booking)
        proxy.clear()
        await save(practice, picture, booking)

    async def test_what_is_too_large_for_any_server_is_not_sent(
        self, practice: Console, proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic, slot=None)
        picture = picture_of(booking, bytes(800_000))
        assert await practice.save_picture(picture_action(booking, picture=picture), picture, booking) == Refused(
            ErrorKind.PICTURE_TOO_LARGE
        )
        assert not [each for each in proxy.requests if each.startswith("POST /epj/DocumentReference")]

    @staticmethod
    def answering(status: int) -> Interfere:
        async def answer(request: web.Request, number: int) -> web.StreamResponse | None:
            return web.json_response({}, status=status) if request.method == "POST" else None

        return answer
