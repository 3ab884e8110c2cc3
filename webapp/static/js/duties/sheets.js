// The sheets that come up from below: what went wrong, which navigation app, one stop's details.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const { el } = GF;

  GF.fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  GF.glyph = (name) => {
    const found = document.getElementById("d-icons").content.querySelector(`[data-icon="${name}"]`);
    return found ? found.firstElementChild.cloneNode(true) : document.createTextNode("");
  };

  GF.Sheets = class {
    constructor(words) {
      this.words = words;
      this.dialog = document.getElementById("d-sheet");
      this.title = document.getElementById("d-sheet-title");
      this.body = document.getElementById("d-sheet-body");
    }

    show(title, ...parts) {
      this.title.textContent = title;
      this.body.replaceChildren(...parts);
      if (!this.dialog.open) this.dialog.showModal();
      this.dialog.scrollTop = 0;
    }

    close() { if (this.dialog.open) this.dialog.close(); }

    choice(icon, text, act, tone = "") {
      const button = el("button", { type: "button", class: `d-choice ${tone}`, onclick: act });
      button.append(GF.glyph(icon), el("span", { text }));
      return button;
    }

    apps(stop, chosen) {
      const links = stop.navigation.map((app) => el("a", { class: "d-choice", href: app.address, rel: "noreferrer", target: app.app === "geo" ? null : "_blank", onclick: () => { chosen(app.app); this.close(); }, text: this.words.apps[app.app] }));
      this.show(this.words.choose_app, ...links);
    }

    calls(stop) {
      const links = stop.contacts.map((one) => el("a", { class: "d-choice", href: `tel:${one.phone}`, text: `${one.name} ${one.phone}` }));
      this.show(this.words.call, ...links);
    }

    // Everything that can go wrong at a stop; `say(event)` tells it.
    exceptions(stop, open, broken, say) {
      const { kinds } = this.words;
      const tell = (event) => { this.close(); say(event); };
      const parts = [];
      if (stop && open.length) {
        parts.push(
          this.choice("package", kinds.partial, () => this.short(stop, open, tell)),
          this.choice("hand-stop", kinds.refused, () => this.why(stop, open, "refused", tell)),
          this.choice("circle-x", kinds.failed, () => this.why(stop, open, "failed", tell)),
        );
      }
      if (stop) parts.push(this.choice("clock", kinds.late, () => this.late(stop, tell)));
      parts.push(
        this.choice("note", kinds.note, () => this.note(stop, tell)),
        broken ? this.choice("check", kinds.resume, () => tell({ kind: "resume" })) : this.choice("car-crash", kinds.breakdown, () => tell({ kind: "breakdown" }), "d-bad"),
      );
      this.show(stop ? GF.fill(this.words.said, { stop: stop.name, what: document.getElementById("d-exception").textContent.trim() }) : kinds.note, ...parts);
    }

    late(stop, tell) {
      const buttons = [15, 30, 60, 90].map((n) => this.choice("clock", GF.fill(this.words.minutes, { n }), () => tell({ kind: "late", stop: stop.key, minutes: n })));
      this.show(this.words.kinds.late, ...buttons);
    }

    note(stop, tell) {
      const box = el("textarea", { rows: "3", maxlength: "500", "aria-label": this.words.kinds.note });
      const send = el("button", { type: "button", class: "d-main", text: this.words.done, onclick: () => { if (box.value.trim()) tell({ kind: "note", stop: stop ? stop.key : null, note: box.value.trim() }); else box.focus(); } });
      this.show(this.words.kinds.note, box, send);
    }

    // Orders with a tick each (one order is ticked already), then the reason says it.
    why(stop, open, kind, tell) {
      const ticks = open.map((order) => el("input", { type: "checkbox", value: order.id, checked: open.length === 1 }));
      const lines = open.map((order, k) => el("label", { class: "d-tick" }, ticks[k], el("span", { text: `${order.reference} · ${order.units} ${order.unit}` })));
      const hint = el("p", { class: "d-note", role: "alert", text: open.length === 1 ? "" : this.words.choose_order });
      const reasons = Object.entries(this.words.reasons).filter(([code]) => !["missing"].includes(code)).map(([code, text]) => this.choice("check", text, () => {
        const orders = ticks.filter((tick) => tick.checked).map((tick) => ({ id: tick.value }));
        if (!orders.length) { hint.classList.add("d-error"); hint.scrollIntoView({ block: "center" }); return; }
        tell({ kind, stop: stop.key, orders, reason: code });
      }));
      this.show(this.words.kinds[kind], ...lines, hint, ...reasons);
    }

    // Units taken of each order, counted down by hand.
    short(stop, open, tell) {
      const counts = new Map(open.map((order) => [order.id, order.units]));
      const lines = open.map((order) => {
        const shown = el("output", { text: String(order.units) });
        const step = (by) => () => {
          counts.set(order.id, Math.min(order.units, Math.max(0, counts.get(order.id) + by)));
          shown.textContent = String(counts.get(order.id));
        };
        return el("div", { class: "d-count" }, el("span", { text: `${order.reference} · ${this.words.units_taken}` }),
          el("button", { type: "button", text: "−", "aria-label": `${order.reference} −1`, onclick: step(-1) }), shown,
          el("button", { type: "button", text: "+", "aria-label": `${order.reference} +1`, onclick: step(1) }), el("small", { text: `/ ${order.units} ${order.unit}` }));
      });
      const hint = el("p", { class: "d-note", role: "alert" });
      const reasons = ["missing", "damaged", "wrong_goods", "temperature", "other"].map((code) => this.choice("check", this.words.reasons[code], () => {
        const orders = open.filter((order) => counts.get(order.id) < order.units).map((order) => ({ id: order.id, units: counts.get(order.id) }));
        if (!orders.length) { hint.textContent = this.words.choose_order; hint.classList.add("d-error"); return; }
        tell({ kind: "partial", stop: stop.key, orders, reason: code });
      }));
      this.show(this.words.kinds.partial, ...lines, hint, ...reasons);
    }
  };
})();
