// The plan on the framed map. The parent page sends the plan's view and what is chosen;
// this page answers with what was clicked and the time of the slider.
(() => {
  "use strict";

  const map = window.greenfreightMap;
  const words = JSON.parse(document.getElementById("m-words").textContent);
  const swap = GF.swapLonLat;
  const COLOURS = ["#0072b2", "#c04f00", "#007a59", "#cc79a7", "#e69f00", "#56b4e9", "#6a3d9a", "#8a6a00"];
  const byId = (id) => document.getElementById(id);
  const tell = (message) => window.parent.postMessage({ from: "plan-map", ...message }, window.location.origin);
  const latlng = ([lon, lat]) => [lat, lon];

  const ROOM = { paddingTopLeft: [24, 24], paddingBottomRight: [64, 88] };
  let view = null;
  let changes = [];
  let chosen = { route: "", stop: 0, order: "" };
  let only = false;
  let second = 0;
  let bounds = null;
  let city = [];
  let labels = null;
  let written = [];
  const lines = new Map();
  let front = L.layerGroup();
  let vans = L.layerGroup();
  const zoneMarks = [];
  const leftMarks = new Map();

  for (const [name, z] of [["routes", 380], ["chosen", 410], ["marks", 600]]) map.createPane(name).style.zIndex = z;
  map.getPane("chosen").style.pointerEvents = "none";
  // One canvas for all that can be pointed at: a canvas above another would take its clicks.
  const canvas = L.canvas({ pane: "routes", padding: 0.3, tolerance: 5 });
  const STOP_PX = 22;
  // What is written on the map, most important first.
  const RANK = { stop: 0, depot: 1, here: 2, left: 3, van: 4, site: 5, zone: 6, district: 7, word: 8 };

  function mark(at, className, text, options = {}) {
    const box = document.createElement("div");
    box.className = className;
    if (text) box.textContent = text;
    if (options.style) Object.assign(box.style, options.style);
    return L.marker(latlng(at), { icon: L.divIcon({ html: box, iconSize: [0, 0] }), pane: "marks", keyboard: false, zIndexOffset: options.z || 0, interactive: options.interactive !== false });
  }
  function note(layer, text) {
    const box = document.createElement("div");
    box.textContent = text;
    return layer.bindTooltip(box, { direction: "top", offset: [0, -8] });
  }

  function points(route) {
    const out = [];
    for (const trip of route.trips) {
      for (const stop of trip.stops) out.push({ stop, trip });
    }
    return out;
  }

  // A route's way as runs of night and day legs, kept apart by style.
  function runs(route) {
    const out = [];
    let before = null;
    for (const { stop } of points(route)) {
      if (before && stop.leg) {
        const night = stop.leg.night;
        const last = out[out.length - 1];
        if (last && last.night === night && last.end === before) last.points.push(latlng(stop.at));
        else out.push({ night, points: [latlng(before.at), latlng(stop.at)] });
        out[out.length - 1].end = stop;
      }
      before = stop;
    }
    return out;
  }

  function drawRoutes(routes) {
    for (const route of routes) {
      const group = L.layerGroup();
      const colour = COLOURS[route.colour];
      for (const run of runs(route)) {
        L.polyline(run.points, { renderer: canvas, pane: "routes", color: colour, weight: 2.2, opacity: 0.8, dashArray: run.night ? "6 5" : null })
          .on("click", () => tell({ choose: route.key })).on("contextmenu", (event) => ask(event, { route: route.key })).addTo(group);
      }
      for (const { stop } of points(route)) {
        if (!stop.n) continue;
        L.circleMarker(latlng(stop.at), { renderer: canvas, pane: "routes", radius: 3.2, color: "#fff", weight: 1, fillColor: colour, fillOpacity: 1 })
          .on("click", () => tell({ choose: route.key, stop: stop.n })).on("contextmenu", (event) => ask(event, { route: route.key, stop: stop.n })).addTo(group);
      }
      if (pale) group.eachLayer(toned);
      lines.set(route.key, group);
    }
    showRoutes();
  }

  // One chosen route steps out of the tangle: the others turn pale, or go.
  let pale = false;
  const toned = (layer) => layer.setStyle(layer.getRadius ? { fillOpacity: pale ? 0.25 : 1, opacity: pale ? 0.25 : 1 } : { opacity: pale ? 0.18 : 0.8 });
  function showRoutes() {
    const fade = Boolean(chosen.route);
    const turned = fade !== pale;
    pale = fade;
    for (const [key, group] of lines) {
      const on = !only || !fade || key === chosen.route;
      if (on !== map.hasLayer(group)) (on ? group.addTo(map) : map.removeLayer(group));
      if (turned) group.eachLayer(toned);
    }
  }

  function bearing(a, b) {
    const y = b[1] - a[1];
    const x = (b[0] - a[0]) * Math.cos((a[1] * Math.PI) / 180);
    return (Math.atan2(x, y) * 180) / Math.PI;
  }

  function drawChosen() {
    map.removeLayer(front);
    front = L.layerGroup().addTo(map);
    const route = view.routes.find((r) => r.key === chosen.route);
    card(route);
    document.body.classList.toggle("m-chosen", Boolean(route));
    labels.set("stops", []);
    if (!route) return;
    const colour = COLOURS[route.colour];
    // As it was before it was changed by hand: pale, beneath.
    const old = changes.find((one) => one.vehicle === route.vehicle);
    if (old && old.way.length) L.polyline(old.way.map(latlng), { pane: "chosen", color: "#51606f", weight: 3, opacity: 0.7, dashArray: "2 6", interactive: false }).addTo(front);
    for (const run of runs(route)) {
      L.polyline(run.points, { pane: "chosen", color: "#fff", weight: 8, opacity: 0.85, interactive: false }).addTo(front);
      L.polyline(run.points, { pane: "chosen", color: colour, weight: 5, dashArray: run.night ? "10 7" : null, interactive: false }).addTo(front);
    }
    let before = null;
    for (const { stop } of points(route)) {
      if (before && stop.leg) {
        const middle = [(before.at[0] + stop.at[0]) / 2, (before.at[1] + stop.at[1]) / 2];
        mark(middle, "k-arrow", "", { interactive: false, style: { transform: `rotate(${bearing(before.at, stop.at)}deg)` } }).addTo(front);
      }
      before = stop;
    }
    // A place that is visited twice has its numbers side by side.
    const visits = new Map();
    labels.set("stops", points(route).filter(({ stop }) => stop.n).map(({ stop }) => {
      const before = visits.get(stop.at.join()) || 0;
      visits.set(stop.at.join(), before + 1);
      const shift = before * STOP_PX;
      const here = chosen.stop === stop.n ? " k-here" : "";
      const style = { marginLeft: `${shift}px`, ...(stop.night ? { borderColor: colour } : {}) };
      const held = stop.locked || stop.start_locked ? " k-held" : "";
      const item = mark(stop.at, `k-stop c${route.colour}${stop.night ? " k-dark" : ""}${here}${held}${stop.waivers.length ? " k-waived" : ""}`, String(stop.n), { z: 1000, style });
      item.on("click", () => tell({ choose: route.key, stop: stop.n })).on("contextmenu", (event) => ask(event, { route: route.key, stop: stop.n }));
      note(item, `${stop.n}  ${stop.name}\n${stop.arrive_text} – ${stop.depart_text}`).addTo(front);
      return { marker: item, rank: RANK.stop, held: true, size: [STOP_PX, STOP_PX], shift };
    }));
  }

  function card(route) {
    const box = byId("m-card");
    box.replaceChildren();
    box.hidden = !route;
    if (!route) return;
    const add = (tag, text, className) => {
      const part = document.createElement(tag);
      part.textContent = text;
      if (className) part.className = className;
      box.append(part);
      return part;
    };
    add("i", route.key, `chip c${route.colour}`).style.fontStyle = "normal";
    add("b", route.plate);
    const nights = points(route).filter(({ stop }) => stop.n && stop.night).length;
    add("span", [route.type, `${route.stops} ${words.stops}`, `${route.orders} ${words.orders}`, GF.t("%(yuan)s 元", { yuan: (route.cost_fen / 100).toFixed(2) }), nights ? `${words.night_line} ${nights}` : ""].filter(Boolean).join(" · "));
    const close = add("button", "×");
    close.setAttribute("aria-label", GF.t("关闭"));
    close.addEventListener("click", () => tell({ choose: "" }));
  }

  function drawLayers() {
    const layers = view.map;
    for (const zone of view.zones) {
      const style = zone.low_emission ? { color: "#5b4a00", dashArray: "2 5" } : { color: "#9b2c5a", dashArray: "7 5" };
      for (const rings of zone.polygons) {
        const shape = L.polygon(rings.map(swap), { renderer: canvas, pane: "routes", weight: 2, fillColor: style.color, fillOpacity: 0.1, ...style }).addTo(map);
        note(shape, [zone.name, ...zone.rules.map((r) => GF.t("%(effect)s %(hours)s（%(name)s）", { effect: r.effect, hours: r.hours, name: r.name }))].join("\n"));
        const first = zone.rules[0];
        if (first) {
          const box = shape.getBounds();
          const middle = box.getCenter();
          const places = [[box.getSouth(), middle.lng], [box.getNorth(), middle.lng], [middle.lat, box.getEast()], [middle.lat, box.getWest()], [middle.lat, middle.lng]].map((at) => L.latLng(at));
          const label = mark([middle.lng, box.getSouth()], "k-zone" + (zone.low_emission ? " k-low" : ""), "", { interactive: false, z: -500 });
          label.addTo(map);
          zoneMarks.push({ label, zone, places });
        }
      }
    }
    for (const bay of layers.bays) {
      note(mark(bay.at, "k-bay" + (bay.used ? "" : " k-unused"), "P"), GF.t("%(name)s（%(spaces)s 个车位）", { name: bay.name, spaces: bay.spaces })).addTo(bayGroup);
    }
    labels.set("sites", layers.chargers.map((site) => {
      const item = note(mark(site.at, "k-charger" + (site.used ? "" : " k-unused"), ""), GF.t("%(name)s\n%(plugs)s 枪 · 最大 %(kw)s kW", { name: site.name, plugs: site.plugs, kw: site.kw })).addTo(site.used ? map : idleGroup);
      return { marker: item, rank: RANK.site, held: true, size: [18, 18] };
    }));
    labels.set("depots", layers.depots.map((depot) => {
      const item = note(mark(depot.at, "k-depot", depot.letter, { z: 900 }), depot.name).addTo(map);
      return { marker: item, rank: RANK.depot, held: true, size: [24, 24] };
    }));
    labels.set("zones", zoneMarks.map(({ label, places }) => ({ marker: label, rank: RANK.zone, places })));
    for (const place of layers.places) {
      note(L.circleMarker(latlng(place.at), { renderer: canvas, pane: "routes", radius: 2.4, stroke: false, fillColor: "#51606f", fillOpacity: 0.8 }), place.name).addTo(map);
    }
    drawLeft();
    // The map begins where the work is: a store far outside is on it, but does not shrink it.
    const stops = view.routes.flatMap((route) => points(route).map(({ stop }) => latlng(stop.at)));
    const all = [...layers.depots.map((p) => latlng(p.at)), ...(stops.length ? stops : city)];
    map.invalidateSize({ animate: false });
    if (all.length) { bounds = L.latLngBounds(all).pad(0.03); map.fitBounds(bounds, { animate: false, ...ROOM }); }
  }
  function drawLeft() {
    for (const item of leftMarks.values()) map.removeLayer(item);
    leftMarks.clear();
    const seen = new Map();
    labels.set("left", view.unassigned.map((out) => {
      // Orders left out at one store stand side by side.
      const before = seen.get(out.at.join()) || 0;
      seen.set(out.at.join(), before + 1);
      const item = mark(out.at, "k-left", "", { z: 1500, style: { marginLeft: `${before * 18}px` } });
      const number = document.createElement("b");
      number.textContent = String(out.n);
      item.options.icon.options.html.append(number);
      item.on("click", () => tell({ order: out.order }));
      note(item, `${out.n}  ${out.reference} · ${out.tier_text}\n${out.to}`).addTo(map);
      leftMarks.set(out.order, item);
      item.on("contextmenu", (event) => ask(event, { order: out.order }));
      return { marker: item, rank: RANK.left, size: [22, 22], shift: before * 18, small: true };
    }));
  }
  // The page has the menu: the frame says what was asked about, and where.
  function ask(event, about) {
    L.DomEvent.stop(event);
    const at = event.originalEvent || {};
    tell({ menu: { ...about, x: at.clientX || 0, y: at.clientY || 0 } });
  }
  // From afar only what the plan uses is drawn: bays and idle stations come with a closer look.
  const bayGroup = L.layerGroup();
  const idleGroup = L.layerGroup();
  const showBays = () => {
    const on = map.getZoom() >= 13;
    for (const group of [bayGroup, idleGroup]) if (on !== map.hasLayer(group)) (on ? group.addTo(map) : map.removeLayer(group));
  };
  map.on("zoomend", showBays);
  map.on("zoomend", () => { if (view) drawTime(); });

  // Where each vehicle is at a second: on a leg by proportion, else at its stop.
  function position(route, at) {
    let before = null;
    for (const { stop } of points(route)) {
      if (before && stop.leg && at >= stop.leg.depart && at < stop.arrive) {
        const part = (at - stop.leg.depart) / Math.max(1, stop.arrive - stop.leg.depart);
        return { at: [before.at[0] + part * (stop.at[0] - before.at[0]), before.at[1] + part * (stop.at[1] - before.at[1])], moving: true };
      }
      if (at >= stop.arrive && at < stop.depart) return { at: stop.at, moving: false };
      before = stop;
    }
    return null;
  }

  function clock(at) {
    const moment = new Date(Date.parse(view.horizon.start) + (at + view.horizon.offset_s) * 1000);
    return moment.toISOString().slice(5, 16).replace("T", " ");
  }

  function drawTime() {
    map.removeLayer(vans);
    vans = L.layerGroup().addTo(map);
    let moving = 0;
    const vanMarks = [];
    for (const route of view.routes) {
      const where = position(route, second);
      if (!where) continue;
      if (where.moving) moving += 1;
      if (only && chosen.route && chosen.route !== route.key) continue;
      const van = mark(where.at, `k-pill k-van c${route.colour}`, route.key, { z: 800 });
      note(van.on("click", () => tell({ choose: route.key })), `${route.key}  ${route.plate}`).addTo(vans);
      // Beside a chosen route the other vehicles are dots.
      const other = chosen.route && route.key !== chosen.route;
      vanMarks.push({ marker: van, rank: other || !chosen.route ? RANK.van : RANK.here, small: true, shy: other });
    }
    labels.set("vans", vanMarks);
    const binding = [];
    for (const { label, zone } of zoneMarks) {
      const rule = zone.rules.find((r) => r.spans.some(([s, e]) => second >= s && second < e)) || zone.rules[0];
      const on = rule.spans.some(([s, e]) => second >= s && second < e);
      if (on && !binding.includes(zone.name)) binding.push(zone.name);
      const box = label.options.icon.options.html;
      // From afar five full labels would cover the city: the hours are a zoom, or a hover, away.
      const hours = map.getZoom() >= 13 ? ` ${rule.hours}` : "";
      box.textContent = `${zone.name}${hours}${on ? ` · ${words.in_force}` : ""}`;
      box.classList.toggle("k-off", !on);
    }
    labels.arrange();
    byId("m-clock").textContent = clock(second);
    byId("m-now").textContent = `${words.on_road} ${moving} ${words.unit}` + (binding.length ? ` · ${binding.join(GF.t("、"))} ${words.in_force}` : "");
  }

  function setTime(at) {
    second = at;
    byId("m-slider").value = String(at);
    drawTime();
    tell({ time: at });
  }

  let playing = 0;
  byId("m-play").addEventListener("click", () => {
    if (playing) { clearInterval(playing); playing = 0; return; }
    playing = setInterval(() => {
      if (second + 300 > view.horizon.length) { clearInterval(playing); playing = 0; return; }
      setTime(second + 300);
    }, 200);
  });
  byId("m-slider").addEventListener("input", (event) => setTime(Number(event.target.value)));
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => map.setZoom(map.getZoom() + Number(button.dataset.zoom)));
  document.querySelector("[data-fit]").addEventListener("click", () => bounds && map.fitBounds(bounds, ROOM));
  document.querySelector("[data-only]").addEventListener("click", (event) => {
    only = !only;
    event.currentTarget.setAttribute("aria-pressed", String(only));
    showRoutes();
    drawTime();
  });

  function load(data) {
    view = data;
    labels = labels || GF.makeLabels(map);
    labels.set("words", written.map(({ marker, kind }) => ({ marker, rank: kind === "district" ? RANK.district : RANK.word })));
    drawLayers();
    drawRoutes(view.routes);
    showBays();
    if (view.routes.length) {
      byId("m-time").hidden = false;
      byId("m-slider").max = String(view.horizon.length);
      second = data.start_at || 0;
      byId("m-slider").value = String(second);
    }
    drawChosen();
    drawTime();
    tell({ drawn: true });
  }

  // The plan was changed: the changed routes and what is left out are drawn anew, the rest stays.
  function renew(news) {
    const before = new Map(view.routes.map((route) => [route.vehicle, route]));
    const after = new Map([...before, ...news.routes.map((route) => [route.vehicle, route])]);
    view = { ...view, unassigned: news.unassigned || view.unassigned, routes: news.vehicles.map((vehicle) => after.get(vehicle)) };
    const there = new Set(news.vehicles);
    const drawn = view.routes.filter((route) => route !== before.get(route.vehicle));
    const gone = [...before.values()].filter((route) => !there.has(route.vehicle) || drawn.some((one) => one.vehicle === route.vehicle));
    for (const { key } of gone) {
      if (lines.has(key)) map.removeLayer(lines.get(key));
      lines.delete(key);
    }
    if (news.unassigned) drawLeft();
    drawRoutes(drawn);
  }

  function choose(next) {
    const moved = next.route !== chosen.route || next.stop !== chosen.stop;
    chosen = next;
    if (!view) return;
    showRoutes();
    drawChosen();
    for (const [order, item] of leftMarks) item.options.icon.options.html.classList.toggle("k-here", order === chosen.order);
    drawTime();
    const route = view.routes.find((r) => r.key === chosen.route);
    if (route && moved && next.show) {
      const stop = chosen.stop && points(route).find((point) => point.stop.n === chosen.stop);
      if (stop) map.panInside(latlng(stop.stop.at), { padding: [80, 80] });
      else map.fitBounds(L.latLngBounds(points(route).map(({ stop: s }) => latlng(s.at))).pad(0.02), { animate: false, ...ROOM, paddingTopLeft: [24, 64] });
    }
    const out = view.unassigned.find((o) => o.order === chosen.order);
    if (out && next.show) map.panInside(latlng(out.at), { padding: [80, 80] });
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.source !== window.parent) return;
    const message = event.data || {};
    if (message.ready) tell({ ready: true });
    if (message.base) { written = GF.drawBaseMap(map, message.base); city = (message.base.bounds || []).map(latlng); }
    if (message.changes) { changes = message.changes; if (view && !message.news) drawChosen(); }
    if (message.view) load(message.view);
    if (message.news && view) renew(message.news);
    if (message.choose) choose(message.choose);
    if (message.look) { led = true; map.setView(latlng(message.look.at), message.look.zoom, { animate: false }); led = false; }
    if (message.time !== undefined && view) { second = message.time; byId("m-slider").value = String(second); drawTime(); }
  });
  // Two maps side by side move together: whoever is led tells nobody.
  let led = false;
  map.on("moveend", () => { if (!led && view) { const at = map.getCenter(); tell({ look: { at: [at.lng, at.lat], zoom: map.getZoom() } }); } });
  window.addEventListener("resize", () => map.invalidateSize());
  tell({ ready: true });
})();
