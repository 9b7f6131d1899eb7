// What stands around the drawing: the commune, one's own areas, and edges of neighbours close by.

import L from "leaflet";

const PAUSE_MS = 600;
const ASKED_AROUND_DEGREES = 0.0005;

export class Surroundings {
  constructor(map, address, learned) {
    Object.assign(this, { map, address: new URL(address, location.href), learned });
    this.layer = L.geoJSON(null, {
      interactive: false,
      style: ({ properties }) => ({ className: `paper-${properties.kind ?? "area"}` }),
      onEachFeature: (shape, drawn) => {
        const name = shape.properties.name;
        if (name) drawn.bindTooltip(text(name), { permanent: true, direction: "center", className: "paper-name" });
      },
    }).addTo(map);
    this.unit = null;
    this.asked = null;
  }

  // Nothing drawn yet: look at where one works, unless one has gone elsewhere while it was asked for.
  async begin() {
    let moved = false;
    const stay = () => (moved = true);
    this.map.once("movestart click", stay);
    const features = await this.#fetch(null);
    this.map.off("movestart click", stay);
    if (features.length && !moved) this.map.fitBounds(this.layer.getBounds(), { maxZoom: 18, animate: false });
  }

  // Neighbours are asked for again once the drawing has left what was asked before.
  ask(bounds) {
    if (!bounds || (this.asked && inside(bounds, this.asked))) return;
    clearTimeout(this.timer);
    const wide = [-1, -1, 1, 1].map((side, i) => bounds[i] + side * ASKED_AROUND_DEGREES);
    this.timer = setTimeout(() => this.#fetch(wide), this.asked ? PAUSE_MS : 0);
    this.asked = wide;
  }

  // A position typed in another reference system: the server has the parameters.
  async position(typed, system) {
    const address = new URL("/workspace/areas/position.json", location.href);
    address.search = new URLSearchParams({ text: typed, crs: system });
    try {
      const answer = await fetch(address);
      return answer.ok ? (await answer.json()).position : null;
    } catch {
      return null;
    }
  }

  async #fetch(bounds) {
    const address = new URL(this.address);
    if (bounds) address.searchParams.set("bbox", bounds.map((value) => value.toFixed(6)).join(","));
    try {
      const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
      if (!answer.ok) return [];
      const { features, unit } = await answer.json();
      this.unit = unit ?? null;
      this.layer.clearLayers().addData(features);
      this.layer.eachLayer((drawn) => drawn.feature.properties.kind === "commune" && drawn.bringToBack());
      this.learned(features.filter(({ properties }) => properties.kind !== "commune"));
      return features;
    } catch {
      return []; // No network: the map still takes a drawing.
    }
  }
}

function inside([west, south, east, north], [w, s, e, n]) {
  return west >= w && south >= s && east <= e && north <= n;
}

function text(plain) {
  return Object.assign(document.createElement("span"), { textContent: plain });
}
