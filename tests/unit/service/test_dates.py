from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lineage import House

from core.errors import OptionInvalid, SettingInvalid
from service.dates import read_date
from service.settings import load_settings


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-03-02", "Asia/Shanghai", "2026-03-01T16:00+00:00"),
        ("2026-03-02T08:30", "Asia/Shanghai", "2026-03-02T00:30+00:00"),
        ("2026-03-02T08:30+01:00", "Asia/Shanghai", "2026-03-02T07:30+00:00"),
        # Clocks go forward at 02:00 and back at 03:00 on these days; midnight is before that.
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00+00:00"),
        ("2026-03-30", "Europe/Berlin", "2026-03-29T22:00+00:00"),
        ("2026-10-25", "Europe/Berlin", "2026-10-24T22:00+00:00"),
        ("2026-10-26", "Europe/Berlin", "2026-10-25T23:00+00:00"),
        # A time that the clock leaps over, and one that it shows twice.
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30+00:00"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30+00:00"),
        # Here midnight itself did not exist: the day began at one o'clock.
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00+00:00"),
        # And here it came twice: the day began at the first.
        ("2026-11-01", "America/Havana", "2026-11-01T04:00+00:00"),
    ],
)
def test_a_date_is_by_the_clock_of_the_set_zone(text: str, zone: str, moment: str):
    assert read_date(text, ZoneInfo(zone)).astimezone(UTC) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "31.12.2026", "2026-03-01T25:00"])
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(OptionInvalid, match="is not a date"):
        read_date(text, ZoneInfo("UTC"))


def test_the_zone_is_a_setting_and_must_exist(tmp_path: Path):
    settings, _ = load_settings({"CITEDESK_TIMEZONE": "Asia/Shanghai"}, home=tmp_path)
    assert read_date("2026-03-02", settings.zone()).isoformat() == "2026-03-02T00:00:00+08:00"
    assert load_settings({}, home=tmp_path)[0].zone() is None
    for wrong in ("Mars/Olympus", "../../etc/passwd", "Asia"):
        with pytest.raises(SettingInvalid, match="name of a time zone"):
            load_settings({"CITEDESK_TIMEZONE": wrong}, home=tmp_path)


@pytest.mark.parametrize(
    ("zone", "monday"),
    [
        ("Asia/Shanghai", "2031-03-03"),
        # The Mondays after the clocks were put forward and back the night before.
        ("Europe/Berlin", "2031-03-31"),
        ("Europe/Berlin", "2031-10-27"),
        ("America/Havana", "2031-11-03"),
    ],
)
def test_what_is_published_for_monday_goes_live_on_monday_at_midnight_with_nobody_awake(
    tmp_path: Path, zone: str, monday: str
):
    house = House(tmp_path)
    midnight = read_date(monday, ZoneInfo(zone))
    first = house.published("one")
    second = house.published("two", valid_from=midnight, valid_to=midnight + timedelta(days=7))
    shown = midnight.astimezone(ZoneInfo(zone))
    assert (shown.weekday(), shown.hour, shown.minute) == (0, 0, 0)
    house.now = midnight - timedelta(microseconds=1)
    assert house.serving() == [first]
    house.now = midnight
    assert house.serving() == [second]
    house.now = midnight + timedelta(days=7, microseconds=-1)
    assert house.serving() == [second]
    house.now = midnight + timedelta(days=7)
    assert house.serving() == []
