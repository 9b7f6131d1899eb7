"""Complaints through their doors: a consumer's form and page, the desks, the API."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import clock, files, form_tokens, i18n
from foundation.models import StoredFile
from tests.accounts.browser import form_token, post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official
from tests.api.test_growing_areas import caller
from tests.house.test_wording import _messages
from tests.house.tree import ROOT
from tests.traceability.complaints.factories import make_complaint
from tests.traceability.factories import Grown, grow, make_batch
from traceability.complaints.models import Complaint, ComplaintPhoto
from traceability.models import Batch

TOLD = {"kind": "quality", "words": "Cam bị héo"}


@pytest.fixture
def farm(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Grown:
    monkeypatch.setattr(clock, "now", lambda: now)
    return grow(session, now)


@pytest.fixture
def batch(session: Session, farm: Grown, now: datetime) -> Batch:
    made = make_batch(session, farm, now, lot="LO-1")
    session.commit()
    return made


def _photo() -> io.BytesIO:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "NHA-TOI"
    exif.get_ifd(0x8825)[2] = (15.0, 30.0, 0.0)
    Image.new("RGB", (900, 600), "orange").save(drawn, "JPEG", exif=exif)
    drawn.seek(0)
    return drawn


def test_from_the_form_to_the_answer_with_a_photo_that_tells_no_place(
    client: FlaskClient, session: Session, now: datetime, farm: Grown, batch: Batch
) -> None:
    shown = text_of(client.get(f"/complaints/new?code={batch.code.lower()}"))
    assert "LO-1" in shown
    assert farm.organisation.name in shown
    assert form_tokens.FIELD in shown

    sent = client.post(
        "/complaints?lang=en",
        data={
            **TOLD, "code": batch.code, "contact": "khach@vidu.vn", "agreed": "1",
            "photos": (_photo(), "IMG.jpg"), form_tokens.FIELD: form_token(client),
        },
    )  # fmt: skip

    assert sent.status_code == 303, sent.text
    own = sent.location.partition("?")[0]
    page = client.get(sent.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Please keep this private code" in page.text
    kept = session.scalars(select(ComplaintPhoto)).one()
    stored = session.get_one(StoredFile, kept.digest)
    with files.store().open(kept.digest) as file:
        content = file.read()
    assert not stored.is_public
    assert b"NHA-TOI" not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    assert client.get(f"/files/{kept.digest}").status_code == 404

    row = session.scalars(select(Complaint)).one()
    desk = f"/workspace/complaints/{row.id}"
    sign_in_as(client, session, make_member(session, farm.organisation, now), now)
    assert "Cam bị héo" in text_of(client.get(desk))
    assert "khach@vidu.vn" not in client.get(desk).text
    assert client.get(f"{desk}/photos/1").data == content
    assert client.get(f"{desk}/photos/9").status_code == 404
    assert post(client, f"{desk}/see").status_code == 303
    assert post(client, f"{desk}/reply", words="").status_code == 422
    assert post(client, f"{desk}/reply", words="Xin đổi hàng").status_code == 303
    client.delete_cookie("nguon")
    assert "Xin đổi hàng" in client.get(own).text
    assert post(client, f"{own}/more", words="Cảm ơn").status_code == 303
    assert post(client, f"{own}/erase").status_code == 303
    assert "Cam bị héo" not in client.get(own).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "f-kind"),
        ({"words": " "}, "f-words"),
        ({"website": "http://x"}, "Xin để trống ô này"),
        ({"contact": "khach@vidu.vn"}, "xin đánh dấu đồng ý"),
        ({"contact": "không phải"}, "f-contact"),
        ({"bought_in": "12345678"}, "Xin chọn tỉnh"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: FlaskClient, session: Session, batch: Batch, wrong: dict[str, str], said: str
) -> None:
    answer = post(client, "/complaints", **{**TOLD, "code": batch.code, **wrong})

    assert answer.status_code == 422
    assert said in answer.text
    assert "LO-1" in answer.text
    assert session.scalars(select(Complaint)).all() == []


def test_a_file_that_is_no_photo_and_too_many_photos_are_refused(
    client: FlaskClient, session: Session, batch: Batch
) -> None:
    for photos in ([(io.BytesIO(b"%PDF-1.7 %%EOF"), "a.pdf")], [(_photo(), "a.jpg")] * 4):
        fresh = [(io.BytesIO(file.getvalue()), name) for file, name in photos]
        told = {**TOLD, "code": batch.code, "photos": fresh}
        answer = client.post("/complaints", data={**told, form_tokens.FIELD: form_token(client)})

        assert answer.status_code == 422
    assert session.scalars(select(Complaint)).all() == []


def test_a_form_of_another_site_is_refused(client: FlaskClient, batch: Batch) -> None:
    assert client.post("/complaints", data={**TOLD, "code": batch.code}).status_code == 403


def test_the_number_one_was_given_is_typed_with_dashes_and_guessing_waits(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    _, code = make_complaint(session, batch, now)
    session.commit()

    found = post(client, "/complaints/find", number="-".join(re.findall("....", code.lower())))
    missed = post(client, "/complaints/find", number="AAAA-BBBB")

    assert found.location.startswith(f"/complaints/{code}")
    assert missed.status_code == 404
    assert "Không có phản ánh nào" in missed.text
    far = {"REMOTE_ADDR": "203.0.113.5"}
    answers = [client.get(f"/complaints/{n}", environ_base=far).status_code for n in range(61)]
    assert set(answers[:60]) == {404}
    assert answers[60] == client.get(f"/complaints/{code}", environ_base=far).status_code == 429


def test_an_unknown_code_may_be_told_of(client: FlaskClient, session: Session, farm: Grown) -> None:
    session.commit()
    assert "không có trong hệ thống" in client.get("/complaints/new?code=LA-HOAC-7").text

    answer = post(client, "/complaints", **{**TOLD, "kind": "copy", "code": "LA-HOAC-7"})

    assert answer.status_code == 303
    assert session.scalars(select(Complaint.organisation_id)).all() == [None]


def test_desks_list_filter_export_and_hand_on_to_a_recall(
    client: FlaskClient, session: Session, now: datetime, farm: Grown, batch: Batch
) -> None:
    row, _ = make_complaint(session, batch, now, kind="safety", words="Ăn vào đau bụng")
    owner = make_member(session, farm.organisation, now)
    officer = make_official(session, now, role="officer", scope=batch.province_code)
    session.commit()
    sign_in_as(client, session, owner, now)
    listed = client.get("/workspace/complaints?q=LO-1")
    assert '<span class="count">1</span>' in listed.text
    assert "LO-1" in listed.text
    assert "LO-1" not in client.get("/workspace/complaints?kind=copy").text.partition("<main")[2]
    sheet = client.get("/workspace/complaints/table?format=csv")
    assert sheet.headers["X-Row-Count"] == "1"
    assert "đau bụng" not in sheet.text
    link = re.search(
        r'href="(/workspace/recalls/new[^"]+)"', client.get(f"/workspace/complaints/{row.id}").text
    )
    assert link is not None
    recall = client.get(link[1].replace("&amp;", "&")).text
    assert batch.code in recall
    assert f"Phản ánh số {row.id}" in recall

    sign_in_as(client, session, officer, now)
    office = f"/office/complaints/{row.id}"
    assert "Việc của cơ quan" in client.get("/office/complaints").text
    assert post(client, f"{office}/note", words="Gọi trạm y tế").status_code == 303
    assert post(client, f"{office}/refer", words="Đúng thẩm quyền").status_code == 422
    assert post(client, f"{office}/refer", words="Vì sao", to="Đội 2").status_code == 303
    assert post(client, f"{office}/close", words="Đã xong").status_code == 303
    assert post(client, f"{office}/reply", words="Nữa").status_code == 409
    assert post(client, f"{office}/erase").status_code == 303
    assert "đau bụng" not in client.get(office).text
    sign_in_as(client, session, owner, now)
    assert "trạm y tế" not in client.get(f"/workspace/complaints/{row.id}").text


def test_programs_read_what_they_may_and_no_contact(
    client: FlaskClient, session: Session, now: datetime, farm: Grown, batch: Batch
) -> None:
    row, _ = make_complaint(session, batch, now, bought_at="Chợ Hàn")
    call = caller(client, session, make_member(session, farm.organisation, now), now)

    listed = call("get", "/complaints?state=new").json
    told = call("get", f"/complaints/{row.id}").json

    assert [(each["id"], each["lot"]) for each in listed["items"]] == [(row.id, "LO-1")]
    assert (told["words"], told["bought_at"]) == ("Cam bị héo khi mở hộp", "Chợ Hàn")
    assert not {"contact", "phone", "email", "code"} & told.keys()


@pytest.mark.parametrize("language", ["zh", "ja", "ko"])
def test_a_reader_of_labels_reads_every_sentence_in_their_language(
    client: FlaskClient, batch: Batch, language: str
) -> None:
    pages = ROOT / "templates/traceability/complaints"
    sources = [pages / f"{name}.html" for name in ("frame", "find", "new", "followed")]
    told = set().union(*map(_messages, [*sources, ROOT / "traceability/complaints/names.py"]))

    page = client.get(f"/complaints/new?code={batch.code}&lang={language}")

    assert f'<html lang="{language}">' in page.text
    assert f"/complaints?lang={language}" in page.text
    with i18n.speaking("en"):
        english = {message: i18n._(message) for message in told}
    with i18n.speaking(language):
        lacking = {message for message in told if i18n._(message) == english[message]}
    # What stands at the desks alone is told in the house's two languages.
    assert lacking <= {"Tất cả"}
