// The reviewer's page: zones on the map, decisions by key, remedies that come with a reason.
(() => {
  "use strict";

  const frame = document.getElementById("d-frame");
  if (frame) {
    const spots = JSON.parse(document.getElementById("d-spots").textContent);
    const send = () => frame.contentWindow.postMessage({ to: "things-map", spots, chosen: "" }, window.location.origin);
    window.addEventListener("message", (event) => {
      if (event.origin === window.location.origin && event.data.from === "things-map" && event.data.ready) send();
    });
    // The frame may have been ready before this script was.
    frame.contentWindow.postMessage({ to: "things-map", ask: true }, window.location.origin);
  }

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = document.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (found) { event.preventDefault(); found.click(); }
  });
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  for (const box of document.querySelectorAll("[data-remedy]")) {
    box.addEventListener("change", () => {
      const field = box.form.elements.remedies_text;
      if (!field) return;
      const lines = field.value.split("\n").filter((line) => line.trim() && line !== box.dataset.remedy);
      if (box.checked) lines.push(box.dataset.remedy);
      field.value = lines.join("\n");
    });
  }
})();
