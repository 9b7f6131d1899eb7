// The house's own colours, light or dark, for what is drawn on a canvas.

const NAMES = ["brand", "brand-deep", "bad", "edge", "sunken", "surface", "note-back"];
const dark = matchMedia("(prefers-color-scheme: dark)");

export function palette() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export function onRepaint(act) {
  dark.addEventListener("change", act);
}
