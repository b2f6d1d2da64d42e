"""An examination of the whole house: what is wrong with it, what that means, what was mended."""

from __future__ import annotations

from typing import Any

from core.errors import CiteDeskError
from service.desk import Desk
from service.doctor.files import check_files
from service.doctor.findings import Report
from service.doctor.indexes import check_indexes
from service.doctor.machine import (
    check_disk,
    check_language_model,
    check_model,
    check_parser,
    check_ports,
    check_second_models,
)
from service.doctor.records import check_database, check_records, check_work
from service.lock import HomeLock, find_service
from service.settings import Settings

__all__ = ["examine", "examine_desk", "examine_home", "examine_service"]

_WAIT_S = 30.0


def examine(settings: Settings, *, fix: bool = False) -> dict[str, Any]:
    """Examine a data directory: by the service that owns it if one runs, else here.

    Raises:
        HomeInUse: another command works on it and does not end.
        HomeUnwritable: it cannot be written.
    """
    address = find_service(settings.home)
    if address is not None:
        from service.remote import RemoteBackend

        house = RemoteBackend(address)
        try:
            return house.call("POST", "/v1/doctor", params={"fix": fix})
        finally:
            house.close()
    lock = HomeLock(settings.home)
    lock.acquire(wait_s=_WAIT_S)
    try:
        return examine_home(settings, fix=fix)
    finally:
        lock.release()


def examine_home(settings: Settings, *, fix: bool = False) -> dict[str, Any]:
    """Examine a data directory that no other process uses."""
    report = Report(fix)
    check_disk(report, settings)
    check_ports(report, settings)
    if check_database(report, settings):
        desk = Desk(settings)
        try:
            _examine(report, desk, alone=True)
        finally:
            desk.close()
    return report.as_dict()


def examine_service(desk: Desk, *, fix: bool = False) -> dict[str, Any]:
    """Examine the house while it serves; work that is under way is let be."""
    report = Report(fix)
    check_disk(report, desk.settings)
    _examine(report, desk, alone=False)
    return report.as_dict()


def examine_desk(desk: Desk, *, fix: bool = False) -> dict[str, Any]:
    """Examine a house that is open here and that nobody else uses."""
    report = Report(fix)
    _examine(report, desk, alone=True)
    return report.as_dict()


def _examine(report: Report, desk: Desk, *, alone: bool) -> None:
    try:
        check_records(report, desk)
        check_files(report, desk, alone=alone)
        check_parser(report, desk)
        check_language_model(report, desk)
        check_second_models(report, desk)
        if check_model(report, desk):
            check_indexes(report, desk, alone=alone)
            check_work(report, desk, alone=alone)
    except CiteDeskError as error:
        report.failed(error)
