// The framed map on which a form's position or area is set. The form's page sends and takes
// coordinates only; every text goes in as a text node.
(() => {
  "use strict";

  const map = window.greenfreightMap;
  const base = document.currentScript.dataset.base;
  const renderer = L.svg();
  const around = L.featureGroup().addTo(map);
  const drawn = L.featureGroup().addTo(map);
  // only what says so may be reshaped or cut: the base map is made of lines and areas too
  L.PM.setOptIn(true);
  const STYLE = { pmIgnore: false, color: "#9b2c5a", weight: 2.5, fillOpacity: 0.15, renderer };
  const FAINT = { color: "#51606f", weight: 1.5, dashArray: "4 4", fillOpacity: 0.05, interactive: true };
  const start = { at: map.getCenter(), zoom: map.getZoom() };
  let mode = "";
  let pin = null;
  let tools = false;

  const tell = (message) => window.parent.postMessage({ from: "draw-map", ...message }, window.location.origin);
  const latlng = ([lon, lat]) => [lat, lon];
  const round = (value) => Math.round(value * 1e6) / 1e6;
  const pair = (point) => [round(point.lng), round(point.lat)];

  function words(text) {
    const box = document.createElement("div");
    box.textContent = text;
    return box;
  }
  function surroundings(spots) {
    around.clearLayers();
    for (const spot of spots || []) {
      const layer = spot.polygons
        ? L.polygon(spot.polygons.map((rings) => rings.map((ring) => ring.map(latlng))), FAINT)
        : L.circleMarker(latlng(spot.at), { radius: 4, color: "#fff", weight: 1, fillColor: "#51606f", fillOpacity: 0.8 });
      layer.bindTooltip(words(spot.text), { sticky: true });
      around.addLayer(layer);
    }
  }
  function fit() {
    const box = drawn.getLayers().length ? drawn.getBounds() : mode === "area" ? around.getBounds() : null;
    if (pin) map.setView(pin.getLatLng(), Math.max(map.getZoom(), 14), { animate: false });
    else if (box && box.isValid()) map.fitBounds(box.pad(0.15), { animate: false });
    else map.setView(start.at, start.zoom, { animate: false });
  }

  // --- an area: polygons drawn, reshaped, cut and removed with Geoman
  function report() {
    const polygons = [];
    for (const layer of drawn.getLayers()) {
      const given = layer.getLatLngs();
      const parts = L.LineUtil.isFlat(given[0]) ? [given] : given;
      for (const rings of parts) {
        const kept = rings.filter((ring) => ring.length > 2).map((ring) => ring.map(pair));
        if (kept.length) polygons.push(kept);
      }
    }
    tell({ polygons });
  }
  function watch(layer) {
    layer.on("pm:update pm:dragend pm:edit", report);
  }
  function showArea(polygons) {
    drawn.clearLayers();
    for (const rings of polygons || []) {
      const layer = L.polygon(rings.map((ring) => ring.map(latlng)), STYLE);
      drawn.addLayer(layer);
      watch(layer);
    }
  }
  function areaTools() {
    if (tools) return;
    tools = true;
    map.pm.setLang(document.documentElement.lang.startsWith("zh") ? "zh" : "en");
    map.pm.setGlobalOptions({ layerGroup: drawn, allowSelfIntersection: false, pathOptions: STYLE, snapDistance: 12 });
    map.pm.addControls({
      position: "topleft", drawPolygon: true, drawRectangle: true, editMode: true, dragMode: true, cutPolygon: true, removalMode: true,
      drawMarker: false, drawCircleMarker: false, drawPolyline: false, drawCircle: false, drawText: false, rotateMode: false,
    });
    for (const tool of document.querySelectorAll(".leaflet-buttons-control-button")) {
      tool.setAttribute("role", "button");
      tool.setAttribute("aria-label", tool.parentElement.title || tool.title);
    }
    map.on("pm:create", ({ layer }) => { layer.setStyle(STYLE); watch(layer); report(); });
    map.on("pm:cut", ({ layer, originalLayer }) => {
      drawn.removeLayer(originalLayer);
      if (layer.getLayers && !layer.getLatLngs) layer.eachLayer((part) => { drawn.addLayer(part); watch(part); });
      else { drawn.addLayer(layer); watch(layer); }
      report();
    });
    map.on("pm:remove", ({ layer }) => { drawn.removeLayer(layer); report(); });
  }

  // --- a point: set by a click, moved by dragging
  function showPoint(at) {
    if (!at) return;
    if (pin) pin.setLatLng(latlng(at));
    else {
      const box = document.createElement("div");
      box.className = "k-pin";
      pin = L.marker(latlng(at), { icon: L.divIcon({ html: box, iconSize: [0, 0] }), draggable: true, keyboard: false, zIndexOffset: 500 }).addTo(map);
      pin.on("dragend", () => tell({ at: pair(pin.getLatLng()) }));
    }
  }
  map.on("click", (event) => {
    if (mode !== "point") return;
    showPoint(pair(event.latlng));
    tell({ at: pair(event.latlng) });
  });

  window.addEventListener("message", (event) => {
    const said = event.data;
    if (event.origin !== window.location.origin || said.to !== "draw-map") return;
    if (said.ask) tell({ ready: true });
    if (said.mode) {
      mode = said.mode;
      surroundings(said.around);
      if (mode === "area" && said.open) areaTools();
    }
    if (said.polygons) showArea(said.polygons);
    if (said.at) showPoint(said.at);
    if (said.mode || said.look) fit();
  });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => map.setZoom(map.getZoom() + Number(button.dataset.zoom)));
  }
  document.querySelector("[data-fit]").addEventListener("click", fit);
  fetch(base).then((answer) => answer.json()).then((data) => { if (data.roads) GF.drawBaseMap(map, data); });
  tell({ ready: true });
})();
