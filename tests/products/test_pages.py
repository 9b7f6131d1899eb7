"""The register of products in a browser."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import clock, files
from foundation.config import Config
from products.models import Product, ProductPhoto
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_member, make_official, make_organisation
from tests.products.factories import make_product


@pytest.fixture
def maker(session: Session, client: FlaskClient) -> Organisation:
    now = clock.now()
    made = make_organisation(session, now)
    sign_in_as(client, session, make_member(session, made, now), now)
    return made


@pytest.fixture
def product(session: Session, maker: Organisation) -> Product:
    made = make_product(session, maker, now=clock.now())
    session.commit()
    return made


@pytest.fixture(autouse=True)
def _files(test_config: Config) -> None:
    files.use(test_config.files_url)


def jpeg() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (640, 480), "green").save(out, "JPEG")
    out.seek(0)
    return out


def test_a_product_is_entered_changed_and_listed(
    session: Session, client: FlaskClient, maker: Organisation
) -> None:
    assert "Chưa có sản phẩm nào" in client.get("/workspace/products").text
    assert client.get("/workspace/products/new").status_code == 200

    made = post(
        client,
        "/workspace/products/new",
        organisation=maker.code,
        name="Chè dây",
        unit="KGM",
        net_content="0,25",
        net_unit="KGM",
        gtin="",
        ocop_group="drinks.soft",
    )
    code = session.scalars(select(Product.code)).one()
    assert made.headers["Location"] == f"/workspace/products/{code}"
    assert "0,25\u00a0kg" in client.get(f"/workspace/products/{code}").text
    assert client.get(f"/workspace/products/{code}/edit").status_code == 200
    post(client, f"/workspace/products/{code}/edit", name="Chè dây rừng", gtin="8930001000018")

    page = client.get("/workspace/products?q=che+rung").text
    assert "Chè dây rừng" in page
    assert "8930001000018" in page
    assert "Không có sản phẩm nào khớp" in client.get("/workspace/products?q=xyz").text


def test_a_wrong_form_comes_back_with_every_fault(client: FlaskClient, maker: Organisation) -> None:
    answer = post(
        client,
        "/workspace/products/new",
        organisation=maker.code,
        name="Chè",
        unit="KGM",
        gtin="8930001000010",
        net_content="5",
    )

    assert answer.status_code == 422
    assert "Chữ số kiểm tra của mã GTIN 8930001000010" in answer.text
    assert 'id="f-net_content-error"' in answer.text
    assert 'value="8930001000010"' in answer.text


def test_a_number_already_given_is_told_beside_its_field(
    client: FlaskClient, session: Session, maker: Organisation
) -> None:
    make_product(session, maker, now=clock.now(), gtin="8930001000018")
    session.commit()

    answer = post(
        client,
        "/workspace/products/new",
        organisation=maker.code,
        name="Chè",
        unit="KGM",
        gtin="8930001000018",
    )

    assert answer.status_code == 409
    assert 'id="f-gtin-error"' in answer.text


def test_photos_are_added_chosen_as_cover_and_removed(
    session: Session, client: FlaskClient, product: Product
) -> None:
    path = f"/workspace/products/{product.code}"
    assert post(client, f"{path}/photos").status_code == 422
    bad = post(client, f"{path}/photos", photo=(BytesIO(b"<svg/>"), "x.svg"))
    assert "Không đọc được tệp này" in bad.text

    post(client, f"{path}/photos", photo=(jpeg(), "a.jpg"), caption="Đồi chè")
    other = Image.new("RGB", (64, 64), "red")
    out = BytesIO()
    other.save(out, "PNG")
    out.seek(0)
    post(client, f"{path}/photos", photo=(out, "b.png"))
    first, second = session.scalars(select(ProductPhoto).order_by(ProductPhoto.id)).all()
    served = client.get(f"/files/{first.card_hash}")

    assert (served.status_code, served.mimetype) == (200, "image/webp")
    assert "Đồi chè" in client.get(path).text
    post(client, f"{path}/photos/{second.id}/cover")
    session.expire_all()
    assert second.position < first.position
    post(client, f"{path}/photos/{first.id}/remove")
    assert session.scalars(select(ProductPhoto.id)).all() == [second.id]
    assert client.get(f"/files/{first.card_hash}").status_code == 404
    assert client.get(f"/files/{second.card_hash}").status_code == 200
    assert post(client, f"{path}/photos/{first.id}/remove").status_code == 404


def test_an_officer_records_a_certificate(
    session: Session, client: FlaskClient, product: Product
) -> None:
    now = clock.now()
    sign_in_as(client, session, make_official(session, now), now)
    path = f"/office/products/{product.code}"

    assert product.name in client.get("/office/products").text
    assert post(client, f"{path}/certificates", stars="9").status_code == 422
    given = {"stars": "4", "number": "7", "decision": "QĐ 7", "valid_from": "01/03/2026"}
    assert post(client, f"{path}/certificates", **given).status_code == 303
    assert post(client, f"{path}/certificates", **given).status_code == 409

    page = client.get(path).text
    assert "01/03/2029" in page
    assert "Còn hiệu lực" in page


def test_a_maker_records_no_certificate(client: FlaskClient, product: Product) -> None:
    assert client.get(f"/office/products/{product.code}").status_code == 403
