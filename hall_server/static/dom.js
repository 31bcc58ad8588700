/**
 * Making and finding elements: the little that every page's script needs. Nothing here knows of tickets.
 */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} Properties */

/**
 * A new element. `on…` names an event, true is a bare attribute, and false, null and undefined leave one out;
 * text goes in as text, never as markup.
 *
 *     make("li", { class: "call", "data-again": 2 }, make("b", {}, "A001"))
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...kept(children));
  return element;
}

/**
 * The one element that matches, or a loud error: a missing one is our mistake.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function find(selector, within = document) {
  const element = within.querySelector(selector);
  if (!element) throw new Error(`no ${selector} on this page`);
  return /** @type {HTMLElement} */ (element);
}

/**
 * Set an element's text, touching the page only if it differs (so that a screen reader is not told twice).
 * @param {Element} element
 * @param {string | number} text
 */
export function write(element, text) {
  if (element.textContent !== String(text)) element.textContent = String(text);
}

/**
 * Put other children in, and give the keyboard's focus back to the element of the same id.
 * @param {Element} parent
 * @param {Child[]} children
 */
export function redraw(parent, children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement?.id : "";
  parent.replaceChildren(...kept(children));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** @param {Child[]} children */
function kept(children) {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
