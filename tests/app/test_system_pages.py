"""Alive, ready, metrics, language."""

from flask.testing import FlaskClient


def test_a_running_process_says_it_is_up(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json == {"status": "up"}


def test_a_migrated_database_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ready"}


def test_metrics_are_refused_to_strangers(client: FlaskClient) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert answer.status_code == 403


def test_metrics_are_told_on_this_machine(client: FlaskClient) -> None:
    client.get("/healthz")

    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert b"nguon_requests_total" in answer.data


def test_words_that_are_no_method_are_not_counted_each(client: FlaskClient) -> None:
    assert client.open("/", method="XYZZY").status_code == 405

    told = client.get("/metrics").text

    assert "XYZZY" not in told
    assert 'method="other"' in told


def test_a_chosen_language_is_remembered_and_leads_back(client: FlaskClient) -> None:
    answer = client.get("/language/en?next=/plans")

    assert answer.status_code == 303
    assert answer.location == "/plans"
    assert "nguon-language=en" in answer.headers["Set-Cookie"]


def test_a_language_link_never_leads_off_the_site(client: FlaskClient) -> None:
    for target in ("https://example.org/", "//example.org", "/\\example.org", "javascript:x"):
        assert client.get("/language/vi", query_string={"next": target}).location == "/"
