"""Settings: where values come from, and that what is unknown or impossible is refused by name."""

from pathlib import Path

import pytest

from sufler.app.calling import call_hosts, call_secrets
from sufler.app.commands.config import MASKED
from sufler.app.main import run
from sufler.app.settings import Settings, load_settings
from sufler.domain.errors import SettingsError

TOKEN = "12345:" + "A" * 24


@pytest.fixture(autouse=True)
def _an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SUFLER_{name.upper()}", raising=False)
    monkeypatch.delenv("SUFLER_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def test_that_the_defaults_are_those_of_the_readme() -> None:
    settings = load_settings()
    assert settings.data_dir == Path("data")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database == "sqlite:///data/sufler.db"
    assert settings.model_folder == Path("data/model/default")


def test_that_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_that_what_is_given_wins_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sufler.toml").write_text('port = 1001\nhost = "::1"\nlog_level = "ERROR"\n')
    monkeypatch.setenv("SUFLER_PORT", "1002")
    assert load_settings(port=1003).port == 1003
    assert load_settings(port=None).port == 1002
    assert load_settings().host == "::1"
    assert load_settings().log_level == "error"


def test_that_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUFLER_TELEGRAM_TOKEN", "")
    assert load_settings().telegram_token is None


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SUFLER_PROT", "1", "did you mean SUFLER_PORT?"),
        ("SUFLER_PORT", "99999", "SUFLER_PORT (environment)"),
        ("SUFLER_DEMO", "perhaps", "SUFLER_DEMO"),
        ("SUFLER_LOG_LEVEL", "loud", "SUFLER_LOG_LEVEL"),
        ("SUFLER_TELEGRAM_MODE", "webhook", "needs SUFLER_PUBLIC_URL"),
        ("SUFLER_TELEGRAM_API", "telegram.org", "SUFLER_TELEGRAM_API"),
        ("SUFLER_ANSWER_BAR", "nan", "SUFLER_ANSWER_BAR"),
        ("SUFLER_CONFIG", "nowhere.toml", "nowhere.toml"),
        ("SUFLER_DATA_DIR", __file__, "is a file"),
        ("SUFLER_FLOW_HOSTS", "https://orders.example.com/", "is not a host such as"),
        ("SUFLER_FLOW_PRIVATE_HOSTS", "10.0.0.5:99999", "is not a host such as"),
        ("SUFLER_FLOW_PRIVATE_HOSTS", "::1", "IPv6 in brackets"),
        ("SUFLER_SECRET_orders", "x", "a secret is named in capitals"),
        ("SUFLER_SECRET_ORDERS_KEY", "a\nb", "a secret is one line"),
    ],
)
def test_that_what_is_unknown_or_impossible_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    words: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert run(["config"]) == 2
    shown = capsys.readouterr().err
    assert words in shown
    assert shown.count("\n") == 1


def test_that_unknown_keys_of_the_file_are_refused_with_the_near_name(tmp_path: Path) -> None:
    (tmp_path / "sufler.toml").write_text('telegram_tokn = "x"\n')
    with pytest.raises(SettingsError, match="did you mean telegram_token"):
        load_settings()


def test_that_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "sufler.toml").write_text("port: 8000")
    with pytest.raises(SettingsError, match=r"sufler.toml is not TOML"):
        load_settings()


def test_that_the_token_is_shown_neither_by_config_nor_by_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUFLER_TELEGRAM_TOKEN", TOKEN)
    assert run(["config"]) == 0
    shown = capsys.readouterr().out
    assert MASKED in shown
    assert TOKEN not in shown
    monkeypatch.setenv("SUFLER_TELEGRAM_TOKEN", TOKEN + "!")
    assert run(["config"]) == 2
    assert TOKEN not in capsys.readouterr().err


def test_that_variables_of_the_tests_are_not_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUFLER_TEST_ANYTHING", "1")
    load_settings()


def test_that_secrets_of_flows_come_from_the_environment_alone_and_are_never_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("SUFLER_SECRET_ORDERS_KEY", " s3cr3t-of-orders\n")
    monkeypatch.setenv("SUFLER_SECRET_EMPTY", " ")
    settings = load_settings()
    assert call_secrets(settings) == {"ORDERS_KEY": "s3cr3t-of-orders"}
    assert "s3cr3t-of-orders" in settings.secrets()  # no log line may show it
    assert run(["config"]) == 0
    assert "s3cr3t" not in capsys.readouterr().out
    monkeypatch.setenv("SUFLER_SECRET_ORDERS_KEY", "s3cr3t\x07")
    assert run(["config"]) == 2
    assert "s3cr3t" not in capsys.readouterr().err
    monkeypatch.delenv("SUFLER_SECRET_ORDERS_KEY")
    (tmp_path / "sufler.toml").write_text('secret_orders_key = "x"\n')
    assert run(["config"]) == 2


def test_that_flows_may_call_what_is_listed_and_with_the_demo_its_order_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUFLER_FLOW_HOSTS", "Orders.example.com, api.example.com:8443")
    monkeypatch.setenv("SUFLER_FLOW_PRIVATE_HOSTS", "10.0.0.5:8080 [::1]:9000")
    hosts = call_hosts(load_settings())
    assert hosts.public == {"orders.example.com", "api.example.com:8443"}
    assert hosts.private == {"10.0.0.5:8080", "[::1]:9000"}
    assert call_secrets(load_settings()) == {}
    demo = load_settings(demo=True)
    assert call_hosts(demo).private == {"10.0.0.5:8080", "[::1]:9000", "127.0.0.1:8010"}
    assert call_secrets(demo) == {"ORDERS_KEY": "demo-orders-key"}
