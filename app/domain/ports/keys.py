"""Where secrets live: the operating system's keyring, never a file of ours."""

from typing import Protocol


class Keys(Protocol):
    """Named secrets of this user; raises KlinikError(KEYRING_MISSING) when there is no keyring."""

    def read(self, name: str) -> str | None: ...

    def write(self, name: str, secret: str) -> None: ...

    def delete(self, name: str) -> None:
        """Take a secret away for good; one that is not there is no error."""
        ...
