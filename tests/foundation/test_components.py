"""The components keep what was typed, say what is wrong, and lead where they claim to."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask, render_template, render_template_string
from werkzeug.datastructures import MultiDict

from foundation import charts, i18n, web
from foundation.errors import Finding
from foundation.paging import Page

FORM = '{% from "components/form.html" import choices, error_summary, field, form_tag, one_tap %}'
TABLE = (
    '{% from "components/table.html" import table %}{% from "components/pager.html" import pager %}'
)


@pytest.fixture(autouse=True)
def words() -> None:
    i18n.register_wording({"test.empty": "Xin điền tên.", "test.overlap": "Chồng lên {code}."})


def rendered(app: Flask, template: str, path: str = "/workspace", **context: Any) -> str:
    with app.test_request_context(path):
        return render_template_string(template, **context)


def sent(**values: str) -> web.Form:
    findings = (Finding("test.empty", {}, "name"), Finding("test.overlap", {"code": "VN-1"}))
    return web.Form(MultiDict(values), findings)


def test_an_error_stands_in_the_summary_and_beside_its_field(app: Flask) -> None:
    page = rendered(
        app, FORM + '{{ error_summary(form) }}{{ field(form, "name", "Tên") }}', form=sent(name=" ")
    )

    assert '<a href="#f-name">Xin điền tên.</a>' in page
    assert "<li>Chồng lên VN-1.</li>" in page
    assert 'id="f-name-error"' in page
    assert 'aria-describedby="f-name-error" aria-invalid="true"' in page


def test_typed_text_comes_back_escaped(app: Flask) -> None:
    template = FORM + '{{ field(form, "note", "Ghi chú", kind="textarea") }}'

    page = rendered(app, template, form=sent(note='</textarea><script>"'))

    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert "<script>" not in page


def test_a_day_is_written_as_in_vietnam_whatever_the_browser_speaks(app: Flask) -> None:
    template = FORM + '{{ field(form, "on", "Ngày", kind="date", value=value) }}'

    wrong = rendered(app, template, form=sent(on="31/02/2026"), value=None)
    right = rendered(app, template, form=web.Form(), value=date(2026, 11, 3))
    again = rendered(app, template, form=sent(on="2026-11-03"), value=None)

    assert 'value="31/02/2026"' in wrong
    assert 'value="03/11/2026"' in right
    assert 'value="03/11/2026"' in again
    # The calendar carries no name: what is typed is what is sent.
    assert right.count('name="on"') == 1


def test_money_stands_grouped_in_its_field(app: Flask) -> None:
    template = FORM + '{{ field(form, "price", "Giá", kind="integer", unit="₫", value=value) }}'

    assert 'value="42.000"' in rendered(app, template, form=web.Form(), value=42000)


def test_counts_in_sentences_are_grouped(app: Flask) -> None:
    template = '{{ ngettext("%(num)s gói", "%(num)s gói", 1672) }}'

    assert rendered(app, template) == "1.672 gói"


def test_a_password_never_comes_back(app: Flask) -> None:
    page = rendered(
        app,
        FORM + '{{ field(form, "password", "Mật khẩu", kind="password") }}',
        form=sent(password="bí mật"),
    )

    assert "bí mật" not in page


def test_an_unticked_box_stays_unticked_though_it_began_ticked(app: Flask) -> None:
    template = FORM + '{{ field(form, "public", "Công khai", kind="checkbox", value=true) }}'

    assert "checked" in rendered(app, template, form=web.Form())
    assert "checked" not in rendered(app, template, form=sent(name="x"))


def test_a_choice_and_an_option_are_kept(app: Flask) -> None:
    template = (
        FORM
        + '{{ choices(form, "kind", "Loại", [("a", "A"), ("b", "B")]) }}'
        + '{{ field(form, "crop", "Cây", kind="select", options=[("Lúa", [(1, "ST25")])]) }}'
    )

    page = rendered(app, template, form=sent(kind="b", crop="1"))

    assert re.search(r'value="b"\s+checked', page)
    assert 'value="1" selected' in page
    assert '<optgroup label="Lúa">' in page


def test_optional_fields_say_so(app: Flask) -> None:
    page = rendered(app, FORM + '{{ field(none, "note", "Ghi chú", required=false) }}')

    assert "(không bắt buộc)" in page
    assert " required" not in page


def test_every_form_carries_its_token(app: Flask) -> None:
    page = rendered(
        app, FORM + '{% call form_tag() %}{% endcall %}{{ one_tap("/orders/1/accept", "Nhận") }}'
    )

    assert page.count('name="csrf_token"') == 2


def test_sorting_keeps_the_filters_and_forgets_the_place(app: Flask) -> None:
    template = (
        TABLE
        + "{% call(row, key) table('Vùng', columns, rows, total=1284) %}{{ row[key] }}{% endcall %}"
    )
    columns = [{"key": "code", "label": "Mã", "sort": True}, {"key": "n", "label": "Số"}]

    page = rendered(
        app,
        template,
        path="/workspace?crop=l%C3%BAa&sort=code&cursor=abc",
        columns=columns,
        rows=[{"code": "VN-1", "n": 2}],
    )

    assert "?crop=l%C3%BAa&amp;sort=-code" in page
    assert 'aria-sort="ascending"' in page
    assert "Số dòng: 1.284" in page
    assert '<th role="rowheader" scope="row" data-label="Mã"><span>VN-1</span></th>' in page


def test_the_pager_keeps_filters_and_order(app: Flask) -> None:
    page = rendered(
        app,
        TABLE + "{{ pager(page) }}",
        path="/workspace?q=cam&sort=-code&cursor=old",
        page=Page([1], "new", 300),
    )

    assert "?q=cam&amp;sort=-code&amp;cursor=new" in page
    assert 'href="?q=cam&amp;sort=-code"' in page


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_components_page_shows_everything_in_both_languages(app: Flask, language: str) -> None:
    with app.test_request_context("/admin/components"):
        i18n.set_language(language)
        page = render_template(
            "home/components.html",
            form=sent(name=""),
            bars=charts.bars(["2026"], {"ha": [1]}, target=2),
            lines=charts.lines(["T1", "T2"], {"a": [1, 2], "b": [2, None]}),
        )
        i18n.set_language(i18n.DEFAULT)

    assert f'<html lang="{language}">' in page
    assert f"<title>{'Lỗi:' if language == 'vi' else 'Error:'} " in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_every_problem_leads_onward(app: Flask, status: int) -> None:
    with app.test_request_context("/nowhere"):
        page = render_template("errors/problem.html", status=status, retry_after_s=None)

    assert 'href="/"' in page
    assert "<h1>" in page


def test_a_finished_flash_offers_to_undo(app: Flask) -> None:
    with app.test_request_context("/workspace"):
        web.flash_done("Đã nhập 12 vùng.", "/imports/1/undo")
        page = render_template("components/flashes.html")

    assert 'role="status"' in page
    assert 'action="/imports/1/undo"' in page


def test_the_summary_stands_first_and_names_each_field_as_the_page_does(app: Flask) -> None:
    template = (
        '{% extends "layouts/public.html" %}'
        + FORM
        + '{% block content %}<h1>Mới</h1>{{ field(form, "name", "Tên vùng trồng") }}{% endblock %}'
    )

    page = rendered(app, template, form=sent(name=""))

    assert '<a href="#f-name">Tên vùng trồng: Xin điền tên.</a>' in page
    assert page.index('id="errors"') < page.index("<h1>Mới</h1>")
    assert page.count('id="errors"') == 1
