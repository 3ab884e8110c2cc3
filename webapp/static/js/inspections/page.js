// The officer's page: scans a code, judges it at once with what was carried along, then asks the
// platform; what was scanned without network is told as soon as there is one.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const said = JSON.parse(byId("r-said").textContent);
  const to = JSON.parse(byId("r-to").textContent);
  const CARRIED = "greenfreight-roadside", WAITING = "greenfreight-roadside-waiting";
  const REFRESH_MS = 5 * 60_000, TICK_MS = 30_000, ASK_MS = 8_000;
  const memory = {};
  // Private windows keep nothing: this page's memory then, and it says so by the age at the next opening.
  const keep = (name, value) => { memory[name] = value; try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* memory alone */ } };
  const kept = (name) => { try { const text = localStorage.getItem(name); if (text) return JSON.parse(text); } catch { /* memory alone */ } return memory[name] ?? null; };
  const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  let carried = kept(CARRIED);
  let latest = 0;
  let loggedOut = false;

  const ask = async (address, more = {}) => {
    const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(ASK_MS), ...more });
    // An officer's log-in ends when idle; what was taken along goes on, but nothing can be told.
    loggedOut = answer.type === "opaqueredirect" || answer.status === 401;
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const spoken = (ms) => {
    const minutes = Math.floor(ms / 60_000);
    if (minutes < 1) return GF.t("刚刚");
    if (minutes < 60) return GF.t("%(n)s 分钟前", { n: minutes });
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? GF.t("%(n)s 小时前", { n: hours }) : GF.t("%(n)s 天前", { n: Math.floor(hours / 24) });
  };

  const strip = () => {
    const box = byId("r-data");
    const age = GF.ageOfCarried(carried, Date.now());
    box.dataset.grade = age ? age.grade : "none";
    box.classList.remove("gf-good", "gf-attention", "gf-broken");
    box.classList.add(!age || age.grade === "stale" ? "gf-broken" : age.grade === "old" ? "gf-attention" : "gf-good");
    const waiting = (kept(WAITING) || []).length;
    const text = !age ? GF.t("没有离线数据：请联网打开本页一次")
      : age.grade === "fresh" ? GF.t("离线数据更新于 %(when)s", { when: spoken(age.ms) })
      : age.grade === "old" ? GF.t("离线数据更新于 %(when)s，超过 24 小时：只能显示未联网核验", { when: spoken(age.ms) })
      : GF.t("离线数据更新于 %(when)s，超过 72 小时或手机时间不对：不能确认有效", { when: spoken(age.ms) });
    byId("r-log-in").hidden = !loggedOut;
    byId("r-data-text").textContent = text + (waiting ? GF.t("；%(n)s 次核查待上传", { n: waiting }) : "");
  };

  const refresh = async () => {
    try {
      const { csrf, ...rest } = await ask(to.carried);
      to.csrf = csrf;
      carried = rest;
      keep(CARRIED, carried);
    } catch { /* no network: what is kept goes on, its age is shown */ }
    strip();
  };

  const clock = (second) => `${String(Math.floor(second / 3600)).padStart(2, "0")}:${String(Math.floor((second % 3600) / 60)).padStart(2, "0")}`;
  const facts = (claims) => {
    const zones = claims.zones.map((key) => (carried && carried.zones[key]) || key).join(GF.t("、"));
    const hours = claims.hours.length ? claims.hours.map(([start, end]) => `${clock(start)}–${clock(end)}`).join(GF.t("、")) : GF.t("全天");
    return [
      [GF.t("通行证"), claims.serial], [GF.t("号牌种类"), said.kinds[claims.kind] || claims.kind], [GF.t("区域"), zones],
      [GF.t("期间"), `${claims.first} – ${claims.last}`], [GF.t("时段"), hours],
    ].flatMap(([name, value]) => [Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: value })]);
  };

  const show = (judged, source) => {
    const words = said.verdicts[judged.verdict];
    const box = byId("r-answer");
    box.hidden = false;
    box.dataset.verdict = judged.verdict;
    box.dataset.tone = words.tone;
    box.className = `gf-card r-answer r-${words.tone}`;
    byId("r-word").textContent = words.word;
    byId("r-hint").textContent = words.hint;
    byId("r-source").textContent = source;
    const plate = byId("r-plate");
    plate.hidden = !judged.claims;
    plate.textContent = judged.claims ? judged.claims.plate : "";
    plate.className = `d-plate d-${judged.claims ? judged.claims.kind : ""}`;
    byId("r-facts").replaceChildren(...(judged.claims ? facts(judged.claims) : []));
  };

  const send = (scans) => ask(to.scans, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": to.csrf }, body: JSON.stringify({ scans }) });
  const offlineSource = () => {
    const age = GF.ageOfCarried(carried, Date.now());
    return age ? GF.t("未联网：按 %(when)s 的离线数据判断，联网后自动上传记录", { when: spoken(age.ms) }) : GF.t("未联网：没有离线数据，联网后自动上传记录");
  };

  // The table of checks as the server now has it.
  const record = async () => {
    try {
      const text = await (await fetch(window.location.pathname, { credentials: "same-origin", redirect: "error" })).text();
      const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("r-record");
      if (fresh) byId("r-record").replaceWith(document.adoptNode(fresh));
    } catch { /* the next opening shows it */ }
  };

  const judge = async (text) => {
    const turn = ++latest;
    const seen = byId("r-seen").value;
    const local = await GF.judgeCode(text, carried, Date.now(), seen);
    show(local, GF.t("正在联网核验…"));
    const one = { client_id: randomId(), code: text, plate: seen, note: byId("r-note").value };
    try {
      const answer = await send([one]);
      if (turn === latest) show({ verdict: answer.answers[0].verdict, claims: local.claims }, GF.t("已联网核验并记录"));
      refresh();
      record();
    } catch {
      keep(WAITING, [...(kept(WAITING) || []), { ...one, at: new Date().toISOString() }].slice(-500));
      // Green without network only with fresh data; the grade is told by the strip, too.
      if (turn === latest) show(local, offlineSource());
      refresh(); // tells an ended log-in from a missing network
    }
    strip();
    byId("r-answer").scrollIntoView({ block: "nearest" });
  };

  let sending = false;
  const drain = async () => {
    if (sending) return;
    sending = true;
    try {
      for (let waiting = kept(WAITING) || []; waiting.length; waiting = kept(WAITING) || []) {
        const part = waiting.slice(0, 50);
        await send(part);
        const told = new Set(part.map((one) => one.client_id));
        keep(WAITING, (kept(WAITING) || []).filter((one) => !told.has(one.client_id)));
      }
    } catch { /* still no network: later */ }
    sending = false;
    strip();
  };

  const camera = () => {
    const button = byId("r-camera"), video = byId("r-video");
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    button.hidden = false;
    let stream = null;
    const stop = () => { if (stream) stream.getTracks().forEach((track) => track.stop()); stream = null; video.hidden = true; button.querySelector("span").textContent = GF.t("用摄像头扫码"); };
    button.addEventListener("click", async () => {
      if (stream) { stop(); return; }
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch { byId("r-camera-says").textContent = GF.t("打不开摄像头，请粘贴码文或按号牌查询。"); return; }
      video.srcObject = stream;
      video.hidden = false;
      button.querySelector("span").textContent = GF.t("停止扫码");
      await video.play();
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      const look = async () => {
        if (!stream) return;
        const found = await detector.detect(video).catch(() => []);
        if (found.length && stream) { stop(); byId("r-code").value = found[0].rawValue; judge(found[0].rawValue); return; }
        requestAnimationFrame(look);
      };
      look();
    });
  };

  byId("r-code").addEventListener("focus", () => byId("r-code").select());
  byId("r-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("r-code").value.trim();
    if (text) judge(text); else byId("r-code").focus();
  });
  window.addEventListener("online", () => { refresh(); drain(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { strip(); refresh(); } });
  setInterval(strip, TICK_MS);
  setInterval(() => { refresh(); drain(); }, REFRESH_MS);
  camera();
  strip();
  refresh().then(drain).then(() => { document.body.dataset.usable = "1"; });
})();
