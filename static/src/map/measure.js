// Measures of an outline on the ellipsoid WGS 84, as the server has them (growing_areas/shapes/authalic.py).

const EQUATOR_M = 6378137;
const E2 = 0.0066943799901413165;
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;

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

export function boundsOf(polygons) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of polygons.flat(2)) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}
