// What was used and what it cost: GET /v1/usage.

import { barChart } from "./chart.js";
import { button, field, h, select, table } from "./dom.js";
import { get } from "./http.js";
import { compact, day, money, nanosOf, number, t } from "./language.js";
import { failed, loading } from "./session.js";

/** Names of their own in the chart; the rest are one. */
const SERIES = 5;

const chosen = { range: "30", by: "model", what: "cost" };

export function showUsage(place, session) {
  const result = h("div", { class: "stack", "aria-live": "polite" });
  const csv = h("a", { class: "button", download: true }, t("usage.csv"));
  let asked = 0;
  const load = async () => {
    const turn = ++asked;
    const query = question(session);
    csv.href = `/v1/usage?${query}&format=csv`;
    result.replaceChildren(h("div", { class: "card" }, loading()));
    try {
      const usage = await get(`/v1/usage?${query}`);
      if (turn === asked) {
        result.replaceChildren(...report(named(usage)));
      }
    } catch (failure) {
      if (turn === asked) {
        result.replaceChildren(failed(failure, load));
      }
    }
  };
  const choose = (name) => (value) => {
    chosen[name] = value;
    load();
  };
  const groups = ["model", "key"];
  if (session.scopes.includes("admin")) {
    groups.push("tenant");
  }
  place.append(
    h("h1", {}, t("usage.title")),
    h(
      "div",
      { class: "row filters" },
      field(
        t("usage.range"),
        select(
          [
            ["7", t("usage.range.7")],
            ["30", t("usage.range.30")],
            ["90", t("usage.range.90")],
            ["month", t("usage.range.month")],
            ["last-month", t("usage.range.last-month")],
          ],
          chosen.range,
          choose("range"),
        ),
      ),
      field(
        t("usage.by"),
        select(
          groups.map((one) => [one, t(`usage.by.${one}`)]),
          chosen.by,
          choose("by"),
        ),
      ),
      field(
        t("usage.what"),
        select(
          ["cost", "tokens", "requests"].map((one) => [one, t(`usage.what.${one}`)]),
          chosen.what,
          choose("what"),
        ),
      ),
      csv,
      button(t("refresh"), load),
    ),
    result,
  );
  load();
  return () => {
    asked = -1;
  };
}

/** Keys of two tenants may have the same name, so they are told with their tenant. */
function question(session) {
  const { from, to } = range(chosen.range, new Date());
  const by = chosen.by === "key" && session.scopes.includes("admin") ? "tenant,key" : chosen.by;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  return new URLSearchParams({ from, to, group: `day,${by}`, zone }).toString();
}

/** Days of the reader's calendar, as YYYY-MM-DD. */
function range(name, now) {
  const at = (year, month, date) => {
    const one = new Date(Date.UTC(year, month, date));
    return one.toISOString().slice(0, 10);
  };
  const [year, month, date] = [now.getFullYear(), now.getMonth(), now.getDate()];
  switch (name) {
    case "month":
      return { from: at(year, month, 1), to: at(year, month, date) };
    case "last-month":
      return { from: at(year, month - 1, 1), to: at(year, month, 0) };
    default:
      return { from: at(year, month, date - Number(name) + 1), to: at(year, month, date) };
  }
}

/** Gives each row the name that it is shown under. */
function named(usage) {
  const many = new Set(usage.data.map((row) => row.tenant)).size > 1;
  for (const row of usage.data) {
    row.name = chosen.by === "key" && many ? `${row.tenant}.${row.key}` : row[chosen.by];
  }
  return usage;
}

function report(usage) {
  const { total, data } = usage;
  if (total.requests === 0) {
    return [h("div", { class: "card empty" }, h("strong", {}, t("usage.none")), h("span", {}, t("usage.none.hint")))];
  }
  const sums = byName(data);
  return [
    h(
      "dl",
      { class: "card figures" },
      figure(t("usage.cost"), money(nanosOf(total.cost_usd))),
      figure(t("usage.requests"), number(total.requests)),
      figure(t("usage.input"), compact(total.input_tokens), number(total.input_tokens)),
      figure(t("usage.output"), compact(total.output_tokens), number(total.output_tokens)),
    ),
    h("div", { class: "card" }, h("h2", {}, t(`usage.chart.${chosen.what}`)), chart(usage, sums)),
    h("div", { class: "card flush" }, sumTable(sums, total)),
    total.estimated_requests > 0
      ? h("p", { class: "muted small" }, t("usage.estimated", { n: number(total.estimated_requests) }))
      : null,
  ].filter(Boolean);
}

function figure(name, value, exact) {
  return h("div", {}, h("dt", {}, name), h("dd", { title: exact }, value));
}

/** One sum for each name, dearest first; money is added up exactly. */
function byName(rows) {
  const sums = new Map();
  for (const row of rows) {
    const name = row.name;
    const sum = sums.get(name) ?? { name, requests: 0, input: 0, cached: 0, output: 0, cost: 0n };
    sum.requests += row.requests;
    sum.input += row.input_tokens;
    sum.cached += row.cached_tokens;
    sum.output += row.output_tokens;
    sum.cost += nanosOf(row.cost_usd);
    sums.set(name, sum);
  }
  const value = { cost: (s) => Number(s.cost), tokens: (s) => s.input + s.output, requests: (s) => s.requests };
  return [...sums.values()].sort((a, b) => value[chosen.what](b) - value[chosen.what](a));
}

function chart(usage, sums) {
  const names = sums.map((sum) => sum.name);
  const own = names.length > SERIES + 1 ? names.slice(0, SERIES) : names;
  const series = names.length > own.length ? [...own, t("usage.others")] : own;
  const place = new Map(names.map((name, i) => [name, Math.min(i, series.length - 1)]));
  const days = new Map();
  for (let at = new Date(`${usage.from}T00:00:00Z`); ; at.setUTCDate(at.getUTCDate() + 1)) {
    const text = at.toISOString().slice(0, 10);
    days.set(text, { day: text, values: series.map(() => 0) });
    if (text >= usage.to) {
      break;
    }
  }
  for (const row of usage.data) {
    const one = days.get(row.day);
    if (one) {
      one.values[place.get(row.name)] += measure(row);
    }
  }
  return barChart({
    days: [...days.values()],
    series,
    shown: chosen.what === "cost" ? money : compact,
    label: t("usage.chart.label", { what: t(`usage.chart.${chosen.what}`), from: day(usage.from), to: day(usage.to) }),
  });
}

function measure(row) {
  switch (chosen.what) {
    case "cost":
      return Number(nanosOf(row.cost_usd));
    case "tokens":
      return row.input_tokens + row.output_tokens;
    default:
      return row.requests;
  }
}

function sumTable(sums, total) {
  const heads = [
    { text: t(`usage.by.${chosen.by}`) },
    { text: t("usage.requests"), end: true },
    { text: t("usage.input"), end: true },
    { text: t("usage.cached"), end: true },
    { text: t("usage.output"), end: true },
    { text: t("usage.cost"), end: true },
  ];
  return table({
    caption: t("usage.table"),
    heads,
    rows: sums.map((sum) => [
      sum.name,
      number(sum.requests),
      number(sum.input),
      number(sum.cached),
      number(sum.output),
      money(sum.cost, true),
    ]),
    foot: [
      t("usage.total"),
      number(total.requests),
      number(total.input_tokens),
      number(total.cached_tokens),
      number(total.output_tokens),
      money(nanosOf(total.cost_usd)),
    ],
  });
}
