// Small helpers of the plan's page: elements from text (never markup), figures, local time.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});

  GF.el = (tag, options = {}, ...children) => {
    const node = document.createElement(tag);
    const { text, dataset, ...rest } = options;
    for (const [name, value] of Object.entries(rest)) {
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    if (dataset) Object.assign(node.dataset, dataset);
    if (text !== undefined) node.textContent = text;
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };
  const formats = [0, 1, 2, 3].map((places) => new Intl.NumberFormat("zh-CN", { minimumFractionDigits: places, maximumFractionDigits: places }));
  GF.figure = (value, places = 0) => (value === null || value === undefined ? "—" : formats[places].format(value));
  GF.money = (fen) => (fen === null || fen === undefined ? "—" : GF.figure(fen / 100, 2));
  GF.percent = (permille) => (permille === null || permille === undefined ? "—" : `${Math.floor(permille / 10)}%`);
  GF.kilos = (grams) => `${GF.figure(grams / 1000)} kg`;

  // The same words for an instant as the printed papers: 前日, 次日, minutes rounded down.
  GF.clock = (view, second) => {
    const moment = new Date(Date.parse(view.horizon.start) + (Math.floor(second) + view.horizon.offset_s) * 1000);
    const day = moment.toISOString().slice(0, 10);
    const mark = day < view.service_date ? GF.t("前日 ") : day > view.service_date ? GF.t("次日 ") : "";
    return mark + moment.toISOString().slice(11, 16);
  };
  GF.chip = (route) => GF.el("span", { class: `chip c${route.colour}`, text: route.key });
  // A padlock, with its word for those who hear the page.
  GF.lock = (word) => {
    const box = GF.el("span", { class: "p-lock", title: word, role: "img", "aria-label": word });
    const image = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    image.setAttribute("viewBox", "0 0 14 14");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", GF.LOCK);
    path.setAttribute("fill", "currentColor");
    path.setAttribute("fill-rule", "evenodd");
    image.append(path);
    box.append(image);
    return box;
  };
  GF.LOCK = "M4 6V4a3 3 0 0 1 6 0v2h1v7H3V6zM5.4 6h3.2V4a1.6 1.6 0 0 0-3.2 0z";
  GF.KINDS = { drive: GF.t("行驶"), load: GF.t("装车"), unload: GF.t("卸货"), wait: GF.t("等待"), charge: GF.t("充电"), rest: GF.t("休息") };
})();
