// Draws the charts that the page describes. A chart's data is JSON of plain meaning (kind,
// categories, series); how it looks is decided here, from the same colours as the page's.
(function () {
  "use strict";
  const drawn = new Map();

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function hue(number) {
    return number === "accent" ? colour("--hw-stage") : colour("--hw-h" + number);
  }
  function formats(data) {
    const language = document.documentElement.lang;
    if (data.unit === "percent") {
      const full = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
      const short = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
      return { full: (v) => full.format(v), short: (v) => short.format(v) };
    }
    if (!data.currency) {
      const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
      return { full: (v) => plain.format(v), short: (v) => plain.format(v) };
    }
    const style = { style: "currency", currency: data.currency };
    const full = new Intl.NumberFormat(language, style);
    const short = new Intl.NumberFormat(language, { ...style, notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 });
    return { full: (v) => full.format(v), short: (v) => short.format(v) };
  }

  // Tooltips are elements, never text with markup: nothing a channel is called can run.
  function tip(title, lines) {
    const box = document.createElement("div");
    box.className = "tip";
    const head = document.createElement("b");
    head.textContent = title;
    box.append(head);
    for (const line of lines) {
      const row = document.createElement("div");
      row.className = "line";
      const dot = document.createElement("span");
      dot.className = "dot";
      dot.style.color = line.colour;
      const name = document.createElement("span");
      name.textContent = line.name;
      const value = document.createElement("span");
      value.textContent = line.value;
      row.append(dot, name, value);
      box.append(row);
    }
    return box;
  }
  function tooltip(formatter, trigger) {
    return {
      trigger: trigger, appendTo: document.body, confine: true, formatter: formatter,
      backgroundColor: colour("--hw-card"), borderColor: colour("--hw-line-strong"), borderWidth: 1, padding: [8, 12],
      axisPointer: { type: "line", lineStyle: { color: colour("--hw-line-strong"), type: "solid" }, shadowStyle: { color: colour("--hw-sunk"), opacity: 0.6 } },
    };
  }
  function text() {
    return { color: colour("--hw-soft"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  }
  function axes(data, format, isHorizontal) {
    const line = { lineStyle: { color: colour("--hw-line-strong") } };
    const names = { type: "category", data: data.categories, axisLine: line, axisTick: { show: false }, axisLabel: { ...text(), hideOverlap: true }, boundaryGap: data.kind !== "area" };
    const values = { type: "value", axisLabel: { ...text(), formatter: format.short }, splitLine: { lineStyle: { color: colour("--hw-line") } }, splitNumber: 4 };
    return isHorizontal ? { xAxis: values, yAxis: { ...names, inverse: true } } : { xAxis: names, yAxis: values };
  }
  function legend() {
    return { top: 0, left: 0, itemWidth: 10, itemHeight: 10, icon: "roundRect", type: "scroll", textStyle: text(), itemGap: 14,
      pageIconColor: colour("--hw-soft"), pageTextStyle: text(), inactiveColor: colour("--hw-line-strong") };
  }

  const kinds = {
    area: function (data, format) {
      return {
        ...axes(data, format, false), legend: legend(),
        grid: { left: 4, right: 14, top: 40, bottom: 4, containLabel: true },
        tooltip: tooltip((points) => tip(points[0].axisValueLabel, points.filter((p) => p.value).reverse().map((p) => ({ name: p.seriesName, value: format.full(p.value), colour: p.color }))), "axis"),
        series: data.series.map((one) => ({
          name: one.name, type: "line", stack: "all", data: one.values, symbol: "none", smooth: 0.15, smoothMonotone: "x",
          lineStyle: { width: 1.25, color: hue(one.hue) }, itemStyle: { color: hue(one.hue) }, areaStyle: { color: hue(one.hue), opacity: 0.55 }, emphasis: { focus: "series" },
        })),
      };
    },
    bars: function (data, format) {
      return {
        ...axes(data, format, false), legend: legend(),
        grid: { left: 4, right: 14, top: 40, bottom: 4, containLabel: true },
        tooltip: tooltip((points) => tip(points[0].axisValueLabel, points.map((p) => ({ name: p.seriesName, value: format.full(p.value || 0), colour: p.color }))), "axis"),
        series: data.series.map((one) => ({ name: one.name, type: "bar", data: one.values, barMaxWidth: 18, barGap: "12%", itemStyle: { color: hue(one.hue), borderRadius: [2, 2, 0, 0] }, emphasis: { focus: "series" } })),
      };
    },
    // One bar per category with its interval; what other ways of counting say is marked on it.
    estimates: function (data, format) {
      const range = (row) => (row.low === null ? "" : " (" + format.full(row.low) + " – " + format.full(row.high) + ")");
      const whisker = function (params, api) {
        const row = data.rows[params.dataIndex];
        if (row.low === null) return null;
        const [left, y] = api.coord([row.low, params.dataIndex]);
        const right = api.coord([row.high, params.dataIndex])[0];
        const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: colour("--hw-ink"), lineWidth: 1.5 } });
        return { type: "group", children: [line(left, y, right, y), line(left, y - 4, left, y + 4), line(right, y - 4, right, y + 4)] };
      };
      const mark = (one, place) => ({
        name: one.name, type: "scatter", z: 5, symbol: place ? "circle" : "diamond", symbolSize: place ? 10 : 13,
        itemStyle: { color: colour("--hw-card"), borderColor: colour("--hw-ink"), borderWidth: 1.75 },
        data: one.values.map((value, at) => [value === null ? NaN : value, at]),
      });
      const frame = axes(data, format, true);
      frame.yAxis.axisLine.onZero = false; // bounds below 0 do not run through the names
      return {
        ...frame, legend: { ...legend(), icon: null, data: [{ name: data.own, icon: "roundRect" }, ...data.marks.map((one) => ({ name: one.name }))] },
        grid: { left: 4, right: 24, top: 40, bottom: 4, containLabel: true },
        tooltip: tooltip((points) => {
          const at = points[0].dataIndex, row = data.rows[at];
          const others = data.marks.filter((one) => one.values[at] !== null).map((one) => ({ name: one.name, value: format.full(one.values[at]), colour: colour("--hw-soft") }));
          return tip(data.categories[at], [{ name: data.own, value: format.full(row.share) + range(row), colour: hue(row.hue) }, ...others]);
        }, "axis"),
        series: [
          { name: data.own, type: "bar", barWidth: "56%", itemStyle: { color: colour("--hw-stage") }, data: data.rows.map((row) => ({ value: row.share, itemStyle: { color: hue(row.hue), opacity: 0.75, borderRadius: 2 } })) },
          { type: "custom", silent: true, z: 4, renderItem: whisker, data: data.rows.map((row, at) => [row.low ?? row.share, at, row.high ?? row.share]), encode: { x: [0, 2], y: 1 } },
          ...data.marks.map(mark),
        ],
      };
    },
    sankey: function (data, format) {
      const hues = new Map(data.nodes.map((node) => [node.name, hue(node.hue)]));
      const depths = new Map(data.nodes.map((node) => [node.name, node.depth]));
      const labels = new Map(data.nodes.map((node) => [node.name, node.label]));
      const show = (point) => point.dataType === "edge"
        ? tip(labels.get(point.data.source) + " → " + labels.get(point.data.target), [{ name: data.unit, value: format.full(point.value), colour: hues.get(point.data.source) }])
        : tip(labels.get(point.name), [{ name: data.unit, value: format.full(point.value), colour: hues.get(point.name) }]);
      return {
        tooltip: tooltip(show, "item"),
        series: [{
          type: "sankey", data: data.nodes.map((node) => ({ name: node.name, depth: node.depth, itemStyle: { color: hues.get(node.name), borderWidth: 0 } })), links: data.links.map((link) => ({ ...link, lineStyle: { color: hues.get(depths.get(link.source) ? link.target : link.source) } })),
          left: 4, right: 120, top: 8, bottom: 8, nodeWidth: 10, nodeGap: 9, draggable: false, layoutIterations: 48,
          label: { ...text(), color: colour("--hw-ink"), formatter: (point) => labels.get(point.name) }, lineStyle: { opacity: 0.26, curveness: 0.5 }, emphasis: { focus: "adjacency", lineStyle: { opacity: 0.5 } },
        }],
      };
    },
  };

  function draw(place) {
    const source = document.getElementById(place.dataset.chart);
    if (!source || !window.echarts) return;
    const data = JSON.parse(source.textContent);
    if (data.kind === "estimates") place.style.height = data.categories.length * 34 + 84 + "px";
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const old = drawn.get(place);
    if (old) old.dispose();
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({ animation: !still, animationDuration: 350, ...kinds[data.kind](data, formats(data)) });
    drawn.set(place, chart);
    if (data.links_to) chart.on("click", function (point) {
      const key = point.dataType === "node" ? point.name : point.seriesName || point.name;
      if (data.links_to[key]) window.location.assign(data.links_to[key]);
    });
  }
  function drawAll() {
    for (const [place, chart] of drawn) if (!place.isConnected) { chart.dispose(); drawn.delete(place); }
    document.querySelectorAll("[data-chart]").forEach((place) => { if (!drawn.has(place)) draw(place); });
  }
  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("headwater:theme", function () { for (const place of drawn.keys()) draw(place); });
  window.addEventListener("resize", function () { for (const chart of drawn.values()) chart.resize(); });
})();
