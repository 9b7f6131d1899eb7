"""Outsiders judge their Digital Link URIs here."""

from flask.testing import FlaskClient


def judge(client: FlaskClient, uri: str) -> dict[str, object]:
    answer = client.get("/api/v1/digital-link", query_string={"uri": uri})
    assert answer.status_code == 200
    told: dict[str, object] = answer.get_json()
    return told


def test_a_uri_is_judged_with_its_canonical_form(client: FlaskClient) -> None:
    told = judge(client, "https://nguon.vn/vn/01/08930001000018/10/A%2FB?utm=1&15=270115")

    assert told["valid"] is True
    assert told["canonical"] == "https://id.gs1.org/01/08930001000018/10/A%2FB?15=270115"
    assert told["stem"] == "https://nguon.vn/vn"
    assert told["path"] == [
        {"ai": "01", "title": "GTIN", "value": "08930001000018"},
        {"ai": "10", "title": "BATCH/LOT", "value": "A/B"},
    ]
    assert told["ignored"] == ["utm=1"]
    assert told["errors"] == []


def test_faults_are_named_in_the_readers_language(client: FlaskClient) -> None:
    told = judge(client, "https://nguon.vn/01/08930001000018/")

    assert told["valid"] is False
    assert told["canonical"] is None
    assert told["errors"] == [
        {"code": "link.no_key", "message": "Không thấy khóa GS1 nào trong phần đường dẫn."}
    ]


def test_a_compressed_uri_is_given_in_full(client: FlaskClient) -> None:
    short = judge(client, "https://nguon.vn/01/08930001000018/10/L1")["compressed"]

    told = judge(client, str(short))

    assert told["decompressed"] == "https://nguon.vn/01/08930001000018/10/L1"


def test_nothing_is_trimmed_and_nothing_is_a_server_error(client: FlaskClient) -> None:
    for uri in ("", " https://nguon.vn/01/08930001000018", "\x00", "https://" + "a" * 3000, "%"):
        assert judge(client, uri)["valid"] is False
    assert client.get("/api/v1/digital-link").status_code == 422
    assert client.get("/api/v1/digital-link?uri=" + "a" * 4001).status_code == 422
