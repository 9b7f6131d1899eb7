"""Letters about claims: the owner and the officers at once, the teller when it is decided.

Many claims of one teller about one owner's goods are one letter, and one a day at most unless
what went in is held or recalled: whoever tells thousands of steps does not flood anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person
from foundation import config
from foundation.i18n import N_, _, ngettext, vn_date
from growing_areas import recipients
from traceability.claims import listing
from traceability.claims.listing import Claim, Goods
from traceability.epcis.models import EpcisEvent
from traceability.lineage.models import StepClaim, TraceNode

QUIET = timedelta(days=1)
QUIET_URGENT = timedelta(hours=1)
AT_ONCE = 500
_MOST_NAMED = 20
_DECIDED = {
    "denied": N_("Đơn vị giữ lô nói không nhận hàng này; cán bộ sẽ xem xét."),
    "confirmed": N_("Đã xác nhận: từ nay bước này được tính khi tạm giữ và thu hồi hàng."),
    "rejected": N_("Cán bộ kết luận không đúng: không tính bước này."),
}
_TAKEN_BACK = {
    "owner": N_(
        "Đơn vị giữ lô đã rút xác nhận: từ nay bước này chỉ là lời khai. Hàng đang bị giữ hay thu"
        " hồi vì bước này vẫn giữ cho tới khi cán bộ kết luận."
    ),
    "office": N_(
        "Cán bộ đã rút xác nhận: từ nay bước này chỉ là lời khai, hàng bị giữ chỉ vì bước này được"
        " thả. Cán bộ sẽ xem xét lại."
    ),
}


def tell_due(session: Session, *, now: datetime) -> int:
    """Write of claims nobody was written of yet; how many claims were written of."""
    due = (
        select(StepClaim.id)
        .where(StepClaim.written_at.is_(None), StepClaim.state.in_(("open", "denied")))
        .order_by(StepClaim.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claims = listing.of_ids(session, session.scalars(due).all())
    claims.sort(key=_pair)
    told = 0
    for _key, some in groupby(claims, key=_pair):
        group = list(some)
        if _is_quiet(session, group, now):
            continue
        tell_new(session, group)
        for claim in group:
            claim.row.written_at = now
        told += len(group)
    session.flush()
    return told


def tell_new(session: Session, claims: Sequence[Claim]) -> None:
    """Ask the owner of some goods what to say of one teller's claims, and tell the officers."""
    first = claims[0]
    for people, place in (
        (_owners(session, first), "workspace"),
        (_officers(session, claims), "office"),
    ):
        recipients.tell(session, people, partial(_asking, claims, place))


def ask(session: Session, claim: Claim, words: str) -> None:
    """An officer asks the owner of the goods again."""

    def letter() -> tuple[str, str]:
        subject, text = _asking([claim], "workspace")
        return subject, "\n".join([words, "", text]) if words else text

    recipients.tell(session, _owners(session, claim), letter)


def tell_answer(session: Session, claim: Claim) -> None:
    """The owner said no: the officers of the place are to decide."""
    words = partial(_decided, claim, _DECIDED["denied"], "office")
    recipients.tell(session, _officers(session, [claim]), words)


def tell_decision(session: Session, claim: Claim) -> None:
    """Owner, officers and whoever told it hear how a claim ended."""
    _tell_all(session, claim, _DECIDED[claim.row.state])


def tell_taken_back(session: Session, claim: Claim) -> None:
    """Owner, officers and whoever told it hear that a confirmation was taken back."""
    _tell_all(session, claim, _TAKEN_BACK[claim.row.taken_back_as or "office"])


def _tell_all(session: Session, claim: Claim, words: str) -> None:
    tellers = recipients.managers_of(session, [claim.teller_id]).get(claim.teller_id, [])
    for people, place in (
        ([*_owners(session, claim), *tellers], "workspace"),
        (_officers(session, [claim]), "office"),
    ):
        recipients.tell(session, people, partial(_decided, claim, words, place))


