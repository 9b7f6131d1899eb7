"""Who looks through the house, and what of it no link can lead them to."""

from __future__ import annotations

import re

# What the people of the demonstration hold, and where their day begins.
READERS: dict[str, tuple[tuple[str, ...], str]] = {
    "nobody": ((), "/"),
    "buyer": (("buyer",), "/account"),
    "hand": (("staff", "buyer"), "/workspace"),
    "coop": (("manager", "seller", "buyer"), "/workspace"),
    "seller": (("manager", "seller", "buyer"), "/workspace"),
    "officer": (("officer", "inspector", "buyer"), "/office"),
    "admin": (("admin", "buyer"), "/admin"),
}
# Answers for programs, files and one-way doors: no page to be looked at.
NO_PAGE = re.compile(
    r"^/(api/(?!docs)|epcis|static|language|files|tiles|metrics|healthz|readyz|sign-out|\.well-known|downloads)"
    r"|\.(csv|xlsx|json|geojson|pdf|zip|svg|png|xml|txt|mvt|gpx|kml)$|/(file|photo|export)(/|$)"
)
# What is there only after something was done: previews of files sent in, what an event leaves.
LATER = frozenset(
    {
        "/workspace/areas/<int:area_id>/certificates/<int:certificate_id>",
        "/workspace/areas/<int:area_id>/editions/<int:number>",
        "/workspace/areas/<int:area_id>/households/<int:household_id>/agreement/remove",
        "/workspace/areas/<int:area_id>/households/import/<int:batch_id>",
        "/workspace/areas/<int:area_id>/papers/<int:paper_id>",
        "/workspace/areas/<int:area_id>/parcels/import/<digest>",
        "/workspace/areas/import/<digest>",
        "/workspace/areas/imports/<int:import_id>",
        "/workspace/diary/photos/<int:photo_id>",
        "/workspace/packing-houses/<int:house_id>/edit",
        "/workspace/partners/<int:share_id>/end",
        "/workspace/raw-material-areas/<code>",
        "/workspace/raw-material-areas/<code>/edit",
    }
)
