"""Runs the server that travels in the extension, or says in one line of JSON whether this Python can.

    start.py --check             prints {"version": [3, 12, 1], "executable": "...", "missing": []}
    start.py serve               runs the server of the folder `libs` beside this file
    start.py --environment ...   the same with the spine-lsp that is installed in this Python

It is kept to a syntax that every Python 3 and 2.7 can read, so that a Python too old can say so.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LIBS = os.path.join(HERE, "libs")


def missing_modules(names):
    """Return those of `names` that cannot be imported here, each with the reason."""
    missing = []
    for name in names:
        try:
            __import__(name)
        except Exception as error:  # an extension module of another platform may fail in any way
            missing.append("%s (%s)" % (name, error))
    return missing


def main(arguments):
    """Check or run; everything after the options goes to spine-lsp as it is."""
    check = "--check" in arguments
    environment = "--environment" in arguments
    rest = [word for word in arguments if word not in ("--check", "--environment")]
    if not environment:
        sys.path.insert(0, LIBS)
    if check:
        # Only what the platform decides is tried: importing the whole server would cost its start twice.
        old = sys.version_info < (3, 10)
        missing = [] if old else missing_modules(["spine_lsp", "jsonschema_rs"])
        version = list(sys.version_info[:3])
        print(json.dumps({"version": version, "executable": sys.executable, "missing": missing}))
        return
    import runpy

    sys.argv = ["spine-lsp"] + rest
    runpy.run_module("spine_lsp", run_name="__main__", alter_sys=True)


main(sys.argv[1:])
