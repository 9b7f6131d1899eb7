"""The commune page and the picker, without a script."""

from flask import Flask, render_template_string
from flask.testing import FlaskClient

from foundation.errors import Finding
from foundation.web import Form

PICKER = """{% from "components/commune_picker.html" import commune_picker %}
{{ commune_picker(form, "commune_code", "Xã") }}"""


def test_the_page_finds_a_commune_without_diacritics(client: FlaskClient) -> None:
    page = client.get("/territory/communes?q=ve+giang")

    assert page.status_code == 200
    assert "Xã Vệ Giang, Quảng Ngãi" in page.text


def test_the_page_says_what_an_old_commune_is_now(client: FlaskClient) -> None:
    page = client.get("/territory/communes?q=Đoan+Hạ").text

    assert "(cũ)" in page
    assert "đến hết 30/06/2025" in page
    assert "08674" in page


def test_the_page_speaks_english(client: FlaskClient) -> None:
    page = client.get("/territory/communes?q=ve giang", headers={"Accept-Language": "en"}).text

    assert "Ve Giang Commune, Quang Ngai" in page
    assert "Find a commune or ward" in page


def test_the_page_is_empty_handed_politely(client: FlaskClient) -> None:
    assert "Không tìm thấy" in client.get("/territory/communes?q=zzzz").text
    assert client.get("/territory/communes").status_code == 200


def test_a_query_that_cannot_be_read_is_shown_with_its_finding(client: FlaskClient) -> None:
    page = client.get("/territory/communes?q=" + "x" * 200)

    assert page.status_code == 422
    assert "Dài quá 100 ký tự" in page.text
    assert client.get("/territory/communes?q=a%00b").status_code == 422


def test_choices_stand_before_the_box_so_that_they_win(app: Flask) -> None:
    options = [{"code": "21034", "label": "Xã An Phú, Quảng Ngãi"}]
    finding = Finding("territory.choose", {"name": "an phu", "options": options}, "commune_code")

    with app.test_request_context():
        shown = render_template_string(PICKER, form=Form({"commune_code": "an phu"}, [finding]))

    assert shown.index('value="21034"') < shown.index('value="an phu"')
    assert "Xã An Phú, Quảng Ngãi" in shown
    assert "style=" not in shown


def test_the_picker_works_on_a_fresh_form(app: Flask) -> None:
    with app.test_request_context():
        shown = render_template_string(PICKER, form=Form())

    assert 'name="commune_code"' in shown
    assert "radio" not in shown
