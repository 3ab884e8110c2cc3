// Keeps what is written on the map apart: the more important mark keeps its place, the next one
// moves to another of its places, shrinks or steps back. Sizes come from the text, so nothing is
// measured in the page.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const LINE_PX = 20;
  const LETTERS = { wide: 12.5, narrow: 7.5 };
  const GAP_PX = 2;

  const textWidth = (text) => [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? LETTERS.wide : LETTERS.narrow), 0);

  // rank: 0 first. size: [width, height] or null for one line of the mark's text. places: where
  // the mark may stand (its own place if none). small: it shrinks where it has no room, else it
  // steps back. held: it stays whatever is there. shy: it has no room at all.
  GF.makeLabels = (map) => {
    const groups = new Map();

    function boxAt(label, place) {
      const at = map.latLngToLayerPoint(place);
      const text = label.node.textContent;
      const [width, height] = label.size || [textWidth(text) + 14, LINE_PX];
      const left = at.x + (label.shift || 0);
      return { left: left - width / 2 - GAP_PX, right: left + width / 2 + GAP_PX, top: at.y - height / 2 - GAP_PX, bottom: at.y + height / 2 + GAP_PX };
    }

    function arrange() {
      const taken = [];
      const free = (box) => !taken.some((other) => other.left < box.right && box.left < other.right && other.top < box.bottom && box.top < other.bottom);
      const labels = [...groups.values()].flat().sort((a, b) => a.rank - b.rank);
      for (const label of labels) {
        if (!map.hasLayer(label.marker)) continue;
        const places = label.places || [label.marker.getLatLng()];
        const place = label.held ? places[0] : label.shy ? null : places.find((one) => free(boxAt(label, one)));
        label.node.classList.toggle(label.small ? "k-mini" : "k-none", !place);
        if (!place) continue;
        if (label.places) label.marker.setLatLng(place);
        taken.push(boxAt(label, place));
      }
    }

    map.on("zoomend", arrange);
    return {
      // All labels of one kind, in place of those before.
      set(kind, labels) { groups.set(kind, labels.map((label) => ({ ...label, node: label.marker.options.icon.options.html }))); },
      arrange,
    };
  };
})();