def sentence(claim: Claim) -> str:
    """What is claimed, in one sentence."""
    names = ", ".join(goods_name(each) for each in claim.went_in[:3]) or _("hàng của họ")
    if len(claim.went_in) > 3:
        names = _("%(names)s và lô khác", names=names)
    return _(
        "%(teller)s khai ngày %(day)s rằng %(source)s đã vào %(goods)s của %(owner)s.",
        teller=claim.teller,
        day=vn_date(claim.row.claimed_at),
        source=names,
        goods=goods_name(claim.goods),
        owner=claim.owner or _("đơn vị chưa rõ"),
    )


def goods_name(goods: Goods) -> str:
    """Goods in a sentence: a lot with its product, else the address on them."""
    if goods.lot and goods.product:
        return _("lô %(lot)s (%(product)s)", lot=goods.lot, product=goods.product)
    return goods.uri


def _pair(claim: Claim) -> tuple[int, int]:
    return claim.teller_id, claim.organisation_id or 0


def _is_quiet(session: Session, claims: Sequence[Claim], now: datetime) -> bool:
    """Whether one teller's claims about one owner's goods were written of a short while ago."""
    quiet = QUIET_URGENT if any(claim.is_urgent for claim in claims) else QUIET
    teller_id, owner_id = claims[0].teller_id, claims[0].organisation_id
    event, node = aliased(EpcisEvent), aliased(TraceNode)
    recent = (
        select(StepClaim.id)
        .join(event, event.id == StepClaim.event_id)
        .join(node, node.id == StepClaim.child_id)
        .where(
            StepClaim.written_at > now - quiet,
            event.organisation_id == teller_id,
            node.organisation_id.is_not_distinct_from(owner_id),
        )
    )
    return session.scalar(recent.limit(1)) is not None


def _asking(claims: Sequence[Claim], place: str) -> tuple[str, str]:
    base = config.current().base_url
    first = claims[0]
    subject = ngettext(
        "%(teller)s khai %(num)s bước vào hàng của %(owner)s: đúng hay không?",
        "%(teller)s khai %(num)s bước vào hàng của %(owner)s: đúng hay không?",
        len(claims),
        teller=first.teller,
        owner=first.owner or _("đơn vị chưa rõ"),
    )
    lines = []
    for claim in claims[:_MOST_NAMED]:
        lines.append(f"· {sentence(claim)}")
        if claim.is_urgent:
            lines.append("  " + _("Gấp: hàng đi vào đang bị tạm giữ hoặc thu hồi."))
        lines.append(f"  {base}/{place}/claims/{claim.row.id}")
    if len(claims) > _MOST_NAMED:
        lines.append(_("và %(count)s bước nữa", count=len(claims) - _MOST_NAMED))
    closing = _(
        "Khi chưa ai xác nhận, bước này chỉ là lời khai: không lô nào bị giữ hay thu hồi theo"
        " lệnh của bên khai. Nếu đúng là đã nhận hàng, hãy xác nhận để người dùng được bảo vệ."
    )
    return subject, "\n".join([*lines, "", closing])


def _decided(claim: Claim, words: str, place: str) -> tuple[str, str]:
    base = config.current().base_url
    subject = _("Lời khai về %(goods)s", goods=goods_name(claim.goods))
    lines = [sentence(claim), _(words)]
    if claim.row.reason and place == "office":
        lines.append(_("Lý do: %(reason)s", reason=claim.row.reason))
    return subject, "\n".join([*lines, f"{base}/{place}/claims/{claim.row.id}"])


def _owners(session: Session, claim: Claim) -> list[Person]:
    owner = claim.organisation_id
    return [] if owner is None else recipients.managers_of(session, [owner]).get(owner, [])


def _officers(session: Session, claims: Iterable[Claim]) -> list[Person]:
    """The officers of the places of some goods; of goods without one those of the country."""
    places = [place for claim in claims for place in (claim.commune_code, claim.province_code)]
    return recipients.officers_of(session, places)
