// A form's position or area and the map beside it say the same: either may be changed.
(() => {
  "use strict";

  const frame = document.getElementById("t-draw");
  if (!frame) return;
  const given = JSON.parse(document.getElementById("t-drawn").textContent);
  const area = document.getElementById("area");
  const lon = document.getElementById("lon");
  const lat = document.getElementById("lat");
  const count = document.getElementById("t-count");
  const open = frame.dataset.open === "1";
  const send = (message) => frame.contentWindow.postMessage({ to: "draw-map", ...message }, window.location.origin);

  function inside([x, y], ring) {
    let hit = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [a, b] = ring[i];
      const [c, d] = ring[j];
      if (b > y !== d > y && x < ((c - a) * (y - b)) / (d - b) + a) hit = !hit;
    }
    return hit;
  }
  // Corners as typed, a ring on each line; what is WKT or GeoJSON the server reads.
  function polygons(text) {
    if (/[a-z{]/i.test(text)) return null;
    const rings = [];
    for (const line of text.split(/[\n|]+/)) {
      const numbers = line.split(/[^\d.+-]+/).filter(Boolean).map(Number);
      if (!numbers.length) continue;
      if (numbers.length % 2 || numbers.length < 6 || numbers.some(Number.isNaN)) return null;
      const ring = [];
      for (let i = 0; i < numbers.length; i += 2) ring.push([numbers[i], numbers[i + 1]]);
      rings.push(ring);
    }
    const holes = rings.map((ring) => rings.findIndex((other) => other !== ring && inside(ring[0], other)));
    const found = new Map();
    rings.forEach((ring, n) => { if (holes[n] < 0) found.set(n, [ring]); });
    rings.forEach((ring, n) => { if (holes[n] >= 0 && found.has(holes[n])) found.get(holes[n]).push(ring); });
    return [...found.values()];
  }
  const text = (found) => found.map((rings) => rings.map((ring) => ring.map((point) => point.join(",")).join("; ")).join("\n")).join("\n");
  const place = () => (lon.value.trim() && lat.value.trim() && Number.isFinite(+lon.value) && Number.isFinite(+lat.value) ? [+lon.value, +lat.value] : null);

  function counted() {
    if (!count || !area) return;
    const found = polygons(area.value);
    count.textContent = found ? count.dataset.words.replace("{}", found.flat(2).length) : "";
  }
  function changed(field) {
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.data.from !== "draw-map") return;
    if (event.data.ready) {
      if (given.mode === "area") send({ mode: "area", around: given.around, open, polygons: polygons(area.value) || given.polygons });
      else send({ mode: "point", around: given.around, at: place() });
    }
    if (event.data.polygons && open) { area.value = text(event.data.polygons); counted(); changed(area); }
    if (event.data.at && open) {
      lon.value = event.data.at[0];
      lat.value = event.data.at[1];
      changed(lat);
    }
  });
  if (area) {
    area.addEventListener("input", () => {
      const found = polygons(area.value);
      if (found) send({ polygons: found, look: true });
      counted();
    });
  }
  for (const field of [lon, lat]) {
    if (field) field.addEventListener("input", () => { const at = place(); if (at) send({ at, look: true }); });
  }
  counted();
  send({ ask: true });
})();
