// Offers communes while a name is typed into a commune picker (templates/components/commune_picker.html).
// Without it the form works the same: the server reads the name.

const PAUSE_MS = 150;
const SHOWN = 8;

function start(picker) {
  const box = picker.querySelector("input");
  const list = picker.querySelector("[data-offers]");
  let timer;
  let asked;

  async function offer() {
    const typed = box.value.trim();
    asked?.abort();
    if (typed.length < 2) return list.replaceChildren();
    asked = new AbortController();
    const query = new URLSearchParams({ q: typed, level: "commune", limit: SHOWN });
    try {
      const answer = await fetch(`${picker.dataset.communePicker}?${query}`, {
        headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang },
        signal: asked.signal,
      });
      if (answer.ok) show((await answer.json()).items);
    } catch {
      // Typed on, or no network: the server reads the name when the form is sent.
    }
  }

  function show(units) {
    const buttons = new Map();
    for (const unit of units) {
      for (const target of unit.successors) {
        add(buttons, target.label, `${unit.label} → ${target.label}`);
      }
      // An old commune whose successor nobody knows cannot be chosen.
      if (!unit.valid_to) add(buttons, unit.label, unit.label);
    }
    list.replaceChildren(...buttons.values());
  }

  function add(buttons, label, text) {
    if (buttons.has(label)) return;
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "button button-second",
      textContent: text,
    });
    button.addEventListener("click", () => {
      box.value = label;
      list.replaceChildren();
      box.focus();
    });
    buttons.set(label, button);
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, PAUSE_MS);
  });
}

for (const picker of document.querySelectorAll("[data-commune-picker]:not([data-started])")) {
  picker.dataset.started = "";
  start(picker);
}
