"""Down to the telephone and up again to video, as the clinician chooses: by the call there is, or without one."""

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.ui.call.conversation import Conversation
from app.ui.call.face import CallFace
from app.ui.error_texts import error_text
from app.ui.parts import Desk
from app.ui.tasks import Tasks
from app.video.machine.call_events import Stage
from app.video.machine.call_view import CallView


class Rescue:
    """The conversation never depends on the video: when no call can be made at all, the telephone still can.

    A call that is still being opened is told what was chosen meanwhile when it stands.
    """

    def __init__(self, face: CallFace, talk: Conversation, tasks: Tasks, desk: Desk, booking_id: BookingId) -> None:
        self._face = face
        self._talk = talk
        self._tasks = tasks
        self._desk = desk
        self._booking_id = booking_id
        self._opening = False

    def begin(self) -> None:
        """Open the call and let the patient in; the telephone stays in sight for one who is on it."""
        if self._talk.on_the_telephone:
            self._face.telephone.show_return(wanted=True)
            self._stand_by_telephone()
        self._tasks.start(self._open(), "start call")

    def go_up(self) -> None:
        """Go one rung up: from the telephone to video, to more of a picture, or make one more attempt."""
        if self._talk.over:
            return
        if self._talk.call is not None:
            self._tasks.start(self._talk.call.try_again(), "try video again")
            return
        self._face.notices.hide_video()
        if self._talk.by_telephone:
            self._talk.want_video()
            self._face.telephone.show_return(wanted=True)
        if not self._opening:
            self._tasks.start(self._open(), "start call again")

    def go_to_telephone(self) -> None:
        """Go on by telephone, or stay there; the patient is told that the clinic phones."""
        if self._talk.over or (self._face.on_telephone and not self._face.telephone.returning):
            return
        if self._talk.call is not None:
            self._tasks.start(self._talk.call.continue_by_telephone(), "to telephone")
        elif self._talk.on_the_telephone:
            self._talk.note_no_video()
            self._face.telephone.show_return(wanted=False)
        else:
            self._talk.note_telephone()
            self._stand_by_telephone()

    def follow(self, view: CallView) -> None:
        """Show the telephone or the pictures, whichever the call is on."""
        if view.stage is Stage.TELEPHONE:
            self._face.telephone.show_told(view.patient_told)
            self._face.telephone.show_return(wanted=view.returning)
            self._face.show_telephone()
        else:
            self._face.show_pictures()

    async def send_link(self) -> None:
        """The patient's page is not open: send the link, and say whether that was done."""
        try:
            await self._desk.send_link(self._booking_id)
        except KlinikError as error:
            self._face.telephone.show_no_video(error.kind)
        else:
            self._face.telephone.show_link_sent()

    async def _open(self) -> None:
        self._opening = True
        try:
            await self._talk.begin()
        except KlinikError as error:
            self._explain_no_call(error.kind)
        finally:
            self._opening = False
        if not self._talk.over:
            await self._desk.call_started(self._booking_id)

    def _explain_no_call(self, kind: ErrorKind) -> None:
        if self._talk.over:
            return
        if self._face.on_telephone:
            self._talk.note_no_video()
            self._face.telephone.show_no_video(kind)
        elif not self._talk.by_telephone:
            self._face.stage.say(error_text(kind).title)
            self._face.notices.show_no_call(kind)

    def _stand_by_telephone(self) -> None:
        """Show the telephone while there is no call whose view would."""
        self._face.controls.show_state(microphone_on=True, camera_on=True, telephone=True)
        self._face.show_telephone()
