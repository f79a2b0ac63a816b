// Putting files, following their jobs, and the documents that there are.

import { badge, button, dialog, h, table, toast } from "./dom.js";
import { collection, collectionField, collectionPath } from "./collections.js";
import { get, send } from "./http.js";
import { moment, number, t } from "./language.js";
import { explain, failed, loading } from "./session.js";

const LOOK_MS = 700;
const MOST_AT_ONCE = 3;

/** A file of JSON is a text here; JSON as a body would be a request. */
function plain(file) {
  return file.type === "application/json" ? new Blob([file], { type: "text/plain" }) : file;
}

export function showDocuments(place) {
  const documents = new Documents(place);
  documents.start();
  return () => documents.stop();
}

class Documents {
  over = false;
  waiting = [];
  running = 0;

  constructor(place) {
    this.place = place;
  }

  start() {
    this.files = h("input", {
      type: "file",
      multiple: true,
      class: "hidden-visually",
      id: "files",
      onchange: () => {
        this.take(this.files.files);
        this.files.value = "";
      },
    });
    this.drop = h(
      "label",
      {
        class: "drop",
        for: "files",
        ondragover: (event) => {
          event.preventDefault();
          this.drop.classList.add("over");
        },
        ondragleave: () => this.drop.classList.remove("over"),
        ondrop: (event) => {
          event.preventDefault();
          this.drop.classList.remove("over");
          this.take(event.dataTransfer.files);
        },
      },
      h("strong", {}, t("drop.title")),
      h("span", { class: "muted" }, t("drop.hint")),
    );
    this.jobs = h("ul", { class: "jobs", "aria-live": "polite", "aria-label": t("jobs") });
    this.list = h("div", {});
    this.place.append(
      h("h1", {}, t("documents.title")),
      h("div", { class: "card stack" }, collectionField(() => this.load()), this.files, this.drop, this.jobs),
      this.list,
    );
    if (collection()) {
      this.load();
    }
  }

  stop() {
    this.over = true;
  }

  take(files) {
    if (!collection()) {
      toast(t("collection.first"));
      return;
    }
    for (const file of files) {
      const bar = h("progress", { max: 1, "aria-label": file.name });
      const state = h("span", { class: "muted small" }, t("job.waiting"));
      this.jobs.prepend(h("li", {}, h("span", { class: "file" }, file.name), bar, state));
      this.waiting.push({ file, bar, state, path: collectionPath() });
    }
    this.next();
  }

  next() {
    while (this.running < MOST_AT_ONCE && this.waiting.length > 0) {
      this.running += 1;
      this.put(this.waiting.shift()).finally(() => {
        this.running -= 1;
        this.next();
      });
    }
  }

  async put(one) {
    const { file, bar, state } = one;
    try {
      state.textContent = t("job.sending");
      const response = await send("PUT", `${one.path}/documents/${encodeURIComponent(file.name)}`, {
        raw: plain(file),
      });
      const { job } = await response.json();
      const ended = await this.follow(job, one);
      if (ended?.state === "done") {
        bar.value = 1;
        state.textContent = ended.result.unchanged
          ? t("job.unchanged")
          : t("job.done", { chunks: number(ended.result.chunks), pages: number(ended.result.pages) });
        this.load();
      } else if (ended) {
        throw new Error(ended.problem?.detail ?? ended.reason ?? ended.state);
      }
    } catch (failure) {
      bar.remove();
      state.replaceChildren(h("span", { class: "bad-text", role: "alert" }, explain(failure)));
    }
  }

  async follow(id, { bar, state }) {
    while (!this.over) {
      const job = await get(`/v1/jobs/${encodeURIComponent(id)}`);
      if (["done", "failed", "expired"].includes(job.state)) {
        return job;
      }
      const { stage, chunks_embedded: done = 0, chunks_total: total = 0 } = job.progress ?? {};
      state.textContent = t(stage ? `stage.${stage}` : "job.waiting");
      if (total > 0) {
        bar.value = done / total;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return null;
  }

  async load(after = "") {
    if (!collection()) {
      this.list.replaceChildren();
      return;
    }
    if (!after) {
      this.list.replaceChildren(loading());
    }
    try {
      const query = after ? `?after=${encodeURIComponent(after)}` : "";
      const { data, next } = await get(`${collectionPath()}/documents${query}`);
      if (!after && data.length === 0) {
        this.list.replaceChildren(h("div", { class: "card empty" }, t("documents.none")));
        return;
      }
      const more = next && button(t("documents.more"), () => this.load(next));
      this.list.replaceChildren(this.table(data), h("div", { class: "actions" }, more));
    } catch (failure) {
      this.list.replaceChildren(failed(failure, () => this.load()));
    }
  }

  table(data) {
    return table({
      caption: t("documents.title"),
      heads: [
        { text: t("document") },
        { text: t("state") },
        { text: t("pages"), end: true },
        { text: t("chunks"), end: true },
        { text: t("changed") },
        { text: t("tools"), tools: true },
      ],
      rows: data.map((one) => [
        h("span", { title: one.title || one.document }, one.document),
        one.problem
          ? h("span", { title: one.problem.detail }, badge(t("state.problem"), "bad"))
          : badge(t(`state.${one.state}`), "good"),
        number(one.pages),
        number(one.chunks),
        moment(one.changed),
        button(t("delete"), () => this.ask(one), {
          class: "compact quiet",
          "aria-label": t("delete.one", { document: one.document }),
        }),
      ]),
    });
  }

  ask(one) {
    dialog(t("delete.title"), (close, heading) =>
      h(
        "div",
        { class: "body stack" },
        heading,
        h("p", {}, t("delete.sure", { document: one.document })),
        h(
          "div",
          { class: "actions" },
          button(t("cancel"), close),
          button(t("delete"), () => this.remove(one, close), { class: "danger primary" }),
        ),
      ),
    );
  }

  async remove(one, close) {
    try {
      await send("DELETE", `${collectionPath()}/documents/${encodeURIComponent(one.document)}?wait=30`);
      close();
      this.load();
    } catch (failure) {
      close();
      toast(explain(failure));
    }
  }
}
