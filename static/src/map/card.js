// The card of what was tapped: its name as a link, a few lines, a button to close it.

import L from "leaflet";

const MOST = 5;

export class Card {
  constructor(map, words) {
    Object.assign(this, { map, words });
    this.popup = L.popup({ closeButton: false, className: "map-card", minWidth: 160 });
  }

  // things: {title, href, lines}.
  open(place, things) {
    const box = make("div");
    for (const { title, href, lines } of things.slice(0, MOST)) {
      const line = make("p");
      line.append(Object.assign(make("a", title), { href }));
      for (const words of lines) line.append(make("br"), make("span", words));
      box.append(line);
    }
    if (things.length > MOST) box.append(make("p", this.words.more.replace("{n}", things.length - MOST)));
    const close = Object.assign(make("button", this.words.close), { type: "button", className: "button button-second" });
    close.addEventListener("click", () => this.#close());
    box.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
    box.append(close);
    this.popup.options.maxWidth = Math.min(280, this.map.getSize().x - 70);
    this.popup.setLatLng(place).setContent(box).openOn(this.map);
    box.querySelector("a").focus({ preventScroll: true });
  }

  #close() {
    this.map.closePopup(this.popup);
    this.map.getContainer().focus({ preventScroll: true });
  }
}

function make(name, words = "") {
  return Object.assign(document.createElement(name), { textContent: words });
}
