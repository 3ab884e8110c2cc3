// Changing the plan by hand: what is chosen is moved, removed, locked; each change is answered at
// once and drawn in list, map, time line and panels; undo, redo, save.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const byId = (id) => document.getElementById(id);
  const words = JSON.parse(byId("p-words").textContent);
  const say = (text, ...values) => values.reduce((line, value) => line.replace("{}", value), text);
  const at = () => byId("p-at").dataset;
  const editable = () => at().editable === "1";
  document.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) event.target.closest("dialog").close(); });
  if (!editable()) return;
  let line = Promise.resolve();

  async function post(path, body) {
    const slow = setTimeout(() => document.body.classList.add("p-working"), 300);
    try {
      const answer = await fetch(`/plans/${at().plan}/${path}`, {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": byId("p-csrf").value },
        body: JSON.stringify({ number: Number(at().number), ...body }),
      });
      const said = await answer.json().catch(() => null);
      if (answer.ok && said) return said;
      refuse(said && said.message ? [said.message, said.remedy].filter(Boolean).join("。") : words.failed, said && said.code === "changed_meanwhile", said && said.draft);
    } catch {
      refuse(words.failed, false);
    } finally {
      clearTimeout(slow);
      document.body.classList.remove("p-working");
    }
    return null;
  }

  function refuse(text, stale, draft) {
    const box = byId("p-refused");
    box.querySelector("[data-text]").textContent = text;
    box.querySelector("[data-reload]").hidden = !stale || Boolean(draft);
    const link = box.querySelector("[data-draft]");
    link.hidden = !draft;
    if (draft) link.href = draft;
    if (!box.open) box.showModal();
  }

  // One change after another: each is made upon the one before.
  const inLine = (work) => { line = line.then(work, work); return line; };

  const send = (edits) => inLine(async () => {
    const said = await post("edits", { edits });
    if (said) await shown(said);
  });
  const walk = (step) => inLine(async () => {
    if (at()[step] !== "1") return;
    const said = await post(step, {});
    if (said) await shown(said);
  });
  const save = () => inLine(async () => {
    if (at().state !== "draft") return;
    const said = await post("save", {});
    if (!said) return;
    if (said.state === "solved") window.location.reload();
    else { await fragments(); refuse(words.still_broken, false); GF.page.showTab("hand", "side"); }
  });

  async function shown(said) {
    byId("p-at").dataset.number = said.number;
    if (said.plan !== at().plan) {
      byId("p-at").dataset.plan = said.plan;
      window.history.replaceState(null, "", `/plans/${said.plan}${window.location.search}`);
      document.querySelector("[data-replan]").action = `/plans/${said.plan}/replan`;
    }
    parts(said.parts, said.news);
  }

  // Head, totals, bar and panel as the server writes them: they come with a change's answer.
  async function fragments() {
    const answer = await fetch(`/plans/${at().plan}/hand`);
    if (answer.ok) parts(await answer.text());
  }
  function parts(text, news = null) {
    const parsed = new DOMParser().parseFromString(text, "text/html");
    byId("p-head").replaceChildren(...parsed.getElementById("p-head").childNodes);
    byId("p-hand").replaceChildren(...parsed.getElementById("p-hand").childNodes);
    GF.page.given(JSON.parse(parsed.getElementById("p-links").textContent), JSON.parse(byId("p-changes").textContent), news);
    GF.page.fill();
  }

  GF.hand = {
    words,
    prices: async (tries) => (await post("prices", { tries }))?.prices,
  };

  // ---- what is chosen, and what can be done with it
  const orderText = (id, stop) => {
    const n = stop.parts.flat().indexOf(id);
    return stop.references[n] || id;
  };
  const stopsOf = (route) => route.trips.flatMap((trip) => trip.stops.map((stop) => ({ stop, trip })));
  const target = () => {
    const { view, state } = GF.page;
    const route = view.routes.find((one) => one.key === state.route);
    const found = route && state.stop ? stopsOf(route).find(({ stop }) => stop.n === state.stop) : null;
    const out = view.unassigned.find((one) => one.order === state.order);
    return { route, out, ...(found || {}) };
  };

  async function move({ route, stop, out, trip, whole }) {
    const { view } = GF.page;
    const orders = out ? [{ id: out.order, text: out.reference }]
      : (whole ? trip.stops : [stop]).flatMap((one) => [...new Set(one.parts.flat())].map((id) => ({ id, text: orderText(id, one) })));
    const unique = [...new Map(orders.map((one) => [one.id, one])).values()];
    if (!unique.length) return;
    const label = unique.length > 2 ? `${unique[0].text} ${say(words.orders, unique.length)}` : unique.map((one) => one.text).join("、");
    const edit = await GF.pick(view, { title: say(out ? words.pick_assign : words.pick_move, label), orders: unique, from: route ? route.vehicle : "" });
    if (edit) await send([edit]);
  }
  const remove = ({ stop }) => send([{ type: "remove", orders: [...new Set(stop.parts.flat())] }]);
  const lockStop = ({ route, stop }) => send([stop.locked ? { type: "unlock", orders: stop.parts.flat() } : { type: "lock", scope: "stop", vehicle: route.vehicle, orders: stop.parts.flat() }]);
  const lockStart = ({ route, stop }) => send([stop.start_locked ? { type: "unlock", orders: stop.parts.flat() } : { type: "lock", scope: "start", vehicle: route.vehicle, orders: stop.parts.flat() }]);
  const lockTrip = ({ route, trip }) => send([trip.locked ? { type: "unlock", orders: trip.stops.flatMap((one) => one.parts.flat()) } : { type: "lock", scope: "trip", vehicle: route.vehicle, trip: trip.n - 1 }]);
  const lockVehicle = ({ route }) => send([route.locked ? { type: "unlock", vehicle: route.vehicle } : { type: "lock", scope: "vehicle", vehicle: route.vehicle }]);

  function startTrip({ route, trip }) {
    const box = byId("p-when");
    const form = box.querySelector("form");
    const depot = trip.stops.find((stop) => stop.kind === "depot");
    box.querySelector("[data-text]").textContent = `${route.key} ${route.plate} ${say(words.trip, trip.n)}`;
    const { view } = GF.page;
    const local = new Date(Date.parse(view.horizon.start) + (depot.arrive + view.horizon.offset_s) * 1000).toISOString();
    form.elements.clock.value = local.slice(11, 16);
    form.elements.day.value = String(Math.round((Date.parse(local.slice(0, 10)) - Date.parse(view.service_date)) / 86400000));
    box.returnValue = "";
    box.onclose = () => {
      if (box.returnValue !== "ok" || !form.elements.clock.value) return;
      const moment = Date.parse(`${view.service_date}T${form.elements.clock.value}:00Z`) + Number(form.elements.day.value) * 86400000;
      const time = Math.round((moment - Date.parse(view.horizon.start)) / 1000) - view.horizon.offset_s;
      send([{ type: "start", vehicle: route.vehicle, trip: trip.n - 1, time: Math.max(0, time) }]);
    };
    box.showModal();
  }

  function waive(given) {
    const box = byId("p-waive");
    const reason = box.querySelector("textarea");
    box.querySelector("[data-text]").textContent = given.text;
    reason.value = "";
    box.returnValue = "";
    box.onclose = () => {
      if (box.returnValue === "ok" && reason.value.trim()) send([{ type: "waive", rule: given.rule, subject: given.subject, reason: reason.value }]);
    };
    box.showModal();
    reason.focus();
  }

  GF.hand.menu = (chosen, point) => {
    if (!editable()) return;
    const { route, stop, trip, out } = chosen;
    const items = [];
    if (out) items.push({ text: words.assign, key: "M", run: () => move(chosen) });
    if (stop && stop.parts.length) {
      items.push({ text: words.move, key: "M", run: () => move(chosen) }, { text: words.remove, key: "Del", run: () => remove(chosen) },
        { text: stop.locked ? words.unlock : words.lock, key: "L", run: () => lockStop(chosen) }, { text: stop.start_locked ? `${words.unlock}（${words.start_locked}）` : words.lock_start, key: "T", run: () => lockStart(chosen) });
    }
    for (const one of trip ? [trip] : route ? route.trips : []) {
      items.push({ text: say(words.start_trip, one.n), run: () => startTrip({ route, trip: one }) }, { text: say(words.move_trip, one.n), run: () => move({ route, trip: one, whole: true }) },
        { text: one.locked ? `${words.unlock}（${say(words.trip, one.n)}）` : say(words.lock_trip, one.n), run: () => lockTrip({ route, trip: one }) });
    }
    if (route) items.push({ text: route.locked ? `${words.unlock}（${route.key}）` : words.lock_vehicle, key: stop ? "" : "L", run: () => lockVehicle(chosen) });
    if (!items.length) return;
    const title = out ? out.reference : stop ? `${route.key} · ${stop.n} ${stop.name}` : route.key;
    GF.openMenu(say(words.menu_of, title), items, point);
  };

  // A right click, the menu key or a "more" button on whatever carries what it is about.
  function about(node) {
    const row = node.closest("[data-stop], [data-trip], [data-order], tr[data-key], [data-whole], .vis-label, .vis-item");
    if (!row) return null;
    const { view, state } = GF.page;
    if (row.dataset.order) return { out: view.unassigned.find((one) => one.order === row.dataset.order) };
    const route = view.routes.find((one) => one.key === (row.dataset.key || row.querySelector(".chip")?.textContent || state.route));
    if (!route) return null;
    if (row.dataset.stop) return { route, ...stopsOf(route).find(({ stop }) => stop.n === Number(row.dataset.stop)) };
    if (row.dataset.trip) return { route, trip: route.trips[Number(row.dataset.trip) - 1] };
    return { route };
  }
  document.addEventListener("contextmenu", (event) => {
    const chosen = editable() && event.target.closest(".p-grid") ? about(event.target) : null;
    if (!chosen || !(chosen.route || chosen.out)) return;
    event.preventDefault();
    const box = event.target.getBoundingClientRect();
    const point = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : { x: box.left + 20, y: box.bottom };
    GF.page.chooseQuietly(chosen);
    GF.hand.menu(chosen, point);
  });
  document.addEventListener("click", (event) => {
    const more = event.target.closest("[data-more]");
    if (more) {
      const box = more.getBoundingClientRect();
      event.stopPropagation();
      const chosen = about(more);
      if (chosen) GF.hand.menu(chosen, { x: box.left, y: box.bottom });
      return;
    }
    const edits = event.target.closest("[data-edits]");
    if (edits) send(JSON.parse(edits.dataset.edits));
    const given = event.target.closest("[data-waive]");
    if (given) waive(JSON.parse(given.dataset.waive));
    const step = event.target.closest("[data-hand]")?.dataset.hand;
    if (step) (step === "save" ? save() : walk(step));
    if (event.target.closest("[data-hand-tab]")) GF.page.showTab("hand", "side");
    if (event.target.closest("[data-reload]")) window.location.reload();
  });

  document.addEventListener("keydown", (event) => {
    if (!GF.page.view || !editable() || event.target.closest("input, textarea, select, dialog, .p-menu")) return;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (control && !event.altKey) {
      const act = key === "z" ? () => walk(event.shiftKey ? "redo" : "undo") : key === "y" ? () => walk("redo") : key === "s" ? save : null;
      if (act) { event.preventDefault(); act(); }
      return;
    }
    if (event.altKey) return;
    const chosen = target();
    const some = chosen.stop && chosen.stop.parts.length;
    const act = {
      m: () => (some || chosen.out ? move(chosen) : refuse(words.nothing_chosen, false)),
      delete: () => some && remove(chosen),
      l: () => (some ? lockStop(chosen) : chosen.route ? lockVehicle(chosen) : refuse(words.nothing_chosen, false)),
      t: () => some && lockStart(chosen),
      e: () => {
        const spot = document.querySelector('#p-route tr[aria-selected="true"], .p-out.p-here, #p-routes tr[aria-selected="true"]')?.getBoundingClientRect();
        if (spot) GF.hand.menu(chosen, { x: spot.left + 20, y: Math.min(spot.bottom, innerHeight - 40) });
      },
      h: () => GF.page.showTab("hand", "side"),
    }[key];
    if (act) { event.preventDefault(); act(); }
  });

  // The map's frame asks for the menu of what was clicked there.
  GF.hand.onMap = (message) => {
    const route = GF.page.view.routes.find((one) => one.key === message.menu.route);
    const out = GF.page.view.unassigned.find((one) => one.order === message.menu.order);
    const stop = route && stopsOf(route).find((one) => one.stop.n === message.menu.stop);
    const frame = byId("p-frame").getBoundingClientRect();
    const chosen = out ? { out } : { route, ...(stop || {}) };
    if (!chosen.out && !chosen.route) return;
    GF.page.chooseQuietly(chosen);
    GF.hand.menu(chosen, { x: frame.left + message.menu.x, y: frame.top + message.menu.y });
  };
})();
