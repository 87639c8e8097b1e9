"""One table of the settings file, whose entries are checked as they are taken out."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.errors import ErrorKind, KlinikError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class SettingsTable:
    """Every method raises KlinikError(SETTINGS_INVALID) naming the entry that is missing or wrong."""

    values: dict[str, object]
    name: str

    def table(self, name: str, *, optional: bool = False) -> "SettingsTable":
        """Return a table within this one; an optional one that is missing is empty."""
        value = self.values.get(name, {} if optional else None)
        if not isinstance(value, dict):
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"[{self._full(name)}] is missing")
        return SettingsTable(value, self._full(name))

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there and not be blank."""
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{self._full(name)} is missing or not a text")
        return value

    def address(self, name: str) -> str:
        """Return an address that is https, or http on this PC, without a slash at its end."""
        value = self.text(name).rstrip("/")
        try:
            parts = urlsplit(value)
            secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        except ValueError:
            secure = False
        else:
            secure = secure and bool(parts.hostname)
        if not secure:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{self._full(name)} is not an https address")
        return value

    def seconds(self, name: str, default: float) -> float:
        """Return a number of seconds."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= 3600:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{self._full(name)} is not within 0.1-3600 s")
        return float(value)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{self._full(name)} is not within {least}-{most}")
        return value

    def _full(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name
