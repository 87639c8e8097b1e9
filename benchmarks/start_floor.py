"""The least a start can be: an empty window painted, an encrypted file opened, the first page of threads read.

`python -m benchmarks.start_floor STARTED_AT DATABASE KEY_FILE` prints the milliseconds since STARTED_AT.
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMainWindow
from sqlcipher3 import dbapi2

_THREADS = "SELECT * FROM thread ORDER BY urgent DESC, unanswered DESC, newest_at DESC, id LIMIT 200"


def main() -> int:
    """Do it once; returns 0."""
    started_at, path, keys = sys.argv[1:]
    application = QApplication([])
    window = QMainWindow()
    window.resize(1280, 720)
    window.show()
    application.processEvents()
    window.repaint()
    key = json.loads(Path(keys).read_text(encoding="utf-8"))["database-key"]
    driver = dbapi2.connect(path)
    driver.execute(f"PRAGMA key = \"x'{key}'\"")
    rows = driver.execute(_THREADS).fetchall()
    sys.stdout.write(f"{(time.time() - float(started_at)) * 1000}\n")
    driver.close()
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
