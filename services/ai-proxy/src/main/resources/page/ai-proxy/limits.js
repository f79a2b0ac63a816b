// The limits of a key, as fields and in short. The names are those of the API.

import { field, h } from "./dom.js";
import { compact, money, number, t } from "./language.js";

const LIMITS = [
  { name: "rpm", most: 1_000_000 },
  { name: "rpd", most: 1_000_000_000 },
  { name: "tpm", most: 1_000_000_000 },
  { name: "tpd", most: 1_000_000_000_000 },
  { name: "concurrent", most: 100_000 },
  { name: "usd_per_day", most: 1_000_000, money: true },
  { name: "usd_per_month", most: 1_000_000, money: true },
];

/** Fields for all limits; `read` answers those that differ from the given ones, or null for none. */
export function limitFields(limits = {}) {
  const inputs = LIMITS.map((limit) => ({
    limit,
    input: h("input", {
      type: "number",
      inputmode: limit.money ? "decimal" : "numeric",
      min: limit.money ? "0.000001" : "1",
      max: limit.most,
      step: limit.money ? "any" : "1",
      placeholder: t("limits.none"),
      value: limits[limit.name] ?? "",
    }),
  }));
  const box = h(
    "div",
    { class: "grid-two" },
    inputs.map(({ limit, input }) => field(t(`limits.${limit.name}`), input)),
  );
  const read = () => {
    const changed = {};
    for (const { limit, input } of inputs) {
      const value = input.value === "" ? null : Number(input.value);
      if (value !== (limits[limit.name] ?? null)) {
        changed[limit.name] = value;
      }
    }
    return changed;
  };
  return { box, read };
}

/** Short: 60 req/min, $5.00/day. */
export function limitChips(limits) {
  const chips = LIMITS.filter(({ name }) => limits[name] !== undefined && limits[name] !== null).map((limit) => {
    const value = limit.money ? money(limits[limit.name] * 1e9) : compact(limits[limit.name]);
    const exact = limit.money ? value : number(limits[limit.name]);
    return h(
      "span",
      { class: "badge", title: `${t(`limits.${limit.name}`)}: ${exact}` },
      t(`limits.short.${limit.name}`, { n: value }),
    );
  });
  return chips.length > 0 ? h("div", { class: "chips" }, chips) : h("span", { class: "muted small" }, t("limits.none"));
}
