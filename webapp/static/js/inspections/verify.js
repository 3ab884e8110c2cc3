// Roadside codes without network: read, verified through WebCrypto, held against what was carried
// along. The same format and the same order of verdicts as models/permits/roadside_code.py.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  const SHAPE = /^GFP1\.([A-Z2-7]{1,32})\.([A-Z2-7]+)\.([A-Z2-7]+)$/;
  const DOMAIN = "greenfreight roadside code 1";
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const HOUR_MS = 3_600_000;
  const LONGEST = 2000;
  const SLACK_MS = 5 * 60_000; // by which the device's clock may be behind the server's
  const utf8 = new TextEncoder();

  // Bytes of base 32 without padding; null where bits to spare are not nought.
  const bytesOf = (text) => {
    const out = new Uint8Array(Math.floor((text.length * 5) / 8));
    let held = 0, bits = 0, at = 0;
    for (const sign of text) {
      held = (held << 5) | LETTERS.indexOf(sign);
      bits += 5;
      if (bits >= 8) { bits -= 8; out[at++] = held >> bits; held &= (1 << bits) - 1; }
    }
    return held === 0 && bits < 5 ? out : null;
  };

  const decode = (text) => {
    const given = text.trim();
    const found = given.length <= LONGEST ? SHAPE.exec(given) : null;
    if (!found) return { verdict: /^GF[A-Z][0-9]+\./.test(given) && !given.startsWith("GFP1.") ? "other_domain" : "unreadable" };
    const payload = bytesOf(found[2]), signature = bytesOf(found[3]);
    try {
      const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
      return { kid: found[1], payload, signature, claims: { serial: said.s, plate: said.p, kind: said.k, zones: said.z, hours: said.h, first: said.d1, last: said.d2 } };
    } catch { return { verdict: "unreadable" }; }
  };

  const joined = (...parts) => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { out.set(part, at); at += part.length; }
    return out;
  };
  const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));

  // true, false, or null where this browser cannot tell.
  const signedBy = async (key, code) => {
    if (!window.crypto || !crypto.subtle || key.algorithm !== "Ed25519") return null;
    const zero = new Uint8Array(1);
    const message = joined(utf8.encode(DOMAIN), zero, utf8.encode(code.kid), zero, code.payload);
    let handle;
    try {
      handle = await crypto.subtle.importKey("raw", fromHex(key.public), { name: "Ed25519" }, false, ["verify"]);
    } catch { return null; }
    return crypto.subtle.verify({ name: "Ed25519" }, handle, code.signature, message);
  };

  // Date and second of the day where the city is.
  const local = (ms, timezone) => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en-CA", {
      timeZone: timezone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    }).formatToParts(ms).map((part) => [part.type, part.value]));
    return { day: `${parts.year}-${parts.month}-${parts.day}`, second: parts.hour * 3600 + parts.minute * 60 + Number(parts.second) };
  };
  const within = (hours, second) => !hours.length || hours.some(([start, end]) => (start < end ? second >= start && second < end : second >= start || second < end));

  const tidyPlate = (text) => text.normalize("NFKC").replace(/\s+/g, "").toUpperCase().slice(0, 12);

  // How old what was carried along is: null without any; fresh, old (over 24 h), stale (over 72 h).
  const age = (carried, now) => {
    if (!carried) return null;
    const ms = now - Date.parse(carried.made_at);
    const grade = ms < -SLACK_MS || ms > 72 * HOUR_MS ? "stale" : ms > 24 * HOUR_MS ? "old" : "fresh";
    return { ms: Math.max(0, ms), grade };
  };

  const worth = (claims, carried, now, plate) => {
    const stopped = carried.stopped[claims.serial];
    if (stopped) return stopped;
    if (plate && plate !== claims.plate) return "other_plate";
    const { day, second } = local(now, carried.timezone);
    if (day < claims.first) return "not_yet";
    if (day > claims.last) return "expired";
    return within(claims.hours, second) ? "valid" : "wrong_hour";
  };

  // { verdict, claims? }: claims only where the signature is good.
  GF.judgeCode = async (text, carried, now, seen = "") => {
    const code = decode(text);
    if (code.verdict) return { verdict: code.verdict };
    if (!code.payload || !code.signature) return { verdict: "unreadable" };
    if (!carried) return { verdict: "no_data" };
    const key = carried.keys[code.kid];
    if (!key) return { verdict: "unknown_key" };
    const good = await signedBy(key, code);
    if (good === null) return { verdict: "unverifiable" };
    if (!good) return { verdict: "forged" };
    const verdict = worth(code.claims, carried, now, tidyPlate(seen));
    const { grade } = age(carried, now);
    if (verdict !== "valid" || grade === "fresh") return { verdict, claims: code.claims };
    return { verdict: grade === "old" ? "offline" : "stale", claims: code.claims };
  };
  GF.ageOfCarried = age;
})();
