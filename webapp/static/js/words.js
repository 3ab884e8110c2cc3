// GF.t: a message in the page's language. GF.words comes with the page; without it, Chinese.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const words = GF.words || {};

  GF.t = (message, values = {}) => (words[message] || message)
    .replace(/%\((\w+)\)s|%%/g, (whole, name) => (name === undefined ? "%" : String(values[name] ?? "")));
})();
