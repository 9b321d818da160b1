"""Builds libuserstream with the checkout's Makefile and puts it into the package."""
import os
import pathlib
import re
import shutil
import subprocess

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = "libuserstream.so.0"


def version() -> str:
    """The Makefile's: the library and the package are one release."""
    found = re.search(r"^VERSION := (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert found, "no VERSION in the Makefile"
    return found.group(1)


class BuildWithLibrary(build_py):
    """build_py, and then make."""

    def run(self) -> None:
        super().run()
        env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        subprocess.run(["make", "--no-print-directory", "-j2", "-C", str(ROOT), f"build/{LIBRARY}"], check=True, env=env)
        if not self.editable_mode:
            shutil.copy2(ROOT / "build" / LIBRARY, pathlib.Path(self.build_lib) / "userstream" / LIBRARY)


class PlatformWheel(bdist_wheel):
    """For any Python 3 of this platform: the library is loaded, not linked with Python."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> "tuple[str, str, str]":
        return ("py3", "none", super().get_tag()[2])


setup(version=version(), cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel})
