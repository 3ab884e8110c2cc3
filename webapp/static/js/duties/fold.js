// The day as it was told, by the same rules as the server's record (models/execution/record.py):
// sent events and waiting taps together, whatever their order.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const EXPLICIT = { partial: "partly_delivered", refused: "refused", failed: "failed" };

  function inOrder(events) {
    const devices = new Map();
    for (const event of events) {
      if (!devices.has(event.device_id)) devices.set(event.device_id, []);
      devices.get(event.device_id).push(event);
    }
    const timed = [];
    for (const taps of devices.values()) {
      taps.sort((a, b) => a.sequence - b.sequence || Date.parse(a.at) - Date.parse(b.at));
      let last = -Infinity;
      for (const event of taps) {
        last = Math.max(last, Date.parse(event.at));
        timed.push({ at: last, event });
      }
    }
    return timed.sort((a, b) => a.at - b.at || (a.event.device_id < b.event.device_id ? -1 : 1) || a.event.sequence - b.event.sequence);
  }

  GF.fold = (all, stops) => {
    const events = [...new Map(all.map((event) => [event.client_id, event])).values()];
    const undone = new Set(events.filter((e) => e.kind === "undo").map((e) => e.of));
    const record = { stops: new Map(), broken: null, events: [] };
    const of = (key) => {
      if (!record.stops.has(key)) record.stops.set(key, { arrived: null, done: null, outcomes: new Map(), signed: new Map(), said: [], dock: null, late: null });
      return record.stops.get(key);
    };
    for (const { at, event } of inOrder(events.filter((e) => e.kind !== "undo" && !undone.has(e.client_id)))) {
      record.events.push(event);
      if (event.kind === "breakdown") record.broken = at;
      if (event.kind === "resume") record.broken = null;
      if (!event.stop) continue;
      const stop = of(event.stop);
      if (event.kind === "dock_ready") { stop.dock ??= at; continue; }
      if (event.source === "receiver") { // its own word, beside the driver's
        for (const line of event.orders || []) stop.signed.set(line.id, { state: EXPLICIT[event.kind] || "delivered", units: line.units, reason: event.reason });
        continue;
      }
      stop.said.push(event);
      if (event.kind === "late") stop.late = event.minutes;
      if (event.kind === "arrive") stop.arrived ??= at;
      if (event.kind === "done") stop.done ??= at;
      for (const line of event.orders || []) {
        if (event.kind === "done" && (line.action === "load" || line.action === "pickup")) continue;
        const before = stop.outcomes.get(line.id);
        if (event.kind === "done" && before) continue;
        stop.outcomes.set(line.id, { state: EXPLICIT[event.kind] || "delivered", units: line.units, reason: event.reason });
      }
    }
    for (const planned of stops) {
      const stop = record.stops.get(planned.key);
      if (!stop) continue;
      const wanted = planned.tasks.filter((task) => task.action === "delivery");
      if (stop.done === null && wanted.length && wanted.every((task) => stop.outcomes.has(task.id))) {
        stop.done = Math.max(...stop.said.map((event) => Date.parse(event.at)));
      }
      if (stop.arrived === null && stop.done !== null) stop.arrived = stop.done;
    }
    return record;
  };
})();
