"""The telephone: hands a number to whatever program the system uses for `tel:` addresses."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


class SystemDialler:
    """`Dialler` by the system's URL handlers (RFC 3966 addresses)."""

    def dial(self, tel_uri: str) -> bool:
        return QDesktopServices.openUrl(QUrl(tel_uri))
