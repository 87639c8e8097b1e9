"""The ladder over real connections: a new one beside the old, less picture, and the way back from the telephone."""

from datetime import timedelta

from app.domain.call import CallRecord, Medium, MediumStep, Rung, StepReason
from app.domain.clinic_time import utc_now
from app.domain.culprit import Culprit
from app.domain.ports.media import SoundState
from app.domain.waiting import PatientPhase
from app.video.fault.facts import Surroundings
from app.video.fault.vitals import Vitals
from app.video.machine.call_events import Limits, Measured, NetworkChanged, Stage
from app.video.machine.ladder import LinkFigures
from app.video.media_thread import MediaThread
from app.video.profile import PictureRung
from tests.video.fakes import Browser, HummingSound, number_in
from tests.video.one_call import Call, humming, live_call, until


async def test_a_change_of_the_network_is_survived_without_losing_the_patient_for_a_moment(
    media: MediaThread,
) -> None:
    sound = HummingSound()
    async with live_call(media, sound) as (call, browser):
        await until(lambda: sound.ear.hears(700) and browser.seen)
        before = len(call.views)
        await call.session._step(NetworkChanged())
        offer = await call.room.offer(2)
        seen = len(browser.seen)
        await until(lambda: len(browser.seen) > seen and sound.ear.hears(700))
        again = Browser(60_000, hertz=900)
        try:
            answer = await again.answer(offer)
            await call.session.deliver(call.room.signal("answer", 2, answer))
            await until(lambda: (number_in(call.session.remote.take()) or 0) >= 60_000)
            await until(lambda: sound.ear.hears(900) and again.seen)
            await until(lambda: call.session._connections._pending is None)
            assert {view.stage for view in call.views[before:]} <= {Stage.LIVE}
        finally:
            await again.close()


async def test_a_new_connection_that_comes_to_nothing_costs_nothing(media: MediaThread) -> None:
    sound = HummingSound()
    limits = Limits(return_=timedelta(milliseconds=200), again=timedelta(0))
    async with live_call(media, sound, limits=limits) as (call, browser):
        await call.session._step(NetworkChanged())
        await call.room.offer(2)
        await until(lambda: call.session._connections._pending is None)
        seen = len(browser.seen)
        await until(lambda: len(browser.seen) > seen + 5 and sound.ear.hears(700))
        assert call.session.view.stage is Stage.LIVE


async def test_a_poor_line_stops_our_picture_and_keeps_the_sound(media: MediaThread) -> None:
    async with live_call(media, HummingSound(1000)) as (call, browser):
        await until(lambda: browser.seen)
        now = utc_now()
        for second in range(1, 12):
            at = now + timedelta(seconds=second)
            call.session._clock = lambda at=at: at  # type: ignore[misc]  # time passes by hand
            await call.session._step(Measured(LinkFigures(loss_out=0.4)))
        assert call.session.view.rung is Rung.SOUND
        carrier = call.session._connections.carrier
        assert carrier is not None
        await until(lambda: carrier._peer.sending[1].rung is PictureRung.NONE)
        await until(lambda: browser.ear.hears(1000))
        await call.session._step(NetworkChanged())
        pending = call.session._connections.newest
        assert pending is not carrier
        assert pending is not None
        await call.room.offer(2)
        assert pending._peer._rung is PictureRung.NONE, "a new connection must not begin with the picture"


async def test_from_the_telephone_back_to_video(media: MediaThread) -> None:
    sound = HummingSound()
    async with live_call(media, sound) as (call, _):
        old_slots = call.session.remote, call.session.local
        await call.session.continue_by_telephone()
        assert call.sound.state == SoundState("", "")
        await call.session.try_again()
        assert call.session.view.stage is Stage.TELEPHONE
        assert call.session.view.returning
        assert call.room.kinds[-2:] == ["telephone", "admit"]
        await call.session.deliver(call.room.signal("joined"))
        again = Browser(60_000, hertz=900)
        try:
            await call.connect(again, 2)
            view = await call.until(lambda view: view.stage is Stage.LIVE)
            await until(lambda: (number_in(call.session.remote.take()) or 0) >= 60_000)
            await until(lambda: sound.ear.hears(900) and again.seen)
        finally:
            await again.close()
        assert not {id(slot) for slot in old_slots} & {id(call.session.remote), id(call.session.local)}
        assert [step.medium for step in view.record.steps] == [Medium.VIDEO, Medium.TELEPHONE, Medium.VIDEO]


async def test_a_consultation_that_began_on_the_telephone_is_taken_to_video(media: MediaThread) -> None:
    began = utc_now() - timedelta(minutes=3)
    call, browser = Call(media, HummingSound()), Browser()
    call.session.take_up(CallRecord(began, (MediumStep(began, Medium.TELEPHONE, StepReason.STARTED),)))
    async with humming(call.sound):
        try:
            await call.session.try_again()
            await call.session.deliver(call.room.signal("joined"))
            await call.connect(browser, 1)
            view = await call.until(lambda view: view.stage is Stage.LIVE)
        finally:
            await call.session.end()
            await browser.close()
    assert view.record.started_at == began
    assert [step.rung for step in view.record.steps] == [Rung.TELEPHONE, Rung.VIDEO]


async def test_a_link_whose_text_does_not_get_through_is_named_while_the_patient_is_on_the_telephone(
    media: MediaThread,
) -> None:
    around = Surroundings(room_line_up=True, phase=PatientPhase.NOT_OPENED, sms_failed=True)
    call = Call(media, HummingSound(), vitals=Vitals(utc_now, lambda: around))
    call.session.take_up(CallRecord(utc_now(), (MediumStep(utc_now(), Medium.TELEPHONE, StepReason.STARTED),)))
    async with humming(call.sound):
        await call.session.try_again()
        view = await call.until(lambda view: view.verdict.culprit.named)
        await call.session.end()
    assert view.verdict.culprit is Culprit.SMS_ROUTE
    assert view.stage is Stage.TELEPHONE


async def test_a_page_that_does_not_join_is_to_be_sent_the_link(media: MediaThread) -> None:
    call = Call(media, HummingSound(), limits=Limits(answer=timedelta(milliseconds=100)))
    call.session.take_up(CallRecord(utc_now(), (MediumStep(utc_now(), Medium.TELEPHONE, StepReason.STARTED),)))
    await call.session.try_again()
    assert (await call.until(lambda view: view.link_wanted)).stage is Stage.TELEPHONE
    await call.session.end()
