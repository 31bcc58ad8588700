/**
 * The page /style/: fills in what only the browser knows, the colours of each theme, the contrast between them and the
 * sizes that come of them. Nothing here is used by any other page.
 */

import { find, write } from "sala/dom";

/** @typedef {"light" | "dark" | "contrast"} Theme */

/** The pseudo-classes of a thing in use, each shown standing still by a class: `:hover` by `.as-hover`. */
const STATES = ["hover", "focus-visible", "active"];

/** @param {CSSStyleSheet} sheet */
function rootOf(sheet) {
  const rules = /** @type {CSSStyleRule[]} */ ([...sheet.cssRules].filter((rule) => rule instanceof CSSStyleRule));
  return rules.find((rule) => rule.selectorText === ":root")?.style;
}

/** What each theme says of each name; where one says nothing the light theme's holds. */
function themes() {
  const sheets = [...document.styleSheets];
  /** @param {string} file */
  const of = (file) => sheets.find((sheet) => sheet.href?.endsWith(file));
  const said = { light: of("/base.css"), dark: of("/theme-dark.css"), contrast: of("/theme-contrast.css") };
  /** @param {Theme} theme @param {string} name */
  return (theme, name) =>
    [said[theme], said.light]
      .map((sheet) => sheet && rootOf(sheet)?.getPropertyValue(`--${name}`).trim())
      .find((value) => value) ?? "";
}

/**
 * Relative luminance of `#rrggbb`, by WCAG 2.2.
 * @param {string} colour
 */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {string} one
 * @param {string} other
 */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 */
const all = (selector) => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));

const told = themes();
/** @param {HTMLElement} one @param {"token" | "ink" | "ground"} what */
const colour = (one, what) => told(/** @type {Theme} */ (one.dataset.of), one.dataset[what] ?? "");

function showColours() {
  for (const one of all(".swatch")) one.style.setProperty("background-color", colour(one, "token"));
  for (const one of all("code[data-token]")) write(one, colour(one, "token"));
  for (const one of all(".sample")) {
    one.style.setProperty("background-color", colour(one, "ground"));
    one.style.setProperty("color", colour(one, "ink"));
  }
}

function showContrast() {
  const places = all("[data-ratio]");
  for (const one of places) {
    const ratio = contrast(colour(one, "ink"), colour(one, "ground"));
    write(one, ratio.toFixed(2));
    one.toggleAttribute("data-short", !(ratio >= Number(one.dataset.ratio)));
  }
  const short = [...places].some((one) => one.hasAttribute("data-short"));
  find("#pairs-good").hidden = short;
  find("#pairs-bad").hidden = !short;
}

function showSizes() {
  for (const one of all("[data-size]")) {
    const sample = one.closest("div")?.querySelector(".letters-sample");
    if (sample) write(one, `${Number.parseFloat(getComputedStyle(sample).fontSize).toFixed(1)} px`);
  }
}

/** Every rule for a thing in use also for its class, so that it can be looked at standing still. */
function holdStates() {
  for (const sheet of document.styleSheets) {
    for (const rule of [...sheet.cssRules]) {
      if (!(rule instanceof CSSStyleRule) || !STATES.some((state) => rule.selectorText.includes(`:${state}`))) continue;
      const held = STATES.reduce((text, state) => text.replaceAll(`:${state}`, `.as-${state}`), rule.selectorText);
      sheet.insertRule(`${held} { ${rule.style.cssText} }`, sheet.cssRules.length);
    }
  }
}

function showMotion() {
  const still = getComputedStyle(find(".moved")).transitionDuration === "0s";
  find("#still").hidden = !still;
  find(".moving").toggleAttribute("data-there");
}

showColours();
showContrast();
showSizes();
holdStates();
find("#move").addEventListener("click", showMotion);
