// The keys of the tenant, or of all: GET, POST, PATCH and DELETE /v1/keys.

import { accessChips, accessFields } from "./access.js";
import { badge, button, dialog, field, h, select, table, toast } from "./dom.js";
import { get, post, send } from "./http.js";
import { day, moment, money, nanosOf, t } from "./language.js";
import { limitChips, limitFields } from "./limits.js";
import { explain, failed, loading } from "./session.js";

const SCOPES = ["ai", "documents", "backups", "health", "games", "events", "admin"];
const DAYS_LOOKED_BACK = 60;
const SOON_MS = 7 * 86_400_000;

export function showKeys(place, session) {
  new Keys(place, session).start();
}

class Keys {
  operator = false;

  constructor(place, session) {
    this.place = place;
    this.session = session;
    this.list = h("div", { class: "card flush", "aria-live": "polite" });
  }

  start() {
    this.place.append(
      h(
        "div",
        { class: "row spread" },
        h("h1", {}, t("keys.title")),
        button(t("keys.create"), () => this.create(), { class: "primary" }),
      ),
      this.list,
    );
    this.load();
  }

  async load() {
    this.list.replaceChildren(loading());
    try {
      const [keys, used] = await Promise.all([this.all(), lastUsed()]);
      this.list.replaceChildren(keys.length === 0 ? h("div", { class: "empty" }, t("keys.none")) : this.table(keys, used));
    } catch (failure) {
      this.list.replaceChildren(failed(failure, () => this.load()));
    }
  }

  async all() {
    const keys = [];
    let page = await get("/v1/keys");
    keys.push(...page.data);
    while (page.next !== null && keys.length < 5000) {
      page = await get(`/v1/keys?after=${page.next}`);
      keys.push(...page.data);
    }
    this.operator = page.operator;
    return keys;
  }

  table(keys, used) {
    const many = keys.some((key) => key.tenant !== this.session.tenant);
    const heads = [
      { text: t("keys.name") },
      { text: t("keys.scopes") },
      { text: t("keys.limits") },
      used && { text: t("keys.used") },
      { text: t("keys.expires") },
      { text: t("keys.actions"), tools: true },
    ].filter(Boolean);
    const rows = keys.map((key) =>
      [
        h(
          "span",
          { class: "mono name" },
          many ? h("span", { class: "muted" }, `${key.tenant}.`) : null,
          key.name,
          this.isOwn(key) ? [" ", badge(t("keys.own"))] : null,
          key.kind === "device" ? [" ", badge(t("keys.device"))] : null,
        ),
        key.scopes.length === 0
          ? h("span", { class: "muted small" }, t("keys.scopes.empty"))
          : h("div", { class: "chips" }, key.scopes.map((scope) => badge(scope, scope === "admin" ? "warn" : ""))),
        restrictions(key),
        used && h("div", { class: "small date" }, used(key)),
        expiry(key),
        h(
          "div",
          { class: "actions" },
          button(t("keys.limits.edit"), () => this.edit(key), {
            class: "compact",
            "aria-label": t("keys.limits.edit.of", { name: key.name }),
          }),
          button(t("keys.revoke"), () => this.revoke(key), {
            class: "compact danger",
            "aria-label": t("keys.revoke.of", { name: key.name }),
          }),
        ),
      ].filter((cell) => cell !== null && cell !== undefined),
    );
    return table({ caption: t("keys.title"), heads, rows });
  }

  isOwn(key) {
    return key.tenant === this.session.tenant && key.name === this.session.name;
  }

  path(key) {
    const tenant = key.tenant === this.session.tenant ? "" : `?tenant=${key.tenant}`;
    return `/v1/keys/${encodeURIComponent(key.name)}${tenant}`;
  }

