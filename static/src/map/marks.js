// The other layers: points as small shapes that open a card, raw-material areas round their cells.

import L from "leaflet";
import { heaped } from "./heaps.js";

const PAUSE_MS = 250;
const WIDEST_DEGREES = 4;
const APART_PX = 30;

export class Marks {
  constructor(map, query, words, open) {
    Object.assign(this, { map, query, words, open, things: [] });
    this.outlines = L.geoJSON(null, { style: { className: "material" }, onEachFeature: (told, shape) => this.#link(told, shape) });
    this.outlines.addTo(map);
    this.points = L.layerGroup().addTo(map);
    map.on("zoomend", () => this.#place());
    map.on("moveend", () => this.ask());
  }

  ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#fetch(), PAUSE_MS);
  }

  async #fetch() {
    const box = this.map.getBounds();
    if (box.getEast() - box.getWest() > WIDEST_DEGREES) {
      this.#show({ marks: [], materials: [] });
      return;
    }
    this.end?.abort();
    this.end = new AbortController();
    const query = new URLSearchParams(this.query);
    query.set("bbox", framed(box));
    try {
      const answer = await fetch(`/map/marks.json?${query}`, { signal: this.end.signal });
      if (answer.ok) this.#show(await answer.json());
    } catch {
      // No network, or the map went on: what is shown stays.
    }
  }

  #show({ marks, materials }) {
    this.outlines.clearLayers();
    for (const { label, href, shape } of materials) {
      this.outlines.addData({ type: "Feature", geometry: shape, properties: { label, href } });
    }
    this.things = marks.map(({ layer, lon, lat, label, href }) => {
      const title = layer === "ocop" ? this.words.ocop.replace("{n}", label) : label;
      return { layer, place: [lat, lon], card: { title, href, lines: [this.words.layers[layer]] } };
    });
    this.#place();
  }

  #place() {
    this.points.clearLayers();
    const points = this.things.map((thing) => ({ ...this.map.latLngToLayerPoint(thing.place), weight: 1, thing }));
    for (const { x, y, members } of heaped(points, APART_PX)) {
      const cards = members.map(({ thing }) => thing.card);
      const kind = members.length > 1 ? "many" : members[0].thing.layer;
      const html = members.length > 1 ? `<span>${members.length}</span>` : "";
      const icon = L.divIcon({ className: `map-mark map-mark-${kind}`, html, iconSize: [24, 24] });
      const place = this.map.layerPointToLatLng([x, y]);
      const title = cards.slice(0, 3).map(({ title: name, lines }) => `${lines[0]}: ${name}`).join("; ");
      L.marker(place, { icon, title, alt: title })
        .on("click", () => this.open(place, cards))
        .on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && this.open(place, cards))
        .addTo(this.points);
    }
  }

  #link({ properties }, shape) {
    shape.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      this.open(event.latlng, [{ title: properties.label, href: properties.href, lines: [this.words.layers.materials] }]);
    });
  }
}

// A frame as the address holds it: west, south, east, north.
export function framed(box) {
  return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((value) => value.toFixed(4)).join(",");
}
