"""Start the program; nothing else."""

import sys

from app.compose import run


def main() -> None:
    """Run the console until its window is closed."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
