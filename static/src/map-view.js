// The public map one moves about in (templates/atlas/map.html): the same filters and address as the
// page. The page's own drawing is what stands there before, without scripts, and on paper.

import "leaflet/dist/leaflet.css";
import "./map/panes.css";
import "./map/view.css";
import L from "leaflet";
import { Card } from "./map/card.js";
import { areaLayer, Circles, groundLayer } from "./map/layers.js";
import { framed, Marks } from "./map/marks.js";
import { writeNames } from "./map/names.js";
import { onRepaint } from "./map/palette.js";
import { layPaper } from "./map/paper.js";

const FILTERS = ["province", "commune", "crop", "kind", "status", "standard", "product", "layer"];

function start(figure) {
  const part = (name) => figure.querySelector(`[data-map-view="${name}"]`);
  const words = JSON.parse(figure.dataset.words);
  const asked = new URLSearchParams(location.search);
  const kept = new URLSearchParams(FILTERS.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]));
  const shows = (layer) => !asked.get("layer") || asked.get("layer") === layer;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const moving = { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still };

  part("live").hidden = false;
  figure.classList.add("map-is-live");
  const map = L.map(part("map"), {
    ...moving, attributionControl: false, zoomControl: false, zoomSnap: 0, minZoom: 4, maxZoom: 18,
    maxBounds: [[2, 96], [28, 123]], worldCopyJump: false,
  });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const [west, south, east, north] = figure.dataset.box.split(",").map(Number);
  // A single field alone would not tell where it lies.
  const nearest = asked.get("bbox") ? 18 : 13;
  map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: nearest });
  map.options.zoomSnap = 0.5;

  // Without boundaries nobody knows land from sea: paper with its degrees, and the provinces' places.
  const hasGround = "ground" in figure.dataset;
  map.getContainer().classList.toggle("map-paper-only", !hasGround);
  const ground = hasGround ? groundLayer().addTo(map) : null;
  if (!hasGround) layPaper(map);
  writeNames(map, JSON.parse(figure.dataset.names), !hasGround);
  const card = new Card(map, words);
  const marks = new Marks(map, kept, words, (place, things) => card.open(place, things));
  let areas = null;
  if (shows("areas")) {
    const wanted = new URLSearchParams(kept);
    wanted.delete("layer");
    if (!wanted.get("status")) wanted.set("status", "approved");
    areas = areaLayer(wanted).addTo(map);
    new Circles(map, areas, words);
    areas.on("tileerror load", () => (part("fault").hidden = ![...areas.known.values()].some((tile) => tile.hasFailed)));
  }
  onRepaint(() => [ground, areas].forEach((layer) => layer?.repaint()));

  function pick(place) {
    const found = areas?.at("areas", place) ?? [];
    if (found.length) card.open(place, found.map(({ told }) => told).map(cardOf));
    return found.length > 0;
  }

  function cardOf(told) {
    const lines = [nameIn("crop", told.crop), told.organisation];
    if (told.status !== "approved") lines.push(nameIn("status", told.status));
    if (!told.exact) lines.push(words.coarse);
    return { title: told.code, href: `/areas/${encodeURIComponent(told.code)}`, lines };
  }

  map.on("click", ({ latlng }) => pick(latlng));
  map.on("mousemove", ({ latlng }) => {
    map.getContainer().classList.toggle("map-over", Boolean(areas?.at("areas", latlng).length));
  });
  part("map").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== part("map")) return;
    event.preventDefault();
    part("told").textContent = pick(map.getCenter()) ? "" : words.nothing;
  });

  // The address follows the frame; the lists below follow when they are asked to.
  let last = { place: map.getCenter(), zoom: map.getZoom() };
  map.on("moveend", () => {
    // A window that changed its size moved nothing.
    const now = { place: map.getCenter(), zoom: map.getZoom() };
    const moved = map.project(now.place, now.zoom).distanceTo(map.project(last.place, now.zoom));
    if (now.zoom === last.zoom && moved < 3) return;
    last = now;
    const query = new URLSearchParams(location.search);
    query.set("bbox", framed(map.getBounds()));
    query.delete("cursor");
    history.replaceState(history.state, "", `${location.pathname}?${query.toString().replaceAll("%2C", ",")}`);
    part("list").href = location.href;
    part("list").hidden = false;
    const frame = document.querySelector("form input[name=bbox]");
    if (frame) frame.value = query.get("bbox");
  });
  marks.ask();
}

// The words of a code as the page's own filter has them.
function nameIn(filter, code) {
  const option = document.querySelector(`select[name="${filter}"] option[value="${CSS.escape(code)}"]`);
  return option?.textContent.trim() ?? code;
}

const figure = document.querySelector("[data-map-live]");
if (figure) start(figure);
