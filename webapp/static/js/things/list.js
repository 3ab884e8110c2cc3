// A desk's list and its map choose together; what is chosen stands in the address.
(() => {
  "use strict";

  const frame = document.getElementById("t-frame");
  const table = document.getElementById("t-table");
  if (!frame || !table) return;
  const spots = JSON.parse(document.getElementById("t-spots").textContent);
  const here = new URL(window.location.href);

  function choose(id, { tell = true, scroll = false } = {}) {
    for (const row of table.tBodies[0].rows) {
      const on = row.dataset.id === id;
      row.classList.toggle("t-here", on);
      if (on) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
      if (on && scroll) row.scrollIntoView({ block: "nearest" });
    }
    here.searchParams.set("chosen", id);
    history.replaceState(null, "", here);
    if (tell) frame.contentWindow.postMessage({ to: "things-map", chosen: id }, window.location.origin);
  }
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-id]");
    if (row && !event.target.closest("a, button")) choose(row.dataset.id);
  });
  // Whoever goes down the list by keys sees on the map where they are.
  for (const row of table.tBodies[0].rows) {
    if (row.dataset.id && !row.querySelector("a, button")) row.tabIndex = 0;
  }
  table.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-id]");
    if (row && !row.classList.contains("t-here")) choose(row.dataset.id);
  });
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.data.from !== "things-map") return;
    if (event.data.ready) {
      const chosen = here.searchParams.get("chosen") || "";
      frame.contentWindow.postMessage({ to: "things-map", spots, chosen }, window.location.origin);
      if (chosen) choose(chosen, { tell: false, scroll: true });
    }
    if (event.data.chosen) choose(event.data.chosen, { tell: false, scroll: true });
  });
  // The frame may have been ready before this script was.
  frame.contentWindow.postMessage({ to: "things-map", ask: true }, window.location.origin);
})();
