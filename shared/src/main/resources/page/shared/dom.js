// Elements without HTML text, which the page's Content-Security-Policy forbids to parse.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. Attributes: `on*` are listeners, `class` and the like go in as they are, true
 * stands for an empty one, and null, undefined and false for none.
 */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name === "value") {
      element.value = value;
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let lastId = 0;

/** A labelled control; the hint is read with it. */
export function field(label, control, hint) {
  lastId += 1;
  control.id ||= `field-${lastId}`;
  const told = hint ? h("span", { class: "hint", id: `hint-${lastId}` }, hint) : null;
  if (told) {
    control.setAttribute("aria-describedby", told.id);
  }
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, told);
}

export function select(options, chosen, change) {
  const control = h(
    "select",
    { onchange: () => change?.(control.value) },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
  return control;
}

export function button(text, press, attributes = {}) {
  return h("button", { type: "button", onclick: press, ...attributes }, text);
}

export function badge(text, kind = "") {
  return h("span", { class: `badge ${kind}` }, text);
}

/** A modal dialog, removed when it closes. The content gets a function that closes it. */
export function dialog(title, content) {
  const heading = h("h2", { id: `dialog-${(lastId += 1)}` }, title);
  const box = h("dialog", { "aria-labelledby": heading.id, class: "fade" });
  const before = document.activeElement;
  box.addEventListener("close", () => {
    box.remove();
    before?.focus?.();
  });
  box.append(content(() => box.close(), heading));
  document.body.append(box);
  box.showModal();
  return box;
}

/** Says something for a moment, to screen readers as well. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  const note = h("div", { class: "toast fade", role: "status" }, text);
  document.body.append(note);
  setTimeout(() => note.remove(), 4000);
}

/** A table; each row is a list of cells, each `{text|node, end, head}`. */
export function table({ caption, heads, rows, foot, cards = true }) {
  const cell = (value, index, tag) => {
    const head = heads[index];
    const isHead = index === 0;
    return h(
      isHead ? "th" : tag,
      {
        scope: isHead ? "row" : null,
        class: [head.end ? "end" : "", head.tools ? "tools" : ""].join(" ").trim() || null,
        "data-label": isHead || head.tools ? null : head.text,
      },
      value,
    );
  };
  return h(
    "div",
    { class: "table-frame" },
    h(
      "table",
      { class: cards ? "cards" : null },
      h("caption", { class: "hidden-visually" }, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) =>
            h(
              "th",
              { scope: "col", class: head.end ? "end" : null },
              head.tools ? h("span", { class: "hidden-visually" }, head.text) : head.text,
            ),
          ),
        ),
      ),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((value, i) => cell(value, i, "td"))))),
      foot && h("tfoot", {}, h("tr", {}, foot.map((value, i) => cell(value, i, "td")))),
    ),
  );
}
