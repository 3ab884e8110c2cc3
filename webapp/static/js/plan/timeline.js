// The vehicles' day as a time line: a row per route, one drawing per row. The drawing's parts are
// percentages of the row's length, so that zooming moves one box and measures nothing.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const SVG = "http://www.w3.org/2000/svg";
  // Kinds differ by height and pattern too: top and height in a row of 20 px.
  const SHAPE = { drive: [8, 4], load: [4, 12], unload: [2, 16], wait: [4.5, 11], charge: [2, 16], rest: [3, 14] };
  const ROW_PX = 21;
  const ROWS_AT_ONCE = 12;
  const BOLT = "M6 0 L1 9 L5 9 L4 16 L9 7 L5 7 Z";

  function part(tag, attributes) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  function hatch() {
    const image = part("svg", { class: "t-defs", width: 0, height: 0, "aria-hidden": "true" });
    const pattern = part("pattern", { id: "t-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    pattern.append(part("rect", { width: 5, height: 5, class: "t-hatch-ground" }), part("rect", { width: 2, height: 5, class: "t-hatch-line" }));
    image.append(pattern);
    return image;
  }

  function drawing(route) {
    const whole = route.end - route.start || 1;
    const percent = (seconds) => `${((100 * seconds) / whole).toFixed(3)}%`;
    const image = part("svg", { class: "t-row", width: "100%", height: 20, "aria-hidden": "true" });
    for (const [start, end, kind] of route.spans) {
      const [y, height] = SHAPE[kind] || SHAPE.wait;
      const x = percent(start - route.start);
      const width = percent(end - start);
      image.append(part("rect", { class: `t-${kind}`, x, y, width, height }));
      if (kind === "charge") {
        // The bolt shrinks with its bar instead of hanging over it.
        const bolt = part("svg", { x, y: y + 2, width, height: height - 4, viewBox: "0 0 10 16" });
        bolt.append(part("path", { d: BOLT, class: "t-bolt" }));
        image.append(bolt);
      }
    }
    for (const stop of route.trips.flatMap((trip) => trip.stops)) {
      if (!stop.locked && !stop.start_locked) continue;
      const mark = part("svg", { x: percent(stop.arrive - route.start), y: 3, width: 14, height: 14, viewBox: "0 0 14 14", class: "t-lock" });
      mark.append(part("path", { d: GF.LOCK, class: "t-lockmark", "fill-rule": "evenodd" }));
      image.append(mark);
    }
    return image;
  }

  GF.makeTimeline = (box, first, onChoose) => {
    let view = first;
    const base = Date.parse(view.horizon.start);
    const minutes = view.horizon.offset_s / 60;
    const at = (second) => new Date(base + second * 1000);
    const second = (moment) => (moment.valueOf() - base) / 1000;
    const groups = new vis.DataSet();
    const items = new vis.DataSet();
    // Rows in sight come first; the others follow while the browser has nothing else to do.
    let rows = 0;
    let removed = false;
    function more(count) {
      const fresh = view.routes.slice(rows, rows + count).map((route, k) => ({ route, row: rows + k }));
      rows += fresh.length;
      groups.add(fresh.map(({ route, row }) => group(route, row)));
      items.add(fresh.map(({ route, row }) => day(route, row)));
    }
    const group = (route, row) => ({ id: row, content: route.key, order: row });
    const day = (route, row) => ({ id: row, group: row, start: at(route.start), end: at(route.end), type: "range", className: "t-day", content: route.key, limitSize: false });
    function rest() {
      if (removed || rows >= view.routes.length) return;
      more(ROWS_AT_ONCE);
      requestIdleCallback(rest, { timeout: 500 });
    }
    more(Math.ceil(box.clientHeight / ROW_PX) + 1);
    for (const [start, end] of view.horizon.nights) items.add({ id: `night${start}`, start: at(start), end: at(end), type: "background", className: "t-night", content: "" });

    const busy = view.routes.length ? [Math.min(...view.routes.map((r) => r.start)), Math.max(...view.routes.map((r) => r.end))] : [0, view.horizon.length];
    const dayOf = (moment) => {
      const day = moment.format("YYYY-MM-DD");
      const mark = day < view.service_date ? GF.t("前日 ") : day > view.service_date ? GF.t("次日 ") : "";
      return mark + moment.format("MM-DD");
    };
    box.replaceChildren(hatch());
    const timeline = new vis.Timeline(box, items, groups, {
      stack: false,
      height: "100%",
      align: "left",
      verticalScroll: true,
      horizontalScroll: false,
      zoomKey: "ctrlKey",
      orientation: { axis: "top", item: "top" },
      margin: { item: { horizontal: 0, vertical: 1 }, axis: 0 },
      groupHeightMode: "fixed",
      showCurrentTime: false,
      selectable: false,
      moment: (date) => moment(date).utcOffset(minutes),
      start: at(Math.max(0, busy[0] - 1800)),
      end: at(Math.min(view.horizon.length, busy[1] + 1800)),
      min: at(0),
      max: at(view.horizon.length),
      zoomMin: 15 * 60 * 1000,
      xss: { disabled: false },
      groupTemplate: (group) => {
        const route = group && view.routes[group.id];
        if (!route) return ""; // a group that is taken away is drawn once more, as nothing
        return GF.el("span", { dataset: { whole: "1", key: route.key } }, GF.chip(route), GF.el("span", { text: ` ${route.plate.slice(-6)}` }), route.locked ? GF.lock(GF.words.locked) : null);
      },
      template: (item) => (item && view.routes[item.id] ? drawing(view.routes[item.id]) : ""),
      format: {
        minorLabels: { minute: "HH:mm", hour: "HH:mm", weekday: "MM-DD", day: "MM-DD" },
        majorLabels: (moment, scale) => (["minute", "hour", "second"].includes(scale) ? dayOf(moment) : moment.format("YYYY-MM")),
      },
      tooltip: { followMouse: false },
    });

    const tip = document.body.appendChild(GF.el("div", { class: "t-tip", hidden: true }));
    box.addEventListener("mousemove", (event) => {
      const under = event.target.closest(".t-row") ? timeline.getEventProperties(event) : null;
      const route = under && view.routes[under.group];
      const when = under && second(under.time);
      const span = route && route.spans.findLast(([start, end]) => start <= when && when < end);
      tip.hidden = !span;
      if (!span) return;
      const [start, end, kind] = span;
      tip.textContent = GF.t("%(key)s  %(kind)s\n%(from)s – %(to)s（%(minutes)s 分钟）", { key: route.key, kind: GF.KINDS[kind] || kind, from: GF.clock(view, start), to: GF.clock(view, end), minutes: Math.round((end - start) / 60) });
      tip.style.left = `${Math.min(event.clientX + 12, innerWidth - 240)}px`;
      tip.style.top = `${Math.min(event.clientY + 12, innerHeight - 60)}px`;
    });
    box.addEventListener("mouseleave", () => { tip.hidden = true; });
    timeline.on("click", (event) => {
      const route = view.routes[event.group];
      if (!route) return;
      const when = second(event.time);
      const stops = route.trips.flatMap((trip) => trip.stops);
      onChoose(route.key, stops.find((stop) => stop.n && stop.arrive <= when && when <= stop.depart)?.n || 0);
    });
    timeline.addCustomTime(at(busy[0]), "now");
    timeline.setCustomTimeTitle("", "now");
    requestIdleCallback(rest, { timeout: 1000 });

    let marked = [];
    return {
      choose(key, scroll) {
        for (const node of marked) node.classList.remove("t-here");
        marked = [];
        const row = view.routes.findIndex((route) => route.key === key);
        if (row < 0) return;
        if (row >= rows) { more(view.routes.length); timeline.redraw(); }
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
      time(seconds) { timeline.setCustomTime(at(seconds), "now"); },
      redraw() { timeline.redraw(); },
      // The same vehicles in the same order: only days that are other records are drawn anew.
      renew(next) {
        const other = next.routes.map((route, row) => ({ route, row })).filter(({ route, row }) => row < rows && route !== view.routes[row]);
        view = next;
        groups.update(other.map(({ route, row }) => group(route, row)));
        items.update(other.map(({ route, row }) => day(route, row)));
      },
      gone() { removed = true; timeline.destroy(); tip.remove(); box.replaceChildren(); },
    };
  };
})();
