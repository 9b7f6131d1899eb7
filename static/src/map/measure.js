// Measures of an outline on the ellipsoid WGS 84, as the server has them (growing_areas/shapes/authalic.py).

const EQUATOR_M = 6378137;
const E2 = 0.0066943799901413165;
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;
const MOST_CORNERS_CHECKED = 600;

// Area of the belt from the equator to a latitude, per radian of longitude (Snyder 1987, eq. 3-12).
function belt(lat) {
  const sin = Math.sin(lat * RAD);
  const q = sin / (1 - E2 * sin * sin) + Math.log((1 + E * sin) / (1 - E * sin)) / (2 * E);
  return (EQUATOR_M * EQUATOR_M * (1 - E2) * q) / 2;
}

function ringArea(corners) {
  let sum = 0;
  // Taken from the first corner, so that no digits are lost far from Greenwich.
  const [lon0, lat0] = corners[0] ?? [0, 0];
  const base = belt(lat0);
  corners.forEach(([lon, lat], i) => {
    const [nextLon, nextLat] = corners[(i + 1) % corners.length];
    sum += (lon - lon0) * RAD * (belt(nextLat) - base) - (nextLon - lon0) * RAD * (belt(lat) - base);
  });
  return Math.abs(sum) / 2;
}

// Square metres, holes taken off.
export function areaOf(polygons) {
  return polygons.reduce(
    (sum, [shell = [], ...holes]) => sum + ringArea(shell) - holes.reduce((taken, hole) => taken + ringArea(hole), 0),
    0,
  );
}

// Where edges of a ring cross each other. A long track is left to the server.
export function crossingsOf(corners) {
  const count = corners.length;
  const found = [];
  if (count < 4 || count > MOST_CORNERS_CHECKED) return found;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 2; j < count; j += 1) {
      if (i === 0 && j === count - 1) continue;
      const place = crossing(corners[i], corners[i + 1], corners[j], corners[(j + 1) % count]);
      if (place) found.push(place);
    }
  }
  return found;
}

function crossing(a, b, c, d) {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const across = rx * sy - ry * sx;
  if (across === 0) return null;
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / across;
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / across;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? [a[0] + t * rx, a[1] + t * ry] : null;
}

export function boundsOf(polygons) {
  const corners = polygons.flat(2);
  const lons = corners.map(([lon]) => lon);
  const lats = corners.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
