"""What lies on this PC, in words and round numbers."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from app.domain.views import LocalDataReport
from app.ui.danish_time import at_text, moment_text

_DANISH = QLocale(QLocale.Language.Danish, QLocale.Country.Denmark)


def count_text(count: int) -> str:
    """Return a number as it is written in Danish: `12.400`."""
    return _DANISH.toString(count)


def size_text(size: int) -> str:
    """Return a size in bytes as `48,1 MB`."""
    return _DANISH.formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def facts(report: LocalDataReport, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return what is to be read of a report, line by line: what it is, and how much or when."""
    translate = QCoreApplication.translate
    days = translate("LocalData", "for {days} days after the last message").format(days=report.keep_closed_days)
    return (
        (translate("LocalData", "Takes up"), size_text(report.size)),
        (translate("LocalData", "Patients"), count_text(report.patients)),
        (translate("LocalData", "Messages"), count_text(report.messages)),
        (translate("LocalData", "Appointments"), count_text(report.bookings)),
        (translate("LocalData", "Closed conversations stay here"), days),
        (translate("LocalData", "Last checked"), _when(report.checked_at, now)),
        (translate("LocalData", "Last tidied"), _when(report.tidied_at, now)),
        (translate("LocalData", "Older copies of what waits"), count_text(report.backups)),
    )


def repaired_texts(report: LocalDataReport, now: datetime) -> tuple[str, str] | None:
    """Return title and advice about a copy that was made anew, None when it never was."""
    if report.repaired_at is None:
        return None
    translate = QCoreApplication.translate
    title = translate("LocalData", "The local data was damaged and has been made anew {time}")
    if report.lost_actions == 0:
        advice = translate("LocalData", "All changes that had not been sent were saved.")
    elif report.lost_actions == 1:
        advice = translate(
            "LocalData", "One change that had not been sent could not be read. Look through the day."
        )
    else:
        advice = translate(
            "LocalData", "{count} changes that had not been sent could not be read. Look through the day."
        )
    return title.format(time=at_text(report.repaired_at, now)), advice.format(count=report.lost_actions)


def _when(instant: datetime | None, now: datetime) -> str:
    return moment_text(instant, now) if instant else QCoreApplication.translate("LocalData", "not yet")
