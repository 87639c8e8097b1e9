"""How the program starts another of its own modules as a process, from its sources and installed alike."""

import sys

RUN_MODULE = "--run-module"
"""What the installed program takes in place of Python's `-m`, see `scripts/installed.py`."""


def python_module_command(module: str) -> list[str]:
    """Return the beginning of the command line that runs one of our modules, as `python -m module` does."""
    return [sys.executable, RUN_MODULE if getattr(sys, "frozen", False) else "-m", module]
