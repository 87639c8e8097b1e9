"""Times and days as they are said in a Danish clinic: "10.20", "i går", "man. 16. nov."."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from app.domain.clinic_time import clinic_local

_DANISH = QLocale(QLocale.Language.Danish, QLocale.Country.Denmark)


def clock_text(instant: datetime) -> str:
    """Return the clinic's time of day, such as `10.20`."""
    return clinic_local(instant).strftime("%H.%M")


def day_text(day: date, today: date) -> str:
    """Return a day as people say it: today, tomorrow, yesterday, else weekday and date."""
    translate = QCoreApplication.translate
    near = {
        0: translate("DanishTime", "today"),
        1: translate("DanishTime", "tomorrow"),
        -1: translate("DanishTime", "yesterday"),
    }
    if word := near.get((day - today).days):
        return word
    pattern = "ddd d. MMM" if day.year == today.year else "d. MMM yyyy"
    return _DANISH.toString(QDate(day.year, day.month, day.day), pattern)


def long_day_text(day: date) -> str:
    """Return a day in full, such as `Mandag 16. november 2026`."""
    return _DANISH.toString(QDate(day.year, day.month, day.day), "dddd d. MMMM yyyy").capitalize()


def moment_text(instant: datetime, now: datetime) -> str:
    """Return day and time, such as `i dag 10.20`."""
    return f"{day_text(clinic_local(instant).date(), clinic_local(now).date())} {clock_text(instant)}"


def stamp_text(instant: datetime, now: datetime) -> str:
    """Return what a list shows of a moment: the time when it is today, else the day."""
    day, today = clinic_local(instant).date(), clinic_local(now).date()
    return clock_text(instant) if day == today else day_text(day, today)


def since_text(instant: datetime, now: datetime) -> str:
    """Return the time of a moment, with its day unless it is today."""
    return (
        clock_text(instant)
        if clinic_local(instant).date() == clinic_local(now).date()
        else moment_text(instant, now)
    )


def at_text(instant: datetime, now: datetime) -> str:
    """Return when something happened, to be put after a verb: `kl. 10.12`, or `i går 16.00`."""
    if clinic_local(instant).date() != clinic_local(now).date():
        return moment_text(instant, now)
    return QCoreApplication.translate("DanishTime", "at {time}").format(time=clock_text(instant))


def elapsed_text(elapsed: timedelta) -> str:
    """Return a duration as a running timer: `4:07`, or `1:02:30` from an hour."""
    seconds = max(0, int(elapsed.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
