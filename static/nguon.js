// Small comforts for signed-in pages; everything works without them.
(() => {
  "use strict";

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      document.getElementById("find")?.focus();
    }
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
      const form = typing?.closest("form[data-main]") || document.querySelector("main form[data-main]");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
    }
  });

  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = false));
  };

  // A second tap on "send" must not send twice. Disabled only after the form's values were read,
  // and let go again, as an answer may be a file that leaves the page where it is.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = true)));
    setTimeout(release, 10000, form);
  });

  // Coming back with the browser's back button: the form may be sent again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  document.getElementById("errors")?.focus();

  // A day is typed as text; the browser's own calendar helps where there is one.
  document.querySelectorAll("input[data-day]").forEach((typed) => {
    const [button, calendar] = [typed.nextElementSibling, typed.nextElementSibling?.nextElementSibling];
    const tidy = (text) => text.trim().replace(/^(\d{1,2})[ .-]?(\d{1,2})[ .-]?(\d{4})$/, "$1/$2/$3");
    typed.addEventListener("change", () => {
      if (/^(\d{8}|\d{1,2}[ .-]\d{1,2}[ .-]\d{4})$/.test(typed.value.trim())) typed.value = tidy(typed.value);
    });
    if (!calendar?.showPicker) return;
    button.hidden = calendar.hidden = false;
    button.addEventListener("click", () => {
      const day = typed.value.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/);
      calendar.value = day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : "";
      calendar.showPicker();
    });
    calendar.addEventListener("change", () => {
      if (calendar.value) typed.value = calendar.value.split("-").reverse().join("/");
      typed.focus();
    });
  });

  document.querySelectorAll("button[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  // A form that shows what it makes: its live parts are fetched anew as it is changed.
  document.querySelectorAll("form[data-preview]").forEach((form) => {
    let asked = 0;
    const refresh = async (mine) => {
      await new Promise((done) => setTimeout(done, 300));
      if (mine !== asked) return;
      const given = new URLSearchParams(new FormData(form));
      given.delete("csrf_token");
      try {
        const answer = await fetch(`${form.dataset.preview}?${given}`, { headers: { Accept: "text/html" } });
        if (!answer.ok || mine !== asked) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.querySelectorAll("[data-live]").forEach((part) => {
          const fresh = page.getElementById(part.id);
          // What stayed the same keeps the reader's place in it.
          if (!fresh || (part.dataset.live && part.dataset.live === fresh.dataset.live)) return;
          part.dataset.live = fresh.dataset.live;
          part.replaceChildren(...fresh.childNodes);
        });
      } catch {
        // Nothing is lost: the button shows it as well.
      }
    };
    form.addEventListener("input", () => refresh((asked += 1)));
    form.querySelectorAll("button[data-move]").forEach((button) => {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        const row = button.closest("li");
        if (button.dataset.move === "up") row.previousElementSibling?.before(row);
        else row.nextElementSibling?.after(row);
        button.focus();
        refresh((asked += 1));
      });
    });
  });

  // A running job: ask for the page again and put its box in place until it has ended.
  const poll = async (wait) => {
    const box = document.querySelector("#job[data-poll]");
    if (!box) return;
    await new Promise((done) => setTimeout(done, wait));
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("job");
      if (!fresh) return location.reload();
      box.replaceWith(document.adoptNode(fresh));
      poll(1000);
    } catch {
      poll(Math.min(wait * 2, 15000));
    }
  };
  poll(1000);
})();
