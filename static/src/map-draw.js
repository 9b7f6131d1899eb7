// Draws one outline into the text field of a form (templates/growing_areas/draw.html).
// Without it the form works the same: coordinates are pasted or a file is sent.
// Unless the operator names a source of aerial images, nothing is loaded from elsewhere: around the
// drawing stand the commune's boundary, one's own areas and the neighbours' edges.

import "leaflet/dist/leaflet.css";
import "./map/panes.css";
import L from "leaflet";
import { crossingsOf } from "./map/crossings.js";
import { Handles, latLng, lonLat } from "./map/handles.js";
import { areaOf, boundsOf } from "./map/measure.js";
import { Outline } from "./map/outline.js";
import { layPaper } from "./map/paper.js";
import { Snapper } from "./map/snapping.js";
import { Standing } from "./map/standing.js";
import { Surroundings } from "./map/surroundings.js";
import { readPosition } from "./map/typed.js";

const START = [16.0, 107.5];

function start(box) {
  const part = (name) => box.querySelector(`[data-draw="${name}"]`);
  const field = document.getElementById(box.dataset.mapDraw);
  const system = document.getElementById("f-crs");
  const words = JSON.parse(box.dataset.words);
  const outline = new Outline();
  box.hidden = false;

  // Two corners tapped out quickly are no double tap: the map would leap under the finger.
  const map = L.map(part("map"), { center: START, zoom: 6, maxZoom: 21, zoomSnap: 0.25, doubleClickZoom: false, attributionControl: Boolean(box.dataset.tiles) });
  L.control.scale({ imperial: false }).addTo(map);
  if (box.dataset.tiles) {
    map.attributionControl.setPrefix(false);
    const credit = Object.assign(document.createElement("i"), { textContent: box.dataset.credit }).innerHTML;
    L.tileLayer(box.dataset.tiles, { maxZoom: 21, maxNativeZoom: 19, attribution: credit }).addTo(map);
  }
  layPaper(map);
  const snapper = new Snapper(map);
  const around = new Surroundings(map, box.dataset.context, (features) => {
    snapper.learn(features);
    tell();
  });
  const shape = L.polygon([], { className: "drawn", interactive: false, fillRule: "evenodd" }).addTo(map);
  const faults = L.layerGroup().addTo(map);

  const handles = new Handles(map, outline, words, {
    choose(at) {
      if (closes(at)) return close();
      outline.chosen = at;
      changed();
      handles.focusChosen();
    },
    grab: () => outline.keep(),
    drag(at, position) {
      outline.move(at, position);
      drawShape();
    },
    drop(at, snapping = true) {
      const position = outline.cornersOf(at)[at.corner];
      outline.chosen = at;
      if (snapping && outline.cornersOf(at).length > 3 && snapper.within(position, outline.neighboursOf(at)) >= 0) outline.merge(at);
      else if (snapping) outline.move(at, snapper.snap(position, outline.besides(at)));
      changed();
    },
    split: (at, position) => outline.insert(at, position),
    remove(at) {
      outline.remove(at);
      changed();
    },
  });
  const standing = new Standing(map, words, part("place"));

  let written = field.value;

  function changed() {
    const geometry = outline.toGeoJson();
    written = geometry ? JSON.stringify(geometry) : "";
    field.value = written;
    drawShape();
    handles.draw();
    around.ask(geometry && boundsOf(outline.polygons));
  }

  function drawShape() {
    shape.setLatLngs(outline.polygons.map((rings) => rings.map((corners) => corners.map(latLng))));
    tell();
  }

  // Under a moving finger at most once a frame.
  let telling = 0;
  function tell() {
    if (!telling) telling = requestAnimationFrame(tellNow);
  }

  function tellNow() {
    telling = 0;
    const found = outline.rings().map(({ corners }) => crossingsOf(corners));
    const crossings = found.flatMap(({ places }) => places);
    const whole = found.every((ring) => ring.whole);
    faults.clearLayers();
    crossings.forEach((place) => {
      L.circleMarker(latLng(place), { radius: 10, className: "drawn-fault", interactive: false }).addTo(faults);
    });
    const sound = whole && !crossings.length;
    const squareMetres = sound ? areaOf(outline.polygons) : 0;
    part("area").textContent = squareMetres ? sized(squareMetres) : "";
    part("area").hidden = !sound;
    const many = `${crossings.length}${whole ? "" : "+"}`;
    part("fault").textContent = sound ? "" : crossings.length ? words.crossing.replace("{n}", many) : words.tangled;
    part("fault").hidden = sound;
    part("undo").disabled = !outline.past.length;
    part("redo").disabled = !outline.future.length;
    part("remove").disabled = !outline.chosen;
  }

  function sized(squareMetres) {
    const lang = document.documentElement.lang;
    const hectares = `${(squareMetres / 10000).toLocaleString(lang, { maximumFractionDigits: 4 })} ha`;
    const unit = around.unit;
    if (!unit) return `${words.area}: ${hectares}`;
    const many = (squareMetres / unit.square_metres).toLocaleString(lang, { maximumFractionDigits: 1 });
    return `${words.area}: ${hectares} (${many} ${unit.name})`;
  }

  // What somebody pasted, or what the form came back with.
  function read() {
    let geometry;
    try {
      geometry = JSON.parse(field.value);
    } catch {
      return false;
    }
    if (!outline.load(geometry.geometry ?? geometry)) return false;
    drawShape();
    around.ask(boundsOf(outline.polygons));
    // Room for the edge, but never so near that metres fill the screen.
    map.fitBounds(shape.getBounds(), { padding: [36, 36], maxZoom: 19, animate: false });
    handles.draw();
    return true;
  }

  function add(position) {
    outline.add(position);
    changed();
    map.panInside(latLng(position), { padding: [60, 60] });
  }

  // A tap or the cross in the middle: onto what lies close by; on the first corner the ring is done.
  function addDrawn(position) {
    const ring = outline.chosen ?? { polygon: 0, ring: 0 };
    const corners = outline.cornersOf(ring);
    if (corners.length > 2 && snapper.within(position, [corners[0]]) === 0) return close();
    add(snapper.snap(position, outline.besides(ring)));
  }

  const tapping = () => part("tapping").getAttribute("aria-pressed") === "true";

  // Back on the first corner while corners are being added: that is how one closes a ring.
  function closes(at) {
    const corners = outline.cornersOf(at);
    return tapping() && at.corner === 0 && corners.length > 2 && outline.chosen?.corner === corners.length - 1;
  }

  function close() {
    setTapping(false);
    part("place").textContent = words.closed;
  }

  function setTapping(on) {
    part("tapping").setAttribute("aria-pressed", String(on));
    part("map").classList.toggle("map-aiming", on);
  }

  async function addTyped() {
    const box = part("typed");
    const chosen = system?.value;
    const position = chosen && chosen !== "4326" ? await around.position(box.value, chosen) : readPosition(box.value);
    part("typed-fault").hidden = Boolean(position);
    if (!position) return;
    const replacing = part("typed-replaces").checked && outline.chosen;
    if (replacing) {
      outline.keep();
      outline.move(outline.chosen, position);
      changed();
    } else {
      add(position);
    }
    box.value = "";
  }

  field.addEventListener("change", () => {
    if (field.value === written) return;
    outline.keep();
    if (!read()) outline.past.pop();
    written = field.value;
  });
  map.on("click", (event) => {
    if (tapping()) addDrawn(lonLat(event.latlng));
  });
  map.on("moveend", () => handles.draw());
  const press = (name, act) => part(name).addEventListener("click", act);
  const step = (moved) => moved && changed();
  press("undo", () => step(outline.undo()));
  press("redo", () => step(outline.redo()));
  press("remove", () => outline.chosen && (outline.remove(outline.chosen), changed()));
  press("clear", () => (outline.clear(), changed()));
  press("tapping", () => setTapping(!tapping()));
  press("middle", () => addDrawn(lonLat(map.getCenter())));
  press("locate", () => standing.look());
  press("stand", async () => {
    const position = await standing.fix();
    if (position) add(position);
  });
  press("typed-add", addTyped);
  part("typed").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    addTyped();
  });
  part("map").addEventListener("keydown", (event) => {
    // The map itself in hand: arrows move it (Leaflet), Enter puts a corner under the cross.
    if (event.target === part("map") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      addDrawn(lonLat(map.getCenter()));
      part("map").focus();
      return;
    }
    if (!event.ctrlKey && !event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    step(key === "y" || event.shiftKey ? outline.redo() : outline.undo());
  });

  const given = read();
  setTapping(!given);
  if (!given) around.begin();
  tell();
}

for (const box of document.querySelectorAll("[data-map-draw]:not([data-started])")) {
  box.dataset.started = "";
  start(box);
}
