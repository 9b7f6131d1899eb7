// Vector tiles on canvases: asked for once, painted again when colours change, asked what lies where.
// Tiles are 512 px wide, so that a page needs few of them and counted circles stand apart.

import { VectorTile } from "@mapbox/vector-tile";
import L from "leaflet";
import { PbfReader } from "pbf";
import { holds } from "./rings.js";

const SIZE = 512;
const EXTENT = 4096;
const COUNTRY = [[4, 99], [25.5, 120]];
const OPTIONS = { tileSize: SIZE, minZoom: 2, maxZoom: 19, bounds: COUNTRY, updateWhenZooming: false, keepBuffer: 1 };

export class VectorLayer extends L.GridLayer {
  // address(z, x, y) of a tile; paint(context, layers) draws its layers in the tile's own units.
  constructor(address, paint) {
    super(OPTIONS);
    Object.assign(this, { address, paint, known: new Map() });
    this.on("tileunload", ({ coords }) => {
      const key = this._tileCoordsToKey(coords);
      this.known.get(key)?.end.abort();
      this.known.delete(key);
      this.fire("changed");
    });
  }

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE * Math.min(devicePixelRatio || 1, 2);
    const tile = { canvas, coords, layers: {}, end: new AbortController() };
    this.known.set(this._tileCoordsToKey(coords), tile);
    this.read(tile).then(
      () => done(null, canvas),
      (error) => {
        if (error.name === "AbortError") return;
        tile.hasFailed = true;
        done(error, canvas);
      },
    );
    return canvas;
  }

  async read(tile) {
    const { x, y, z } = tile.coords;
    const answer = await fetch(this.address(z - 1, x, y), { signal: tile.end.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const { layers } = new VectorTile(new PbfReader(await answer.arrayBuffer()));
    for (const [name, layer] of Object.entries(layers)) {
      tile.layers[name] = Array.from({ length: layer.length }, (_none, at) => {
        const feature = layer.feature(at);
        return { rings: feature.loadGeometry(), told: feature.properties };
      });
    }
    this.draw(tile);
    this.fire("changed");
  }

  draw({ canvas, layers }) {
    const context = canvas.getContext("2d");
    const scale = canvas.width / EXTENT;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    this.paint(context, layers, EXTENT / SIZE);
  }

  repaint() {
    for (const tile of this.known.values()) this.draw(tile);
  }

  // The features of a layer in the tiles of the zoom that is shown, with the place of each tile.
  *shown(name) {
    for (const tile of this.known.values()) {
      if (tile.coords.z !== this._tileZoom) continue;
      for (const feature of tile.layers[name] ?? []) yield { ...feature, tile };
    }
  }

  // What of a layer lies at a place, the last drawn first.
  at(name, latlng) {
    const point = this._map.project(latlng, this._tileZoom);
    const x = Math.floor(point.x / SIZE);
    const y = Math.floor(point.y / SIZE);
    const tile = this.known.get(`${x}:${y}:${this._tileZoom}`);
    const [left, top] = [(point.x - x * SIZE), (point.y - y * SIZE)].map((px) => (px * EXTENT) / SIZE);
    return (tile?.layers[name] ?? []).filter(({ rings }) => holds(rings, left, top)).reverse()
      .map((feature) => ({ ...feature, tile }));
  }

  // Where a point of a tile lies on the earth.
  latLng(tile, { x, y }) {
    const { coords } = tile;
    const point = L.point(coords.x + x / EXTENT, coords.y + y / EXTENT).multiplyBy(SIZE);
    return this._map.unproject(point, coords.z);
  }
}

// The rings of a shape as one path, in the units of its tile.
export function trace(context, rings) {
  context.beginPath();
  for (const ring of rings) {
    ring.forEach(({ x, y }, at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
  }
}
