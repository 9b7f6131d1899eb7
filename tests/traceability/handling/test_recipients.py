"""Who goods are sent to is told by a code or a name, as a hurried thumb types it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from foundation import codes
from foundation.errors import Invalid
from foundation.vietnamese import fold
from tests.growing_areas.factories import make_organisation
from traceability.handling import recipients


def test_a_name_needs_no_marks_and_part_of_one_is_asked_about(
    session: Session, now: datetime
) -> None:
    one, two = (
        make_organisation(session, now, name=name, name_key=fold(name))
        for name in ("Hợp tác xã Rong nho Tri Hải", "Hợp tác xã Rong nho Tri Hải Đông")
    )

    assert recipients.code_of(session, "hop tac xa rong nho TRI HAI") == one.code
    assert recipients.code_of(session, one.code.lower()) == one.code
    assert recipients.code_of(session, "Chợ Đầu Mối Xa Lắc") == codes.normalise(
        "Chợ Đầu Mối Xa Lắc"
    )
    with pytest.raises(Invalid) as asked:
        recipients.code_of(session, "rong nho")

    (found,) = asked.value.findings
    assert (found.code, found.field) == ("consignment.recipient_unclear", "recipient")
    assert found.params["named"] == (
        f"Hợp tác xã Rong nho Tri Hải ({one.code}); Hợp tác xã Rong nho Tri Hải Đông ({two.code})"
    )