  create() {
    const name = h("input", { required: true, pattern: "[a-z0-9_\\-]{1,64}", autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
    const tenant = h("input", { required: true, pattern: "[a-z0-9_\\-]{1,64}", autocomplete: "off", value: this.session.tenant });
    const scopes = SCOPES.map((scope) => h("input", { type: "checkbox", name: "scope", "data-scope": scope, checked: scope === "ai" }));
    const expires = select(
      [
        ["", t("keys.expires.never")],
        ["30", t("keys.expires.30")],
        ["90", t("keys.expires.90")],
        ["365", t("keys.expires.365")],
      ],
      "",
    );
    const limits = limitFields();
    const access = accessFields();
    this.form(t("keys.create"), t("keys.create.do"), [
      field(t("keys.name"), name, t("keys.name.hint")),
      this.operator ? field(t("keys.tenant"), tenant) : null,
      h(
        "fieldset",
        {},
        h("legend", {}, t("keys.scopes")),
        h("div", { class: "checks" }, scopes.map((box) => h("label", {}, box, h("span", { class: "mono" }, box.dataset.scope)))),
      ),
      field(t("keys.expires"), expires),
      h("fieldset", { class: "stack" }, h("legend", {}, t("keys.limits")), limits.box),
      h("fieldset", { class: "stack" }, h("legend", {}, t("keys.access")), access.box),
    ], async () => {
      const ticked = scopes.filter((box) => box.checked).map((box) => box.dataset.scope);
      if (ticked.length === 0) {
        throw new Error(t("keys.scopes.none"));
      }
      const body = { name: name.value, scopes: ticked, limits: limits.read(), access: access.read() };
      if (expires.value) {
        body.expires_at = new Date(Date.now() + Number(expires.value) * 86_400_000).toISOString();
      }
      const other = tenant.value === this.session.tenant ? "" : `?tenant=${encodeURIComponent(tenant.value)}`;
      return post(`/v1/keys${other}`, body);
    }, (made) => this.showOnce(made));
  }

  showOnce(made) {
    dialog(t("keys.made", { name: made.name }), (close, heading) => {
      const text = h("code", { tabindex: 0 }, made.key);
      const copy = button(t("copy"), async () => {
        try {
          await navigator.clipboard.writeText(made.key);
          copy.textContent = t("copied");
        } catch {
          // Without TLS a browser may forbid it; then the text is at least selected.
          getSelection().selectAllChildren(text);
          copy.textContent = t("copy.by-hand");
        }
      }, { class: "primary" });
      return h(
        "div",
        { class: "body" },
        heading,
        h("div", { class: "notice warn" }, t("keys.made.once")),
        h("div", { class: "secret" }, text, copy),
        h("div", { class: "actions" }, button(t("keys.made.done"), close)),
      );
    });
  }

  edit(key) {
    const limits = limitFields(key.limits);
    const access = accessFields(key.access);
    const parts = [
      h("p", { class: "muted small" }, t("keys.limits.hint")),
      limits.box,
      h("fieldset", { class: "stack" }, h("legend", {}, t("keys.access")), access.box),
    ];
    this.form(t("keys.limits.of", { name: key.name }), t("save"), parts, async () => {
      await send("PATCH", this.path(key), { body: { limits: limits.read(), access: access.read() } });
      toast(t("keys.limits.saved", { name: key.name }));
    });
  }

  revoke(key) {
    const words = this.isOwn(key) ? t("keys.revoke.own") : t("keys.revoke.sure");
    this.form(t("keys.revoke.title", { name: key.name }), t("keys.revoke"), [h("p", {}, words)], async () => {
      await send("DELETE", this.path(key));
      toast(t("keys.revoked", { name: key.name }));
    }, undefined, "danger primary");
  }

  /** A dialog that does something and closes once it is done; what went wrong stands in it. */
  form(title, action, parts, submit, done, kind = "primary") {
    dialog(title, (close, heading) => {
      const error = h("div", { role: "alert" });
      const act = h("button", { type: "submit", class: kind }, action);
      return h(
        "form",
        {
          onsubmit: async (event) => {
            event.preventDefault();
            act.disabled = true;
            try {
              const result = await submit();
              close();
              done?.(result);
              this.load();
            } catch (failure) {
              error.replaceChildren(h("div", { class: "notice bad" }, explain(failure)));
            } finally {
              act.disabled = false;
            }
          },
        },
        heading,
        parts,
        error,
        h("div", { class: "actions" }, button(t("cancel"), close), act),
      );
    });
  }
}

/** Limits and access in one cell. */
function restrictions(key) {
  const chips = accessChips(key.access);
  if (chips.length === 0) {
    return limitChips(key.limits);
  }
  const limits = Object.keys(key.limits).length > 0 ? limitChips(key.limits) : null;
  return h("div", { class: "chips" }, limits, chips);
}

function expiry(key) {
  if (!key.expires_at) {
    return h("span", { class: "muted small" }, t("keys.expires.never"));
  }
  const soon = new Date(key.expires_at) - Date.now() < SOON_MS;
  return h("time", { datetime: key.expires_at, class: soon ? "badge warn" : "small date" }, moment(key.expires_at, { dateStyle: "medium" }));
}

/** When the ledger last has something of a key, and what it has cost this month; null when it cannot be asked. */
async function lastUsed() {
  const to = new Date();
  const from = new Date(to - DAYS_LOOKED_BACK * 86_400_000);
  const text = (date) => date.toISOString().slice(0, 10);
  try {
    const usage = await get(`/v1/usage?from=${text(from)}&to=${text(to)}&group=day,tenant,key`);
    const days = new Map();
    const costs = new Map();
    for (const row of usage.data) {
      const name = `${row.tenant}.${row.key}`;
      if (!(days.get(name) > row.day)) {
        days.set(name, row.day);
      }
      if (row.day.slice(0, 7) === text(to).slice(0, 7)) {
        costs.set(name, (costs.get(name) ?? 0n) + nanosOf(row.cost_usd));
      }
    }
    return (key) => {
      const name = `${key.tenant}.${key.name}`;
      const last = days.get(name);
      if (!last) {
        return h("span", { class: "muted" }, t("keys.used.not", { n: DAYS_LOOKED_BACK }));
      }
      const cost = costs.get(name);
      return [day(last), cost ? h("div", { class: "muted" }, t("keys.cost", { cost: money(cost) })) : null];
    };
  } catch {
    return null;
  }
}
