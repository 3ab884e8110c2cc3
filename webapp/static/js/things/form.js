// Tables inside a form: add a row, drop a row. Names are numbered as the server reads them.
(() => {
  "use strict";

  for (const part of document.querySelectorAll("[data-rows]")) {
    const body = part.querySelector("tbody");
    const blank = body.rows[body.rows.length - 1].cloneNode(true);
    const name = part.dataset.rows;
    let next = body.rows.length;
    part.querySelector("[data-add]").addEventListener("click", () => {
      const row = blank.cloneNode(true);
      for (const field of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const key of ["name", "id", "for", "aria-describedby"]) {
          const text = field.getAttribute(key);
          if (text) field.setAttribute(key, text.replace(new RegExp("^" + name + "-\\d+"), name + "-" + next));
        }
        if (field.type === "checkbox") field.checked = false;
        else if (field.tagName === "INPUT") field.value = "";
      }
      next += 1;
      body.append(row);
      row.querySelector("input, select")?.focus();
    });
    body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-drop]");
      if (!button) return;
      const row = button.closest("tr");
      if (body.rows.length > 1) row.remove();
      else {
        for (const field of row.querySelectorAll("input, select")) {
          if (field.type === "checkbox") field.checked = false;
          else if (field.tagName === "SELECT") field.selectedIndex = 0;
          else field.value = "";
        }
      }
    });
  }
})();
