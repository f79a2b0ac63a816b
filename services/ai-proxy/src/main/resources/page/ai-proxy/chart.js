// Stacked bars by day, drawn for the width there is.

import { h, svg } from "./dom.js";
import { day, t } from "./language.js";

const HEIGHT = 240;
const TOP = 12;
const BOTTOM = 26;
const LEFT = 62;
const STEPS = 4;

/**
 * A chart.
 *
 * @param days `{day, values}`, a value for each series, oldest day first
 * @param series their names, largest first
 * @param shown writes a value
 */
export function barChart({ days, series, shown, label }) {
  const place = h("div", { class: "chart" });
  const draw = () => place.replaceChildren(...drawing(place, days, series, shown, label));
  let width = 0;
  new ResizeObserver(() => {
    if (place.clientWidth && place.clientWidth !== width) {
      width = place.clientWidth;
      draw();
    }
  }).observe(place);
  return h("div", {}, place, legend(series));
}

export function legend(series) {
  return series.length < 2
    ? null
    : h(
        "ul",
        { class: "legend" },
        series.map((name, i) => h("li", {}, h("span", { class: `swatch s${i}` }), name)),
      );
}

function drawing(place, days, series, shown, label) {
  const width = Math.max(280, place.clientWidth);
  const sums = days.map(({ values }) => values.reduce((a, b) => a + b, 0));
  const most = niceTop(Math.max(...sums, 0));
  const inner = HEIGHT - TOP - BOTTOM;
  const y = (value) => TOP + inner * (1 - value / most);
  const step = (width - LEFT - 4) / Math.max(1, days.length);
  const bar = Math.max(2, Math.min(46, step * 0.68));
  const tip = h("div", { class: "tip", hidden: true });
  const picture = svg("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`,
    role: "group",
    "aria-label": label,
  });
  for (let i = 0; i <= STEPS; i++) {
    const at = y((most * i) / STEPS);
    picture.append(
      svg("line", { x1: LEFT, x2: width, y1: at, y2: at, class: i ? "grid" : "axis" }),
      svg("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" }, shown((most * i) / STEPS)),
    );
  }
  const every = Math.max(1, Math.ceil(66 / step));
  days.forEach((one, index) => {
    const left = LEFT + step * index;
    const spoken = `${day(one.day)}: ${shown(sums[index])}`;
    const group = svg("g", {
      class: "bar",
      tabindex: index === days.length - 1 ? 0 : -1,
      role: "img",
      "aria-label": spoken,
    });
    group.append(svg("rect", { class: "hit", x: left, y: TOP, width: step, height: inner }));
    let base = 0;
    one.values.forEach((value, i) => {
      if (value > 0) {
        const top = y(base + value);
        group.append(
          svg("rect", {
            class: `s${i}`,
            x: left + (step - bar) / 2,
            y: top,
            width: bar,
            height: Math.max(1, y(base) - top),
            rx: Math.min(2, bar / 4),
          }),
        );
        base += value;
      }
    });
    const show = () => showTip(tip, one, series, shown, sums[index], (left + step / 2) / width);
    const hide = () => (tip.hidden = true);
    group.addEventListener("pointerenter", show);
    group.addEventListener("pointerleave", hide);
    group.addEventListener("focus", show);
    group.addEventListener("blur", hide);
    group.addEventListener("keydown", (event) => walk(event, picture, index));
    picture.append(group);
    if ((days.length - 1 - index) % every === 0) {
      picture.append(
        svg(
          "text",
          index === days.length - 1 && step < 60
            ? { x: width - 2, y: HEIGHT - 8, "text-anchor": "end" }
            : { x: left + step / 2, y: HEIGHT - 8, "text-anchor": "middle" },
          day(one.day, { day: "numeric", month: "short" }),
        ),
      );
    }
  });
  return [picture, tip];
}

/** The chart is one stop of the tab key; arrows go from day to day. */
function walk(event, picture, index) {
  const bars = picture.querySelectorAll(".bar");
  const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: bars.length - 1 }[event.key];
  if (next !== undefined && bars[next]) {
    event.preventDefault();
    bars[index].setAttribute("tabindex", "-1");
    bars[next].setAttribute("tabindex", "0");
    bars[next].focus();
  }
}

function showTip(tip, one, series, shown, sum, at) {
  const lines = series
    .map((name, i) => ({ name, i, value: one.values[i] }))
    .filter(({ value }) => value > 0);
  tip.replaceChildren(
    h("strong", {}, day(one.day)),
    ...lines.map(({ name, i, value }) =>
      h("div", {}, h("span", { class: `swatch s${i}` }), h("span", {}, name), h("span", {}, shown(value))),
    ),
    h("div", {}, h("strong", {}, t("usage.total")), h("strong", {}, shown(sum))),
  );
  tip.hidden = false;
  tip.style.left = at > 0.5 ? "auto" : `${at * 100}%`;
  tip.style.right = at > 0.5 ? `${(1 - at) * 100}%` : "auto";
}

/** A round number not below the largest, so that the four lines have short ones. */
function niceTop(most) {
  if (most <= 0) {
    return 4;
  }
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 3, 4, 6, 8, 10].map((times) => times * power).find((top) => top >= most) ?? most;
}
