// What a person reads on a page, and in which language it should be: texts and labels, without
// what a script, a code or an element of another language says.
() => {
  const found = new Set();
  const skip = "script, style, noscript, code, kbd, svg, [lang]:not(html), textarea, .t-data";
  const add = (text) => { const said = (text || "").trim(); if (said) found.add(said); };
  add(document.title);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest(skip)) add(node.textContent);
  }
  for (const node of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (node.closest("[lang]:not(html)")) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) add(node.getAttribute(name));
  }
  return [...found];
}
