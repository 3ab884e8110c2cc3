(() => {
  "use strict";
  const PANNED = ".leaflet-container, .vis-timeline, .tabulator";
  const SILENT = `option, select, textarea, script, noscript, svg, .visually-hidden, ${PANNED}`;
  const hides = (value) => value === "hidden" || value === "clip";
  const moves = (value) => value === "auto" || value === "scroll";

  function sideways(node, what, faults) {
    const over = node ? node.scrollWidth - node.clientWidth : 0;
    if (over > 0) faults.add(`${what} scrolls sideways by ${over} px`);
  }

  // Whether some box around the text hides part of it; what can be scrolled hides nothing.
  function cut(box, holder, main) {
    for (let at = holder; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      const edge = at.getBoundingClientRect();
      if (style.position === "fixed") return "";
      if (style.clipPath === "inset(50%)") return ""; // said to readers of screens only
      const beside = box.right > edge.right + 1.5 || box.left < edge.left - 1.5;
      const beyond = box.bottom > edge.bottom + 3 || box.top < edge.top - 3;
      if (hides(style.overflowX) && beside) return "cut";
      if (hides(style.overflowY) && at.clientHeight < 400 && beyond) return "cut below";
      if (moves(style.overflowX) && at !== main) return "";
    }
    return "";
  }

  function texts(main, faults) {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const holder = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent.trim().slice(0, 40);
      const seen = holder.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (!text || !seen || holder.closest(SILENT)) continue;
      const size = parseFloat(getComputedStyle(holder).fontSize);
      if (size < 12) faults.add(`${size} px: ${text}`);
      range.selectNodeContents(walker.currentNode);
      const box = range.getBoundingClientRect();
      const how = box.width && box.height ? cut(box, holder, main) : "";
      if (how) faults.add(`${how}: ${text}`);
    }
  }

  function choices(faults) {
    const pen = document.createElement("canvas").getContext("2d");
    for (const field of document.querySelectorAll("select:not([multiple])")) {
      if (!field.checkVisibility()) continue;
      const style = getComputedStyle(field);
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const text = field.selectedOptions[0]?.text ?? "";
      const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
      const over = pen.measureText(text).width - (field.clientWidth - padding);
      if (over > 2) faults.add(`cut choice: ${text.slice(0, 40)}`);
    }
  }

  const faults = new Set();
  const main = document.querySelector(".gf-main");
  sideways(document.documentElement, "the page", faults);
  sideways(main, "the body", faults);
  texts(main, faults);
  choices(faults);
  return [...faults];
})()
