/**
 * Which theme a page wears, changed in place: light is base.css alone, dark and high contrast each override its tokens.
 * Which one a page begins with is the server's to say (a screen's settings, else the cookie); what the colours are, the
 * stylesheets'.
 */

/** @typedef {"auto" | "light" | "dark" | "contrast"} Theme */

/** When each of the overriding stylesheets holds, where the theme is not said to be one. */
const BY_ITSELF = { dark: "(prefers-color-scheme: dark)", contrast: "(prefers-contrast: more)" };

/** @returns {Theme} */
export function currentTheme() {
  return /** @type {Theme} */ (document.documentElement.dataset.theme ?? "auto");
}

/**
 * Let the whole page wear `theme`.
 * @param {Theme} theme
 */
export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  for (const sheet of /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[data-for]"))) {
    sheet.media = mediaOf(/** @type {"dark" | "contrast"} */ (sheet.dataset.for), theme);
  }
}

/**
 * @param {"dark" | "contrast"} sheet
 * @param {Theme} theme
 */
function mediaOf(sheet, theme) {
  if (theme === "auto") return BY_ITSELF[sheet];
  return theme === sheet ? "all" : "not all";
}
