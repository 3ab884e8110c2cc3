// Draws the city's base map (water, parks, districts, roads by class, labels) on a Leaflet map
// from the demo's or the imported city's own layers. Text goes in as text nodes only.
(() => {
  "use strict";

  const ROADS = {
    ring: { color: "#e3b95a", weight: 5, inner: "#f8dc98" },
    arterial: { color: "#d5d0c5", weight: 4, inner: "#ffffff" },
    secondary: { color: "#dedad1", weight: 3, inner: "#ffffff" },
    side: { color: "#ffffff", weight: 1.2, inner: null },
  };
  const swap = (points) => points.map(([lon, lat]) => [lat, lon]);

  function label(text, kind) {
    const box = document.createElement("div");
    box.className = "k-label" + (kind === "water" || kind === "river" ? " k-water" : "") + (kind === "road" ? " k-small" : "");
    box.textContent = text;
    return L.divIcon({ html: box, iconSize: [0, 0] });
  }

  // Pane below all else, drawn on one canvas. Returns the marks that carry words.
  function draw(map, base) {
    map.createPane("base").style.zIndex = 150;
    map.createPane("words").style.zIndex = 420;
    map.getPane("words").style.pointerEvents = "none";
    const renderer = L.canvas({ pane: "base", padding: 0.4 });
    const area = (item, color) => L.polygon(item.rings.map(swap), { renderer, pane: "base", stroke: false, fillColor: color, fillOpacity: 1, interactive: false }).addTo(map);
    for (const park of base.parks || []) area(park, "#dcebd6");
    for (const water of base.water || []) area(water, "#bfd9e8");
    for (const district of base.districts || []) {
      L.polygon(district.rings.map(swap), { renderer, pane: "base", color: "#c9c3b6", weight: 1, dashArray: "2 4", fill: false, interactive: false }).addTo(map);
    }
    const layers = [];
    const written = [];
    const order = ["side", "secondary", "arterial", "ring"];
    const roads = [...(base.roads || [])].sort((a, b) => order.indexOf(a.class) - order.indexOf(b.class));
    for (const road of roads) {
      const style = ROADS[road.class] || ROADS.side;
      const lines = road.lines.map(swap);
      const group = L.layerGroup();
      L.polyline(lines, { renderer, pane: "base", color: style.color, weight: style.weight, interactive: false }).addTo(group);
      if (style.inner) L.polyline(lines, { renderer, pane: "base", color: style.inner, weight: style.weight - 1.6, interactive: false }).addTo(group);
      layers.push({ group, from: road.min_zoom || 0, to: road.max_zoom === undefined ? 99 : road.max_zoom });
    }
    for (const item of base.labels || []) {
      const marker = L.marker([item.at[1], item.at[0]], { icon: label(item.text, item.kind), pane: "words", interactive: false, keyboard: false });
      layers.push({ group: marker, from: item.min_zoom || 0, to: 99 });
      written.push({ marker, kind: item.kind });
    }
    const show = () => {
      const zoom = map.getZoom();
      for (const layer of layers) {
        const on = zoom >= layer.from && zoom < layer.to + (layer.to === 99 ? 1 : 0.99);
        if (on !== map.hasLayer(layer.group)) (on ? layer.group.addTo(map) : map.removeLayer(layer.group));
      }
    };
    map.on("zoomend", show);
    show();
    return written;
  }

  window.GF = Object.assign(window.GF || {}, { drawBaseMap: draw, swapLonLat: swap });
})();
