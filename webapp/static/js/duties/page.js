// The driver's page: one card, one next action. It is loaded once; everything after that works
// without a connection, and what was tapped is sent when there is one.
(() => {
  "use strict";
  const { el, fill, fold, glyph } = window.GF;
  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const given = read("d-data");
  const words = read("d-words");
  const to = read("d-to");
  const day = given.day;
  const sheets = new window.GF.Sheets(words);
  const REFRESH_MS = 90000;
  const ACTED = new Set(["load", "visit", "charge", "swap", "back"]);
  let told = given.events;
  let record = null;
  let chosen = null;
  let queue = null;
  let app = null;
  let lastTap = null;

  const two = (n) => String(n).padStart(2, "0");
  const local = (instant) => { const d = new Date(instant + given.offset_s * 1000); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`; };
  const span = (seconds) => `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}`;
  const km = (metres) => (metres / 1000).toFixed(1);
  const of = (stop) => record.stops.get(stop.key) || { arrived: null, done: null, outcomes: new Map(), signed: new Map(), said: [], dock: null, late: null };
  const planned = (stop) => Date.parse(given.start) + stop.arrive * 1000;
  const open = (stop) => stop.orders.filter((order) => !of(stop).outcomes.has(order.id));
  const acted = () => day.stops.filter((stop) => ACTED.has(stop.kind));
  // The next stop follows the one told last; a charge or depot stop that was passed by is not asked for.
  const next = () => {
    const told = acted().filter((stop) => of(stop).arrived !== null);
    const last = told.length ? told.reduce((a, b) => (Math.max(of(a).arrived, of(a).done || 0) >= Math.max(of(b).arrived, of(b).done || 0) ? a : b)) : null;
    const waiting = acted().filter((stop) => of(stop).done === null);
    if (last && of(last).done === null) return last;
    const after = last ? waiting.filter((stop) => day.stops.indexOf(stop) > day.stops.indexOf(last)) : waiting;
    return after[0] || waiting.find((stop) => stop.kind === "visit") || null;
  };
  const current = () => day.stops.find((stop) => stop.key === chosen) || next();
  const title = (stop) => stop.kind === "load" ? fill(words.from_depot, { depot: stop.name, n: stop.trip })
    : stop.kind === "back" ? fill(words.back_to, { depot: stop.name })
      : stop.kind === "visit" ? (stop.visit === "pickup" ? `${words.pickup} ${stop.name}` : stop.name)
        : `${words[`${stop.kind}_at`]} ${stop.connector || stop.name}`;

  function goods(stop) {
    const units = new Map();
    for (const order of stop.orders) units.set(order.unit, (units.get(order.unit) || 0) + order.units);
    const parts = [fill(words.orders, { n: stop.orders.length })];
    for (const [unit, n] of units) parts.push(`${n} ${unit}`);
    parts.push(`${Math.round(stop.orders.reduce((sum, order) => sum + order.weight_g, 0) / 1000)} kg`);
    return parts.join(" · ");
  }

  // How late: told by the stop before it; on this page only what the plan's own minutes say.
  function expected(stop) {
    const before = acted().filter((one) => of(one).arrived !== null && day.stops.indexOf(one) < day.stops.indexOf(stop));
    const last = before[before.length - 1];
    if (!last) return planned(stop);
    const at = of(last).done ?? of(last).arrived;
    const delay = Math.max(0, (of(last).arrived ?? at) - planned(last));
    return planned(stop) + delay;
  }

  function facts(stop) {
    const line = (icon, text, tone = "") => { const p = el("p", { class: `d-fact ${tone}` }); p.append(glyph(icon), el("span", { text })); return p; };
    const out = [];
    if (stop.orders.length) out.push(line("package", goods(stop)));
    if (stop.bay) out.push(line("parking", fill(words.bay, { name: stop.bay })));
    if (stop.address) out.push(line("home", stop.address, "d-soft"));
    if (of(stop).dock !== null) out.push(line("check", words.dock_ready, "d-good"));
    for (const order of stop.orders.filter((o) => of(stop).signed.has(o.id))) {
      const word = of(stop).signed.get(order.id);
      const what = words.states[word.state] + (word.units === undefined ? "" : ` ${word.units}/${order.units}`);
      out.push(line(word.state === "delivered" ? "check" : "alert-triangle", fill(words.signed, { order: order.reference, what }), word.state === "delivered" ? "d-good" : "d-bad"));
    }
    for (const text of new Set(stop.orders.flatMap((o) => [o.cold ? o.temperature : "", o.needs, o.note, o.unattended ? words.unattended : ""]).filter(Boolean))) out.push(line("note", text));
    for (const order of stop.orders.filter((o) => o.asked_back)) out.push(line("hand-stop", `${order.reference} ${words.asked_back}`, "d-bad"));
    if (["charge", "swap", "rest", "wait"].includes(stop.kind)) out.push(line("clock", fill(words.until, { t: stop.depart_text })));
    return out;
  }

  function orderLines(stop) {
    if (!stop.orders.length) return "";
    const rows = stop.orders.map((order) => {
      const outcome = of(stop).outcomes.get(order.id);
      const said = outcome ? words.states[outcome.state] + (outcome.units === undefined ? "" : ` ${outcome.units}/${order.units}`) : "";
      return el("li", {}, el("span", { text: `${order.reference} · ${order.goods || order.shipper}` }), el("b", { text: said || `${order.units} ${order.unit}` }));
    });
    return el("details", { class: "d-orders" }, el("summary", { text: words.order_list }), el("ul", {}, ...rows));
  }

  function card(stop) {
    const mine = of(stop);
    const number = el("span", { class: `d-n c${day.colour}` });
    if (stop.n) number.textContent = stop.n;
    else number.append(glyph({ load: "truck-loading", back: "home", charge: "charging-pile", swap: "charging-pile" }[stop.kind] || "coffee"));
    const there = mine.arrived ?? expected(stop);
    const moved = mine.arrived === null && there - planned(stop) >= 60000;
    const late = stop.window_end === null ? 0 : Math.round((there - Date.parse(given.start)) / 60000 - stop.window_end / 60);
    const kept = late > 0 ? fill(words.late_by, { n: late }) : words.in_time;
    const times = el("div", { class: "d-times" },
      el("div", {}, el("span", { text: moved ? words.expected : words.planned }), el("b", { text: moved ? local(there) : stop.arrive_text })),
      stop.windows ? el("div", { class: late > 0 ? "d-amber" : "d-green" }, el("span", { text: `${words.window} · ${kept}` }), el("b", { class: stop.windows.length > 13 ? "d-long" : "", text: stop.windows })) : "");
    const acts = el("div", { class: "d-two" }, navigate(stop), call(stop));
    const state = mine.done !== null ? fill(words.done_at, { t: local(mine.done) }) : mine.arrived !== null ? fill(words.arrived_at, { t: local(mine.arrived) }) : `${chosen ? words.chosen : words.next} · ${km(stop.leg_m)} km`;
    byId("d-card").replaceChildren(el("div", { class: "d-where" }, number, el("div", {}, el("span", { text: state }), el("h1", { text: title(stop) }))), times, ...facts(stop), orderLines(stop), acts);
  }

  function navigate(stop) {
    const place = stop.navigation.find((one) => one.app === app);
    const keep = (name) => { app = name; queue.store.set("app", name); draw(); };
    if (!place) { const button = el("button", { type: "button", class: "d-second", onclick: () => sheets.apps(stop, keep) }); button.append(glyph("navigation"), el("span", { text: words.navigate })); return button; }
    const link = el("a", { class: "d-second", href: place.address, rel: "noreferrer", target: app === "geo" ? null : "_blank" });
    link.append(glyph("navigation"), el("span", { text: words.navigate }));
    return el("div", { class: "d-nav" }, link, el("button", { type: "button", class: "d-other", onclick: () => sheets.apps(stop, keep), "aria-label": words.choose_app, text: words.apps[app] }));
  }

  function call(stop) {
    if (!stop.contacts.length) return el("span", { class: "d-second d-off", text: words.no_phone });
    const one = stop.contacts.length === 1;
    const act = one ? el("a", { class: "d-second", href: `tel:${stop.contacts[0].phone}` }) : el("button", { type: "button", class: "d-second", onclick: () => sheets.calls(stop) });
    act.append(glyph("phone"), el("span", { text: words.call }));
    return act;
  }

  function buttons(stop) {
    const arrive = byId("d-arrive");
    const end = byId("d-done");
    const mine = stop ? of(stop) : null;
    const single = stop && stop.kind === "back";
    arrive.hidden = !stop || mine.arrived !== null;
    arrive.querySelector("span").textContent = stop ? words[`arrive_${stop.kind}`] || words.arrive : "";
    end.hidden = !stop || single;
    end.disabled = !stop || mine.arrived === null || mine.done !== null;
    end.classList.toggle("d-big", Boolean(stop) && mine.arrived !== null && mine.done === null);
    end.querySelector("span").textContent = stop ? words[`done_${stop.kind === "swap" ? "charge" : stop.kind}`] || words.done : "";
    end.querySelector("small").textContent = end.disabled && mine && mine.done === null ? words.after_arrival : "";
  }

  function list() {
    const rows = day.stops.filter((stop) => ACTED.has(stop.kind) || stop.kind === "rest").map((stop) => {
      const mine = of(stop);
      const waits = mine.said.some((event) => queue.waiting.some((tap) => tap.client_id === event.client_id));
      const mark = el("span", { class: `d-n ${mine.done !== null ? "d-told" : `c${day.colour}`}` });
      if (mine.done !== null) mark.append(glyph("check")); else if (stop.n) mark.textContent = stop.n; else mark.append(glyph({ load: "truck-loading", back: "home", charge: "charging-pile", swap: "charging-pile" }[stop.kind] || "coffee"));
      const odd = [...mine.outcomes.values()].filter((one) => one.state !== "delivered").map((one) => words.states[one.state]);
      const under = [stop.orders.length ? goods(stop) : stop.depart_text, ...new Set(odd)].join(" · ");
      const right = el("span", { class: "d-when" }, el("b", { text: mine.done !== null ? local(mine.done) : mine.arrived !== null ? local(mine.arrived) : stop.arrive_text }), el("small", { text: waits ? words.not_sent : stop.windows }));
      const button = el("button", { type: "button", "aria-current": stop === current() ? "step" : null, dataset: { stop: stop.key }, onclick: () => pick(stop) }, mark, el("span", { class: "d-what" }, el("b", { text: title(stop) }), el("small", { text: under })), right);
      return el("li", { class: mine.done !== null ? "d-over" : "" }, button);
    });
    byId("d-list").replaceChildren(...rows);
    const visits = day.stops.filter((stop) => stop.kind === "visit");
    const stop = current();
    byId("d-progress").textContent = `${visits.filter((one) => of(one).done !== null).length} / ${visits.length}${stop ? ` · ${fill(words.trip, { n: stop.trip })}` : ""}`;
  }

  function pick(stop) {
    if (of(stop).said.length) { detail(stop); return; }
    chosen = stop === next() ? null : stop.key;
    draw();
    byId("d-card").scrollIntoView({ block: "start" });
  }

  // What was told of a stop, each with its way back.
  function detail(stop) {
    const rows = of(stop).said.map((event) => {
      const what = words.kinds[event.kind] || (event.kind === "arrive" ? words.arrive : words.done);
      const why = [event.reason ? words.reasons[event.reason] : "", event.note || ""].filter(Boolean).join(" ");
      const undo = sheets.choice("corner-up-left", fill(words.undo_of, { what: `${what} ${local(Date.parse(event.at))} ${why}` }), () => { sheets.close(); say({ kind: "undo", of: event.client_id }); });
      return undo;
    });
    const go = of(stop).done === null ? [sheets.choice("navigation", words.chosen, () => { sheets.close(); chosen = stop.key; draw(); })] : [];
    sheets.show(title(stop), ...go, ...rows, orderLines(stop));
  }

  function strip(stop) {
    const at = stop || day.stops[day.stops.length - 1];
    byId("d-soc").textContent = at.soc === null ? "—" : `${Math.floor(at.soc / 10)} %`;
    byId("d-left").textContent = stop ? km(stop.left_m + (of(stop).arrived === null ? stop.leg_m : 0)) : "0.0";
    byId("d-driven").textContent = span(at.driven_s);
    byId("d-longest").textContent = ` / ${span(day.longest_driving_s)}`;
  }

  function says() {
    const parts = [];
    if (queue.stopped) {
      const p = el("p", { class: "d-error", text: fill(words[queue.stopped], { n: queue.waiting.length }) });
      if (queue.stopped === "again") p.append(el("a", { href: to.open, text: words.open_again }));
      parts.push(p);
    }
    if (!queue.store.lasting) parts.push(el("p", { class: "d-error", text: words.temporary }));
    if (record.broken !== null) parts.push(el("p", { class: "d-error", text: words.broken }));
    for (const one of queue.refused) parts.push(el("p", { class: "d-error", text: one.why }));
    if (lastTap && record.events.some((event) => event.client_id === lastTap.client_id)) {
      const stop = day.stops.find((one) => one.key === lastTap.stop);
      const what = words.kinds[lastTap.kind] || (lastTap.kind === "arrive" ? words[`arrive_${stop?.kind}`] || words.arrive : words[`done_${stop?.kind}`] || words.done);
      const p = el("p", { class: "d-tapped" }, el("span", { text: stop ? fill(words.said, { stop: title(stop), what }) : what }));
      const tap = lastTap;
      p.append(el("button", { type: "button", text: words.undo, onclick: () => { lastTap = null; say({ kind: "undo", of: tap.client_id }); } }));
      parts.push(p);
    }
    byId("d-says").replaceChildren(...parts);
    const net = byId("d-net");
    const n = queue.waiting.length;
    net.textContent = !queue.online ? (n ? `${words.offline} · ${fill(words.waiting, { n })}` : words.offline) : n ? (queue.sending ? `${words.sending} ${n}` : fill(words.waiting, { n })) : "";
    net.hidden = net.textContent === "";
    net.dataset.waiting = String(n);
  }

  function draw() {
    record = fold([...told, ...queue.waiting], day.stops);
    const stop = current();
    if (stop) card(stop);
    else byId("d-card").replaceChildren(el("h1", { text: words.finished }), el("p", { text: words.finished_note }));
    buttons(stop);
    list();
    strip(stop);
    says();
  }

  async function say(event) {
    const tap = await queue.tap(event);
    lastTap = event.kind === "undo" ? null : tap;
    if (event.kind === "done" || event.kind === "undo") chosen = null;
    draw();
  }

  function loading() {
    const parts = day.loading.map((trip) => el("section", { class: "d-card" },
      el("h2", { text: `${fill(words.trip, { n: trip.n })} · ${trip.depot} ${trip.load_start_text} → ${trip.depart_text}` }),
      el("ol", { class: "d-loads" }, ...trip.lines.map((line) => el("li", {}, el("span", { class: "d-turn", text: String(line.turn) }), el("span", { class: "d-what" }, el("b", { text: `${line.units} ${line.unit} · ${line.reference}` }), el("small", { text: `${line.n} ${line.store} · ${line.temperature}` })), el("small", { text: `${Math.round(line.weight_g / 1000)} kg` }))))));
    byId("d-loading").replaceChildren(...parts);
  }

  function wire() {
    byId("d-arrive").onclick = () => {
      const stop = current();
      if (!stop) return;
      if (stop.kind === "back") say({ kind: "done", stop: stop.key, orders: stop.tasks });
      else say({ kind: "arrive", stop: stop.key });
    };
    byId("d-done").onclick = () => {
      const stop = current();
      if (!stop) return;
      const settled = of(stop).outcomes;
      say({ kind: "done", stop: stop.key, orders: stop.tasks.filter((task) => !settled.has(task.id)) });
    };
    byId("d-exception").onclick = () => {
      const stop = current();
      sheets.exceptions(stop, stop ? open(stop) : [], record.broken !== null, say);
    };
    byId("d-net").onclick = () => queue.soon(0);
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.onclick = () => {
        for (const other of document.querySelectorAll("[data-tab]")) {
          other.setAttribute("aria-pressed", String(other === tab));
          byId(`d-${other.dataset.tab}`).hidden = other !== tab;
        }
        window.scrollTo(0, 0);
      };
    }
    const dark = byId("d-dark");
    const paint = (mode) => { document.documentElement.dataset.mode = mode; dark.setAttribute("aria-pressed", String(mode === "dark")); };
    queue.store.get("mode").then((mode) => paint(mode || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")));
    dark.onclick = () => { const mode = document.documentElement.dataset.mode === "dark" ? "light" : "dark"; paint(mode); queue.store.set("mode", mode); };
  }

  async function begin() {
    if (!day) { byId("d-card").replaceChildren(el("h1", { text: words.finished })); byId("d-strip").hidden = true; for (const id of ["d-arrive", "d-done", "d-exception"]) byId(id).hidden = true; return; }
    queue = new window.GF.Queue(await window.GF.openStore(), day.execution, to, given.csrf);
    queue.changed = draw;
    queue.received = (answer) => { told = answer.events; draw(); };
    await queue.load();
    app = (await queue.store.get("app")) || null;
    byId("d-key").textContent = day.key;
    byId("d-key").classList.add(`c${day.colour}`);
    byId("d-plate").textContent = day.plate;
    byId("d-dispatch").href = day.dispatch ? `tel:${day.dispatch}` : "#";
    byId("d-zones").replaceChildren(...day.zones.map((text) => el("li", { text })));
    loading();
    wire();
    draw();
    // What others tell meanwhile: a dock that is ready, another phone, a new version of the plan.
    setInterval(() => { if (!document.hidden && queue.online && !queue.waiting.length && !queue.stopped) queue.refresh().then(draw, () => {}); }, REFRESH_MS);
    document.body.dataset.usable = "1";
  }
  begin();
})();
