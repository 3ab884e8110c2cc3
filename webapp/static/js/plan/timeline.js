// The vehicles' day as a time line. Items carry no text of orders; what a span is stands in a
// tip made of text nodes.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});

  GF.makeTimeline = (box, view, onChoose) => {
    const base = Date.parse(view.horizon.start);
    const minutes = view.horizon.offset_s / 60;
    const at = (second) => new Date(base + second * 1000);
    const groups = [];
    const items = [];
    const byItem = new Map();
    // A large day is drawn coarser: one way per trip, and only waits that matter.
    const count = view.routes.reduce((sum, route) => sum + route.spans.length, 0);
    const coarse = count > 2000;
    const shown = (route) => {
      if (!coarse) return route.spans;
      const ways = route.trips.map((trip) => [trip.depart, trip.back, "drive"]);
      return [...ways, ...route.spans.filter(([start, end, kind]) => kind !== "drive" && (kind !== "wait" || end - start >= 900))];
    };
    for (const [row, route] of view.routes.entries()) {
      groups.push({ id: row, content: route.key, order: row });
      for (const [start, end, kind] of shown(route)) {
        const id = items.length + 1;
        items.push({ id, group: row, start: at(start), end: at(end), type: "range", className: `t-${kind}`, content: "" });
        byItem.set(id, { route, start, end, kind });
      }
    }
    for (const [start, end] of view.horizon.nights) items.push({ id: `night${start}`, start: at(start), end: at(end), type: "background", className: "t-night", content: "" });

    const busy = view.routes.length ? [Math.min(...view.routes.map((r) => r.start)), Math.max(...view.routes.map((r) => r.end))] : [0, view.horizon.length];
    const dayOf = (moment) => {
      const day = moment.format("YYYY-MM-DD");
      const mark = day < view.service_date ? "前日 " : day > view.service_date ? "次日 " : "";
      return mark + moment.format("MM-DD");
    };
    const timeline = new vis.Timeline(box, new vis.DataSet(items), new vis.DataSet(groups), {
      stack: false,
      height: "100%",
      verticalScroll: true,
      horizontalScroll: false,
      zoomKey: "ctrlKey",
      orientation: { axis: "top", item: "top" },
      margin: { item: { horizontal: 0, vertical: 1 }, axis: 0 },
      groupHeightMode: "fixed",
      showCurrentTime: false,
      selectable: false,
      moment: (date) => vis.moment(date).utcOffset(minutes),
      start: at(Math.max(0, busy[0] - 1800)),
      end: at(Math.min(view.horizon.length, busy[1] + 1800)),
      min: at(0),
      max: at(view.horizon.length),
      zoomMin: 15 * 60 * 1000,
      xss: { disabled: false },
      groupTemplate: (group) => {
        const route = view.routes[group.id];
        return GF.el("span", {}, GF.chip(route), GF.el("span", { text: ` ${route.plate.slice(-6)}` }));
      },
      template: () => "",
      format: {
        minorLabels: { minute: "HH:mm", hour: "HH:mm", weekday: "MM-DD", day: "MM-DD" },
        majorLabels: (moment, scale) => (["minute", "hour", "second"].includes(scale) ? dayOf(moment) : moment.format("YYYY-MM")),
      },
      tooltip: { followMouse: false },
    });

    const tip = document.body.appendChild(GF.el("div", { class: "t-tip", hidden: true }));
    timeline.on("itemover", ({ item, event }) => {
      const span = byItem.get(item);
      if (!span) return;
      tip.textContent = `${span.route.key}  ${GF.KINDS[span.kind] || span.kind}\n${GF.clock(view, span.start)} – ${GF.clock(view, span.end)}（${Math.round((span.end - span.start) / 60)} 分钟）`;
      tip.hidden = false;
      tip.style.left = `${Math.min(event.clientX + 12, innerWidth - 240)}px`;
      tip.style.top = `${Math.min(event.clientY + 12, innerHeight - 60)}px`;
    });
    timeline.on("itemout", () => { tip.hidden = true; });
    timeline.on("click", (event) => {
      if (event.group === null || event.group === undefined) return;
      const route = view.routes[event.group];
      if (!route) return;
      const span = byItem.get(event.item);
      let number = 0;
      if (span) {
        for (const trip of route.trips) for (const stop of trip.stops) if (stop.n && span.start >= stop.arrive && span.start <= stop.depart) number = stop.n;
      }
      onChoose(route.key, number);
    });
    timeline.addCustomTime(at(busy[0]), "now");

    let marked = [];
    return {
      choose(key, scroll) {
        for (const node of marked) node.classList.remove("t-here");
        marked = [];
        const row = view.routes.findIndex((route) => route.key === key);
        if (row < 0) return;
        const group = timeline.itemSet.groups[row];
        if (!group) return;
        marked = [group.dom.label, group.dom.foreground].filter(Boolean);
        for (const node of marked) node.classList.add("t-here");
        if (scroll) {
          const height = timeline.body.domProps.centerContainer.height;
          timeline._setScrollTop?.(-Math.max(0, group.top - height / 2));
          timeline.redraw();
        }
      },
      time(second) { timeline.setCustomTime(at(second), "now"); },
      redraw() { timeline.redraw(); },
    };
  };
})();
