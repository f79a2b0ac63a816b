// The frame of a page: brand, who is signed in, language, tabs.

import { button, h, select } from "./dom.js";
import { whenSignedOut } from "./http.js";
import { currentLanguage, languages, loadLanguage, t } from "./language.js";
import { explain, failed, loading, signInForm, signOut, whoIsIn } from "./session.js";

/**
 * Starts a page in `#app`.
 *
 * @param service its name, as people call it
 * @param tabs each `{id, title, allows(session), show(place, session)}`; `show` may answer a
 *     function that is called when the tab is left
 */
export async function startPage(service, tabs) {
  const app = document.getElementById("app");
  const frame = new Frame(app, service, tabs);
  try {
    await loadLanguage();
    app.replaceChildren(loading());
    frame.session = await whoIsIn();
    frame.render();
  } catch (failure) {
    app.replaceChildren(h("main", { class: "wide" }, failed(failure, () => location.reload())));
  }
}

class Frame {
  session = null;
  note = "";
  leave = null;

  constructor(app, service, tabs) {
    this.app = app;
    this.service = service;
    this.tabs = tabs;
    whenSignedOut(() => {
      if (this.session) {
        this.note = t("sign-in.over");
        this.session = null;
        this.render();
      }
    });
    addEventListener("hashchange", () => this.session && this.open(this.chosen(), false));
  }

  render() {
    this.leave?.();
    this.leave = null;
    document.querySelectorAll("dialog").forEach((box) => box.close());
    document.title = `${this.service} · Ruche`;
    const main = h("main", { class: "wide", id: "main", tabindex: "-1" });
    this.main = main;
    this.buttons = new Map();
    const place = this.session ? this.tabBar() : null;
    this.app.replaceChildren(
      h("a", { class: "skip", href: "#main", onclick: (event) => this.skip(event) }, t("skip")),
      h(
        "header",
        { class: "top" },
        h("div", { class: "wide" }, h("div", { class: "top-row" }, this.brand(), this.who(), this.language()), place),
      ),
      main,
    );
    if (this.session) {
      this.open(this.chosen(), false);
    } else {
      main.append(signInForm((session) => this.enter(session), this.note));
    }
  }

  skip(event) {
    event.preventDefault();
    this.main.focus();
  }

  enter(session) {
    this.note = "";
    this.session = session;
    this.render();
  }

  brand() {
    const icon = new URL("./icon.svg", import.meta.url).pathname;
    return h(
      "div",
      { class: "brand" },
      h("img", { src: icon, alt: "" }),
      h("div", {}, "Ruche ", h("span", {}, this.service)),
    );
  }

  who() {
    if (!this.session) {
      return null;
    }
    const { tenant, name } = this.session;
    return [
      h("span", { class: "muted small", title: t("signed-in") }, h("span", { class: "mono" }, `${tenant}.${name}`)),
      button(
        t("sign-out"),
        async () => {
          try {
            await signOut();
            this.session = null;
            this.render();
          } catch (failure) {
            this.main.prepend(failed(failure));
          }
        },
        { class: "compact" },
      ),
    ];
  }

  language() {
    const control = select(languages(), currentLanguage(), async (chosen) => {
      try {
        await loadLanguage(chosen);
        this.render();
        this.app.querySelector(".language")?.focus();
      } catch (failure) {
        this.main.prepend(h("div", { class: "notice bad" }, explain(failure)));
      }
    });
    control.className = "language compact";
    control.setAttribute("aria-label", t("language"));
    return h("div", {}, control);
  }

  allowed() {
    return this.tabs.filter((tab) => tab.allows(this.session));
  }

  chosen() {
    const asked = location.hash.slice(1);
    return this.allowed().find((tab) => tab.id === asked) ?? this.allowed()[0];
  }

  tabBar() {
    const bar = h("div", { class: "tabs", role: "tablist", "aria-label": t("tabs") });
    for (const tab of this.allowed()) {
      const one = button(t(tab.title), () => this.open(tab, true), {
        role: "tab",
        id: `tab-${tab.id}`,
        "aria-controls": "panel",
        onkeydown: (event) => this.step(event, tab),
      });
      this.buttons.set(tab, one);
      bar.append(one);
    }
    return bar;
  }

  /** Arrows walk through the tabs, as screen readers announce it. */
  step(event, tab) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (way) {
      event.preventDefault();
      const all = this.allowed();
      const next = all[(all.indexOf(tab) + way + all.length) % all.length];
      this.open(next, true);
      this.buttons.get(next).focus();
    }
  }

  open(tab, named) {
    this.leave?.();
    this.leave = null;
    if (!tab) {
      this.main.replaceChildren(h("div", { class: "card empty" }, t("nothing-allowed")));
      return;
    }
    if (named) {
      history.replaceState(null, "", `#${tab.id}`);
    }
    for (const [other, one] of this.buttons) {
      one.setAttribute("aria-selected", String(other === tab));
      one.tabIndex = other === tab ? 0 : -1;
    }
    const place = h("section", {
      id: "panel",
      role: "tabpanel",
      class: "stack",
      "aria-labelledby": `tab-${tab.id}`,
    });
    this.main.replaceChildren(place);
    this.leave = tab.show(place, this.session) ?? null;
  }
}
