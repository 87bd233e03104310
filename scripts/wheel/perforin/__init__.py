"""Perforin from Python: the program as a command, and as functions that return what it prints.

    import perforin
    perforin.run("trial", "study.yaml", "--out", "results")     # standard output as text
    perforin.json("demo", "--patients", "50")                   # --json, parsed

Research and education only: not medical advice.
"""

import json as _json
import os
import subprocess
import sys

program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "program", "perforin")


class Failed(RuntimeError):
    """The program ended with a status other than 0; `status` and the message as it was printed."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def run(*arguments):
    """Runs `perforin ARGUMENTS...` and returns its standard output; raises Failed with its message otherwise."""
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(done.returncode, done.stderr.strip())
    return done.stdout


def json(*arguments):
    """Runs a command with --json --quiet and returns the parsed result."""
    return _json.loads(run(*arguments, "--json", "--quiet"))


def main():
    """The console command: becomes the program."""
    os.execv(program, [program, *sys.argv[1:]])
