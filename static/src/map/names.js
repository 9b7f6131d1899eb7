// Names on the map: archipelagos with their islands always, provinces while they can be told apart.

import L from "leaflet";

const PROVINCES_FROM = 6.5;
const PROVINCES_TO = 11;

// names: {words, lon, lat, islands: [[lon, lat], …]}; those without islands are provinces.
export function writeNames(map, names, withDots) {
  const provinces = L.layerGroup();
  for (const { words, lon, lat, islands } of names) {
    const isSea = islands.length > 0;
    const icon = L.divIcon({ className: `map-name ${isSea ? "map-name-sea" : ""}`, html: plain(words), iconSize: null });
    if (withDots && !isSea) dot(map, [lat, lon], 4);
    L.marker([lat, lon], { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(isSea ? map : provinces);
    for (const [east, north] of islands) {
      dot(map, [north, east], 2.5);
    }
  }
  const choose = () => {
    const zoom = map.getZoom();
    if (zoom >= PROVINCES_FROM && zoom <= PROVINCES_TO) provinces.addTo(map);
    else provinces.remove();
  };
  map.on("zoomend", choose);
  choose();
}

function dot(map, place, radius) {
  L.circleMarker(place, { radius, className: "map-island", interactive: false }).addTo(map);
}

function plain(words) {
  return Object.assign(document.createElement("span"), { textContent: words });
}
