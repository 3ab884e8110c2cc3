// Live progress: server-sent events into figures, stages, a chart and a history of improvements.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const byId = (id) => document.getElementById(id);
  const page = byId("p-page");
  const words = JSON.parse(byId("p-progress").dataset.words);
  const limit = Number(page.dataset.limit);
  const STEPS = ["snapshot", "first", "improve", "check"];
  const STEP_OF = { queued: -1, snapshot: 0, first: 1, insertion: 1, construct: 1, routing: 2, improve: 2, search: 2, timetable: 3, explain: 3, check: 3, store: 3, done: 4 };
  const LABEL = { snapshot: GF.t("读数与校验"), first: GF.t("初始方案"), improve: GF.t("改进线路"), check: GF.t("定时刻与校验") };
  const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const put = (name, text) => { for (const node of document.querySelectorAll(`[data-live="${name}"]`)) node.textContent = text; };

  const COMPARABLE = 0.97;
  const points = [];
  const improved = [];
  let elapsed = 0;
  let heard = performance.now();
  let chart = null;
  let over = false;

  // While the first plan is put together its cost rises with every order served: comparable are
  // the points that serve about as many orders as the last one.
  function line() {
    const last = points[points.length - 1];
    if (!last) return [];
    const shown = points.filter(([, , served]) => served >= COMPARABLE * last[2]);
    return [...shown, [Math.max(elapsed, last[0]), last[1]]].map(([seconds, cost]) => [seconds, cost]);
  }

  function draw() {
    if (!window.echarts) { GF.charts().then(draw); return; }
    chart = chart || echarts.init(byId("p-cost-chart"), null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "Noto Sans SC Variable, WenQuanYi Micro Hei, sans-serif", fontSize: 12 },
      grid: { left: 60, right: 16, top: 14, bottom: 26 },
      xAxis: { type: "value", min: 0, max: Math.max(limit, elapsed), axisLabel: { formatter: minutes, color: "#51606f" }, splitLine: { show: false } },
      yAxis: { type: "value", scale: true, axisLabel: { color: "#51606f", formatter: (v) => GF.figure(v) }, splitLine: { lineStyle: { color: "#edf0f3" } } },
      series: [{ type: "line", step: "end", showSymbol: points.length < 2, data: line(), lineStyle: { color: "#0072b2", width: 2 }, itemStyle: { color: "#0072b2" }, areaStyle: { color: "#56b4e9", opacity: 0.15 } }],
    });
  }

  function steps(stage) {
    const at = stage in STEP_OF ? STEP_OF[stage] : 2;
    for (const item of byId("p-steps").children) {
      const own = STEPS.indexOf(item.dataset.step);
      item.classList.toggle("p-done", own < at);
      item.classList.toggle("p-now", own === at);
    }
    const label = stage === "explain" ? GF.t("说明未排原因") : LABEL[STEPS[at]];
    byId("p-stage").textContent = at < 0 ? GF.t("排队中") : at > 3 ? GF.t("完成") : GF.t("%(label)s · 第 %(step)s 步，共 4 步", { label, step: at + 1 });
  }

  function entry(item) {
    heard = performance.now();
    if (item.seconds !== undefined) elapsed = Math.max(elapsed, Number(item.seconds));
    steps(item.stage);
    for (const node of document.querySelectorAll("[data-keep]")) node.hidden = false;
    if (item.orders !== undefined) {
      put("orders", item.orders);
      put("served", item.served);
      put("left", item.orders > item.served ? GF.t("未排 %(left)s", { left: item.orders - item.served }) : "");
      put("vehicles", item.vehicles);
    }
    if (item.objective !== undefined && item.objective !== null && item.served) {
      const cost = item.objective / 100;
      const last = improved[improved.length - 1];
      if (!last || last.objective !== item.objective || last.served !== item.served) {
        improved.push({ ...item });
        points.push([Number(item.seconds), cost, item.served]);
        history();
      }
      put("cost", GF.figure(cost, 2));
      const first = improved[0];
      if (first && first.served === item.served && first.objective > item.objective) put("gain", GF.t("较初始 −%(share)s%%", { share: ((1 - item.objective / first.objective) * 100).toFixed(1) }));
    }
    draw();
  }

  function history() {
    const rows = improved.slice(-5).reverse();
    byId("p-history").replaceChildren(...rows.map((row) => {
      const before = improved[improved.indexOf(row) - 1];
      const change = before ? row.objective - before.objective : null;
      const cells = [minutes(row.seconds), GF.money(row.objective), row.vehicles, row.orders - row.served, change === null ? "—" : `${change > 0 ? "+" : "−"}${GF.money(Math.abs(change))}`];
      return GF.el("tr", {}, ...cells.map((text, k) => GF.el("td", { class: k ? "n" : "", text })));
    }));
  }

  setInterval(() => {
    if (over) return;
    const shown = elapsed + (points.length || elapsed ? (performance.now() - heard) / 1000 : 0);
    byId("p-elapsed").textContent = minutes(shown);
    byId("p-bar").value = Math.min(limit, shown);
    const last = improved[improved.length - 1];
    if (last) { put("ago", `${Math.max(0, Math.round(shown - last.seconds))} ${words.last}`); put("when", GF.t("于 %(time)s 得到", { time: minutes(last.seconds) })); }
  }, 1000);

  const stream = new EventSource(page.dataset.events);
  // A new connection tells the whole story again.
  stream.addEventListener("open", () => { points.length = 0; improved.length = 0; });
  stream.addEventListener("progress", (event) => { document.querySelector(".gf-head .gf-pill span").textContent = words.solving; entry(JSON.parse(event.data)); });
  stream.addEventListener("state", (event) => {
    const state = JSON.parse(event.data).state;
    if (!["queued", "solving"].includes(state)) { over = true; stream.close(); window.location.reload(); }
  });
  stream.addEventListener("error", () => { if (!over) byId("p-stage").textContent = words.lost; });
  window.addEventListener("pagehide", () => stream.close());
  steps("queued");
})();
