// The collection that is looked at, the same one on every tab.

import { field, h } from "./dom.js";
import { get } from "./http.js";
import { t } from "./language.js";

const NAME = /^[a-z0-9_-]{1,64}$/;
const kept = { name: "" };

export function collection() {
  return kept.name;
}

export function collectionPath() {
  return `/v1/collections/${encodeURIComponent(kept.name)}`;
}

/** A field for the name of a collection, with those that there are; calls back on each other one. */
export function collectionField(changed) {
  const known = h("datalist", { id: "collections" });
  const name = h("input", {
    list: "collections",
    required: true,
    maxlength: 64,
    pattern: "[a-z0-9_\\-]{1,64}",
    autocomplete: "off",
    spellcheck: "false",
    value: kept.name,
    onchange: () => choose(name.value.trim()),
  });
  const choose = (chosen) => {
    kept.name = NAME.test(chosen) ? chosen : "";
    name.value = chosen;
    name.setAttribute("aria-invalid", String(chosen !== "" && !kept.name));
    changed();
  };
  load(known).then((names) => {
    if (!kept.name && names.length > 0) {
      choose(names[0]);
    }
  });
  return [field(t("collection"), name, t("collection.hint")), known];
}

async function load(list) {
  try {
    const { data } = await get("/v1/collections?limit=200");
    const names = data.map((one) => one.collection);
    list.replaceChildren(...names.map((value) => h("option", { value })));
    return names;
  } catch {
    // The lists below say what is wrong.
    return [];
  }
}
