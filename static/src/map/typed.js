// Typed positions: decimal degrees in either order, or degrees, minutes and seconds with N/E or B/Đ.

const DMS = /(\d{1,3}(?:[.,]\d+)?)\s*[°d]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’m]\s*)?(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|”|''|s)\s*)?([NSEWBĐĐ])?/giu;
const PLAIN = /[-+]?\d+(?:[.,]\d+)?/g;
const LATITUDE = "NSB";

// [lon, lat], or null for what is no place on earth.
export function readPosition(text) {
  const parts = /[°]|\d\s*d\s*\d/i.test(text) ? degreesOf(text) : plainOf(text);
  if (parts.length !== 2) return null;
  const named = parts.findIndex(({ mark }) => mark);
  // Vietnam lies between 8° and 24° north, 102° and 118° east: the larger number is the longitude.
  const first = named < 0 ? parts[0].value > parts[1].value : LATITUDE.includes(parts[named].mark) === (named === 1);
  const [lon, lat] = (first ? parts : [...parts].reverse()).map(({ value }) => value);
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : null;
}

function degreesOf(text) {
  return [...text.matchAll(DMS)].map(([, degrees, minutes = "0", seconds = "0", mark = ""]) => {
    const value = number(degrees) + number(minutes) / 60 + number(seconds) / 3600;
    return { value: /[SW]/i.test(mark) ? -value : value, mark: mark.toUpperCase() };
  });
}

function plainOf(text) {
  // "21.1,105.2": where decimals have points, commas part numbers.
  const spaced = text.includes(".") ? text.replaceAll(",", " ") : text;
  return (spaced.match(PLAIN) ?? []).map((found) => ({ value: number(found), mark: "" }));
}

function number(text) {
  return Number(text.replace(",", "."));
}
