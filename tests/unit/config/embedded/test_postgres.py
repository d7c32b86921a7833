"""The embedded server: it survives whatever happens around it."""

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import postgres
from config.embedded.accounts import EmbeddedError
from config.embedded.place import BASE_DIR

PASSWORD = 'it\'s a "password"'
START = "import sys; from pathlib import Path; from config.embedded import postgres; "
START += "postgres.start(Path(sys.argv[1]), sys.argv[2], durable=False)"


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for a server, one that an ordinary account can enter (pytest's own is closed to it)."""
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-pg-"))
    folder.chmod(0o755)
    yield folder / "server"
    postgres.remove(folder / "server")
    shutil.rmtree(folder)


def start(home: Path) -> postgres.Server:
    return postgres.start(home, PASSWORD, durable=False)


def starter(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", START, str(home), PASSWORD], cwd=BASE_DIR)


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split("\n", 1)[0])


def write(server: postgres.Server) -> None:
    with psycopg.connect(server.conninfo()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")


def kept(server: postgres.Server) -> bool:
    with psycopg.connect(server.conninfo()) as connection:
        return connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_starts_attaches_stops_and_starts_again(home: Path) -> None:
    server = start(home)
    write(server)
    pid = postmaster(home)
    start(home)
    assert postmaster(home) == pid
    postgres.stop(home)
    postgres.stop(home)
    assert kept(start(home))


def test_asks_for_a_password_and_listens_on_no_port(home: Path) -> None:
    server = start(home)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.conninfo(password="wrong"))
    with psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW log_parameter_max_length").fetchone() == ("0",)
        assert connection.execute("SHOW max_connections").fetchone() == ("200",)
        assert connection.execute("SHOW work_mem").fetchone() == ("64MB",)
        assert connection.execute("SHOW shared_buffers").fetchone() == ("256MB",)
        found = "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
        assert connection.execute(found).fetchone() == ("b", "C.UTF-8", "UTF8")
    assert server.sockets.stat().st_mode & 0o777 == 0o700


def test_only_the_tests_go_without_fsync(home: Path) -> None:
    server = start(home)
    with psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    postgres.stop(home)
    with psycopg.connect(postgres.start(home, PASSWORD).conninfo()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_killed_postmaster_loses_nothing_it_acknowledged(home: Path) -> None:
    write(postgres.start(home, PASSWORD))
    os.kill(postmaster(home), signal.SIGKILL)
    assert kept(postgres.start(home, PASSWORD))


def test_it_starts_however_often_it_is_killed(home: Path) -> None:
    for _ in range(5):
        start(home)
        os.kill(postmaster(home), signal.SIGKILL)
    start(home)


def test_four_starters_at_once_end_with_one_server(home: Path) -> None:
    starters = [starter(home) for _ in range(4)]
    assert [process.wait(60) for process in starters] == [0, 0, 0, 0]
    with psycopg.connect(start(home).conninfo()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_starter_killed_while_the_data_is_made_leaves_nothing_behind(home: Path) -> None:
    process = starter(home)
    wait_for(lambda: bool(list(home.glob("data.new*/global"))))
    process.kill()
    process.wait()
    write(start(home))
    assert not list(home.glob("data.new*"))


def test_a_torn_or_stale_pid_file_is_repaired(home: Path) -> None:
    write(start(home))
    for content in ("", "\n", "not a number", "999999999\n", f"{os.getpid()}\n", "-1\n"):
        postgres.stop(home)
        (home / "data" / "postmaster.pid").write_text(content)
        assert kept(start(home)), content


def test_a_long_path_gets_a_short_socket(home: Path) -> None:
    deep = home / ("long " * 12) / ("path's " * 12)
    deep.parent.mkdir(parents=True)
    for folder in (home, deep.parent):
        folder.chmod(0o755)
    server = start(deep)
    assert len(os.fsencode(server.sockets / ".s.PGSQL.5432")) <= postgres.SOCKET_PATH_BYTES
    write(server)
    postgres.remove(deep)
    assert not server.sockets.exists()


def test_another_password_is_said_in_one_sentence(home: Path) -> None:
    start(home)
    with pytest.raises(EmbeddedError, match="made with another password"):
        postgres.start(home, "another", durable=False)


def test_a_broken_configuration_is_said_in_one_sentence(home: Path) -> None:
    start(home)
    postgres.stop(home)
    with (home / "data" / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match=r"does not start \(its log is .*\)"):
        start(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets folders it can enter and the server cannot")
def test_root_is_told_when_the_server_cannot_enter_the_folder(home: Path) -> None:
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match="cannot enter"):
        start(closed / "server")


@pytest.mark.skipif(os.geteuid() != 0, reason="every other run of these tests is one as an ordinary user")
def test_an_ordinary_user_starts_it_too() -> None:
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-pg-"))
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    # fork: this Python itself may lie in a folder that user cannot enter
    process = multiprocessing.get_context("fork").Process(
        target=_as_nobody, args=(nobody.pw_uid, nobody.pw_gid, folder)
    )
    process.start()
    process.join(300)
    assert process.exitcode == 0
    shutil.rmtree(folder)


def _as_nobody(uid: int, gid: int, folder: Path) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    server = start(folder / "server")
    write(server)
    assert kept(server)
    assert server.data.stat().st_uid == uid
    postgres.stop(folder / "server")


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll: another process decides when."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
