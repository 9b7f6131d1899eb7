// What a drill sees of the page it has open, by eye: nothing here changes the page.
() => {
  const phone = innerWidth < 600;
  const told = (element) =>
    `<${element.tagName.toLowerCase()}${element.className && element.className.baseVal === undefined ? "." + element.className : ""}> ${(element.innerText || element.name || element.value || "").trim().slice(0, 50)}`;
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hidden = (element) => element.closest(".skip, .seen-by-readers, [data-seen-by-readers]");
  // Inside something that scrolls, is drawn or pans, what sticks out is meant to.
  const pans = (element) => element.closest("svg, .leaflet-container, pre, [data-view]");
  const scrollsX = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const all = [...document.body.querySelectorAll("*")].filter((e) => !hidden(e) && seen(e));

  const cut = [], scrolls = [], small = [];
  for (const element of all) {
    if (pans(element)) continue;
    const box = element.getBoundingClientRect();
    // A pixel wide: kept for who hears the page (heads of tables that are cards on a phone).
    if (box.width < 4 || box.height < 4) continue;
    let inScroller = false;
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement)
      if (scrollsX(up)) inScroller = true;
    if (!inScroller && (box.right > innerWidth + 1 || box.left < -1)) cut.push(told(element));
    const style = getComputedStyle(element);
    const more = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 4;
    if (more && scrollsX(element) && !element.matches("textarea, input")) scrolls.push(told(element));
    if (more && ["hidden", "clip"].includes(style.overflowX) && element.innerText && style.display !== "inline"
        && !element.querySelector("img, svg.map"))
      cut.push(told(element));
  }
  if (phone) {
    for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
      if (!seen(element) || hidden(element) || element.type === "hidden" || pans(element)) continue;
      if (element.closest("thead")?.offsetWidth < 4) continue;
      const words = (element.innerText || "").trim();
      const line = element.tagName === "A" && element.closest("p, li, dd, td, th, label, .hint, figcaption");
      if (line && getComputedStyle(element).display === "inline" && line.innerText.trim().length > words.length + 8) continue;
      const choice = ["radio", "checkbox"].includes(element.type) && element.closest("label, .choice");
      const box = (choice || element).getBoundingClientRect();
      if (box.height < 43.5 || box.width < 24) small.push(`${told(element)} ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
  }

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent.replace(/\s+/g, " ").trim();
    if (!text || parent.closest("script, style, textarea, noscript, template") || !parent.getClientRects().length) continue;
    const foreign = parent.closest("[lang]");
    texts.push([
      text,
      Boolean(parent.closest("code, .code, pre, kbd, samp, .num-code")),
      foreign && foreign !== document.documentElement ? foreign.lang : "",
    ]);
  }
  return {
    title: document.title,
    wider: document.documentElement.scrollWidth - innerWidth,
    headings: [...document.querySelectorAll("h1")].filter(seen).length,
    cut: [...new Set(cut)], scrolls: [...new Set(scrolls)], small: [...new Set(small)], texts,
    links: [...document.querySelectorAll("a[href]")].map((a) => new URL(a.getAttribute("href"), location).href),
    forms: [...document.querySelectorAll("form")].filter((f) => f.method === "get").map((f) => f.action),
  };
}
