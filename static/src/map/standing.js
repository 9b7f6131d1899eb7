// Where one stands: asked of the device only when a button is tapped, told with its accuracy.

import L from "leaflet";
import { latLng, lonLat } from "./handles.js";

const ASKED = { enableHighAccuracy: true, timeout: 20000, maximumAge: 2000 };
const WORTH_DRAWING_M = 15;

export class Standing {
  constructor(map, words, told) {
    Object.assign(this, { map, words, told });
    this.layer = L.layerGroup().addTo(map);
  }

  async look() {
    const found = await this.fix();
    if (found) this.map.setView(latLng(found), Math.max(this.map.getZoom(), 17));
  }

  // [lon, lat], or null when the device would not say.
  async fix() {
    this.told.textContent = this.words.locating;
    let coords;
    try {
      ({ coords } = await new Promise((found, failed) => navigator.geolocation.getCurrentPosition(found, failed, ASKED)));
    } catch {
      this.told.textContent = this.words.nowhere;
      return null;
    }
    const place = L.latLng(coords.latitude, coords.longitude);
    this.layer.clearLayers();
    L.circle(place, { radius: coords.accuracy, interactive: false, className: "paper-here" }).addTo(this.layer);
    const metres = Math.max(1, Math.round(coords.accuracy));
    const words = metres > WORTH_DRAWING_M ? this.words.vague : this.words.accuracy;
    this.told.textContent = words.replace("{m}", metres.toLocaleString(document.documentElement.lang));
    return lonLat(place);
  }
}
