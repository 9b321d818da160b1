"""What the engine makes of golden files (see make_golden.py) that a comparison has just asked Spark for."""

import os
import subprocess

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = os.path.join(ROOT, "build", "tests", "sql", "test_spark_golden")


def differences(directory):
    """The lines that say where the engine and the golden files of a directory differ; none where all is equal."""
    done = subprocess.run([PROGRAM], cwd=ROOT, env={**os.environ, "GOLDEN_DIR": directory}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    lines = done.stdout.decode(errors="replace").splitlines()
    if done.returncode == 0:
        return []
    return [line for line in lines if not line.startswith("[") and not line.endswith(", 0 differences")] or lines
