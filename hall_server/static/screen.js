/**
 * What this screen is set to, as its page was drawn with: the panel's diagonal, the viewing distance and so on. Which
 * settings there are, and who may change them, is hall_server/screens.py's.
 */

const drawn = JSON.parse(globalThis.document?.documentElement.dataset.screen || "{}");

/** @type {Record<string, any>} */
export const screen = Object.freeze(drawn.settings ?? {});

/** How often screens had been set when the page was drawn; null on a page that is no screen. @type {number | null} */
export const screensRev = drawn.rev ?? null;
