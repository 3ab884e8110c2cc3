// What the frame does in place: keys, confirmations, the date, tokens for htmx, unsaved work.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.gf-menu[open], details.gf-me[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const box = byId("gf-q");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (event.key === "?") {
      const keys = byId("gf-keys");
      if (keys && !keys.open) { event.preventDefault(); keys.showModal(); }
    }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) byId(opener.dataset.open)?.showModal();
    for (const menu of document.querySelectorAll("details.gf-menu[open], details.gf-me[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const day = event.target.closest('.gf-date input[type="date"]');
    if (day && day.showPicker) try { day.showPicker(); } catch { /* typing works too */ }
    const printer = event.target.closest("[data-print]");
    if (printer) window.print();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form && event.target.checkValidity()) form.requestSubmit();
  });

  // A form that asks before it acts; the browser's own dialog keeps focus inside.
  const asked = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = form.dataset.confirm;
    if (!question || asked.has(form)) return;
    event.preventDefault();
    const dialog = byId("gf-ask");
    dialog.querySelector("[data-text]").textContent = question;
    const yes = dialog.querySelector("[data-yes]");
    const no = dialog.querySelector("[data-no]");
    yes.onclick = () => { asked.add(form); dialog.close(); form.requestSubmit(event.submitter || undefined); };
    no.onclick = () => dialog.close();
    dialog.showModal();
    no.focus();
  });

  // An address can name a field of its page: ``#field-windows`` brings it into sight and marks it.
  function field() {
    const name = window.location.hash.startsWith("#field-") ? CSS.escape(window.location.hash.slice(7)) : "";
    if (!name) return;
    const input = document.querySelector(`[name="${name}"], [name^="${name}-"]:not([type="hidden"])`);
    const part = document.querySelector(`[data-rows="${name}"]`) || input?.closest(".gf-field") || input;
    if (!part) return;
    part.classList.add("gf-asked");
    part.scrollIntoView({ block: "center" });
    input?.focus({ preventScroll: true });
  }
  field();
  window.addEventListener("hashchange", field);

  // Leaving unsaved work asks.
  let unsaved = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) unsaved = true;
  });
  document.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  // Copy text for a group chat; says so where the button stands.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = byId(button.dataset.copy);
    const text = "value" in source ? source.value : source.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (source.select) { source.select(); document.execCommand("copy"); }
    }
    const label = button.querySelector("span") || button;
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = before; }, 1600);
  });

  // What scrolls sideways is reached by keyboard, too: the arrows move it once it has the focus.
  const reach = () => {
    for (const box of document.querySelectorAll(".gf-scroll, .gf-table-scroll, article, section, .s-trip")) {
      const hides = (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
        && /auto|scroll/.test(getComputedStyle(box).overflowX);
      if (hides && !box.hasAttribute("tabindex")) box.tabIndex = 0;
    }
  };
  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
})();
