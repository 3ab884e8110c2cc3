// A context menu: by right click, by the menu key, by a "more" button; arrows, Enter, Esc.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const box = document.getElementById("p-menu");
  let back = null;

  const entries = () => [...box.querySelectorAll('[role="menuitem"]')];
  function close(refocus) {
    if (box.hidden) return;
    box.hidden = true;
    if (refocus && back && back.isConnected) back.focus();
  }

  // items: [{ text, key, run, disabled }]
  GF.openMenu = (title, items, at) => {
    back = document.activeElement;
    box.replaceChildren(
      GF.el("div", { class: "p-menu-head", text: title }),
      ...items.map((item) => GF.el("button", { type: "button", role: "menuitem", tabindex: "-1", disabled: Boolean(item.disabled), onclick: () => { close(true); item.run(); } },
        GF.el("span", { text: item.text }), item.key ? GF.el("kbd", { text: item.key }) : null)));
    box.setAttribute("aria-label", title);
    box.hidden = false;
    const width = box.offsetWidth;
    const height = box.offsetHeight;
    box.style.left = `${Math.max(4, Math.min(at.x, innerWidth - width - 4))}px`;
    box.style.top = `${Math.max(4, Math.min(at.y, innerHeight - height - 4))}px`;
    entries()[0]?.focus();
  };

  box.addEventListener("keydown", (event) => {
    const all = entries();
    const here = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) all[(here + step + all.length) % all.length]?.focus();
    else if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all[all.length - 1]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => { if (!box.contains(event.target)) close(false); });
  // A press in the map is not seen here, but takes the focus.
  window.addEventListener("blur", () => { if (document.activeElement?.tagName === "IFRAME") close(false); });
  window.addEventListener("resize", () => close(false));
})();
