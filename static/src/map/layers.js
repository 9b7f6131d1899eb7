// What the public map draws from tiles: the ground, and the areas as outlines or counted circles.

import L from "leaflet";
import { heaped } from "./heaps.js";
import { palette } from "./palette.js";
import { trace, VectorLayer } from "./vector-layer.js";

const APART_PX = 54;

export function groundLayer() {
  const paint = (context, layers, px) => {
    const colours = palette();
    const shapes = [...(layers.land ?? []), ...(layers.communes ?? [])];
    context.lineJoin = "round";
    context.fillStyle = context.strokeStyle = colours.sunken;
    // Boundaries are simplified each by itself: a wide edge of land closes the slits between them.
    context.lineWidth = 9 * px;
    for (const { rings } of shapes) {
      trace(context, rings);
      context.fill("evenodd");
      context.stroke();
    }
    context.strokeStyle = colours.edge;
    context.lineWidth = px;
    for (const { rings } of shapes) {
      trace(context, rings);
      context.stroke();
    }
  };
  return new VectorLayer((z, x, y) => `/tiles/ground/${z}/${x}/${y}.mvt`, paint);
}

export function areaLayer(query) {
  const paint = (context, layers, px) => {
    const colours = palette();
    // Cells of about a kilometre lie under outlines that their owners show.
    const areas = [...(layers.areas ?? [])].sort((a, b) => a.told.exact - b.told.exact);
    for (const { rings, told } of once(areas)) {
      const isHeldUp = told.status !== "approved";
      trace(context, rings);
      context.fillStyle = isHeldUp ? colours.bad : colours.brand;
      context.globalAlpha = told.exact ? 0.45 : 0.16;
      context.fill("evenodd");
      context.globalAlpha = 1;
      context.strokeStyle = isHeldUp ? colours.bad : colours["brand-deep"];
      context.lineWidth = (told.exact ? 2 : 1.5) * px;
      context.setLineDash(told.exact && !isHeldUp ? [] : [4 * px, 3 * px]);
      context.stroke();
    }
    context.setLineDash([]);
  };
  return new VectorLayer((z, x, y) => `/tiles/areas/${z}/${x}/${y}.mvt?${query}`, paint);
}

// Coarse cells that several areas share are drawn once, as the page draws them.
function* once(areas) {
  const seen = new Set();
  for (const area of areas) {
    const { told, rings } = area;
    const key = told.exact ? "" : `${told.status}:${rings.map((ring) => ring.map(({ x, y }) => `${x},${y}`)).join()}`;
    if (key && seen.has(key)) continue;
    seen.add(key);
    yield area;
  }
}

// Circles whose size tells a number: real buttons, so that keys and screen readers reach them.
export class Circles {
  constructor(map, areas, words) {
    Object.assign(this, { map, areas, words, layer: L.layerGroup().addTo(map) });
    areas.on("changed load", () => this.#later());
    map.on("zoomend", () => this.#later());
  }

  #closer(place) {
    this.map.setView(place, Math.min(this.map.getZoom() + 2, 14));
  }

  #later() {
    cancelAnimationFrame(this.due);
    this.due = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const points = [...this.areas.shown("clusters")].map(({ told, rings, tile }) => {
      const { x, y } = this.map.latLngToLayerPoint(this.areas.latLng(tile, rings[0][0]));
      return { x, y, weight: told.areas };
    });
    const heaps = heaped(points, APART_PX);
    // Tiles arrive one by one: what stays as it was is left alone, and with it the focus of a key.
    const told = JSON.stringify([this.map.getZoom(), this.map.getPixelOrigin(), heaps]);
    if (told === this.told) return;
    this.told = told;
    const focused = this.layer.getLayers().findIndex((each) => each.getElement() === document.activeElement);
    this.layer.clearLayers();
    const most = Math.max(1, ...heaps.map(({ weight }) => weight));
    for (const { x, y, weight } of heaps) {
      const size = Math.round(Math.max(28, APART_PX * Math.sqrt(weight / most)));
      const place = this.map.layerPointToLatLng([x, y]);
      const icon = L.divIcon({ className: "map-circle", html: short(weight), iconSize: [size, size] });
      const label = this.words.closer.replace("{n}", weight.toLocaleString(document.documentElement.lang));
      L.marker(place, { icon, title: label, alt: label })
        .on("click", () => this.#closer(place))
        .on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && this.#closer(place))
        .addTo(this.layer);
    }
    if (focused >= 0) this.layer.getLayers()[Math.min(focused, heaps.length - 1)]?.getElement().focus({ preventScroll: true });
  }
}

function short(count) {
  return count < 1000 ? String(count) : `${Math.round(count / 1000)}k`;
}
