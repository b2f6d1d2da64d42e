import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import HomeInUse, HomeUnwritable
from service.lock import HomeLock, find_service, publish_address, withdraw_address


def test_one_process_owns_a_data_directory(tmp_path: Path):
    with HomeLock(tmp_path), pytest.raises(HomeInUse, match="Another CiteDesk process"):
        HomeLock(tmp_path).acquire()
    HomeLock(tmp_path).acquire()


def test_a_running_service_is_found_and_its_key_is_for_its_owner_alone(tmp_path: Path):
    assert find_service(tmp_path) is None
    with HomeLock(tmp_path):
        written = publish_address(tmp_path, "http://127.0.0.1:8000", "http://127.0.0.1:8501")
        assert find_service(tmp_path) == written
        assert stat.S_IMODE((tmp_path / "service.json").stat().st_mode) == 0o600
        withdraw_address(tmp_path)
        assert find_service(tmp_path) is None


def test_the_address_of_a_killed_service_is_not_believed(tmp_path: Path):
    publish_address(tmp_path, "http://127.0.0.1:8000", "http://127.0.0.1:8501")
    assert find_service(tmp_path) is None
    assert not (tmp_path / "service.json").exists()


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path):
    code = (
        "import sys, time; from pathlib import Path; from service.lock import HomeLock; "
        "lock = HomeLock(Path(sys.argv[1])); lock.acquire(); "
        "print('owned', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "owned\n"
    with pytest.raises(HomeInUse):
        HomeLock(tmp_path).acquire()
    process.kill()
    process.wait()
    process.stdout.close()
    HomeLock(tmp_path).acquire()


def test_a_data_directory_that_cannot_be_made_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeUnwritable, match="cannot be written"):
        HomeLock(tmp_path / "file" / "home")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
