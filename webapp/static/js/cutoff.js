// The cut-off clock: counts by the server's time, and says aloud only the marks that matter.
(() => {
  "use strict";

  const MARKS = [1800, 600, 300, 60];
  const two = (n) => String(n).padStart(2, "0");

  function text(node, left) {
    if (left < 0) return node.dataset.over;
    if (left < 3600) {
      const short = node.dataset.minutes.replace("{m}", Math.floor(left / 60)).replace("{s}", two(left % 60));
      return node.dataset.left.replace("{}", short);
    }
    const days = Math.floor(left / 86400);
    const clock = `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}`;
    return node.dataset.left.replace("{}", days ? node.dataset.days.replace("{d}", days).replace("{t}", clock) : clock);
  }

  for (const node of document.querySelectorAll("[data-cutoff]")) {
    const limit = Date.parse(node.dataset.cutoff);
    const ahead = Date.parse(node.dataset.now) - performance.now();
    const shown = node.querySelector("[data-shown]");
    const say = node.querySelector("[data-say]");
    let before = null;
    const tick = () => {
      const left = Math.floor((limit - (ahead + performance.now())) / 1000);
      const now = text(node, left);
      if (shown.textContent !== now) shown.textContent = now;
      node.classList.toggle("gf-soon", left >= 0 && left < 1800);
      node.classList.toggle("gf-over", left < 0);
      if (before !== null && (MARKS.some((mark) => before > mark && left <= mark) || (before >= 0 && left < 0))) say.textContent = now;
      before = left;
      if (left >= 0) setTimeout(tick, 1000 - ((ahead + performance.now()) % 1000));
    };
    tick();
  }
})();
