"""Input shapes of the papers' doors."""

from __future__ import annotations

from foundation.inputs import Integer, QuerySchema


class IssueQuery(QuerySchema):
    """Which issue of a paper; the newest when left out."""

    number = Integer(low=1, high=2**31 - 1, metadata={"description": "An earlier issue"})
