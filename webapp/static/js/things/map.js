// Things on the framed map. Their page sends them as JSON; every text goes in as a text node.
(() => {
  "use strict";

  const map = window.greenfreightMap;
  const base = document.currentScript.dataset.base;
  const marks = new Map();
  let bounds = null;
  const tell = (message) => window.parent.postMessage({ from: "things-map", ...message }, window.location.origin);
  const latlng = ([lon, lat]) => [lat, lon];
  const MOST_NAMES = 12;
  const KINDS = { depot: "k-depot", charging: "k-charger", bay: "k-bay" };

  function words(text) {
    const box = document.createElement("div");
    box.textContent = text;
    return box;
  }
  function layerOf(spot) {
    if (spot.polygons) {
      const shape = spot.polygons.map((rings) => rings.map((ring) => ring.map(latlng)));
      return L.polygon(shape, { color: "#9b2c5a", weight: 2, dashArray: "6 4", fillOpacity: 0.1 });
    }
    if (KINDS[spot.kind]) {
      const box = document.createElement("div");
      box.className = KINDS[spot.kind];
      if (spot.mark) box.textContent = spot.mark;
      return L.marker(latlng(spot.at), { icon: L.divIcon({ html: box, iconSize: [0, 0] }), keyboard: false });
    }
    const color = spot.kind === "store" ? "#0072b2" : "#c04f00";
    return L.circleMarker(latlng(spot.at), { radius: 6, color: "#fff", weight: 1.5, fillColor: color, fillOpacity: 1 });
  }
  function choose(id) {
    const found = marks.get(id);
    if (!found) return;
    found.openTooltip();
    if (found.getBounds) map.fitBounds(found.getBounds(), { maxZoom: 15, animate: false });
    else map.setView(found.getLatLng(), Math.max(map.getZoom(), 14), { animate: false });
  }
  // Bounds of all but the outermost hundredth: one far place must not shrink the city to a dot.
  function most(spots) {
    const points = spots.filter((spot) => spot.at).map((spot) => spot.at);
    if (points.length < 3) return null;
    const range = (axis) => {
      const sorted = points.map((point) => point[axis]).sort((a, b) => a - b);
      const cut = Math.ceil(sorted.length / 100);
      return [sorted[Math.min(cut, sorted.length - 1)], sorted[Math.max(0, sorted.length - 1 - cut)]];
    };
    const [west, east] = range(0);
    const [south, north] = range(1);
    return L.latLngBounds([[south, west], [north, east]]);
  }
  // Vehicles of one depot stand at one spot: one mark names them all, clicks go from one to the next.
  function together(spots) {
    const found = new Map();
    for (const spot of spots) {
      const key = spot.at ? spot.at.join() : spot.id;
      if (found.has(key)) found.get(key).push(spot);
      else found.set(key, [spot]);
    }
    return [...found.values()];
  }
  function show(spots, chosen) {
    for (const layer of new Set(marks.values())) layer.remove();
    marks.clear();
    const all = L.featureGroup();
    for (const here of together(spots)) {
      const shown = here.slice(0, MOST_NAMES).map((spot) => spot.text);
      if (here.length > MOST_NAMES) shown.push("… " + here.length);
      const layer = layerOf(here[0]).bindTooltip(words(shown.join("\n")), { direction: "top" });
      let next = 0;
      layer.on("click", () => { tell({ chosen: here[next % here.length].id }); next += 1; });
      layer.addTo(map);
      for (const spot of here) marks.set(spot.id, layer);
      all.addLayer(layer);
    }
    bounds = most(spots) || all.getBounds();
    if (bounds.isValid()) map.fitBounds(bounds.pad(0.05), { animate: false });
    if (chosen) choose(chosen);
  }
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.data.to !== "things-map") return;
    if (event.data.ask) tell({ ready: true });
    if (event.data.spots) show(event.data.spots, event.data.chosen);
    else if (event.data.chosen) choose(event.data.chosen);
  });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => map.setZoom(map.getZoom() + Number(button.dataset.zoom)));
  }
  document.querySelector("[data-fit]").addEventListener("click", () => {
    if (bounds && bounds.isValid()) map.fitBounds(bounds.pad(0.05));
  });
  fetch(base).then((answer) => answer.json()).then((data) => { if (data.roads) GF.drawBaseMap(map, data); });
  tell({ ready: true });
})();
