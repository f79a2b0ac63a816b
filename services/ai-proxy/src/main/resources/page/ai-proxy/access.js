// What a key may ask for, as fields and in short. The names are those of the API.

import { field, h } from "./dom.js";
import { compact, number, t } from "./language.js";

const LISTS = ["models", "deny_models"];
const TOKENS = ["max_input_tokens", "max_output_tokens"];
const MOST_TOKENS = 10_000_000;

const shown = (list) => (list ?? []).join(", ");
const read = (text) => text.split(/[\s,]+/).filter((pattern) => pattern !== "");

/** Fields for all of it; `read` answers what differs from the given, null for what is taken away. */
export function accessFields(access = {}) {
  const lists = LISTS.map((name) => ({
    name,
    input: h("input", {
      autocomplete: "off",
      spellcheck: "false",
      autocapitalize: "off",
      placeholder: t(`access.${name}.none`),
      value: shown(access[name]),
    }),
  }));
  const tokens = TOKENS.map((name) => ({
    name,
    input: h("input", {
      type: "number",
      inputmode: "numeric",
      min: "1",
      max: MOST_TOKENS,
      step: "1",
      placeholder: t("limits.none"),
      value: access[name] ?? "",
    }),
  }));
  const box = h(
    "div",
    { class: "stack" },
    lists.map(({ name, input }) => field(t(`access.${name}`), input, t(`access.${name}.hint`))),
    h(
      "div",
      { class: "grid-two" },
      tokens.map(({ name, input }) => field(t(`access.${name}`), input)),
    ),
  );
  const changes = () => {
    const changed = {};
    for (const { name, input } of lists) {
      const patterns = read(input.value);
      if (shown(patterns) !== shown(access[name])) {
        changed[name] = patterns.length > 0 ? patterns : null;
      }
    }
    for (const { name, input } of tokens) {
      const value = input.value === "" ? null : Number(input.value);
      if (value !== (access[name] ?? null)) {
        changed[name] = value;
      }
    }
    return changed;
  };
  return { box, read: changes };
}

/** Short: openai/*, not *-preview, 8K in; nothing where all may be asked for. */
export function accessChips(access = {}) {
  const chip = (text, title, kind = "") => h("span", { class: `badge ${kind}`, title }, text);
  return [
    ...(access.models ?? []).map((name) => chip(name, t("access.models"))),
    ...(access.deny_models ?? []).map((name) => chip(t("access.short.not", { name }), t("access.deny_models"), "warn")),
    ...TOKENS.filter((name) => access[name] !== undefined && access[name] !== null).map((name) =>
      chip(t(`access.short.${name}`, { n: compact(access[name]) }), `${t(`access.${name}`)}: ${number(access[name])}`),
    ),
  ];
}
