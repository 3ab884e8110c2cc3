// Load and state of charge along one route, on the route's own hours.
(() => {
  "use strict";
  const GF = (window.GF = window.GF || {});
  let chart = null;
  let asked = null;
  let wanted = null;

  // The library is large, and most visits to the page draw no chart: it is fetched for the first.
  GF.charts = () => {
    asked = asked || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = document.getElementById("p-page").dataset.charts;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });
    return asked;
  };

  GF.drawRouteChart = (view, route) => {
    const box = document.getElementById("p-chart");
    document.getElementById("p-chart-hint").hidden = Boolean(route);
    box.hidden = !route;
    if (!route || box.offsetParent === null) return;
    if (!window.echarts) {
      wanted = [view, route];
      GF.charts().then(() => GF.drawRouteChart(...wanted));
      return;
    }
    chart = chart || echarts.init(box, null, { renderer: "svg" });
    const load = route.profile.map(([t, grams]) => [t, grams / 1000]);
    const charge = route.profile.filter((p) => p[2] !== null).map(([t, , permille]) => [t, permille / 10]);
    const axis = (text) => ({ color: "#51606f", fontSize: 12, fontFamily: "inherit", ...text });
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "Noto Sans SC Variable, WenQuanYi Micro Hei, sans-serif", fontSize: 12 },
      grid: { left: 56, right: 56, top: 34, bottom: 26 },
      legend: { top: 4, left: 8, itemHeight: 8, textStyle: axis() },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "line" }, formatter: (points) => `${route.key}  ${GF.clock(view, points[0].value[0])}\n` + points.map((p) => `${p.seriesName} ${GF.figure(p.value[1], p.seriesIndex ? 1 : 0)}`).join("\n") },
      xAxis: { type: "value", min: route.start, max: route.end, interval: Math.max(3600, Math.ceil((route.end - route.start) / 10 / 3600) * 3600), axisLabel: axis({ formatter: (v) => GF.clock(view, v) }), splitLine: { lineStyle: { color: "#edf0f3" } } },
      yAxis: [
        { type: "value", name: "kg", nameTextStyle: axis(), min: 0, max: Math.ceil(route.payload_g / 1000), axisLabel: axis(), splitLine: { lineStyle: { color: "#edf0f3" } } },
        { type: "value", name: "SOC %", nameTextStyle: axis(), min: 0, max: 100, axisLabel: axis(), splitLine: { show: false }, show: route.electric },
      ],
      series: [
        { name: GF.t("载重 kg"), type: "line", data: load, showSymbol: false, lineStyle: { color: "#51606f", width: 1.5 }, itemStyle: { color: "#51606f" }, areaStyle: { color: "#9db4c6", opacity: 0.35 } },
        {
          name: GF.t("剩余电量 SOC %"), type: "line", yAxisIndex: 1, data: charge, showSymbol: true, symbolSize: 4, lineStyle: { color: "#007a59", width: 2 }, itemStyle: { color: "#007a59" },
          markLine: route.reserve === null ? undefined : { silent: true, symbol: "none", data: [{ yAxis: route.reserve / 10, label: { formatter: GF.t("保底 %(reserve)s%%", { reserve: Math.floor(route.reserve / 10) }), position: "insideEndTop", fontSize: 12, color: "#b42318" } }], lineStyle: { color: "#b42318", type: "dashed" } },
        },
      ],
    }, true);
    chart.resize();
  };
  window.addEventListener("resize", () => chart && chart.resize());
})();
