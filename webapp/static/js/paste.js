// The grid to paste into: Tabulator rows of plain text; what was pasted goes to the server whole.
(() => {
  "use strict";

  const form = document.getElementById("gf-paste");
  const headers = JSON.parse(form.dataset.headers);
  const field = (index) => `c${index}`;
  const blank = (count) => Array.from({ length: count }, () => ({}));
  const plain = (cell) => document.createTextNode(cell.getValue() ?? "");
  let pastedHeader = null;

  function columns(labels) {
    return labels.map((label, index) => ({
      title: label, field: field(index), editor: "input", formatter: plain, headerSort: false, minWidth: 90,
      titleFormatter: (cell) => document.createTextNode(cell.getValue() ?? ""),
    }));
  }

  const table = new Tabulator("#gf-grid", {
    data: blank(20), height: 420, layout: "fitDataFill", columns: columns(headers),
    rowHeader: { formatter: "rownum", headerSort: false, hozAlign: "center", resizable: false, frozen: true, width: 44 },
  });
  // A grid holds rows only: its scrolling part is moved by the cells' own focus.
  table.on("tableBuilt", () => document.querySelector("#gf-grid .tabulator-tableholder")?.removeAttribute("tabindex"));

  function rows() {
    const labels = pastedHeader || headers;
    const lines = table.getData().map((row) => labels.map((_label, index) => row[field(index)] ?? ""));
    return [labels, ...lines.filter((line) => line.some((cell) => String(cell).trim() !== ""))];
  }

  function count() {
    const lines = rows().length - 1;
    form.querySelector("[data-count]").textContent = lines ? form.dataset.count.replace("0", lines) : "";
  }

  // quoted cells may hold tabs and line breaks
  function split(text) {
    const lines = [[]];
    let cell = "", quoted = false;
    for (let i = 0; i < text.length; i += 1) {
      const sign = text[i];
      if (quoted) {
        if (sign === '"' && text[i + 1] === '"') { cell += '"'; i += 1; }
        else if (sign === '"') quoted = false;
        else cell += sign;
      } else if (sign === '"' && cell === "") quoted = true;
      else if (sign === "\t") { lines.at(-1).push(cell); cell = ""; }
      else if (sign === "\n") { lines.at(-1).push(cell); cell = ""; lines.push([]); }
      else if (sign !== "\r") cell += sign;
    }
    lines.at(-1).push(cell);
    return lines.filter((line) => line.some((one) => one.trim() !== ""));
  }

  document.addEventListener("paste", (event) => {
    if (event.target.closest("textarea")) return;
    const text = event.clipboardData.getData("text/plain");
    if (!text.includes("\t") && !text.includes("\n")) return;
    event.preventDefault();
    document.activeElement?.blur();
    const lines = split(text);
    // a first line of words only is a header of their own
    const worded = lines.length > 1 && lines[0].every((one) => !/\d/.test(one)) && lines[1].some((one) => /\d/.test(one));
    pastedHeader = worded ? lines.shift() : null;
    const labels = pastedHeader || headers;
    table.setColumns(columns(labels));
    table.setData([...lines.map((line) => Object.fromEntries(line.map((one, index) => [field(index), one]))), ...blank(5)]).then(count);
  });

  table.on("cellEdited", count);
  form.querySelector("[data-more]").addEventListener("click", () => table.addData(blank(20)));
  form.addEventListener("submit", () => { form.elements.rows.value = JSON.stringify(rows()); }, true);
})();
