// The corners one takes hold of: by finger, mouse or keyboard. 44 px each; arrows move, Delete removes.

import L from "leaflet";

const MOST_SHOWN = 250;
const SPLIT_FROM_PX = 96;
const STEP_PX = 2;
const LONG_STEP_PX = 20;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Handles {
  // act: { choose(at), grab(), drag(at, position), drop(at), split(at, position), remove(at) }
  constructor(map, outline, words, act) {
    Object.assign(this, { map, outline, words, act });
    this.layer = L.layerGroup().addTo(map);
    this.holding = false;
  }

  // Anew, except while one is in somebody's hand. Far too many corners: only those in view.
  draw() {
    if (this.holding) return;
    const focused = this.map.getContainer().contains(document.activeElement) && document.activeElement.matches(".corner");
    this.layer.clearLayers();
    const seen = this.map.getBounds().pad(0.1);
    const few = this.outline.count() <= MOST_SHOWN;
    let left = MOST_SHOWN;
    for (const { polygon, ring, corners } of this.outline.rings()) {
      corners.forEach((position, corner) => {
        if (!few && (left < 1 || !seen.contains(latLng(position)))) return;
        left -= 1;
        this.#corner({ polygon, ring, corner }, position, corners.length);
        if (few) this.#middle({ polygon, ring, corner }, corners);
      });
    }
    if (focused) this.focusChosen();
  }

  focusChosen() {
    this.map.getContainer().querySelector(".corner-chosen")?.focus();
  }

  #corner(at, position, of) {
    const chosen = same(at, this.outline.chosen);
    const marker = this.#marker(position, `corner${chosen ? " corner-chosen" : ""}`, chosen ? 1000 : 0, true);
    const told = position.map((value) => value.toFixed(5)).reverse().join(", ");
    const name = this.words.corner.replace("{n}", at.corner + 1).replace("{of}", of);
    const element = marker.getElement();
    element.setAttribute("aria-label", `${name}: ${told}`);
    if (chosen) element.setAttribute("aria-current", "true");
    marker.on("click", () => this.act.choose(at));
    marker.on("dragstart", () => this.#grab(at));
    marker.on("drag", () => this.act.drag(at, lonLat(marker.getLatLng())));
    marker.on("dragend", () => this.#drop(at));
    element.addEventListener("keydown", (event) => this.#key(event, at));
  }

  // Half way along an edge: pulling it out makes a corner.
  #middle(at, corners) {
    const [from, to] = [corners[at.corner], corners[(at.corner + 1) % corners.length]];
    if (corners.length < 3 || this.#px(from).distanceTo(this.#px(to)) < SPLIT_FROM_PX) return;
    const marker = this.#marker([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], "corner corner-middle", -500, false);
    const made = { ...at, corner: at.corner + 1 };
    marker.getElement().setAttribute("aria-hidden", "true");
    marker.on("dragstart", () => {
      this.holding = true;
      this.act.split(made, lonLat(marker.getLatLng()));
    });
    marker.on("drag", () => this.act.drag(made, lonLat(marker.getLatLng())));
    marker.on("dragend", () => this.#drop(made));
  }

  #marker(position, className, zIndexOffset, keyboard) {
    const icon = L.divIcon({ className, iconSize: [44, 44], html: "" });
    const options = { icon, draggable: true, keyboard, zIndexOffset, autoPanOnFocus: false, bubblingMouseEvents: false };
    return L.marker(latLng(position), options).addTo(this.layer);
  }

  #grab(at) {
    this.holding = true;
    this.act.grab();
    this.act.choose(at);
  }

  #drop(at) {
    this.holding = false;
    this.act.drop(at);
  }

  #key(event, at) {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? LONG_STEP_PX : STEP_PX;
      const moved = this.#px(this.outline.cornersOf(at)[at.corner]).add([arrow[0] * step, arrow[1] * step]);
      this.act.grab();
      this.outline.chosen = at;
      this.act.drag(at, lonLat(this.map.containerPointToLatLng(moved)));
      this.act.drop(at, false);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.act.remove(at);
    } else if (event.key === "Enter" || event.key === " ") {
      this.act.choose(at);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #px(position) {
    return this.map.latLngToContainerPoint(latLng(position));
  }
}

export const latLng = ([lon, lat]) => L.latLng(lat, lon);
export const lonLat = ({ lat, lng }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))];

function same(a, b) {
  return Boolean(b) && a.polygon === b.polygon && a.ring === b.ring && a.corner === b.corner;
}
