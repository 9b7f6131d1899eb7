// Snapping: a corner close to somebody's corner or edge goes exactly onto it. Positions are [lon, lat].

const REACH_PX = 14;

export class Snapper {
  constructor(map) {
    this.map = map;
    this.lines = [];
  }

  // Every ring of the areas around, as GeoJSON draws them.
  learn(features) {
    this.lines = features.flatMap(({ geometry }) => ({
      Polygon: () => geometry.coordinates,
      MultiPolygon: () => geometry.coordinates.flat(),
    })[geometry?.type]?.() ?? []);
  }

  // beside: further rings to snap to, such as other parts of the same outline (closed).
  snap(position, beside = []) {
    const here = this.#pixel(position);
    let [best, bestPx] = [null, REACH_PX];
    const lines = [...this.lines, ...beside];
    // Corners first: an edge is only taken where no corner is in reach.
    for (const place of lines.flat()) {
      const far = here.distanceTo(this.#pixel(place));
      if (far < bestPx) [best, bestPx] = [place, far];
    }
    if (best) return [best[0], best[1]];
    for (const line of lines) {
      for (let i = 1; i < line.length; i += 1) {
        const [place, far] = this.#onEdge(here, line[i - 1], line[i]);
        if (far < bestPx) [best, bestPx] = [place, far];
      }
    }
    return best ?? position;
  }

  // Which of these positions lies within reach, the nearest first; -1 for none.
  within(position, places) {
    const here = this.#pixel(position);
    const far = places.map((place) => here.distanceTo(this.#pixel(place)));
    const nearest = far.indexOf(Math.min(...far, REACH_PX));
    return nearest;
  }

  #onEdge(here, from, to) {
    const [a, b] = [this.#pixel(from), this.#pixel(to)];
    const along = b.subtract(a);
    const length = along.x ** 2 + along.y ** 2;
    const part = length ? Math.min(1, Math.max(0, ((here.x - a.x) * along.x + (here.y - a.y) * along.y) / length)) : 0;
    const place = [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
    return [place, here.distanceTo(this.#pixel(place))];
  }

  #pixel([lon, lat]) {
    return this.map.latLngToContainerPoint([lat, lon]);
  }
}
