"""Years of a province's work in a house's own tables: what pages are to be quick among.

Rows are made where they lie, from the demonstration's own first ones, with nothing asked of the
rooms' functions; what would be told of it by ledger and jobs is left out. Half of the
organisations sit in the provinces of the demonstration, half elsewhere; one in forty batches
belongs to the demonstration's first cooperative.
"""

from __future__ import annotations

from typing import Any

import psycopg

ORGANISATIONS, PRODUCTS, AREAS = 200, 1_000, 2_000
BATCHES, DIARY_LINES, RESULTS, RECALLS, CERTIFICATES = 100_000, 300_000, 20_000, 5_000, 5_000
EVENTS, THINGS = 100_000, 600_000
# Ids of made rows begin here: what the demonstration holds lies below.
FIRST = 1_000_000

_PLACES = """
CREATE TEMP TABLE years_place AS
SELECT row_number() OVER (ORDER BY rank, province_code) AS place, code, province_code FROM (
    SELECT code, province_code, row_number() OVER (PARTITION BY province_code ORDER BY code) rank
    FROM units WHERE level = 'commune' AND valid_to IS NULL
        AND province_code IN ('25', '31', '48', '51', '86', '01', '04', '56', '79', '91')) u
"""
_OWNERS = f"""
INSERT INTO organisations (id, code, slug, name, name_key, sort_key, kind, tax_type, commune_code,
    province_code, introduction, status, verified_at, created_at)
SELECT {FIRST} + n, 'Y' || lpad(n::text, 7, '0'), 'hop-tac-xa-so-' || n, 'Hợp tác xã số ' || n,
    'hop tac xa so ' || n, 'HOP TAC XA ' || lpad(n::text, 6, '0'), 'cooperative', 'cooperative',
    p.code, p.province_code, '', 'verified', now(), now() - interval '3 years'
FROM generate_series(1, {ORGANISATIONS}) n JOIN years_place p ON p.place = n
"""
# Product n of owner n modulo the number of owners; every fortieth of the first cooperative.
_GOODS = f"""
INSERT INTO products (id, code, slug, organisation_id, name, name_key, gtin, unit, shelf_life_days,
    commune_code, province_code, search_folded, search_exact, created_at, updated_at)
SELECT {FIRST} + n, 'Y' || lpad(n::text, 9, '0'), 'nong-san-so-' || n, o.id, 'Nông sản số ' || n,
    'nong san so ' || n, g.digits || ((10 - g.summed % 10) % 10), 'KGM', 270, o.commune_code,
    o.province_code, to_tsvector('simple', 'nong san so ' || n),
    to_tsvector('simple', 'nong san so ' || n), now() - interval '3 years', now()
FROM generate_series(1, {PRODUCTS}) n
JOIN organisations o
    ON o.id = CASE WHEN n % 40 = 0 THEN 1 ELSE {FIRST} + 1 + n % {ORGANISATIONS} END
CROSS JOIN LATERAL (
    SELECT d AS digits, (SELECT sum(substr(d, i, 1)::int * CASE WHEN i % 2 = 1 THEN 3 ELSE 1 END)
                         FROM generate_series(1, 13) i) AS summed
    FROM (SELECT '0893' || lpad((o.id % {FIRST})::text, 5, '0') || lpad(n::text, 4, '0') AS d) x) g
"""
_GTINS = f"""
INSERT INTO product_gtins (gtin, product_id, given_at)
SELECT gtin, id, created_at FROM products WHERE id > {FIRST}
"""
_LAND = (
    f"""INSERT INTO growing_plots (id, organisation_id, created_at)
    SELECT {FIRST} + n, CASE WHEN n % 40 = 0 THEN 1 ELSE {FIRST} + 1 + n % {ORGANISATIONS} END,
        now() FROM generate_series(1, {AREAS}) n""",
    f"""INSERT INTO growing_plot_versions (id, plot_id, number, geometry, box, area_m2, perimeter_m,
        centroid_lon, centroid_lat, findings, origin, created_at)
    SELECT p.id, p.id, 1, v.geometry, v.box, v.area_m2, v.perimeter_m, v.centroid_lon,
        v.centroid_lat, '[]', 'drawn', now()
    FROM growing_plots p, (SELECT * FROM growing_plot_versions ORDER BY id LIMIT 1) v
    WHERE p.id > {FIRST}""",
    f"""INSERT INTO growing_areas (id, organisation_id, plot_id, version_id, name, name_key,
        crop_code, market, commune_code, province_code, status, code, created_at,
        status_changed_at, approved_at, monitor_on, due_step, due_on, overlap_count)
    SELECT p.id, p.organisation_id, p.id, p.id, 'Cánh đồng số ' || p.id, 'canh dong so ' || p.id,
        (ARRAY['rice', 'tea', 'pomelo', 'chilli'])[1 + p.id % 4], 'VN', o.commune_code,
        o.province_code, 'approved', 'VN-Y-' || p.id, now(), now(), now(), current_date + 90,
        'monitor', current_date + 90, 0
    FROM growing_plots p JOIN organisations o ON o.id = p.organisation_id
    WHERE p.id > {FIRST}""",
    f"""INSERT INTO growing_area_codes (code, area_id, kind, issued_at)
    SELECT code, id, 'domestic', now() FROM growing_areas WHERE id > {FIRST}""",
    f"""INSERT INTO diary_entries (id, area_id, organisation_id, activity, done_on, product_name,
        active_ingredient, pre_harvest_days, quantity, unit, void, recorded_at, flags)
    SELECT {FIRST} + n, a.id, a.organisation_id,
        (ARRAY['spraying', 'fertilising', 'irrigation', 'weeding', 'harvest'])[1 + k],
        current_date - (n % 1000)::int, CASE WHEN k < 2 THEN 'Vật tư ' || n % 300 END,
        CASE WHEN k = 0 THEN 'Hoạt chất ' || n % 90 END, CASE WHEN k = 0 THEN 7 END,
        CASE WHEN k = 4 THEN 100 END, CASE WHEN k = 4 THEN 'KGM' END, false,
        now() - n % 1000 * interval '1 day',
        CASE WHEN n % 50 = 0 THEN '["not_in_catalogue"]'::jsonb END
    FROM generate_series(1, {DIARY_LINES}) n
    CROSS JOIN LATERAL (SELECT (n / {AREAS} + n) % 5 AS k) x
    JOIN growing_areas a ON a.id = {FIRST} + 1 + n % {AREAS}""",
)
_LOTS = (
    f"""INSERT INTO batches (id, code, lot, product_id, organisation_id, commune_code,
        province_code, quantity, unit, produced_on, harvested_on, expires_on, state, opened_at,
        released_at, changed_at, origin)
    SELECT {FIRST} + n, 'Y' || lpad(n::text, 11, '0'), 'L' || n, p.id, p.organisation_id,
        p.commune_code, p.province_code, 1200, 'KGM', d.day, d.day, d.day + 270,
        CASE WHEN k < 60 THEN 'closed' WHEN k < 92 THEN 'released'
            WHEN k < 95 THEN 'held' WHEN k < 97 THEN 'recalled' ELSE 'open' END,
        d.day + time '08:00', d.day + time '09:00', d.day + time '10:00', 'harvest'
    FROM generate_series(1, {BATCHES}) n JOIN products p ON p.id = {FIRST} + 1 + n % {PRODUCTS}
    CROSS JOIN LATERAL (SELECT current_date - ({BATCHES} - n)::int / 100 AS day,
        (n / {PRODUCTS} + n * 7) % 100 AS k) d""",
    f"""INSERT INTO batch_stocks (batch_id, product_id, made, used, taken)
    SELECT id, product_id, quantity, CASE state WHEN 'closed' THEN quantity ELSE 100 END, 0
    FROM batches WHERE id > {FIRST}""",
    f"""INSERT INTO batch_areas (batch_id, area_id) SELECT b.id, a.id FROM batches b
    JOIN LATERAL (SELECT id FROM growing_areas a WHERE a.organisation_id = b.organisation_id
        ORDER BY id OFFSET b.id % 10 LIMIT 1) a ON true WHERE b.id > {FIRST}""",
    f"""INSERT INTO batch_holds (id, batch_id, reason, cause, details, placed_at)
    SELECT id, id, r.reason, r.reason || ':' || id, '{{}}', opened_at
    FROM batches CROSS JOIN LATERAL (SELECT
        (ARRAY['manual', 'pre_harvest', 'laboratory', 'certificate', 'recall'])[1 + id % 5]
        AS reason) r
    WHERE id > {FIRST} AND state IN ('held', 'recalled')""",
    f"""INSERT INTO yield_findings (batch_id, crop_code, harvested_kg, area_ha, ceiling_kg,
        found_at)
    SELECT id, 'rice', 90000, 1, 12000, opened_at FROM batches
    WHERE id > {FIRST} AND id % 33 = 0""",
    f"""INSERT INTO trace_nodes (id, uri, batch_id, organisation_id, created_at)
    SELECT b.id, 'https://id.gs1.org/01/' || p.gtin || '/10/' || b.lot, b.id, b.organisation_id,
        b.opened_at FROM batches b JOIN products p ON p.id = b.product_id WHERE b.id > {FIRST}""",
)
_PAPERS = (
    f"""INSERT INTO laboratory_results (id, organisation_id, commune_code, province_code, batch_id,
        recorded_at, laboratory, accreditation, number, sampled_on, reported_on, applies_from,
        food_group, outcome)
    SELECT {FIRST} + n, b.organisation_id, b.commune_code, b.province_code, b.id, b.opened_at,
        'Phòng kiểm nghiệm ' || n % 20, '', 'KN-' || n, b.produced_on, b.produced_on + 2,
        b.produced_on, 'tea', CASE WHEN n % 25 = 0 THEN 'failed' ELSE 'passed' END
    FROM generate_series(1, {RESULTS}) n
    JOIN batches b ON b.id = {FIRST} + n * {BATCHES // RESULTS}""",
    f"""INSERT INTO laboratory_readings (result_id, place, parameter, value, is_below_detection,
        unit, method, most, outcome)
    SELECT id, place, (ARRAY['lead', 'cadmium', 'chlorpyrifos', 'carbendazim'])[1 + place], 0.4,
        false, 'mg/kg', '', 2, outcome
    FROM laboratory_results, generate_series(0, 3) place WHERE id > {FIRST}""",
    f"""INSERT INTO goods_certificates (id, organisation_id, commune_code, province_code,
        product_id, recorded_at, standard, number, issuer, scope, valid_from, valid_to)
    SELECT {FIRST} + n, p.organisation_id, p.commune_code, p.province_code, p.id, now(), 'vietgap',
        'VG-' || n, 'Trung tâm chứng nhận', 'Nông sản', current_date - 700 + n % 700,
        current_date - 335 + n % 700
    FROM generate_series(1, {CERTIFICATES}) n
    JOIN products p ON p.id = {FIRST} + 1 + n % {PRODUCTS}""",
    f"""INSERT INTO recalls (id, code, state, origin, origin_key, with_descendants, organisation_id,
        commune_code, province_code, reason, instructions, held_at, recalled_at, ended_at,
        ended_because, follows_claims)
    SELECT {FIRST} + n, 'Y' || lpad(n::text, 9, '0'), s.state, 'batch', b.code, true,
        b.organisation_id, b.commune_code, b.province_code, 'Nghi nhiễm', 'Trả lại nơi mua',
        b.opened_at, CASE WHEN s.state <> 'held' THEN b.opened_at END,
        CASE WHEN s.state = 'closed' THEN b.opened_at END,
        CASE WHEN s.state = 'closed' THEN 'Xong' END, false
    FROM generate_series(1, {RECALLS}) n
    JOIN batches b ON b.id = {FIRST} + n * {BATCHES // RECALLS}
    CROSS JOIN LATERAL (SELECT CASE WHEN n % 50 = 0 THEN 'held' WHEN n % 50 < 4 THEN 'recalled'
        ELSE 'closed' END AS state) s""",
    f"""INSERT INTO recall_batches (recall_id, batch_id, organisation_id, commune_code,
        province_code, is_origin, state_before, by_claim)
    SELECT r.id, b.id, b.organisation_id, b.commune_code, b.province_code, k = 0, 'released', false
    FROM recalls r CROSS JOIN generate_series(0, 3) k
    JOIN batches b ON b.id = {FIRST} + (r.id - {FIRST}) * {BATCHES // RECALLS} - k * 3
    WHERE r.id > {FIRST}""",
    f"""INSERT INTO recall_notice_lots (recall_id, batch_id, organisation_id, commune_code, product,
        gtin, lot, listed_at)
    SELECT rb.recall_id, b.id, b.organisation_id, b.commune_code, p.name, p.gtin, b.lot, now()
    FROM recall_batches rb JOIN recalls r ON r.id = rb.recall_id AND r.state <> 'held'
    JOIN batches b ON b.id = rb.batch_id JOIN products p ON p.id = b.product_id
    WHERE rb.recall_id > {FIRST}""",
    f"""INSERT INTO recall_effects (id, recall_id, batch_id, kind, amount, noted_at)
    SELECT {FIRST} + row_number() OVER (), recall_id, batch_id, 'found', 10, now()
    FROM recall_batches WHERE recall_id > {FIRST}""",
)
# A step a batch; every fifth hands it to the organisation after its own.
_STEPS = (
    f"""INSERT INTO epcis_events (id, event_id, event_type, action, biz_step, disposition,
        event_time, time_zone, record_time, read_point, biz_location, is_error_declaration,
        organisation_id, document)
    SELECT {FIRST} + n, 'urn:uuid:years-' || n, 'ObjectEvent',
        CASE WHEN n % 5 = 0 THEN 'OBSERVE' ELSE 'ADD' END,
        CASE WHEN n % 5 = 0 THEN 'shipping' ELSE 'commissioning' END,
        CASE WHEN n % 5 = 0 THEN 'in_transit' ELSE 'active' END, b.opened_at, '+07:00',
        b.opened_at, '/areas/VN-Y-' || ({FIRST} + 1 + n % {AREAS}),
        '/organisations/' || o.code, false, b.organisation_id,
        json_build_object('type', 'ObjectEvent', 'eventID', 'urn:uuid:years-' || n, 'eventTime',
            to_char(b.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'eventTimeZoneOffset', '+07:00', 'action',
            CASE WHEN n % 5 = 0 THEN 'OBSERVE' ELSE 'ADD' END, 'bizStep',
            CASE WHEN n % 5 = 0 THEN 'shipping' ELSE 'commissioning' END)
    FROM generate_series(1, {EVENTS}) n JOIN batches b ON b.id = {FIRST} + n
    JOIN organisations o ON o.id = b.organisation_id""",
    f"""INSERT INTO trace_nodes (id, uri, organisation_id, created_at)
    SELECT {2 * FIRST} + n, 'https://id.gs1.org/01/' || p.gtin || '/21/Y' || n, b.organisation_id,
        b.opened_at
    FROM generate_series(1, {THINGS}) n
    JOIN batches b ON b.id = {FIRST} + 1 + (n - 1) / {THINGS // EVENTS}
    JOIN products p ON p.id = b.product_id""",
    f"""INSERT INTO epcis_event_things (event_id, role, node_id, is_class, quantity, unit)
    SELECT {FIRST} + n, 'object', {FIRST} + n, true, 1200, 'KGM'
    FROM generate_series(1, {EVENTS}) n""",
    f"""INSERT INTO epcis_event_things (event_id, role, node_id, is_class)
    SELECT {FIRST} + 1 + (n - 1) / {THINGS // EVENTS}, 'object', {2 * FIRST} + n, false
    FROM generate_series(1, {THINGS}) n""",
    f"""INSERT INTO epcis_event_words (event_id, kind, type, value)
    SELECT {FIRST} + n, k.kind, 'possessing_party', '/organisations/' || o.code
    FROM generate_series(5, {EVENTS}, 5) n JOIN batches b ON b.id = {FIRST} + n
    CROSS JOIN (VALUES ('source', 0), ('destination', 1)) k (kind, further)
    JOIN organisations o ON o.id = CASE WHEN further = 0 THEN b.organisation_id
        WHEN n % 40 = 0 THEN 1 ELSE {FIRST} + 1 + n % {ORGANISATIONS} END""",
    f"""INSERT INTO trace_edges (child_id, parent_id, event_id, kind, quantity, unit, happened_at)
    SELECT id, id - {PRODUCTS}, id, 'made_of', 10, 'KGM', opened_at FROM batches
    WHERE id > {FIRST} + {PRODUCTS} AND id % 3 = 0""",
    f"""INSERT INTO step_claims (id, event_id, child_id, state, claimed_at)
    SELECT id, id, id, CASE WHEN id % 2 = 0 THEN 'open' ELSE 'denied' END, opened_at
    FROM batches WHERE id > {FIRST} + {PRODUCTS} AND id % 33 = 0""",
    f"""INSERT INTO batch_movements (id, batch_id, event_id, kind, amount, happened_at, recorded_at)
    SELECT id, id, id, 'waste', -100, opened_at, opened_at FROM batches WHERE id > {FIRST}""",
    f"""INSERT INTO consignments (id, code, organisation_id, commune_code, province_code,
        recipient_id, state, sent_at)
    SELECT b.id, 'Y' || (b.id % {FIRST}), b.organisation_id, b.commune_code, b.province_code,
        CASE WHEN b.id % 40 = 0 THEN 1 ELSE {FIRST} + 1 + b.id % {ORGANISATIONS} END,
        CASE WHEN b.id % 50 = 0 THEN 'sent' ELSE 'received' END, b.opened_at
    FROM batches b WHERE b.id > {FIRST} AND b.id % 5 = 0""",
    f"""INSERT INTO consignment_lines (id, consignment_id, batch_id, quantity)
    SELECT id, id, id, 100 FROM consignments WHERE id > {FIRST}""",
)


def fill(connection: psycopg.Connection[Any]) -> None:
    """Fill a demonstration's tables. Takes about two minutes; the connection is a superuser's."""
    connection.execute("SET session_replication_role = replica")
    connection.execute(_PLACES)
    for statement in (_OWNERS, _GOODS, _GTINS, *_LAND, *_LOTS, *_PAPERS, *_STEPS):
        connection.execute(statement)
    connection.execute("SET session_replication_role = origin")
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
