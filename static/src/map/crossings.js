// Where edges of a ring meet that should not: a sweep over the edges, quick enough for thousands of
// corners under a finger. What is too tangled even for that is said to be so, not guessed at.

const MOST_COMPARED = 2_000_000;
const MOST_NAMED = 50;

// { places: [[lon, lat]], whole }: whole is false where looking was given up before the end.
export function crossingsOf(corners) {
  const count = corners.length;
  const places = [];
  if (count < 4) return { places, whole: true };
  const across = wider(corners);
  const edges = corners.map((from, i) => edge(from, corners[(i + 1) % count], i, across));
  const order = edges.toSorted((a, b) => a.low - b.low);
  let open = [];
  let compared = 0;
  for (const next of order) {
    open = open.filter((other) => other.high >= next.low);
    compared += open.length;
    for (const other of open) {
      if (other.left > next.right || other.right < next.left || adjoin(other.i, next.i, count)) continue;
      const place = crossing(other.from, other.to, next.from, next.to);
      if (place) places.push(place);
      if (places.length >= MOST_NAMED) return { places, whole: false };
    }
    if (compared > MOST_COMPARED) return { places, whole: false };
    open.push(next);
  }
  return { places, whole: true };
}

// Swept along its longer side, fewer edges are open at a time: 0 for lon, 1 for lat.
function wider(corners) {
  const [lons, lats] = [0, 1].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (const place of corners) {
      low = Math.min(low, place[axis]);
      high = Math.max(high, place[axis]);
    }
    return high - low;
  });
  return lons >= lats ? 0 : 1;
}

function edge(from, to, i, axis) {
  const other = 1 - axis;
  return {
    i, from, to,
    low: Math.min(from[axis], to[axis]), high: Math.max(from[axis], to[axis]),
    left: Math.min(from[other], to[other]), right: Math.max(from[other], to[other]),
  };
}

// Neighbours share a corner; they meet nowhere else, or lie on each other, which the server tells.
function adjoin(a, b, count) {
  const apart = Math.abs(a - b);
  return apart === 1 || apart === count - 1;
}

function crossing(a, b, c, d) {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const turn = rx * sy - ry * sx;
  if (turn === 0) return null;
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / turn;
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / turn;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? [a[0] + t * rx, a[1] + t * ry] : null;
}
