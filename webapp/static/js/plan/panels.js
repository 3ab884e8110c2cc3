// The list of routes, what is unassigned, one route in detail, the verdict, lines across zones.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const { el, figure, money, percent, chip } = GF;
  const byId = (id) => document.getElementById(id);

  const ORDER = {
    key: (r) => [r.key.replace(/\d+/g, ""), Number(r.key.replace(/\D+/g, ""))],
    plate: (r) => [r.plate], trips: (r) => [r.trips.length], stops: (r) => [r.stops], metres: (r) => [r.metres],
    load: (r) => [r.load_permille], soc: (r) => [r.soc_back === null ? 2000 : r.soc_back], night: (r) => [r.night ? 1 : 0, r.day ? 1 : 0],
  };
  const CARDS_AT_ONCE = 8;
  const compare = (a, b) => {
    for (let k = 0; k < a.length; k += 1) {
      if (a[k] < b[k]) return -1;
      if (a[k] > b[k]) return 1;
    }
    return 0;
  };

  // Whether anything of a route is locked, or waived.
  const stopsOf = (route) => route.trips.flatMap((trip) => trip.stops);
  const holds = (route) => route.locked || stopsOf(route).some((stop) => stop.locked || stop.start_locked);
  const waives = (route) => route.waivers.length > 0 || stopsOf(route).some((stop) => stop.waivers.length > 0);
  const more = (options) => (GF.hand ? el("button", { type: "button", class: "p-more", dataset: { more: "1", ...options }, title: GF.t("更多操作"), "aria-label": GF.t("更多操作"), "aria-haspopup": "menu", text: "⋯" }) : null);

  // A row is the same for as long as its route's record is.
  const drawnRows = new WeakMap();
  function rowOf(route, state, choose) {
    if (!drawnRows.has(route)) drawnRows.set(route, el("tr", { tabindex: "0", "aria-selected": String(route.key === state.route), dataset: { key: route.key }, onclick: () => choose(route.key), onkeydown: (event) => { if (event.key === "Enter") choose(route.key); } },
      el("td", {}, chip(route), holds(route) ? GF.lock(GF.t("已锁定")) : null, waives(route) ? el("span", { class: "p-mark p-mark-waived", text: "!", title: GF.t("已放行"), role: "img", "aria-label": GF.t("已放行") }) : null), el("td", { text: route.plate }), el("td", { class: "n", text: route.trips.length }), el("td", { class: "n", text: route.stops }),
      el("td", { class: "n", text: figure(route.metres / 1000, 1) }), el("td", { class: "n", text: percent(route.load_permille) }),
      el("td", { class: "n", text: route.electric ? percent(route.soc_back) : GF.t("燃油") }), el("td", { text: route.night ? (route.day ? GF.t("夜日") : GF.t("夜")) : "" })));
    const row = drawnRows.get(route);
    row.setAttribute("aria-selected", String(route.key === state.route));
    return row;
  }

  GF.drawList = (view, state, choose) => {
    const words = state.filter.trim().toLowerCase();
    const hit = (r) => !words || [r.key, r.plate, r.type, ...r.drivers].join(" ").toLowerCase().includes(words);
    const rows = view.routes.filter(hit).sort((a, b) => compare(ORDER[state.sort](a), ORDER[state.sort](b)) * (state.down ? -1 : 1));
    const box = byId("p-routes");
    const fresh = rows.map((route) => rowOf(route, state, choose));
    const alike = box.children.length === fresh.length && rows.every((route, k) => box.children[k].dataset.key === route.key);
    if (alike) fresh.forEach((row, k) => { if (box.children[k] !== row) box.children[k].replaceWith(row); });
    else box.replaceChildren(...fresh);
    const sum = (read) => rows.reduce((total, route) => total + read(route), 0);
    byId("p-sum").replaceChildren(el("td", { text: GF.t("合计") }), el("td", { text: GF.t("%(count)s 辆", { count: rows.length }) }), el("td", { class: "n", text: sum((r) => r.trips.length) }), el("td", { class: "n", text: sum((r) => r.stops) }), el("td", { class: "n", text: figure(sum((r) => r.metres) / 1000, 1) }), el("td"), el("td"), el("td", { text: `${rows.filter((r) => r.night).length}` }));
    byId("p-list-note").textContent = GF.t("%(count)s 条 · SOC 为收车时", { count: rows.length });
    for (const head of document.querySelectorAll(".p-routes th")) {
      head.setAttribute("aria-sort", head.dataset.sort === state.sort ? (state.down ? "descending" : "ascending") : "none");
    }
  };

  GF.markList = (state) => {
    for (const row of byId("p-routes").children) {
      const here = row.dataset.key === state.route;
      row.setAttribute("aria-selected", String(here));
      if (here) row.scrollIntoView({ block: "nearest" });
    }
  };

  GF.drawUnassigned = (view, state, chooseOrder, links) => {
    const box = byId("p-left");
    if (!box) return;
    if (!view.unassigned.length) { box.replaceChildren(el("p", { class: "p-hint", text: GF.t("全部订单已排。") })); return; }
    // What is in sight comes first; the rest when the page has been drawn, or is asked for.
    const left = [...view.unassigned];
    const further = (count) => box.append(...left.splice(0, count).map((out) => card(out, state, chooseOrder, links)));
    box.replaceChildren();
    further(state.order ? left.length : CARDS_AT_ONCE);
    requestIdleCallback(() => further(left.length), { timeout: 1000 });
  };

  const card = (out, state, chooseOrder, links) => el("article", { class: "p-out" + (out.order === state.order ? " p-here" : ""), dataset: { order: out.order } },
      el("header", { onclick: () => chooseOrder(out.order) },
        el("span", { class: "p-tri" }, el("i", { text: out.n })), el("b", { role: "button", tabindex: "0", text: out.reference, onkeydown: (e) => { if (e.key === "Enter") chooseOrder(out.order); } }),
        el("span", { class: `gf-pill ${out.proven ? "gf-broken" : "gf-attention"}`, text: out.proven ? GF.t("%(tier_text)s · 已证明", { tier_text: out.tier_text }) : out.tier_text }), more({ order: out.order })),
      el("div", { text: `${out.shipper} → ${out.to}` }),
      el("div", { class: "gf-soft", text: [out.temperature, `${out.units} ${out.unit}`, GF.kilos(out.weight_g), GF.t("收货时段 %(window_text)s", { window_text: out.window_text }), out.needs].filter(Boolean).join(" · ") }),
      el("b", { text: GF.t("未排原因") }),
      ...out.reasons.map((reason) => reasonRow(reason)),
      el("b", { text: GF.t("处理建议") }),
      remedyBox(out.remedy, links));

  function remedyBox(remedy, links) {
    if (!remedy) return el("div", { class: "gf-soft", text: GF.t("现有车辆、网点与规则内未找到可行的办法") });
    const cost = remedy.cost_fen === null ? "" : GF.t("+%(yuan)s 元", { yuan: money(remedy.cost_fen) });
    const said = [remedy.verified ? GF.t("已验证可排入") : "", cost].filter(Boolean).join(" · ");
    const steps = remedy.steps.filter((step) => links.steps[step.to]).map((step) => {
      const address = step.id ? links.steps[step.to].replace("{id}", encodeURIComponent(step.id)) : links.lists[step.to] || links.steps[step.to];
      return el("a", { class: "btn btn-small", href: address + (step.field ? `#field-${step.field}` : ""), text: step.text });
    });
    return el("div", { class: "p-remedy" + (remedy.verified ? " p-verified" : "") }, el("div", {}, el("span", { text: remedy.text }), said ? el("b", { text: said }) : null), steps.length ? el("div", { class: "p-route-do" }, ...steps) : null);
  }

  function reasonRow(reason) {
    const general = reason.rows.filter((row) => !row.vehicle);
    const each = reason.rows.filter((row) => row.vehicle);
    const text = [reason.text, ...general.map((row) => row.text).filter(Boolean)].join(GF.t("："));
    const parts = [el("div", { text })];
    if (each.length) {
      // A hundred left-out orders name every vehicle: the list is made when somebody opens it.
      const list = el("ul");
      const fill = () => { if (!list.children.length) list.append(...each.map((row) => el("li", { text: row.text ? GF.t("%(vehicle)s：%(text)s", { vehicle: row.vehicle, text: row.text }) : row.vehicle }))); };
      parts.push(el("details", { ontoggle: fill }, el("summary", { text: GF.t("逐车原因 %(count)s", { count: each.length }) }), list));
    }
    return el("div", {}, ...parts);
  }

  GF.markUnassigned = (state) => {
    for (const card of byId("p-left")?.children || []) {
      const here = card.dataset.order === state.order;
      card.classList.toggle("p-here", here);
      if (here) card.scrollIntoView({ block: "nearest" });
    }
  };

  const KIND = { depot: GF.t("仓"), charge: GF.t("充电"), swap: GF.t("换电"), rest: GF.t("休息"), wait: GF.t("等待"), delivery: GF.t("卸货"), pickup: GF.t("装货") };
  GF.drawRoute = (view, state, choose, links, changes = []) => {
    const box = byId("p-route");
    if (!box) return;
    const route = view.routes.find((r) => r.key === state.route);
    if (!route) { box.replaceChildren(el("p", { class: "p-hint", text: GF.t("尚未选择线路。在列表、地图或时间轴中点选。") })); return; }
    const change = changes.find((one) => one.vehicle === route.vehicle);
    const parts = [
      el("div", { class: "p-route-head", dataset: { whole: "1", key: route.key } }, chip(route), el("b", { text: route.plate }), route.locked ? GF.lock(GF.t("已锁定")) : null, el("span", { class: "gf-soft", text: route.type }), more({ key: route.key, whole: "1" })),
      ...route.waivers.map((text) => el("div", { class: "p-waived", text: `※ ${text}` })),
      el("div", { class: "p-route-do" }, link(GF.t("派车单"), links.runsheet, route), link(GF.t("装车单"), links.loading, route), link(GF.t("群聊文本"), links.chat, route)),
      el("dl", { class: "gf-facts" }, ...facts([
        [GF.t("司机"), route.drivers.join(GF.t("、"))], [GF.t("时间"), `${route.start_text} – ${route.end_text}`], [GF.t("订单"), GF.t("%(orders)s 单 · %(weight)s", { orders: route.orders, weight: GF.kilos(route.weight_g) })],
        [GF.t("里程"), `${figure(route.metres / 1000, 1)} km`], [GF.t("成本"), GF.t("%(yuan)s 元", { yuan: money(route.cost_fen) })], [GF.t("能耗"), `${figure(route.wh / 1000, 1)} kWh`],
        ["SOC", route.electric ? GF.t("出车 %(soc_start)s，收车 %(soc_back)s，保底 %(reserve)s", { soc_start: percent(route.soc_start), soc_back: percent(route.soc_back), reserve: percent(route.reserve) }) : GF.t("燃油车")],
      ])),
    ];
    for (const trip of route.trips) {
      parts.push(el("h3", { dataset: { trip: trip.n, key: route.key } }, el("span", { text: GF.t("第 %(n)s 趟%(mark)s　%(depart_text)s → %(back_text)s", { n: trip.n, mark: trip.night ? GF.t(" · 夜间") : "", depart_text: trip.depart_text, back_text: trip.back_text }) }), trip.locked ? GF.lock(GF.t("已锁定")) : null, more({ trip: trip.n, key: route.key })));
      parts.push(el("div", { class: "gf-soft", text: GF.t("%(depot)s · %(driver)s · 装载率 %(load_permille)s", { depot: trip.depot, driver: trip.driver, load_permille: percent(trip.load_permille) }) }));
      parts.push(el("table", { class: "p-stops" }, el("tbody", {}, ...trip.stops.map((stop) => el("tr", { "aria-selected": String(Boolean(stop.n) && stop.n === state.stop), onclick: () => stop.n && choose(route.key, stop.n), dataset: stop.n ? { stop: stop.n, key: route.key } : {} },
        el("td", { class: "nw" }, stop.n ? el("span", { class: `p-num ${stop.night ? "p-dark" : `c${route.colour}`}`, text: stop.n }) : el("span", { class: "gf-soft", text: KIND[stop.kind] })),
        el("td", {}, el("div", {}, el("span", { text: (stop.connector || stop.name) + (stop.bay_name ? GF.t("（%(bay_name)s）", { bay_name: stop.bay_name }) : "") }), stop.locked ? GF.lock(GF.t("已锁定")) : null, stop.start_locked ? el("span", { class: "p-mark p-mark-waived", text: "⏱", title: GF.t("开始时刻已锁定"), role: "img", "aria-label": GF.t("开始时刻已锁定") }) : null, fresh(change, stop) ? el("span", { class: "p-mark p-mark-fresh", text: GF.t("新") }) : null), ...stop.waivers.map((text) => el("div", { class: "p-waived", text: `※ ${text}` })), stop.orders ? el("div", { class: "gf-soft", text: GF.t("%(orders)s 单 · 收货时段 %(windows)s", { orders: stop.orders, windows: stop.windows }) }) : null),
        el("td", { class: "n" }, el("div", { text: stop.arrive_text }), was(change, stop), el("div", { class: "gf-soft", text: stop.depart_text }), stop.n ? more({ stop: stop.n, key: route.key }) : null),
        el("td", { class: "n", text: stop.soc_in === null ? "" : stop.soc_out > stop.soc_in ? `${percent(stop.soc_in)}→${percent(stop.soc_out)}` : percent(stop.soc_in) }))))));
    }
    box.replaceChildren(...parts);
    box.querySelector('tr[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  };
  // Beside a stop of a changed route: when it was to be served before, or that it is new there.
  const before = (change, stop) => (change && stop.n ? stop.parts.flat().map((order) => change.was[order]).find(Boolean) : null);
  const fresh = (change, stop) => Boolean(change && stop.n) && !before(change, stop);
  const was = (change, stop) => {
    const text = before(change, stop);
    return text && text !== stop.arrive_text ? el("div", { class: "p-was", text: GF.t("原 %(time)s", { time: text }) }) : null;
  };
  const link = (text, address, route) => el("a", { class: "btn btn-small", href: `${address}?vehicle=${encodeURIComponent(route.vehicle)}`, text });
  const facts = (rows) => rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]);

  GF.drawCheck = (view, choose) => {
    const box = byId("p-check");
    if (!box) return;
    const verdict = view.verdict;
    const words = { clean: GF.t("方案校验通过，违规项 0。"), waived: GF.t("方案校验通过，以下违规项已有豁免。"), violated: GF.t("方案校验未通过。") };
    const parts = [el("b", { text: words[verdict.verdict] || GF.t("方案尚未校验。") })];
    const line = (item) => [item.key, item.n ? GF.t("第 %(n)s 站", { n: item.n }) : "", item.subject_label, item.text].filter(Boolean).join(" · ");
    // What is broken leads to where it is broken.
    for (const item of verdict.violations || []) parts.push(item.key ? el("button", { type: "button", class: "p-violation gf-red", text: line(item), onclick: () => choose(item.key, item.n || 0) }) : el("div", { class: "gf-red", text: line(item) }));
    for (const item of verdict.waived || []) parts.push(el("div", { class: "p-waived", text: `※ ${line(item)}（${[item.reason, item.who].filter(Boolean).join(GF.t("，"))}）` }));
    const made = view.made_by;
    if (made.engine) parts.push(el("p", { class: "gf-soft", text: GF.t("求解引擎 %(engine)s %(version)s · 种子 %(seed)s · 线程 %(threads)s · 用时 %(seconds)s 秒", { engine: made.engine, version: made.version, seed: made.seed, threads: made.threads, seconds: made.seconds }) }));
    parts.push(el("p", { class: "gf-soft", text: GF.t("校验程序与求解程序相互独立，逐条核对载重、温层、时段、禁限行、泊位、充电、工时等规则。") }));
    box.replaceChildren(...parts);
  };

  GF.drawCrossings = (view, choose) => {
    const rows = view.crossings;
    const trips = new Set(rows.map((row) => `${row.key}/${row.trip}`)).size;
    byId("p-crossing-count").textContent = !view.routes.length ? "" : rows.length ? GF.t("直线穿越生效限行区的趟次 %(trips)s 趟 %(count)s 段，点此查看", { trips, count: rows.length }) : GF.t("没有趟次的直线穿越生效中的限行区");
    if (!rows.length) return;
    const heads = [GF.t("线路"), GF.t("趟次"), GF.t("从"), GF.t("到"), GF.t("时间"), GF.t("穿越"), GF.t("规则")];
    const cells = (row) => [row.key, GF.t("第 %(trip)s 趟", { trip: row.trip }), row.from, row.to, `${row.depart_text} → ${row.arrive_text}`, row.zone, row.rule.includes(row.hours) ? row.rule : `${row.rule} ${row.hours}`];
    if (byId("p-notice").open) byId("p-notice").open = false;
    byId("p-notice").addEventListener("toggle", () => {
      byId("p-crossings").replaceChildren(el("table", { class: "gf-table" }, el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { text })))),
        el("tbody", {}, ...rows.map((row) => el("tr", { tabindex: "0", onclick: () => choose(row.key), onkeydown: (event) => { if (event.key === "Enter") choose(row.key); } }, ...cells(row).map((text) => el("td", { text })))))));
    }, { once: true });
  };
})();
