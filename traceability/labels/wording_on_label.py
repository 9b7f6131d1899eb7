"""The words on a label of a batch, in the language of its buyers."""

from dataclasses import replace

from foundation import i18n
from foundation.i18n import _
from traceability.labels.artwork import LabelText
from traceability.models import Batch


def compose_text(batch: Batch, language: str, *, opens_page: bool = True) -> LabelText:
    """Product, producer and the facts a buyer looks for, the most important first.

    Where the code opens no page (`opens_page`), nobody is asked to scan it.
    """
    before = i18n.get_language()
    i18n.set_language(language)
    try:
        text = _composed(batch)
        return text if opens_page else replace(text, call="")
    finally:
        i18n.set_language(before)


def _composed(batch: Batch) -> LabelText:
    product = batch.product
    english = i18n.get_language() == "en"
    facts = [(_("Lô"), batch.lot), (_("NSX"), i18n.vn_date(batch.produced_on))]
    if batch.expires_on is not None:
        facts.append((_("HSD"), i18n.vn_date(batch.expires_on)))
    if product.net_content is not None and product.net_unit is not None:
        net = i18n.quantity(product.net_content, product.net_unit)
        facts.append((_("Khối lượng tịnh"), net))
    facts.append((_("Vùng trồng"), _area_codes(batch)))
    return LabelText(
        title=(product.name_en if english and product.name_en else product.name),
        producer=batch.organisation.name,
        facts=tuple((name, value) for name, value in facts if value),
        call=_("Quét mã để xem nguồn gốc"),
    )


def _area_codes(batch: Batch) -> str:
    codes = [area.code for area in batch.areas if area.code]
    if len(codes) > 1:
        return _("%(code)s và %(n)s vùng khác", code=codes[0], n=len(codes) - 1)
    return "".join(codes)
