// Texts in the language of the reader, and numbers, money and times as that language writes them.

const LANGUAGES = { en: "English", fr: "Français" };
const KEPT = "ruche.language";

let language = "en";
let texts = {};

function wanted() {
  let kept = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // A browser that keeps nothing asks its settings each time.
  }
  const asked = [kept, ...navigator.languages].filter(Boolean).map((tag) => tag.slice(0, 2));
  return asked.find((tag) => tag in LANGUAGES) ?? "en";
}

async function read(name) {
  return (await fetch(new URL(name, import.meta.url))).json();
}

/** Loads the reader's language, or the given one and keeps it. */
export async function loadLanguage(chosen) {
  if (chosen) {
    try {
      localStorage.setItem(KEPT, chosen);
    } catch {
      // Then it holds until the page is left.
    }
  }
  const next = chosen ?? wanted();
  const [shared, own] = await Promise.all([read(`./shared.${next}.json`), read(`./${next}.json`)]);
  language = next;
  texts = { ...shared, ...own };
  document.documentElement.lang = language;
}

export function currentLanguage() {
  return language;
}

export function languages() {
  return Object.entries(LANGUAGES);
}

/** The text of that name, with `{places}` filled. */
export function t(name, places = {}) {
  const text = texts[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, place) => places[place] ?? whole);
}

/** The locale for numbers and dates: the browser's own where it is of the chosen language. */
function locale() {
  return navigator.languages.find((tag) => tag.slice(0, 2) === language) ?? language;
}

export function number(value, options = {}) {
  return new Intl.NumberFormat(locale(), options).format(value);
}

/** Short: 12.3K, 4.5 M. */
export function compact(value) {
  return number(value, { notation: "compact", maximumFractionDigits: 1 });
}

/**
 * US dollars from nano-dollars (a BigInt or a number): cents, and more digits where it is little;
 * `padded` with zeros, for columns.
 */
export function money(nanos, padded = false) {
  const dollars = Number(nanos) / 1e9;
  const size = Math.abs(dollars);
  const digits = size === 0 || size >= 1 ? 2 : size >= 0.01 ? 4 : 6;
  return number(dollars, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: padded ? digits : 2,
    maximumFractionDigits: digits,
  });
}

/** Nano-dollars of a decimal text such as 0.000765, exactly. */
export function nanosOf(text) {
  const [whole, part = ""] = String(text).split(".");
  return BigInt(whole) * 1_000_000_000n + BigInt(part.padEnd(9, "0").slice(0, 9));
}

/** A day such as 2026-11-20, which has no time zone. */
export function day(text, options = { day: "numeric", month: "short", year: "numeric" }) {
  return new Intl.DateTimeFormat(locale(), { ...options, timeZone: "UTC" }).format(
    new Date(`${text}T00:00:00Z`),
  );
}

export function moment(text, options = { dateStyle: "medium", timeStyle: "short" }) {
  return new Intl.DateTimeFormat(locale(), options).format(new Date(text));
}

/** A stretch of time: 250 ms, 1.5 s, 2 min. */
export function duration(ms) {
  const unit = (value, name, digits) =>
    number(value, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });
  if (ms < 1000) {
    return unit(ms, "millisecond", ms < 10 ? 1 : 0);
  }
  return ms < 120_000 ? unit(ms / 1000, "second", 1) : unit(ms / 60_000, "minute", 0);
}
