// The providers as the proxy sees them now: GET /v1/providers, again every two seconds.

import { badge, h, table } from "./dom.js";
import { get } from "./http.js";
import { compact, duration, moment, number, t } from "./language.js";
import { explain, failed, loading } from "./session.js";

const EVERY_MS = 2000;
const STATES = { up: "good", degraded: "warn", down: "bad", unconfigured: "" };
const CIRCUITS = { closed: "good", open: "bad", probing: "warn" };

export function showProviders(place) {
  const list = h("div", { class: "stack" }, h("div", { class: "card" }, loading()));
  const seen = h("span", { class: "muted small" });
  let left = false;
  let timer;
  let known = "";
  const look = async () => {
    clearTimeout(timer);
    if (!document.hidden) {
      try {
        const { data } = await get("/v1/providers");
        if (left) {
          return;
        }
        const text = JSON.stringify(data);
        if (text !== known) {
          known = text;
          list.replaceChildren(...cards(data));
        }
        seen.textContent = t("providers.seen", { at: moment(Date.now(), { timeStyle: "medium" }) });
        seen.className = "muted small";
      } catch (failure) {
        if (left) {
          return;
        }
        if (known === "") {
          list.replaceChildren(failed(failure, look));
        }
        seen.textContent = explain(failure);
        seen.className = "badge bad dot";
      }
    }
    timer = setTimeout(look, EVERY_MS);
  };
  place.append(h("div", { class: "row spread" }, h("h1", {}, t("providers.title")), seen), list);
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    left = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}

function cards(providers) {
  if (providers.length === 0) {
    return [h("div", { class: "card empty" }, t("providers.none"))];
  }
  return providers.map((provider) =>
    h(
      "article",
      { class: "card flush" },
      h(
        "div",
        { class: "row spread provider" },
        h(
          "div",
          {},
          h("h2", {}, provider.name),
          h("div", { class: "muted small mono" }, provider.address),
          lastSuccess(provider),
        ),
        badge(t(`providers.${provider.state}`), `${STATES[provider.state] ?? ""} dot`),
      ),
      provider.models.length === 0
        ? h("p", { class: "muted small provider-note" }, t(provider.state === "unconfigured" ? "providers.no-key" : "providers.idle"))
        : models(provider),
    ),
  );
}

function lastSuccess(provider) {
  const last = provider.models.map((model) => model.last_success ?? "").reduce((a, b) => (a > b ? a : b), "");
  return last === "" ? null : h("div", { class: "muted small" }, t("providers.last", { at: clock(last) }));
}

/** A time; its day too when that is not today. */
function clock(text) {
  const today = new Date(text).toDateString() === new Date().toDateString();
  return moment(text, today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" });
}

function models(provider) {
  return table({
    caption: t("providers.models", { name: provider.name }),
    heads: [
      { text: t("providers.model") },
      { text: t("providers.circuit") },
      { text: t("providers.quota") },
    ],
    rows: provider.models.map((model) => [
      h("span", { class: "mono" }, model.model),
      circuit(model),
      model.quotas.length === 0 ? h("span", { class: "muted small" }, t("providers.no-quota")) : quotas(model),
    ]),
  });
}

function circuit(model) {
  return h(
    "div",
    { class: "stack tight" },
    h("div", {}, badge(t(`providers.circuit.${model.circuit}`), `${CIRCUITS[model.circuit] ?? ""} dot`)),
    model.circuit === "open" && model.retry_in_ms > 0
      ? h("span", { class: "small muted" }, t("providers.retry", { time: duration(model.retry_in_ms) }))
      : null,
    model.cause ? h("span", { class: "small cause" }, model.cause) : null,
    model.circuit !== "closed"
      ? h(
          "span",
          { class: "small muted" },
          model.last_success ? t("providers.last", { at: clock(model.last_success) }) : t("providers.last.never"),
        )
      : null,
    model.wait_ms > 0 ? h("span", { class: "small muted" }, t("providers.wait", { time: duration(model.wait_ms) })) : null,
  );
}

function quotas(model) {
  return h(
    "div",
    { class: "quotas" },
    model.quotas.map((quota) => {
      const share = Math.max(0, Math.min(1, quota.remaining / quota.limit));
      const text = t("providers.left", { left: compact(quota.remaining), limit: compact(quota.limit) });
      const fill = h("span");
      fill.style.width = `${share * 100}%`;
      return h(
        "div",
        {},
        h(
          "div",
          { class: "small" },
          h("span", { class: "muted" }, t(`providers.quota.${quota.of}.${quota.period}`)),
          h("span", { class: "number", title: number(quota.remaining) }, text),
        ),
        h("div", { class: `meter ${share <= 0.05 ? "out" : share <= 0.2 ? "low" : ""}`, "aria-hidden": "true" }, fill),
      );
    }),
  );
}
