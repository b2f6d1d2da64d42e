from pathlib import Path

import pytest

from core.errors import SettingInvalid, SettingUnknown
from service.settings import load_settings, shown


def test_the_environment_goes_before_the_file_and_the_command_line_before_both(tmp_path: Path):
    (tmp_path / "citedesk.toml").write_text('port = 9001\nui_port = 9002\nlog_level = "debug"\n')
    environment = {"CITEDESK_HOME": str(tmp_path), "CITEDESK_PORT": "9100", "PATH": "x"}
    settings, origins = load_settings(environment, ui_port=9200)
    assert (settings.port, settings.ui_port, settings.log_level) == (9100, 9200, "debug")
    assert origins["port"] == "environment"
    assert origins["ui_port"] == "command line"
    assert origins["log_level"] == "citedesk.toml"
    assert origins["host"] == "default"


def test_an_unknown_name_is_refused_wherever_it_stands(tmp_path: Path):
    with pytest.raises(SettingUnknown, match="CITEDESK_PROT"):
        load_settings({"CITEDESK_HOME": str(tmp_path), "CITEDESK_PROT": "1"})
    (tmp_path / "citedesk.toml").write_text("prot = 9001\n")
    with pytest.raises(SettingUnknown, match=r"prot .*citedesk\.toml"):
        load_settings({"CITEDESK_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "many"),
        ("LOG_LEVEL", "loud"),
        ("CHROMA_URL", "host:8000"),
        ("MAX_FILE_MB", "-1"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(tmp_path: Path, name: str, value: str):
    with pytest.raises(SettingInvalid, match=f"CITEDESK_{name}"):
        load_settings({"CITEDESK_HOME": str(tmp_path), f"CITEDESK_{name}": value})


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path):
    (tmp_path / "citedesk.toml").write_text("port: 9001\n")
    with pytest.raises(SettingInvalid, match="cannot be read as TOML"):
        load_settings({"CITEDESK_HOME": str(tmp_path)})


def test_secrets_are_never_shown():
    environment = {
        "CITEDESK_LLM_API_KEY": "sk-hunter2",
        "CITEDESK_DATABASE_URL": "postgresql+psycopg://amy:hunter2@host/name",
    }
    settings, _ = load_settings(environment)
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(shown(settings))
    assert shown(settings)["llm_api_key"] == "(hidden)"
    assert settings.records_url().endswith("hunter2@host/name")


def test_the_records_lie_in_the_data_directory_unless_said_otherwise(tmp_path: Path):
    settings, _ = load_settings({"CITEDESK_HOME": str(tmp_path)})
    assert settings.records_url() == f"sqlite:///{tmp_path}/citedesk.db"
    assert settings.models_folder() == tmp_path / "models"
