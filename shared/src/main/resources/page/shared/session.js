// Signing in with a key.

import { button, field, h } from "./dom.js";
import { ApiError, get, post, send, useToken } from "./http.js";
import { duration, t } from "./language.js";

/** Who is signed in: `{tenant, name, scopes, expires_at}`, or null. */
export async function whoIsIn() {
  try {
    return taken(await get("/session", { quiet: true }));
  } catch (failure) {
    if (failure.status === 401) {
      return null;
    }
    throw failure;
  }
}

function taken(session) {
  useToken(session.csrf_token);
  return session;
}

export async function signOut() {
  try {
    await send("DELETE", "/session", { quiet: true });
  } catch (failure) {
    if (failure.status !== 401) {
      throw failure;
    }
  }
  useToken("");
}

/** What went wrong, in the reader's language where the server only says that it did. */
export function explain(failure) {
  if (!(failure instanceof ApiError)) {
    return String(failure?.message ?? failure);
  }
  if (failure.status === 0) {
    return t("error.unreachable");
  }
  return failure.message || t("error.status", { status: failure.status });
}

/** The box of an error with a button that tries again. */
export function failed(failure, again) {
  return h(
    "div",
    { class: "notice bad row spread", role: "alert" },
    h("span", {}, explain(failure)),
    again && button(t("error.again"), again, { class: "compact" }),
  );
}

export function loading() {
  return h("div", { class: "loading", role: "status" }, t("loading"));
}

export function signInForm(done, note) {
  const key = h("input", {
    type: "password",
    name: "key",
    autocomplete: "current-password",
    autocapitalize: "off",
    spellcheck: "false",
    required: true,
    maxlength: 128,
    placeholder: "rk_…",
  });
  const error = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "primary" }, t("sign-in.submit"));
  const refuse = (text) => {
    key.setAttribute("aria-invalid", "true");
    error.replaceChildren(h("div", { class: "notice bad" }, text));
    key.focus();
  };
  const form = h(
    "form",
    {
      class: "card stack",
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        if (!key.value.trim()) {
          refuse(t("sign-in.empty"));
          return;
        }
        submit.disabled = true;
        try {
          done(taken(await post("/session", { key: key.value.trim() }, { quiet: true })));
        } catch (failure) {
          refuse(reason(failure));
        } finally {
          submit.disabled = false;
        }
      },
    },
    h("h1", {}, t("sign-in.title")),
    note && h("div", { class: "notice warn" }, note),
    h("p", { class: "muted" }, t("sign-in.why")),
    field(t("sign-in.key"), key, t("sign-in.hint")),
    error,
    submit,
  );
  queueMicrotask(() => key.focus());
  return h("div", { class: "sign-in" }, form);
}

function reason(failure) {
  if (failure.status === 401) {
    return t("sign-in.refused");
  }
  if (failure.status === 429) {
    return t("sign-in.too-many", { wait: duration(Math.max(1, failure.retryAfter) * 1000) });
  }
  return explain(failure);
}
