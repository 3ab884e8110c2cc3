// Taps on their way: kept first, then sent in order, in one batch at a time, again until the server
// says that it has them. The server keeps each once, so sending twice does no harm.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const BATCH = 50;
  const FIRST_MS = 2000;
  const LONGEST_MS = 60000;
  const PATIENCE_MS = 20000;

  // A log-in page instead of data: the session is over. Any other page is a hotspot's own.
  const isData = (answer) => (answer.headers.get("Content-Type") || "").includes("json");
  const loggedOut = (answer) => answer.redirected && new URL(answer.url).pathname === "/login";

  GF.Queue = class {
    constructor(store, day, to, csrf) {
      Object.assign(this, { store, day, to, csrf, waiting: [], refused: [], sending: false, online: navigator.onLine, stopped: "", wait: FIRST_MS });
      this.changed = () => {};
      this.received = () => {};
      window.addEventListener("online", () => { this.online = true; this.soon(0); });
      window.addEventListener("offline", () => { this.online = false; this.changed(); });
      document.addEventListener("visibilitychange", () => { if (!document.hidden) this.soon(0); });
    }

    async load() {
      this.device = (await this.store.get("device")) || GF.randomId();
      await this.store.set("device", this.device);
      this.sequence = (await this.store.get("sequence")) || 0;
      this.waiting = await this.store.taps(this.day);
      this.waiting.sort((a, b) => a.sequence - b.sequence);
      if (this.waiting.length) this.soon(0);
    }

    async tap(event) {
      this.sequence += 1;
      const tap = { client_id: GF.randomId(), device_id: this.device, sequence: this.sequence, at: new Date().toISOString(), day: this.day, ...event };
      this.waiting.push(tap);
      this.changed();
      try {
        await this.store.set("sequence", this.sequence);
        await this.store.put(tap);
      } catch { this.store.lasting = false; this.changed(); }
      this.soon(0);
      return tap;
    }

    soon(milliseconds) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), milliseconds);
    }

    later() {
      this.soon(this.wait);
      this.wait = Math.min(2 * this.wait, LONGEST_MS);
    }

    async post(taps) {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
      try {
        return await fetch(this.to.events, {
          method: "POST", credentials: "same-origin", cache: "no-store", signal: stop.signal,
          headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
          body: JSON.stringify({ sent_at: new Date().toISOString(), events: taps.map(({ day, ...tap }) => tap) }),
        });
      } finally { clearTimeout(timer); }
    }

    async send() {
      if (this.sending || this.stopped || !this.waiting.length) return;
      this.sending = true;
      this.changed();
      try {
        const taps = this.waiting.slice(0, BATCH);
        const answer = await this.post(taps);
        this.online = true;
        if (answer.ok && isData(answer)) await this.took(await answer.json());
        else await this.hindered(answer);
      } catch {
        this.online = false;
        this.later();
      } finally {
        this.sending = false;
        this.changed();
      }
      if (this.online && this.waiting.length && !this.stopped && this.wait === FIRST_MS) this.soon(0);
    }

    async took(answer) {
      this.wait = FIRST_MS;
      const settled = new Set(answer.results.map((one) => one.client_id));
      for (const one of answer.results) {
        if (one.result === "refused") this.refused.push({ ...this.waiting.find((t) => t.client_id === one.client_id), why: one.why });
      }
      this.waiting = this.waiting.filter((tap) => !settled.has(tap.client_id));
      await this.store.drop([...settled]);
      this.received(answer);
    }

    async hindered(answer) {
      const { status } = answer;
      if (loggedOut(answer)) this.stopped = "again";
      else if (status === 401 || status === 404) this.stopped = "again";
      else if (status === 410) this.stopped = "ended";
      else if (status === 400) { await this.refresh(); this.later(); }  // the form token was of an older session
      else this.later();
    }

    // What other phones and the receiver told since; also a fresh form token.
    async refresh() {
      const answer = await fetch(this.to.data, { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 401 || loggedOut(answer)) this.stopped = "again";
      if (answer.status === 410) this.stopped = "ended";
      if (!answer.ok || !isData(answer)) return;
      const data = await answer.json();
      this.csrf = data.csrf;
      this.received(data);
    }
  };
})();
