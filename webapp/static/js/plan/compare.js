// Two plans' maps side by side: one choice and one outlook for both; figures on common orders.
(() => {
  "use strict";
  const page = document.getElementById("c-page");
  const frames = document.querySelector(".c-frames");
  const NAMES = ["base", "other"];
  const sides = Object.fromEntries(NAMES.map((name) => {
    const figure = frames.querySelector(`[data-side="${name}"]`);
    return [name, { name, frame: figure.querySelector("iframe"), chosen: figure.querySelector("[data-chosen]"), view: null, ready: false, sent: false, route: "" }];
  }));
  let city = null;
  let vehicle = new URLSearchParams(window.location.search).get("vehicle") || "";

  const send = (side, message) => side.frame.contentWindow.postMessage(message, window.location.origin);
  const routeOf = (side) => side.view?.routes.find((route) => route.vehicle === vehicle);

  function give(side) {
    if (!side.ready || !side.view || side.sent) return;
    side.sent = true;
    if (city) send(side, { base: city });
    side.view.start_at = Math.min(...side.view.routes.map((route) => route.start), side.view.horizon.length);
    send(side, { view: side.view });
    show(side);
  }

  function show(side) {
    const route = routeOf(side);
    side.route = route ? route.key : "";
    side.chosen.textContent = vehicle ? (route ? `${route.key} ${route.plate}` : "—") : "";
    if (side.sent) send(side, { choose: { route: side.route, stop: 0, order: "", show: Boolean(route) } });
  }

  // A choice on either side, or in a table, is the same vehicle's route on both.
  function choose(next) {
    vehicle = next;
    for (const name of NAMES) show(sides[name]);
    for (const row of document.querySelectorAll("tr[data-vehicle]")) row.classList.toggle("gf-here", row.dataset.vehicle === vehicle);
    const address = new URL(window.location.href);
    if (vehicle) address.searchParams.set("vehicle", vehicle); else address.searchParams.delete("vehicle");
    window.history.replaceState(null, "", address);
  }

  window.addEventListener("message", (event) => {
    const side = NAMES.map((name) => sides[name]).find((one) => one.frame.contentWindow === event.source);
    const message = event.data || {};
    if (event.origin !== window.location.origin || !side || message.from !== "plan-map") return;
    if (message.ready) { side.ready = true; give(side); }
    if (message.choose !== undefined && message.choose !== side.route) {
      choose(side.view.routes.find((route) => route.key === message.choose)?.vehicle || "");
    }
    if (message.time !== undefined || message.look) {
      const twin = sides[side.name === "base" ? "other" : "base"];
      if (twin.sent) send(twin, message.look ? { look: message.look } : { time: message.time });
    }
  });

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) {
      choose(pick.dataset.pick === vehicle ? "" : pick.dataset.pick);
      document.querySelector(".c-maps").scrollIntoView({ block: "nearest" });
    }
    const toggle = event.target.closest("[data-show]");
    if (toggle) {
      frames.dataset.shown = toggle.dataset.show;
      for (const button of document.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button === toggle));
    }
  });

  function cell(tag, text, className) {
    const box = document.createElement(tag);
    box.textContent = text;
    if (className) box.className = className;
    return box;
  }

  function drawCommon(found) {
    const box = document.getElementById("c-common-rows");
    const table = document.querySelector(".c-lines").cloneNode(true);
    table.tBodies[0].replaceChildren(...found.lines.map((line) => {
      const row = document.createElement("tr");
      if (line.total) row.className = "c-total";
      const head = cell("th", `${line.name} `);
      head.scope = "row";
      head.append(cell("small", line.unit));
      row.append(head, cell("td", line.base, "n c-base"), cell("td", line.other, "n"), cell("td", line.difference, `n ${line.tone}`), cell("td", line.percent, `n ${line.tone}`));
      return row;
    }));
    box.replaceChildren(table);
  }

  const load = (address) => fetch(address).then((answer) => answer.json());
  Promise.all([load(page.dataset.base), load(page.dataset.other), load(page.dataset.city).catch(() => null)]).then(([base, other, map]) => {
    city = map;
    sides.base.view = base;
    sides.other.view = other;
    for (const name of NAMES) { send(sides[name], { ready: true }); give(sides[name]); }
    if (vehicle) choose(vehicle);
  });
  const waiting = document.getElementById("c-common-rows");
  if (waiting) {
    load(page.dataset.common).then((found) => {
      if (found.error) waiting.replaceChildren(cell("p", found.error, "gf-card-body gf-soft"));
      else drawCommon(found);
    });
  }
})();
