// Asking a model and seeing what it takes.

import { button, field, h } from "./dom.js";
import { get } from "./http.js";
import { BrokenOff, chat } from "./chat.js";
import { duration, money, nanosOf, number, t } from "./language.js";
import { explain, failed } from "./session.js";

/** The ledger has a request within a second of its end. */
const LEDGER_LOOKS_MS = [400, 800, 1600];

/** What was written, also after a look at another tab. */
const draft = { model: "", system: "", prompt: "" };

export function showPlayground(place, session) {
  const playground = new Playground(place, session);
  playground.start();
  return () => playground.stop();
}

class Playground {
  running = null;

  constructor(place, session) {
    this.place = place;
    this.session = session;
  }

  start() {
    const keep = (name) => (event) => {
      draft[name] = event.target.value;
    };
    const models = h("datalist", { id: "models" });
    this.model = h("input", {
      list: "models",
      required: true,
      maxlength: 256,
      autocomplete: "off",
      spellcheck: "false",
      value: draft.model,
      oninput: keep("model"),
    });
    this.system = h("textarea", { rows: 2, value: draft.system, oninput: keep("system") });
    this.prompt = h("textarea", {
      rows: 7,
      required: true,
      value: draft.prompt,
      oninput: keep("prompt"),
      onkeydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.form.requestSubmit();
        }
      },
    });
    this.ask = h("button", { type: "submit", class: "primary" }, t("play.send"));
    this.halt = button(t("play.stop"), () => this.stop(), { disabled: true });
    this.form = h(
      "form",
      {
        class: "card stack",
        onsubmit: (event) => {
          event.preventDefault();
          this.run();
        },
      },
      field(t("play.model"), this.model),
      models,
      field(t("play.system"), this.system, t("play.optional")),
      field(t("play.prompt"), this.prompt, t("play.keys")),
      h("div", { class: "actions" }, this.halt, this.ask),
    );
    this.answer = h("div", { class: "answer", tabindex: 0, role: "log", "aria-label": t("play.answer") });
    this.answer.append(h("span", { class: "muted" }, t("play.waiting")));
    this.status = h("div", { role: "status" });
    this.measures = h("dl", { class: "measures", hidden: true });
    this.place.append(
      h("h1", {}, t("play.title")),
      h("div", { class: "play" }, this.form, h("div", { class: "card stack" }, h("h2", {}, t("play.answer")), this.answer, this.status, this.measures)),
    );
    this.loadModels(models);
  }

  async loadModels(list) {
    try {
      const { data } = await get("/v1/models");
      const ids = data.map((model) => model.id).sort();
      list.replaceChildren(...ids.map((id) => h("option", { value: id })));
      if (!this.model.value && ids.length > 0) {
        this.model.value = draft.model = ids[0];
      }
    } catch (failure) {
      this.status.replaceChildren(h("div", { class: "notice warn" }, t("play.no-models"), " ", explain(failure)));
    }
  }

  stop() {
    this.running?.abort();
  }

  async run() {
    if (this.running) {
      return;
    }
    this.running = new AbortController();
    this.busy(true);
    this.status.replaceChildren();
    this.measures.hidden = true;
    const text = document.createTextNode("");
    this.answer.replaceChildren(text);
    const messages = [{ role: "user", content: this.prompt.value }];
    if (this.system.value.trim()) {
      messages.unshift({ role: "system", content: this.system.value });
    }
    const model = this.model.value.trim();
    try {
      const before = await this.spent(model);
      const told = await chat(
        { model, messages },
        { signal: this.running.signal, onText: (piece) => this.add(text, piece) },
      );
      this.show(told, "…");
      this.busy(false);
      this.show(told, (await this.cost(model, before)) ?? t("play.cost.later"));
    } catch (failure) {
      if (failure.name === "AbortError") {
        this.status.replaceChildren(h("div", { class: "notice" }, t("play.stopped")));
      } else {
        this.status.replaceChildren(failed(failure instanceof BrokenOff ? new Error(t("play.cut")) : failure));
      }
    } finally {
      this.busy(false);
      this.running = null;
    }
  }

  /** Follows the end of the answer, unless the reader has scrolled away from it. */
  add(text, piece) {
    const box = this.answer;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    text.appendData(piece);
    if (atEnd) {
      box.scrollTop = box.scrollHeight;
    }
  }

  busy(on) {
    this.ask.disabled = on;
    this.halt.disabled = !on;
    this.answer.classList.toggle("live", on);
    this.answer.setAttribute("aria-busy", String(on));
  }

  show(told, cost) {
    const input = told.usage?.prompt_tokens;
    const output = told.usage?.completion_tokens;
    const speed = output && told.totalMs > told.firstMs ? (output / (told.totalMs - told.firstMs)) * 1000 : null;
    const lines = [
      [t("play.tokens"), input === undefined ? t("unknown") : t("play.tokens.in-out", { input: number(input), output: number(output) })],
      [t("play.cost"), cost],
      [t("play.first"), told.firstMs === null ? t("unknown") : duration(told.firstMs)],
      [t("play.total"), duration(told.totalMs)],
      [t("play.speed"), speed === null ? t("unknown") : t("play.speed.value", { n: number(speed, { maximumFractionDigits: 0 }) })],
      [t("play.overhead"), told.overheadMs === null ? t("unknown") : duration(told.overheadMs)],
    ];
    this.measures.replaceChildren(...lines.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
    this.measures.hidden = false;
    if (told.finish === "length") {
      this.status.replaceChildren(h("div", { class: "notice warn" }, t("play.length")));
    }
  }

  /** What this key has spent on the model today, `{requests, nanos}`; null when that is not told. */
  async spent(model) {
    const day = new Date().toISOString().slice(0, 10);
    const { tenant, name } = this.session;
    const query = new URLSearchParams({ from: day, to: day, tenant, key: name, model });
    try {
      const { total } = await get(`/v1/usage?${query}`);
      return { requests: total.requests, nanos: nanosOf(total.cost_usd) };
    } catch {
      return null;
    }
  }

  /** The difference that one request made in the ledger. */
  async cost(model, before) {
    for (const pause of before ? LEDGER_LOOKS_MS : []) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const now = await this.spent(model);
      if (now && now.requests === before.requests + 1) {
        return money(now.nanos - before.nanos);
      }
      if (now && now.requests > before.requests) {
        return null;
      }
    }
    return null;
  }
}
