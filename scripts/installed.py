"""Where the installed program starts: as `python -m app`, or as one of the services that the demo runs."""

import os
import runpy
import sys

from app.demo.module_command import RUN_MODULE

SERVICES = ("app.demo", "app.room")


def main() -> None:
    """Run the console, or after `--run-module` a service; the service's arguments follow its name."""
    if getattr(sys, "frozen", False):
        restore_environment()
    module = "app"
    if sys.argv[1:2] == [RUN_MODULE]:
        module = "".join(sys.argv[2:3])
        if module not in SERVICES:
            sys.exit(f"{RUN_MODULE} is followed by {' or '.join(SERVICES)}")
        del sys.argv[1:3]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def restore_environment() -> None:
    """Undo for our children what PyInstaller's bootloader set for us.

    The browser and the telephone program that we ask the system to open have to load their own libraries, and our
    services ours: without the reset their bootloader takes the path below as set, and the system's are loaded.
    """
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before


if __name__ == "__main__":
    main()
