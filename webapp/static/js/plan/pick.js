// Where to: a vehicle, a trip, a position, each priced when asked for. Wholly by keyboard.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const { el, chip, money } = GF;
  const byId = (id) => document.getElementById(id);
  const dialog = byId("p-pick");
  const words = JSON.parse(byId("p-words").textContent);
  const say = (text, ...values) => values.reduce((line, value) => line.replace("{}", value), text);
  // Of one question: other dispatchers want their turn, and the page shows them as they come.
  const AT_ONCE = 4;
  let now = null;

  const chosenOrders = () => {
    const boxes = [...byId("p-pick-orders").querySelectorAll("input")];
    return boxes.length ? boxes.filter((one) => one.checked).map((one) => one.value) : now.orders;
  };
  const vehicle = () => byId("p-pick-list").querySelector("input:checked")?.value || "";
  const route = () => now.view.routes.find((one) => one.vehicle === vehicle());

  // The edit as it is chosen; positions count the trip's stops without the orders moved.
  function edit(forVehicle) {
    const to = forVehicle || vehicle();
    const trip = byId("p-pick-trip").value;
    const position = byId("p-pick-position").value;
    const there = !forVehicle || forVehicle === vehicle();
    return { type: "move", orders: chosenOrders(), vehicle: to, trip: there && trip !== "" ? Number(trip) : null, position: there && trip !== "" && position !== "" ? Number(position) : null };
  }

  function priceText(price) {
    const cost = `${price.cost_fen > 0 ? "+" : price.cost_fen < 0 ? "−" : "±"}${money(Math.abs(price.cost_fen))} ${words.yuan}`;
    if (price.verdict !== "violated") return `${cost} · ${words.lawful}`;
    if (price.fresh.length) return `${cost} · ${words.broken}：${price.fresh.slice(0, 2).join("，")}${price.fresh.length > 2 ? " …" : ""}`;
    return `${cost} · ${price.gone ? say(words.mends, price.gone, price.left) : say(words.no_worse, price.left)}`;
  }
  // What the plan breaks already is no fault of this choice.
  const priceClass = (price) => (!price || price.verdict !== "violated" ? "gf-green" : price.fresh.length ? "gf-red" : price.gone ? "gf-green" : "gf-soft");

  function rows() {
    const routes = new Map(now.view.routes.map((one) => [one.vehicle, one]));
    const used = now.view.routes.map((one) => ({ vehicle: one.vehicle, plate: one.plate, type: one.type, one }));
    const idle = now.view.fleet.filter((one) => !routes.has(one.vehicle)).map((one) => ({ ...one, one: null }));
    return [...used, ...idle];
  }

  function drawList() {
    const kept = vehicle();
    const filter = byId("p-pick-filter").value.trim().toLowerCase();
    const hit = ({ plate, type, one }) => !filter || [plate, type, one ? one.key : "", one ? one.drivers.join(" ") : ""].join(" ").toLowerCase().includes(filter);
    byId("p-pick-list").replaceChildren(...rows().filter(hit).map((row) => {
      const price = now.prices.get(row.vehicle);
      return el("label", { class: "p-pick-row" },
        el("input", { type: "radio", name: "vehicle", value: row.vehicle, checked: row.vehicle === kept || (!kept && row.vehicle === now.from), onchange: drawTrips }),
        row.one ? chip(row.one) : el("span", { class: "gf-soft", text: words.idle }),
        el("b", { text: row.plate }), el("span", { class: "gf-soft", text: row.type + (row.one ? ` · ${say(words.stops, row.one.stops)}` : "") }),
        el("span", { class: `p-price ${priceClass(price)}`, dataset: { price: row.vehicle }, text: price ? priceText(price) : "" }));
    }));
    if (!vehicle()) byId("p-pick-list").querySelector("input")?.click();
    drawTrips();
  }

  function drawTrips() {
    const there = route();
    const trips = there ? there.trips : [];
    byId("p-pick-trip").replaceChildren(el("option", { value: "", text: words.auto }),
      ...trips.map((trip) => el("option", { value: trip.n - 1, text: `${say(words.trip, trip.n)} ${trip.depart_text}` })),
      el("option", { value: trips.length, text: words.new_trip }));
    drawPositions();
  }

  function drawPositions() {
    const trip = byId("p-pick-trip").value;
    const box = byId("p-pick-position");
    box.disabled = trip === "";
    const options = [el("option", { value: "", text: words.auto })];
    const there = trip === "" ? null : route()?.trips[Number(trip)];
    const moved = new Set(chosenOrders());
    let count = 0;
    for (const stop of there ? there.stops : []) {
      const left = stop.parts.filter((orders) => orders.some((order) => !moved.has(order))).length;
      if (!left) continue;
      options.push(el("option", { value: count, text: say(words.before, count + 1, stop.name) }));
      count += left;
    }
    if (trip !== "") options.push(el("option", { value: count, text: words.last }));
    box.replaceChildren(...options);
    byId("p-pick-price").textContent = "";
  }

  async function priced(vehicles) {
    for (let k = 0; k < vehicles.length; k += AT_ONCE) {
      const some = vehicles.slice(k, k + AT_ONCE);
      const asked = now;
      for (const one of some) { const cell = dialog.querySelector(`[data-price="${CSS.escape(one)}"]`); if (cell) cell.textContent = words.pricing; }
      const found = await GF.hand.prices(some.map((one) => [edit(one)]));
      if (!found || now !== asked || !dialog.open) return;
      some.forEach((one, n) => now.prices.set(one, found[n]));
      drawPrices();
    }
  }
  function drawPrices() {
    for (const cell of dialog.querySelectorAll("[data-price]")) {
      const price = now.prices.get(cell.dataset.price);
      cell.textContent = price ? priceText(price) : "";
      cell.className = `p-price ${priceClass(price)}`;
    }
  }

  // wanted: { title, orders: [{ id, text }], from: vehicle or "" }. Gives the edit, or null.
  GF.pick = (view, wanted) => new Promise((done) => {
    now = { view, orders: wanted.orders.map((one) => one.id), from: wanted.from, prices: new Map() };
    byId("p-pick-title").textContent = wanted.title;
    const many = byId("p-pick-orders");
    many.hidden = wanted.orders.length < 2;
    many.querySelectorAll("label").forEach((label) => label.remove());
    if (!many.hidden) many.append(...wanted.orders.map((one) => el("label", {}, el("input", { type: "checkbox", value: one.id, checked: true, onchange: () => { now.prices.clear(); drawList(); } }), el("span", { text: one.text }))));
    byId("p-pick-filter").value = "";
    byId("p-pick-list").replaceChildren();
    drawList();
    dialog.returnValue = "";
    dialog.showModal();
    byId("p-pick-filter").focus();
    dialog.onclose = () => {
      const ok = dialog.returnValue === "ok" && vehicle() && chosenOrders().length;
      done(ok ? edit() : null);
    };
  });

  byId("p-pick-filter").addEventListener("input", drawList);
  byId("p-pick-filter").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    (byId("p-pick-list").querySelector("input:checked") || byId("p-pick-list").querySelector("input"))?.focus();
  });
  byId("p-pick-trip").addEventListener("change", drawPositions);
  byId("p-pick-all").addEventListener("click", () => priced([...byId("p-pick-list").querySelectorAll("input")].map((one) => one.value)));
  byId("p-pick-try").addEventListener("click", async () => {
    const line = byId("p-pick-price");
    line.textContent = words.pricing;
    const found = await GF.hand.prices([[edit()]]);
    line.textContent = found ? priceText(found[0]) : "";
    line.className = priceClass(found && found[0]);
  });
})();
