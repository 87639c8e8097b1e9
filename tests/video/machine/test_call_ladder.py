"""The call's way down and up: poor lines, another connection, the telephone and back."""

from datetime import timedelta

from app.domain.call import Medium, Rung, StepReason
from app.domain.culprit import NO_VERDICT, Culprit, Verdict
from app.video.machine.call_events import (
    CallState,
    ChoseTelephone,
    CloseMedia,
    Judged,
    KeepOnly,
    MakeOffer,
    Measured,
    MediaFlowing,
    MediaLost,
    NetworkChanged,
    OfferUnsent,
    OpenMedia,
    PatientJoined,
    ShowRung,
    Stage,
    TellPatient,
    Tick,
    TryAgain,
)
from app.video.machine.ladder import LinkFigures
from tests.video.machine.histories import LIVE, START, Played, play

LOSSY = Measured(LinkFigures(loss_in=0.25))
CLEAN = Measured(LinkFigures())
BAD: Played = [(1, LOSSY)] * 4


def rungs(state: CallState) -> list[tuple[Rung, StepReason]]:
    return [(step.rung, step.reason) for step in state.record.steps]


def test_a_line_that_loses_much_costs_the_picture_before_the_sound() -> None:
    state, effects = play([*LIVE, *BAD])
    assert rungs(state)[-1] == (Rung.LOWER_VIDEO, StepReason.POOR_LINE)
    assert effects[-1] == ShowRung(Rung.LOWER_VIDEO)
    state, effects = play([*LIVE, *BAD, *BAD, (1, LOSSY)])
    assert rungs(state)[-1] == (Rung.SOUND, StepReason.POOR_LINE)
    assert effects[-1] == ShowRung(Rung.SOUND)


def test_a_line_that_is_good_again_brings_the_picture_back_rung_by_rung() -> None:
    state, _ = play([*LIVE, *BAD, *BAD, (1, LOSSY), *[(1, CLEAN)] * 25])
    assert [rung for rung, _ in rungs(state)] == [
        Rung.VIDEO, Rung.LOWER_VIDEO, Rung.SOUND, Rung.LOWER_VIDEO, Rung.VIDEO,
    ]  # fmt: skip
    assert rungs(state)[-1][1] is StepReason.RECOVERED


def test_sound_that_does_not_get_through_proposes_the_telephone_until_it_does() -> None:
    hopeless = Measured(LinkFigures(loss_in=0.5))
    state, _ = play([*LIVE, *[(1, hopeless)] * 20])
    assert state.proposed is StepReason.POOR_LINE
    assert play([(1, CLEAN)], state, START + timedelta(minutes=1))[0].proposed is None


def test_one_key_goes_one_rung_up_at_once() -> None:
    state, effects = play([*LIVE, *BAD, (0, TryAgain())])
    assert rungs(state)[-1] == (Rung.VIDEO, StepReason.CLINICIAN_CHOSE)
    assert effects[-1] == ShowRung(Rung.VIDEO)
    assert play([(0, TryAgain())], state)[1] == []


def test_a_connection_that_comes_back_by_itself_is_live_while_the_new_one_is_still_pending() -> None:
    back, effects = play([*LIVE, (10, MediaLost(1)), (1, MediaFlowing(1, Medium.VIDEO))])
    assert back.stage is Stage.LIVE
    assert effects[-1] == MakeOffer(2)
    assert play([(1, MediaFlowing(2, Medium.VIDEO))], back)[1] == [KeepOnly(2)]
    assert play([(10, Tick())], back, START + timedelta(seconds=12))[1] == [KeepOnly(1)]


def test_a_change_of_the_network_connects_anew_beside_the_old_connection_but_not_again_and_again() -> None:
    state, effects = play([*LIVE, (10, NetworkChanged()), (1, NetworkChanged()), (1, Tick())])
    assert state.stage is Stage.LIVE
    assert [effect for effect in effects if isinstance(effect, MakeOffer)] == [MakeOffer(1), MakeOffer(2)]
    assert play([(2, Tick())], state, START + timedelta(seconds=14))[1] == [MakeOffer(3)]


def test_an_offer_that_could_not_be_sent_is_followed_by_another_soon() -> None:
    unsent: Played = [*LIVE, (10, MediaLost(1)), (0, OfferUnsent(2))]
    assert play([*unsent, (0.9, Tick())])[0].call == 2
    assert play([*unsent, (1, Tick())])[1][-1] == MakeOffer(3)
    assert play([*unsent, (0, OfferUnsent(1))])[0] == play(unsent)[0]


def test_the_record_shows_when_there_was_no_contact() -> None:
    state, _ = play([*LIVE, (10, MediaLost(1)), (1, MediaFlowing(2, Medium.VIDEO))])
    assert rungs(state)[1:] == [(Rung.RECONNECTING, StepReason.MEDIA_LOST), (Rung.VIDEO, StepReason.RECOVERED)]
    assert state.record.medium is Medium.VIDEO


PHONED: Played = [*LIVE, (1, ChoseTelephone())]


def test_from_the_telephone_back_to_video_the_number_stays_until_the_picture_is_there() -> None:
    asked, effects = play([*PHONED, (60, TryAgain())])
    assert (asked.stage, asked.returning) == (Stage.TELEPHONE, True)
    assert effects[-2:] == [OpenMedia(), TellPatient("admit")]
    joined, effects = play([(1, PatientJoined())], asked, START + timedelta(minutes=2))
    assert (joined.stage, effects) == (Stage.TELEPHONE, [MakeOffer(joined.call)])
    live, _ = play([(1, MediaFlowing(joined.call, Medium.VIDEO))], joined, START + timedelta(minutes=2))
    assert (live.stage, live.returning) == (Stage.LIVE, False)
    assert rungs(live)[-2:] == [
        (Rung.TELEPHONE, StepReason.CLINICIAN_CHOSE),
        (Rung.VIDEO, StepReason.CLINICIAN_CHOSE),
    ]


def test_the_link_is_sent_when_the_page_is_not_open() -> None:
    waiting: Played = [*PHONED, (60, TryAgain()), (2.9, Tick())]
    assert not play(waiting)[0].link_wanted
    state, _ = play([*waiting, (0.1, Tick())])
    assert state.link_wanted
    assert not play([*PHONED, (60, TryAgain()), (1, PatientJoined()), (5, Tick())])[0].link_wanted


def test_who_does_not_want_to_wait_for_video_stays_on_the_telephone() -> None:
    state, effects = play([*PHONED, (60, TryAgain()), (5, ChoseTelephone())])
    assert (state.stage, state.returning) == (Stage.TELEPHONE, False)
    assert effects[-2:] == [CloseMedia(), TellPatient("telephone")]
    assert [step.medium for step in state.record.steps].count(Medium.TELEPHONE) == 1


def test_a_verdict_stays_in_the_record_when_all_is_well_again() -> None:
    blamed = Verdict(Culprit.PATIENT_NETWORK)
    state, _ = play([*LIVE, (1, Judged(blamed)), (5, Judged(NO_VERDICT))])
    assert state.verdict == NO_VERDICT
    assert state.record.verdict == blamed
