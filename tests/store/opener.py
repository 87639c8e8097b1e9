"""Opens a database and says what came of it: `python -m tests.store.opener DATABASE`."""

import sys
from pathlib import Path

from app.domain.errors import KlinikError
from app.store.database import open_database
from tests.store.builders import KEY


def main() -> str:
    try:
        open_database(Path(sys.argv[1]), KEY).close()
    except KlinikError as error:
        return error.kind.value
    return "opened"


if __name__ == "__main__":
    sys.stdout.write(main())
