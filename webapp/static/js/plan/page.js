// One selection for list, map, time line, panels and address.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const byId = (id) => document.getElementById(id);
  const page = byId("p-page");
  const frame = byId("p-frame");
  let links = JSON.parse(byId("p-links").textContent);
  let changes = JSON.parse(byId("p-changes")?.textContent || "[]");
  const running = page.dataset.running === "1";
  const state = { route: "", stop: 0, order: "", sort: "key", down: false, filter: "" };
  let view = null;
  let timeline = null;
  let shownAt = 0;
  let base = null;
  let frameReady = false;
  let sent = false;

  const send = (message) => frame.contentWindow.postMessage(message, window.location.origin);

  function readAddress() {
    const query = new URLSearchParams(window.location.search);
    state.route = query.get("route") || "";
    state.stop = Number(query.get("stop")) || 0;
    state.order = query.get("order") || "";
    state.filter = query.get("filter") || "";
    const sort = query.get("sort") || "key";
    state.down = sort.startsWith("-");
    state.sort = sort.replace("-", "");
    if (!document.querySelector(`.p-routes th[data-sort="${CSS.escape(state.sort)}"]`)) state.sort = "key";
  }

  function writeAddress(push) {
    const query = new URLSearchParams();
    if (state.route) query.set("route", state.route);
    if (state.stop) query.set("stop", state.stop);
    if (state.order) query.set("order", state.order);
    if (state.filter) query.set("filter", state.filter);
    if (state.sort !== "key" || state.down) query.set("sort", (state.down ? "-" : "") + state.sort);
    const text = query.toString();
    const address = window.location.pathname + (text ? `?${text}` : "");
    window.history[push ? "pushState" : "replaceState"](null, "", address);
  }

  function showTab(name, kind) {
    for (const tab of document.querySelectorAll(`[data-${kind}]`)) tab.setAttribute("aria-selected", String(tab.dataset[kind] === name));
    const panels = kind === "tab" ? { timeline: "p-timeline", charts: "p-charts" } : { left: "p-left", route: "p-route", check: "p-check", hand: "p-hand" };
    for (const [key, id] of Object.entries(panels)) { const panel = byId(id); if (panel) panel.hidden = key !== name; }
    if (kind === "tab" && view) {
      if (name === "charts") GF.drawRouteChart(view, view.routes.find((r) => r.key === state.route));
      else timeline?.redraw();
    }
  }

  function mark() {
    GF.markList(state);
    GF.markUnassigned(state);
    GF.drawRoute(view, state, choose, links, changes);
    GF.drawRouteChart(view, view.routes.find((r) => r.key === state.route));
  }
  const chosenNow = (show) => ({ route: state.route, stop: state.stop, order: state.order, show });
  function apply(show) {
    caughtUp();
    mark();
    timeline?.choose(state.route, show);
    if (sent) send({ choose: chosenNow(show) });
  }

  function choose(route, stop = 0) {
    if (!view) return;
    state.route = view.routes.some((r) => r.key === route) ? route : "";
    state.stop = state.route ? stop : 0;
    state.order = "";
    writeAddress(true);
    if (state.route) showTab("route", "side");
    apply(true);
  }

  function chooseOrder(order) {
    state.order = order;
    state.route = "";
    state.stop = 0;
    writeAddress(true);
    showTab("left", "side");
    apply(true);
  }

  function start(data) {
    view = data;
    GF.page.view = view;
    view.start_at = view.routes.length ? busiest(view) : 0;
    GF.drawList(view, state, choose);
    GF.drawCrossings(view, choose);
    GF.drawUnassigned(view, state, chooseOrder, links);
    GF.drawCheck(view, choose);
    GF.drawRoute(view, state, choose, links, changes);
    if (state.order) showTab("left", "side"); else if (state.route) showTab("route", "side"); else if (view.verdict.verdict === "violated") showTab("check", "side");
    give();
    // The time line comes after the first paint of the rest.
    requestAnimationFrame(() => setTimeout(() => {
      if (view.routes.length) {
        timeline = GF.makeTimeline(byId("p-timeline"), view, choose);
        shownAt = view.start_at;
        timeline.time(shownAt);
      } else {
        byId("p-timeline").replaceChildren(GF.el("p", { class: "p-hint", text: running ? GF.t("求解完成后在此显示各车时间轴。") : GF.t("没有线路。") }));
      }
      GF.markList(state);
      timeline?.choose(state.route, true);
      done("timeline");
    }, 0));
  }

  // What a change by hand makes anew: the same selection in list, map, time line and panels. What
  // it leaves as it is stays: most rows are the very same records as before.
  function renew(news) {
    const before = view;
    const routes = new Map([...view.routes, ...news.routes].map((route) => [route.vehicle, route]));
    view = { ...view, totals: news.totals, verdict: news.verdict, crossings: news.crossings, unassigned: news.unassigned || view.unassigned, routes: news.vehicles.map((vehicle) => routes.get(vehicle)) };
    GF.page.view = view;
    if (state.route && !view.routes.some((route) => route.key === state.route)) { state.route = ""; state.stop = 0; }
    const here = view.routes.find((route) => route.key === state.route);
    if (here && state.stop > here.stops) state.stop = here.stops;
    if (state.order && !view.unassigned.some((out) => out.order === state.order)) state.order = "";
    writeAddress(false);
    GF.drawList(view, state, choose);
    GF.drawCrossings(view, choose);
    if (news.unassigned) GF.drawUnassigned(view, state, chooseOrder, links);
    GF.drawCheck(view, choose);
    mark();
    const left = byId("p-left-count");
    if (left) left.textContent = view.unassigned.length;
    // Time line and map come after the answer has been painted.
    later.push(() => {
      redrawTimeline(before);
      timeline?.choose(state.route, false);
      if (sent) send({ changes, news: { routes: news.routes, vehicles: news.vehicles, unassigned: news.unassigned }, choose: chosenNow(false) });
    });
    if (later.length === 1) requestAnimationFrame(() => setTimeout(caughtUp, 0));
  }
  const later = [];
  function caughtUp() { for (const work of later.splice(0)) work(); }
  function redrawTimeline(before) {
    if (!timeline) return;
    const same = before.routes.length === view.routes.length && before.routes.every((route, k) => route.vehicle === view.routes[k].vehicle);
    if (same) { timeline.renew(view); return; }
    timeline.gone();
    timeline = view.routes.length ? GF.makeTimeline(byId("p-timeline"), view, choose) : null;
    timeline?.time(shownAt);
  }
  // Parts of the page that come after it, because they take a while.
  function fill() {
    for (const box of document.querySelectorAll("[data-fragment]")) {
      const address = box.dataset.fragment;
      delete box.dataset.fragment;
      fetch(address).then((answer) => (answer.ok ? answer.text() : "")).then((text) => {
        box.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
      }).catch(() => box.replaceChildren());
    }
  }
  // A menu is about what is chosen; what is seen does not jump away under the pointer.
  function chooseQuietly({ route, stop, out }) {
    if (out) { state.order = out.order; state.route = ""; state.stop = 0; } else { state.route = route.key; state.stop = stop ? stop.n : 0; state.order = ""; }
    writeAddress(true);
    apply(false);
  }
  GF.page = {
    view: null, state, showTab, fill, chooseQuietly,
    given(newLinks, newChanges, news) {
      links = newLinks;
      changes = newChanges;
      if (news) { renew(news); return; }
      if (sent) send({ changes });
      if (view) GF.drawRoute(view, state, choose, links, changes);
    },
  };

  // The page is usable when all of it is drawn; the browser's clock remembers when.
  const drawing = new Set(["timeline", "map"]);
  function done(part) {
    drawing.delete(part);
    if (drawing.size || page.dataset.usable) return;
    page.dataset.usable = "1";
    performance.mark("gf-usable");
  }

  // The slider begins when most vehicles are under way.
  function busiest(data) {
    let best = 0;
    let most = -1;
    for (let second = 0; second < data.horizon.length; second += 1800) {
      const count = data.routes.filter((r) => r.start <= second && second < r.end).length;
      if (count > most) { most = count; best = second; }
    }
    return best;
  }

  function give() {
    if (!frameReady || !view || sent) return;
    sent = true;
    if (base) send({ base });
    send({ view, changes });
    send({ choose: { route: state.route, stop: state.stop, order: state.order, show: Boolean(state.route || state.order) } });
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.source !== frame.contentWindow) return;
    const message = event.data || {};
    if (message.from !== "plan-map") return;
    if (message.ready) { frameReady = true; give(); }
    if (message.drawn) { byId("p-wait").hidden = true; done("map"); }
    if (message.choose !== undefined) choose(message.choose, message.stop || 0);
    if (message.order) chooseOrder(message.order);
    if (message.menu && GF.hand && view) GF.hand.onMap(message);
    if (message.time !== undefined) { shownAt = message.time; timeline?.time(shownAt); }
  });
  window.addEventListener("popstate", () => { readAddress(); if (view) { GF.drawList(view, state, choose); apply(true); } });

  for (const button of document.querySelectorAll("[data-tab]")) button.addEventListener("click", () => showTab(button.dataset.tab, "tab"));
  for (const button of document.querySelectorAll("[data-side]")) button.addEventListener("click", () => showTab(button.dataset.side, "side"));
  for (const head of document.querySelectorAll(".p-routes th[data-sort]")) {
    head.querySelector("button").addEventListener("click", () => {
      state.down = state.sort === head.dataset.sort ? !state.down : false;
      state.sort = head.dataset.sort;
      writeAddress(false);
      if (view) GF.drawList(view, state, choose);
    });
  }
  byId("p-filter").addEventListener("input", (event) => {
    state.filter = event.target.value;
    writeAddress(false);
    if (view) GF.drawList(view, state, choose);
  });

  document.addEventListener("keydown", (event) => {
    if (!view || event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = [...byId("p-routes").children].map((row) => row.dataset.key);
    const at = keys.indexOf(state.route);
    const route = view.routes.find((r) => r.key === state.route);
    const act = {
      j: () => choose(keys[Math.min(at + 1, keys.length - 1)]),
      k: () => choose(keys[Math.max(at - 1, 0)]),
      n: () => route && choose(route.key, Math.min(state.stop + 1, route.stops)),
      p: () => route && choose(route.key, Math.max(state.stop - 1, 1)),
      u: () => showTab("left", "side"),
      Escape: () => choose(""),
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  fill();
  // The frame says when it is ready; if it was so before this script ran, it is asked again.
  send({ ready: true });
  readAddress();
  byId("p-filter").value = state.filter;
  const load = (address) => fetch(address).then((answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  });
  const say = () => {
    const box = byId("p-wait");
    box.textContent = GF.t("没有读到方案。请刷新页面重试；方案已保存，不受影响。");
    box.hidden = false;
  };
  Promise.all([load(page.dataset.view), load(page.dataset.base).catch(() => null)]).then(([data, map]) => { base = map; start(data); }).catch(say);
})();
