// Draws one outline into the text field of a form (templates/growing_areas/form.html).
// Without it the form works the same: coordinates are pasted or a file is sent.
// No map tiles: the site loads nothing from elsewhere. Around the drawing stand the commune's
// boundary and one's own areas, and "where I stand" centres the map.

import "leaflet/dist/leaflet.css";
import "./map/panes.css";
import L from "leaflet";
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawLeafletAdapter } from "terra-draw-leaflet-adapter";
import { layPaper } from "./map/paper.js";

const START = [16.0, 107.5];
const EARTH_M = 6371008.8;
// Ripe gold on any paper, with the dark green of the house for its edge and corners.
const OUTLINE = {
  fillColor: "#f4c04a", fillOpacity: 0.45, outlineColor: "#14532f", outlineWidth: 3,
  closingPointColor: "#14532f", closingPointWidth: 8, closingPointOutlineColor: "#ffffff",
};
const CHOSEN = {
  selectedPolygonColor: "#f4c04a", selectedPolygonFillOpacity: 0.45,
  selectedPolygonOutlineColor: "#14532f", selectedPolygonOutlineWidth: 3,
  selectionPointColor: "#14532f", selectionPointWidth: 8, selectionPointOutlineColor: "#ffffff",
  midPointColor: "#f4c04a", midPointWidth: 6, midPointOutlineColor: "#14532f",
};

// The adapter writes a style sheet for each layer it stacks, which our content security policy
// (no inline styles) refuses; the order is set on the layer itself instead.
class Adapter extends TerraDrawLeafletAdapter {
  createPaneStyleSheet(name, order) {
    const pane = this._map.createPane(name);
    pane.style.zIndex = String(600 + order);
    return pane;
  }
}

function start(box) {
  const field = document.getElementById(box.dataset.mapDraw);
  const words = JSON.parse(box.dataset.words);
  box.hidden = false;
  const pane = document.createElement("div");
  pane.className = "map-live";
  pane.setAttribute("role", "application");
  pane.setAttribute("aria-label", words.label);
  const bar = document.createElement("div");
  bar.className = "row";
  const told = document.createElement("p");
  told.className = "hint";
  told.setAttribute("role", "status");
  box.classList.replace("map-live", "stack");
  box.append(bar, pane, told);

  const map = L.map(pane, { center: START, zoom: 6, maxZoom: 20, attributionControl: false });
  L.control.scale({ imperial: false }).addTo(map);
  layPaper(map);
  showSurroundings(map, box.dataset.context);

  const draw = new TerraDraw({
    adapter: new Adapter({ lib: L, map, coordinatePrecision: 7 }),
    modes: [
      new TerraDrawPolygonMode({ pointerDistance: 24, styles: OUTLINE }),
      new TerraDrawSelectMode({
        styles: CHOSEN,
        flags: {
          polygon: {
            feature: {
              draggable: false,
              coordinates: { midpoints: true, draggable: true, deletable: true },
            },
          },
        },
      }),
    ],
  });
  draw.start();
  const history = [];

  function shapes() {
    return draw.getSnapshot().filter((shape) => shape.geometry.type === "Polygon"
      && !shape.properties.midPoint && !shape.properties.selectionPoint);
  }

  function write() {
    const [shape] = shapes();
    const text = shape ? JSON.stringify(shape.geometry) : "";
    if (text === field.value) return;
    history.push(field.value);
    field.value = text;
    tell();
  }

  function tell() {
    const [shape] = shapes();
    const hectares = shape ? area(shape.geometry.coordinates[0]) / 10000 : 0;
    const lang = document.documentElement.lang;
    told.textContent = shape
      ? `${words.area}: ${hectares.toLocaleString(lang, { maximumFractionDigits: 2 })} ha`
      : "";
  }

  function read() {
    let geometry;
    try {
      geometry = JSON.parse(field.value);
    } catch {
      return;
    }
    if (geometry?.type !== "Polygon") return;
    draw.clear();
    draw.addFeatures([{ type: "Feature", geometry, properties: { mode: "polygon" } }]);
    map.fitBounds(L.geoJSON(geometry).getBounds(), { padding: [24, 24] });
    draw.setMode("select");
    tell();
  }

  draw.on("finish", () => {
    const drawn = shapes();
    // One outline a form: a second one takes the place of the first.
    if (drawn.length > 1) draw.removeFeatures(drawn.slice(0, -1).map((shape) => shape.id));
    write();
    draw.setMode("select");
  });
  draw.on("change", (_ids, kind) => {
    if (kind === "update" && draw.getMode() === "select") write();
  });
  field.addEventListener("change", read);

  button(bar, words.draw, () => draw.setMode("polygon"));
  button(bar, words.edit, () => draw.setMode("select"));
  button(bar, words.undo, () => {
    if (!history.length) return;
    field.value = history.pop();
    draw.clear();
    read();
    tell();
  });
  button(bar, words.clear, () => {
    draw.clear();
    write();
    draw.setMode("polygon");
  });
  button(bar, words.locate, () => {
    map.locate({ setView: true, maxZoom: 17, enableHighAccuracy: true });
  });
  map.on("locationfound", (place) => {
    const around = { radius: place.accuracy, interactive: false, className: "paper-here" };
    L.circle(place.latlng, around).addTo(map);
  });

  draw.setMode("polygon");
  read();
}

function button(bar, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-second";
  made.textContent = text;
  made.addEventListener("click", act);
  bar.append(made);
}

async function showSurroundings(map, address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) return;
    const layer = L.geoJSON(await answer.json(), {
      interactive: false,
      style: (shape) => ({ className: shape.properties.kind ? "paper-commune" : "paper-area" }),
      onEachFeature: (shape, drawn) => {
        const name = shape.properties.name;
        if (name) drawn.bindTooltip(name, { permanent: true, direction: "top", className: "paper-name" });
      },
    }).addTo(map);
    layer.eachLayer((drawn) => drawn.feature.properties.kind && drawn.bringToBack());
    if (layer.getLayers().length) map.fitBounds(layer.getBounds(), { maxZoom: 18 });
  } catch {
    // No network: the map still takes a drawing.
  }
}

// Spherical excess of a small ring in m²; the server measures on the ellipsoid.
function area(ring) {
  const rad = Math.PI / 180;
  let sum = 0;
  for (let i = 0; i < ring.length - 1; i += 1) {
    const [lon, lat] = ring[i];
    const [nextLon, nextLat] = ring[i + 1];
    sum += (nextLon - lon) * rad * (2 + Math.sin(lat * rad) + Math.sin(nextLat * rad));
  }
  return Math.abs((sum * EARTH_M * EARTH_M) / 2);
}

for (const box of document.querySelectorAll("[data-map-draw]:not([data-started])")) {
  box.dataset.started = "";
  start(box);
}
