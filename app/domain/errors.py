"""What can go wrong, as kinds: the screen maps each kind to a Danish sentence and one thing to do."""

from enum import Enum, unique


@unique
class ErrorKind(Enum):
    """Every failure the program tells a person about."""

    PRACTICE_UNREACHABLE = "practice_unreachable"
    PRACTICE_SLOW = "practice_slow"
    PRACTICE_ERROR = "practice_error"
    PRACTICE_RUBBISH = "practice_rubbish"
    PRACTICE_REFUSED = "practice_refused"
    PRACTICE_SIGN_IN_REFUSED = "practice_sign_in_refused"
    PRACTICE_CERTIFICATE_EXPIRED = "practice_certificate_expired"
    PRACTICE_CERTIFICATE_UNTRUSTED = "practice_certificate_untrusted"
    PRACTICE_CERTIFICATE_OTHER_NAME = "practice_certificate_other_name"
    PRACTICE_TOO_LARGE = "practice_too_large"
    CONFLICT = "conflict"
    THREAD_TAKEN = "thread_taken"
    WITHDRAWN = "withdrawn"
    NOT_WITHDRAWABLE = "not_withdrawable"
    FEE_CLOSED = "fee_closed"
    SLOT_TAKEN = "slot_taken"
    NO_FREE_SLOT = "no_free_slot"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_REFUSED = "picture_refused"
    PICTURE_UNREADABLE = "picture_unreadable"
    SMS_UNREACHABLE = "sms_unreachable"
    SMS_NUMBER_REFUSED = "sms_number_refused"
    SMS_LOST = "sms_lost"
    PATIENT_HAS_NO_PHONE = "patient_has_no_phone"
    PHONE_INVALID = "phone_invalid"
    ROOM_UNREACHABLE = "room_unreachable"
    ROOM_REFUSED = "room_refused"
    NO_CAMERA = "no_camera"
    CAMERA_BUSY = "camera_busy"
    NO_MICROPHONE = "no_microphone"
    NO_SPEAKER = "no_speaker"
    ECHO_NOT_REMOVED = "echo_not_removed"
    CALL_IN_PROGRESS = "call_in_progress"
    CALL_NOT_CONNECTED = "call_not_connected"
    MEDIA_LOST = "media_lost"
    TEL_HANDLER_MISSING = "tel_handler_missing"
    ALREADY_RUNNING = "already_running"
    KEYRING_MISSING = "keyring_missing"
    DATABASE_KEY_MISSING = "database_key_missing"
    DATABASE_KEY_WRONG = "database_key_wrong"
    DATABASE_DAMAGED = "database_damaged"
    DATABASE_READ_ONLY = "database_read_only"
    DATABASE_TOO_NEW = "database_too_new"
    DATABASE_REPAIR_FAILED = "database_repair_failed"
    EXPORT_FAILED = "export_failed"
    UNSENT_CHANGES = "unsent_changes"
    DISK_FULL = "disk_full"
    SETTINGS_INVALID = "settings_invalid"
    UNEXPECTED = "unexpected"


class KlinikError(Exception):
    """A failure with a kind to tell the user and a detail, free of personal data, for the log."""

    def __init__(self, kind: ErrorKind, detail: str = "") -> None:
        super().__init__(f"{kind.value}: {detail}" if detail else kind.value)
        self.kind = kind
        self.detail = detail
