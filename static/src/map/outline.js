// The outline being drawn: its rings of corners [lon, lat], and every step back and forth. Knows no map.

const KEPT_STEPS = 200;

export class Outline {
  constructor() {
    this.polygons = [[[]]];
    this.chosen = null; // { polygon, ring, corner }
    this.past = [];
    this.future = [];
  }

  // Rings without their closing corner, each with its place in the outline.
  rings() {
    return this.polygons.flatMap((rings, polygon) => rings.map((corners, ring) => ({ polygon, ring, corners })));
  }

  cornersOf({ polygon, ring }) {
    return this.polygons[polygon]?.[ring] ?? [];
  }

  // Every ring but one, closed: what that one may be drawn along.
  besides(at) {
    return this.rings()
      .filter(({ polygon, ring, corners }) => corners.length > 1 && !(polygon === at?.polygon && ring === at?.ring))
      .map(({ corners }) => [...corners, corners[0]]);
  }

  // The corners before and after one, which it may be put onto to be rid of it.
  neighboursOf(at) {
    const corners = this.cornersOf(at);
    if (corners.length < 2) return [];
    return [-1, 1].map((step) => corners[(at.corner + step + corners.length) % corners.length]);
  }

  count() {
    return this.rings().reduce((sum, { corners }) => sum + corners.length, 0);
  }

  // A step is kept before it changes anything; one long drag is one step.
  keep() {
    this.past.push(JSON.stringify(this.polygons));
    if (this.past.length > KEPT_STEPS) this.past.shift();
    this.future = [];
  }

  undo() {
    return this.#step(this.past, this.future);
  }

  redo() {
    return this.#step(this.future, this.past);
  }

  #step(from, to) {
    if (!from.length) return false;
    to.push(JSON.stringify(this.polygons));
    this.polygons = JSON.parse(from.pop());
    if (this.chosen && !this.cornersOf(this.chosen)[this.chosen.corner]) this.chosen = null;
    return true;
  }

  // After the chosen corner, or at the end of the first ring.
  add(position) {
    const at = this.chosen ?? { polygon: 0, ring: 0, corner: this.cornersOf({ polygon: 0, ring: 0 }).length - 1 };
    this.insert({ ...at, corner: at.corner + 1 }, position);
  }

  insert(at, position) {
    this.keep();
    this.cornersOf(at).splice(at.corner, 0, position);
    this.chosen = at;
  }

  move(at, position) {
    this.cornersOf(at)[at.corner] = position;
  }

  remove(at) {
    this.keep();
    const corners = this.cornersOf(at);
    corners.splice(at.corner, 1);
    this.chosen = corners.length ? { ...at, corner: Math.max(0, at.corner - 1) } : null;
  }

  // A corner put onto the one beside it is one corner less; part of the step that moved it.
  merge(at) {
    const corners = this.cornersOf(at);
    corners.splice(at.corner, 1);
    this.chosen = { ...at, corner: Math.min(at.corner, corners.length - 1) };
  }

  clear() {
    this.keep();
    this.polygons = [[[]]];
    this.chosen = null;
  }

  // GeoJSON closes its rings; what has under three corners is no outline yet.
  toGeoJson() {
    const polygons = this.polygons
      .map((rings) => rings.filter((corners) => corners.length > 2).map((corners) => [...corners, corners[0]]))
      .filter((rings) => rings.length);
    if (!polygons.length) return null;
    if (polygons.length === 1) return { type: "Polygon", coordinates: polygons[0] };
    return { type: "MultiPolygon", coordinates: polygons };
  }

  // Returns whether the geometry could be read at all.
  load(geometry) {
    const polygons = polygonsOf(geometry);
    if (!polygons) return false;
    this.polygons = polygons;
    this.chosen = null;
    return true;
  }
}

function polygonsOf(geometry) {
  const found = { Polygon: () => [geometry.coordinates], MultiPolygon: () => geometry.coordinates }[geometry?.type]?.();
  const sound = Array.isArray(found) && found.length && found.every((rings) => Array.isArray(rings) && rings.every(isRing));
  return sound ? found.map((rings) => rings.map(opened)) : null;
}

function isRing(ring) {
  return Array.isArray(ring) && ring.every((place) => Array.isArray(place) && place.slice(0, 2).every(Number.isFinite));
}

function opened(ring) {
  const corners = ring.map(([lon, lat]) => [lon, lat]);
  const [first, last] = [corners[0], corners.at(-1)];
  if (corners.length > 1 && first[0] === last[0] && first[1] === last[1]) corners.pop();
  return corners;
}
