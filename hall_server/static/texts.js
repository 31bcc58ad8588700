/**
 * The texts of a page in all its languages, and the change from one language to another without a reload. Which texts
 * there are stands in hall_server/languages/*.json; what they are said about belongs to the rooms.
 *
 * In a template `data-text="kiosk.choose"` marks an element that holds just that text, `data-label="…"` one whose
 * aria-label it is, and `data-names` (JSON) one that holds a name: these are retold by `speak(language)`.
 */

import { write } from "./dom.js";

/** @typedef {Record<string, string | number>} Values */
/** @typedef {Record<string, Record<string, string>>} Texts */
/** @typedef {Record<string, string>} Name a name in every language of the centre */

const FIRST = "th";
/** What is said where a language lacks a text or a name. */
const SECOND = "en";

/** @type {Texts | null} */
let texts = null;

/**
 * The template with its {braces} filled; a brace nobody fills stays, so that it is seen and mended.
 * @param {string} template
 * @param {Values} [values]
 */
export function fill(template, values = {}) {
  return template.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? String(values[name]) : hole));
}

/**
 * The text of `key` in `language`, else in English, else in Thai, else the key itself.
 * @param {Texts} all
 * @param {string} language
 * @param {string} key
 */
export function choose(all, language, key) {
  return all[language]?.[key] ?? all[SECOND]?.[key] ?? all[FIRST]?.[key] ?? key;
}

/**
 * The ending of a key that counts people: English says "1 person" and "2 people".
 * @param {number} n
 */
export function ending(n) {
  if (n === 0) return "none";
  return n === 1 ? "one" : "many";
}

/**
 * All texts that came with the page.
 * @returns {Texts}
 */
export function known() {
  texts ??= JSON.parse(document.getElementById("texts")?.textContent || "{}");
  return /** @type {Texts} */ (texts);
}

/**
 * @param {string} language
 * @param {string} key
 * @param {Values} [values]
 */
export function say(language, key, values) {
  return fill(choose(known(), language, key), values);
}

/**
 * A text that counts: says `key.none`, `key.one` or `key.many`, with {n}.
 * @param {string} language
 * @param {string} key
 * @param {number} n
 */
export function sayCount(language, key, n) {
  return say(language, `${key}.${ending(n)}`, { n });
}

/**
 * A name in `language`, else in English, else in Thai. Nothing for null.
 * @param {Name | null | undefined} name
 * @param {string} [language]
 */
export function nameIn(name, language = currentLanguage()) {
  return name?.[language] ?? name?.[SECOND] ?? name?.[FIRST] ?? "";
}

/** The time zone of the centre whose page this is. */
export function zone() {
  return globalThis.document?.documentElement.dataset.timezone || "Asia/Bangkok";
}

/**
 * hh:mm on the centre's wall, whatever zone the screen believes itself in.
 * @param {Date} when
 */
export function clock(when) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone(), hour: "2-digit", minute: "2-digit" }).format(when);
}

/** The language the page speaks now. */
export function currentLanguage() {
  return document.documentElement.lang || FIRST;
}

/**
 * Let the whole page speak `language`, in place.
 * @param {string} language
 */
export function speak(language) {
  document.documentElement.lang = language;
  retell(document, language);
  document.dispatchEvent(new CustomEvent("sala:language", { detail: language }));
}

/**
 * @param {(language: string) => void} listener  called after each change of the page's language
 */
export function onLanguage(listener) {
  document.addEventListener("sala:language", () => listener(currentLanguage()));
}

/**
 * Say every marked text and name inside `part` in `language`.
 * @param {ParentNode} part
 * @param {string} language
 */
export function retell(part, language) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-text]"))) {
    write(element, say(language, element.dataset.text ?? ""));
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-label]"))) {
    element.setAttribute("aria-label", say(language, element.dataset.label ?? ""));
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-names]"))) {
    write(element, nameIn(JSON.parse(element.dataset.names ?? "{}"), language));
  }
}

/**
 * Wire the buttons of languages.html, which carry `data-language`: each lets the page speak its language and shows which
 * one is spoken. base.html's note that a translation is a draft is shown where it is one.
 */
export function languageButtons() {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("button[data-language]"));
  const show = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.language === currentLanguage()));
    }
    for (const note of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-drafts]"))) {
      note.hidden = !note.dataset.drafts?.split(" ").includes(currentLanguage());
    }
  };
  for (const button of buttons) button.addEventListener("click", () => speak(button.dataset.language ?? FIRST));
  onLanguage(show);
  show();
}
