// The phone's own store: IndexedDB, else localStorage, else this page's memory. It keeps taps that
// wait to be sent, the device's name and the count of its taps. No service worker is needed.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const NAME = "greenfreight-duty";

  // Eight bytes or more of chance, where crypto.randomUUID is missing (old WebViews, plain http).
  GF.randomId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });

  class Indexed {
    static async open() {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("taps", { keyPath: "client_id" }).createIndex("day", "day");
        request.result.createObjectStore("kept");
      };
      const store = new Indexed();
      store.db = await done(request);
      return store;
    }
    _in(name, mode) { return this.db.transaction(name, mode).objectStore(name); }
    // Resolves once the transaction is on record, not when the request was heard.
    async put(tap) {
      const transaction = this.db.transaction("taps", "readwrite");
      transaction.objectStore("taps").put(tap);
      await new Promise((yes, no) => { transaction.oncomplete = yes; transaction.onerror = transaction.onabort = () => no(transaction.error); });
    }
    async drop(ids) {
      const taps = this._in("taps", "readwrite");
      await Promise.all(ids.map((id) => done(taps.delete(id))));
    }
    async taps(day) { return done(this._in("taps", "readonly").index("day").getAll(day)); }
    async get(name) { return done(this._in("kept", "readonly").get(name)); }
    async set(name, value) { await done(this._in("kept", "readwrite").put(value, name)); }
  }

  class Plain {
    constructor(box) { this.box = box; this.lasting = box !== null; this.memory = new Map(); }
    _read(key) { return this.box ? this.box.getItem(key) : this.memory.get(key) ?? null; }
    _write(key, text) { if (this.box) this.box.setItem(key, text); else this.memory.set(key, text); }
    _all() { return JSON.parse(this._read(`${NAME}:taps`) || "[]"); }
    async put(tap) { this._write(`${NAME}:taps`, JSON.stringify([...this._all().filter((t) => t.client_id !== tap.client_id), tap])); }
    async drop(ids) { const gone = new Set(ids); this._write(`${NAME}:taps`, JSON.stringify(this._all().filter((t) => !gone.has(t.client_id)))); }
    async taps(day) { return this._all().filter((tap) => tap.day === day); }
    async get(name) { const text = this._read(`${NAME}:${name}`); return text === null ? undefined : JSON.parse(text); }
    async set(name, value) { this._write(`${NAME}:${name}`, JSON.stringify(value)); }
  }

  GF.openStore = async () => {
    try {
      const store = await Indexed.open();
      store.lasting = true;
      return store;
    } catch { /* private windows and old WebViews */ }
    try {
      localStorage.setItem(`${NAME}:try`, "1");
      return new Plain(localStorage);
    } catch {
      return new Plain(null);
    }
  };
})();
