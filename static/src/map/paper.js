// The paper one draws on where there are no map tiles: a graticule that follows the zoom.

import L from "leaflet";

const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002];
const LINE_EVERY_PX = 90;
const NAMES_FROM_ZOOM = 14;

export function layPaper(map) {
  const lines = L.layerGroup().addTo(map);
  const draw = () => {
    lines.clearLayers();
    const box = map.getBounds().pad(0.2);
    const seen = map.getBounds();
    const step = stepFor(seen.getEast() - seen.getWest(), map.getSize().x / LINE_EVERY_PX);
    // From far away the names of neighbouring fields would cover the fields.
    map.getContainer().classList.toggle("paper-near", map.getZoom() >= NAMES_FROM_ZOOM);
    for (const lon of multiples(box.getWest(), box.getEast(), step)) {
      rule(lines, [[box.getSouth(), lon], [box.getNorth(), lon]]);
      label(lines, [seen.getNorth(), lon], lon, [-4, -2]);
    }
    for (const lat of multiples(box.getSouth(), box.getNorth(), step)) {
      rule(lines, [[lat, box.getWest()], [lat, box.getEast()]]);
      label(lines, [lat, seen.getEast()], lat, [64, 16]);
    }
  };
  map.on("moveend", draw);
  draw();
}

function stepFor(span, lines) {
  return [...STEPS].reverse().find((step) => span / step <= lines) ?? STEPS[0];
}

function multiples(low, high, step) {
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_none, n) => (first + n) * step);
}

function rule(lines, ends) {
  L.polyline(ends, { className: "paper-line", interactive: false }).addTo(lines);
}

function label(lines, place, degrees, anchor) {
  const digits = { maximumFractionDigits: 4 };
  const html = `${degrees.toLocaleString(document.documentElement.lang, digits)}°`;
  const icon = L.divIcon({ className: "paper-degree", html, iconAnchor: anchor });
  L.marker(place, { icon, interactive: false, keyboard: false }).addTo(lines);
}
