// The import wizard in place: the next problem by key, its cell in view, a busy line, a dropped file.
(() => {
  "use strict";

  let at = -1;
  const problems = () => [...document.querySelectorAll(".gf-problem")];

  function showCell(place) {
    document.querySelectorAll("td.gf-here").forEach((cell) => cell.classList.remove("gf-here"));
    const cell = document.getElementById(`cell-${place}`);
    if (!cell) return false;
    cell.classList.add("gf-here");
    cell.scrollIntoView({ block: "center", inline: "nearest" });
    return true;
  }

  function go(step) {
    const list = problems();
    if (!list.length) return;
    at = Math.min(Math.max(at + step, 0), list.length - 1);
    list.forEach((one, index) => one.classList.toggle("gf-here", index === at));
    list[at].focus({ preventScroll: true });
    list[at].scrollIntoView({ block: "nearest" });
    showCell(list[at].dataset.cell);
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, .tabulator") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || event.key === "J") { event.preventDefault(); go(1); }
    if (event.key === "k" || event.key === "K") { event.preventDefault(); go(-1); }
    const chosen = document.activeElement?.closest?.(".gf-problem");
    if (event.key === "Enter" && document.activeElement === chosen) {
      event.preventDefault();
      chosen.querySelector(".btn-primary:not(.gf-by-hand .btn)")?.click();
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (link && showCell(link.dataset.goto)) event.preventDefault();
    const card = event.target.closest(".gf-problem");
    if (card) { at = problems().indexOf(card); problems().forEach((one) => one.classList.toggle("gf-here", one === card)); }
  });

  // after a part was swapped in, stay where the work was: in the mapping, or at the problems
  let mapping = null;
  document.addEventListener("htmx:beforeSwap", () => {
    const field = document.activeElement;
    mapping = field?.name && field.closest(".gf-import-map") ? { name: field.name, value: field.type === "radio" ? field.value : null } : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const same = mapping && [...document.querySelectorAll(".gf-import-map [name]")].find((field) => field.name === mapping.name && (mapping.value === null || field.value === mapping.value));
    if (same) { same.focus({ preventScroll: true }); return; }
    at -= 1;
    go(1);
  });

  document.addEventListener("htmx:responseError", () => { window.location.reload(); });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-busy]");
    if (!form) return;
    const says = form.querySelector(".gf-busy");
    const text = form.dataset.busy;
    if (says) { says.hidden = false; says.querySelector("span").textContent = text; }
    const button = form.querySelector("button:not([type=button])");
    if (button) setTimeout(() => { button.disabled = true; if (!says) button.textContent = text; }, 0);
  });

  for (const drop of document.querySelectorAll("[data-drop]")) {
    const input = drop.querySelector("input[type=file]");
    const name = drop.querySelector("[data-file-name]");
    input.addEventListener("change", () => { if (input.files.length) name.textContent = input.files[0].name; });
    drop.addEventListener("dragover", () => drop.classList.add("gf-over"));
    for (const end of ["dragleave", "drop"]) drop.addEventListener(end, () => drop.classList.remove("gf-over"));
  }

  // the map of one's own stores: its frame speaks by messages, the choice goes into the list's form
  const pick = document.getElementById("gf-pick");
  if (pick) {
    let form = null, spots = [], chosen = "";
    const take = pick.querySelector("[data-take]");
    document.addEventListener("click", async (event) => {
      const opener = event.target.closest("[data-pick-map]");
      if (!opener) return;
      form = opener.closest("form");
      chosen = "";
      take.disabled = true;
      pick.showModal();
      if (pick.querySelector("iframe")) return;
      spots = await (await fetch(pick.dataset.spots)).json();
      const frame = document.createElement("iframe");
      frame.title = pick.getAttribute("aria-label");
      frame.src = pick.dataset.frame;
      pick.querySelector(".gf-pick-map").append(frame);
    });
    window.addEventListener("message", (event) => {
      if (event.origin !== window.location.origin || event.data.from !== "things-map") return;
      if (event.data.ready) pick.querySelector("iframe")?.contentWindow.postMessage({ to: "things-map", spots }, window.location.origin);
      if (event.data.chosen) {
        chosen = event.data.chosen;
        pick.querySelector("[data-picked]").textContent = spots.find((spot) => spot.id === chosen)?.text ?? "";
        take.disabled = false;
      }
    });
    take.addEventListener("click", () => { form.elements.place.value = chosen; pick.close(); form.requestSubmit(); });
    pick.querySelector("[data-close]").addEventListener("click", () => pick.close());
  }

  const focus = new URLSearchParams(window.location.search).get("focus");
  if (focus) showCell(focus);
})();
