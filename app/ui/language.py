"""Danish on every screen: our own strings and Qt's."""

import logging
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

_log = logging.getLogger(__name__)

DANISH = QLocale(QLocale.Language.Danish, QLocale.Country.Denmark)


def speak_danish(application: QApplication, translations: Path) -> bool:
    """Load the Danish strings whatever the system's language is; False when ours are missing.

    `translations` is the folder with `klinikkonsol_da.qm`, made by `scripts/translate.py release`.
    """
    QLocale.setDefault(DANISH)
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for folder, name in ((qt_folder, "qtbase_da"), (str(translations), "klinikkonsol_da")):
        translator = QTranslator(application)
        if not translator.load(name, folder):
            _log.warning("no translation %s", name)
            if name.startswith("klinikkonsol"):
                return False
            continue
        application.installTranslator(translator)
    return True
