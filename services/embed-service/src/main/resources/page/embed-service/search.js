// Searching, and a passage in the page of its document.

import { badge, button, dialog, field, h, select } from "./dom.js";
import { collection, collectionField, collectionPath } from "./collections.js";
import { get, post } from "./http.js";
import { duration, number, t } from "./language.js";
import { failed, loading } from "./session.js";

const draft = { query: "", mode: "hybrid" };

export function showSearch(place) {
  const search = new Search(place);
  search.start();
  return () => search.running?.abort();
}

class Search {
  running = null;

  constructor(place) {
    this.place = place;
  }

  start() {
    this.query = h("input", {
      type: "search",
      required: true,
      maxlength: 4096,
      value: draft.query,
      oninput: () => {
        draft.query = this.query.value;
      },
    });
    this.mode = select(
      ["hybrid", "dense", "bm25"].map((mode) => [mode, t(`mode.${mode}`)]),
      draft.mode,
      (mode) => {
        draft.mode = mode;
      },
    );
    this.hits = h("div", { class: "stack", "aria-live": "polite" });
    this.place.append(
      h("h1", {}, t("search.title")),
      h(
        "form",
        {
          class: "card stack",
          onsubmit: (event) => {
            event.preventDefault();
            this.run();
          },
        },
        collectionField(() => this.hits.replaceChildren()),
        field(t("search.query"), this.query),
        field(t("search.mode"), this.mode),
        h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, t("search.submit"))),
      ),
      this.hits,
    );
  }

  async run() {
    if (!collection() || !this.query.value.trim()) {
      return;
    }
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.hits.replaceChildren(loading());
    try {
      const found = await post(
        `${collectionPath()}/search`,
        { query: this.query.value, mode: this.mode.value, top: 10 },
        { signal: running.signal },
      );
      this.show(found);
    } catch (failure) {
      if (failure.name !== "AbortError") {
        this.hits.replaceChildren(failed(failure, () => this.run()));
      }
    }
  }

  show({ hits, took_ms: took, notes = [] }) {
    const told = t("search.found", { hits: number(hits.length), took: duration(took) });
    this.hits.replaceChildren(
      h("p", { class: "muted small", role: "status" }, told),
      ...notes.map((note) => h("div", { class: "notice warn" }, note)),
      ...hits.map((hit) => this.hit(hit)),
    );
  }

  hit(hit) {
    return h(
      "article",
      { class: "card hit" },
      h(
        "div",
        { class: "row spread" },
        h("h2", {}, hit.title || hit.document),
        badge(t("search.page", { page: number(hit.page) })),
      ),
      h("p", { class: "muted small" }, [hit.document, ...hit.headings].join(" › ")),
      h("p", { class: "passage" }, marked(hit.text, hit.highlights)),
      h("div", { class: "actions" }, button(t("search.open"), () => this.open(hit))),
    );
  }

  /** The passage where it stands, with the rest of its page around it. */
  async open(hit) {
    const body = h("div", { class: "page-text", tabindex: 0 }, loading());
    dialog(t("search.where", { document: hit.title || hit.document, page: number(hit.page) }), (close, heading) =>
      h("div", { class: "body stack" }, heading, body, h("div", { class: "actions" }, button(t("close"), close))),
    );
    const path = `${collectionPath()}/documents/${encodeURIComponent(hit.document)}/text`;
    try {
      const page = await get(`${path}?page=${hit.page}`);
      const end = Math.max(page.end, hit.end);
      const { start, text } = end === page.end ? page : await get(`${path}?start=${page.start}&end=${end}`);
      body.replaceChildren(...marked(text, [{ start: hit.start - start, end: hit.end - start }]));
      body.querySelector("mark")?.scrollIntoView({ block: "center" });
      body.focus();
    } catch (failure) {
      body.replaceChildren(failed(failure));
    }
  }
}

/** A text with stretches of it marked. */
function marked(text, ranges) {
  const parts = [];
  let at = 0;
  for (const { start, end } of ranges) {
    parts.push(text.slice(at, start), h("mark", {}, text.slice(start, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}
