"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there, and gone with the tests."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

_READY = b"database system is ready to accept connections"
_WATCH = '"$@" </dev/null & server=$!; cat >/dev/null; kill -QUIT $server; wait $server'
"""Ends the server when its standard input ends, so that it outlives no test run, however that ends."""
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "shared_buffers": "8MB",
    "max_connections": "40",
    "log_min_messages": "log",
    "jit": "off",
}


def programs() -> Path | None:
    """The folder of the newest installed server, which Debian leaves out of the search path; None without one."""
    named = shutil.which("initdb")
    found = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return found[-1].resolve().parent if found else None


def _version(path: Path) -> int:
    number = path.parts[-3]
    return int(number) if number.isdecimal() else 0


class PostgresServer:
    """A server; `url` names a database of it that nobody has used before."""

    def __init__(self, folder: Path) -> None:
        self._programs = folder
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()  # it refuses to be run by root
        self._numbers = count(1)
        self.folder = Path(tempfile.mkdtemp(prefix="spine-pg-"))  # short: a socket's path has 107 bytes
        if os.geteuid() == 0:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", "data", "-U", "spine", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self.folder,
            user=self._user if os.geteuid() == 0 else None,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        words = [str(self._programs / "postgres"), "-D", "data", "-k", str(self.folder), *settings]
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", *words],
            cwd=self.folder,
            user=self._user if os.geteuid() == 0 else None,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        log = self._process.stderr
        assert log is not None
        lines: list[bytes] = []
        for line in log:
            lines.append(line)
            if _READY in line:
                break
        else:
            raise AssertionError(b"".join(lines).decode())
        self._rest = threading.Thread(target=log.read, daemon=True)
        self._rest.start()

    def stop(self) -> None:
        """End it as a fault of the machine would: nobody is told, nothing is tidied up."""
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.close()
        self._process.wait()
        self._rest.join()
        self._process.stderr.close()

    def kill(self) -> None:
        """`kill -9` of the server: its processes notice, and end."""
        process = int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(process, signal.SIGKILL)
        self.stop()

    def connect(self) -> Any:
        """A connection of the tests' own, for what no history does."""
        import psycopg

        return psycopg.connect(host=str(self.folder), user="spine", dbname="postgres", autocommit=True)

    def url(self, name: str | None = None) -> str:
        """The URL of a new, empty database: a schema, which takes less to make."""
        name = name or f"history{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql://spine@/postgres?host={quote(str(self.folder))}&options=-csearch_path%3D{name}"

    def drop_connections(self) -> int:
        """End all connections of histories, as an administrator or a firewall would; answers how many."""
        with self.connect() as connection:
            return len(
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                ).fetchall()
            )

    def close(self) -> None:
        """End it, and remove what it has written."""
        if self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
