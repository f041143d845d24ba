// 稳固: what pages add when scripts run; every page also works without. No inline code, no eval.
(() => {
  "use strict";
  const on = (type, act, capture) => document.addEventListener(type, act, capture);
  const near = (event, selector) => event.target.closest && event.target.closest(selector);

  // Input methods: nothing is sent while 拼音 is still being composed; Enter only picks the word.
  let composing = false;
  on("compositionstart", () => { composing = true; }, true);
  on("compositionend", (event) => {
    composing = false;
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);
  on("input", (event) => { if (composing) event.stopImmediatePropagation(); }, true);
  on("keydown", (event) => {
    if (event.key === "Enter" && (composing || event.keyCode === 229)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  // 字号 and 密度 at once, and remembered; without scripts the same form asks the server.
  on("submit", (event) => {
    const form = near(event, "form[data-look]");
    const choice = event.submitter;
    if (!form || !choice) return;
    event.preventDefault();
    const root = document.documentElement;
    form.querySelectorAll("button").forEach((button) => {
      if (button.value !== "s") root.classList.remove(button.value);
      button.hidden = form.hasAttribute("data-turn") && button.dataset.after !== choice.value;
      if (!form.hasAttribute("data-turn")) button.setAttribute("aria-pressed", button === choice);
    });
    if (choice.value !== "s") root.classList.add(choice.value);
    const sent = new FormData(form);
    sent.append(choice.name, choice.value);
    fetch(form.action, { method: "POST", body: sent, redirect: "manual", keepalive: true });
    const next = form.querySelector("button:not([hidden])");
    if (next && choice.hidden) next.focus();
  });

  // Batch bar: how many rows are chosen; the box in the head chooses the page.
  const tally = (list) => {
    const boxes = [...list.querySelectorAll("tbody [type=checkbox]")];
    const chosen = boxes.filter((box) => box.checked).length;
    boxes.forEach((box) => box.closest("tr").classList.toggle("on", box.checked));
    const bar = list.querySelector(".batch");
    if (bar) bar.hidden = chosen === 0;
    list.querySelectorAll("[data-chosen]").forEach((spot) => {
      spot.textContent = chosen.toLocaleString("en");
    });
    const all = list.querySelector("thead [type=checkbox]");
    if (all) {
      all.checked = boxes.length > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };
  on("change", (event) => {
    const list = near(event, "[data-batch]");
    if (!list) return;
    if (near(event, "thead")) {
      list.querySelectorAll("tbody [type=checkbox]").forEach((box) => {
        box.checked = event.target.checked;
      });
    }
    tally(list);
  });
  on("click", (event) => {
    const list = near(event, "[data-unchoose]") && near(event, "[data-batch]");
    if (!list) return;
    list.querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = false; });
    tally(list);
  });

  // Confirm in place: the button wakes when the count is typed; 不撤销 closes and gives focus back.
  on("input", (event) => {
    const form = near(event, "form[data-count]");
    if (!form) return;
    const typed = event.target.value.replace(/[,，\s]/g, "");
    form.querySelector("[type=submit]").disabled = typed !== form.dataset.count;
  });
  on("click", (event) => {
    const box = near(event, "[data-close]") && near(event, "details");
    if (!box) return;
    box.open = false;
    box.querySelector("summary").focus();
  });

  // 更多条件 unfolds in place, so that nothing already typed is lost.
  on("click", (event) => {
    const button = near(event, "[data-all]");
    if (!button) return;
    event.preventDefault();
    button.setAttribute("aria-expanded", button.closest("form").classList.toggle("all"));
  });

  // A link to a closed explanation opens it.
  const reach = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    const box = target && target.closest("details");
    if (box) box.open = true;
  };
  addEventListener("hashchange", reach);

  // A revealed value is covered again after its seconds.
  const cover = (root) => {
    root.querySelectorAll("[data-seconds]").forEach((spot) => {
      let left = Number(spot.dataset.seconds);
      const clock = spot.querySelector("[data-left]");
      const timer = setInterval(() => {
        left -= 1;
        if (clock) clock.textContent = left;
        if (left > 0) return;
        clearInterval(timer);
        spot.textContent = spot.dataset.mask;
      }, 1000);
    });
  };

  // Loading shows only after 0.4 s and leaves the old rows in sight; an error keeps them too.
  const timers = new WeakMap();
  const say = (target, kind) => {
    const words = document.querySelector(`template[data-say=${kind}]`);
    target.querySelectorAll(":scope > [data-said]").forEach((old) => old.remove());
    if (words && kind) target.prepend(words.content.cloneNode(true));
  };
  on("htmx:beforeRequest", (event) => {
    const target = event.detail.target;
    timers.set(event.detail.xhr, setTimeout(() => {
      target.classList.add("busy");
      target.setAttribute("aria-busy", "true");
      say(target, "loading");
    }, 400));
  });
  on("htmx:afterRequest", (event) => {
    const target = event.detail.target;
    clearTimeout(timers.get(event.detail.xhr));
    target.classList.remove("busy");
    target.removeAttribute("aria-busy");
    say(target, event.detail.successful ? "none" : "failed");
  });
  on("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    cover(part);
    part.querySelectorAll("[data-batch]").forEach(tally);
    const spot = part.matches("[data-focus]") ? part : part.querySelector("[data-focus]");
    if (!spot || spot.contains(document.activeElement)) return;
    spot.tabIndex = -1;
    spot.focus({ preventScroll: true });
  });

  on("DOMContentLoaded", () => {
    document.documentElement.classList.add("js");
    document.querySelectorAll("[data-batch]").forEach(tally);
    document.querySelectorAll("form[data-count] [type=submit]").forEach((button) => {
      button.disabled = true;
    });
    cover(document);
    reach();
  });
  on("click", (event) => {
    if (near(event, "[data-print]")) print();
  });
})();
