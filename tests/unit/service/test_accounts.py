from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.database import Database, utc_now
from core.errors import (
    Conflict,
    KeyInvalid,
    NotFound,
    OptionInvalid,
    RightMissing,
    SignInFailed,
)
from service.accounts import RIGHTS, Accounts, Principal
from service.tables import CredentialRow, UserRow


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.upgrade()
    return Accounts(database)


def test_a_user_signs_in_with_the_password_that_was_made_up(accounts: Accounts):
    assert accounts.is_empty()
    password = accounts.add_user("李雷", "agent")
    token, who, _ = accounts.sign_in("李雷", password)
    assert (who.name, who.role) == ("李雷", "agent")
    assert accounts.identify(token) == who
    assert not accounts.is_empty()


def test_a_wrong_password_and_an_unknown_name_fail_alike(accounts: Accounts):
    accounts.add_user("amy", "agent")
    messages = set()
    for name in ("amy", "nobody"):
        with pytest.raises(SignInFailed) as caught:
            accounts.sign_in(name, "wrong password")
        messages.add(str(caught.value))
    assert len(messages) == 1


def test_a_session_ends_by_signing_out_and_by_time(accounts: Accounts):
    password = accounts.add_user("amy", "agent")
    token, _, _ = accounts.sign_in("amy", password)
    accounts.revoke(token)
    with pytest.raises(KeyInvalid):
        accounts.identify(token)
    later, _, _ = accounts.sign_in("amy", password)
    with accounts._database.begin() as session:
        session.execute(update(CredentialRow).values(expires_at=utc_now() - timedelta(seconds=1)))
    with pytest.raises(KeyInvalid):
        accounts.identify(later)


def test_a_key_for_a_program_has_its_role_and_is_stored_only_as_a_hash(accounts: Accounts):
    key = accounts.create_key("qa", "nightly run")
    assert accounts.identify(key) == Principal("key: nightly run", "qa")
    with accounts._database.read() as session:
        row = session.scalars(select(CredentialRow)).one()
        assert key not in str(vars(row))
    with pytest.raises(KeyInvalid):
        accounts.identify(key + "x")


def test_passwords_are_stored_only_as_hashes(accounts: Accounts):
    password = accounts.add_user("amy", "agent")
    with accounts._database.read() as session:
        stored = session.scalars(select(UserRow.password_hash)).one()
    assert stored.startswith("$argon2id$")
    assert password not in stored


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [
        ("amy", "boss", ""),
        ("", "agent", ""),
        ("a\nb", "agent", ""),
        ("amy", "agent", "short"),
        ("operator", "qa", ""),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    accounts: Accounts, name: str, role: str, password: str
):
    with pytest.raises(OptionInvalid):
        accounts.add_user(name, role, password)
    assert accounts.is_empty()


def test_a_name_is_taken_once(accounts: Accounts):
    accounts.add_user("amy", "agent")
    with pytest.raises(Conflict):
        accounts.add_user("amy", "qa")


def test_a_customer_never_sees_more_than_the_public_audience():
    assert Principal("c", "customer").audiences() == ("public",)
    assert {role for role in RIGHTS if "internal" in Principal("x", role).audiences()} == {
        "admin",
        "agent",
        "knowledge",
        "qa",
        "supervisor",
    }


def test_a_missing_right_names_the_roles_that_have_it():
    with pytest.raises(RightMissing, match="Sign in as one of: admin, knowledge"):
        Principal("x", "agent").require("documents")


def test_groups_follow_the_user_and_a_key_keeps_its_own(accounts: Accounts) -> None:
    password = accounts.add_user("amy", "agent", groups=["repair-lab", "repair-lab"])
    token, who, _ = accounts.sign_in("amy", password)
    assert who.audiences() == ("public", "internal", "repair-lab")
    key = accounts.create_key("agent", groups=["night-shift"])
    changed = accounts.set_groups("amy", add=["night-shift"], remove=["repair-lab"])
    assert changed.groups == ("night-shift",)
    assert accounts.identify(token).groups == ("night-shift",)
    assert accounts.set_groups("amy", only=[]).groups == ()
    assert accounts.identify(token).audiences() == ("public", "internal")
    assert accounts.identify(key).groups == ("night-shift",)
    with pytest.raises(NotFound):
        accounts.set_groups("nobody", add=["night-shift"])


@pytest.mark.parametrize(
    ("role", "group"),
    [("customer", "repair-lab"), ("agent", "public"), ("agent", "internal"), ("agent", "A b")],
)
def test_a_group_that_cannot_be_is_refused(accounts: Accounts, role: str, group: str) -> None:
    with pytest.raises(OptionInvalid):
        accounts.add_user("amy", role, groups=[group])
    with pytest.raises(OptionInvalid):
        accounts.create_key(role, groups=[group])
    assert accounts.is_empty()


def test_an_administrator_looks_into_each_group_and_an_agent_into_their_own() -> None:
    agent = Principal("x", "agent", groups=("repair-lab",))
    assert agent.sees("repair-lab")
    assert not agent.sees("night-shift")
    assert Principal("x", "admin").sees("night-shift")
    assert "night-shift" not in Principal("x", "admin").audiences()
