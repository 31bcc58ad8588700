/**
 * What makes the kiosk easier to use, switched on by whoever needs it and off again for the next: large text, high
 * contrast, all that is needed low enough. How each looks is the stylesheet's; reading aloud is aloud.js's.
 */
import { find } from "sala/dom";
import { setMeasures } from "sala/measure";
import { screen } from "sala/screen";
import { currentLanguage, say } from "sala/texts";
import { currentTheme, setTheme } from "sala/theme";
import { outOfReach } from "./reach.js";
import { announce, onBusy, onStartOver } from "./steps.js";

/** @typedef {"large" | "contrast" | "reach"} Mode */

const USUAL = { diagonal: 21.5, bottom: 700, theme: /** @type {const} */ ("light") };
const page = document.documentElement;
/** @type {{diagonal: number, bottom: number, theme: import("sala/theme").Theme}} */
const settings = { ...USUAL, ...screen };

/** @type {Record<Mode, (on: boolean) => void>} */
const WEAR = {
  large: (on) => page.toggleAttribute("data-large", on),
  contrast: (on) => setTheme(on ? "contrast" : lightest()),
  reach: (on) => {
    page.toggleAttribute("data-reach", on);
    setBand();
  },
};
const MODES = /** @type {Mode[]} */ (Object.keys(WEAR));

/** @type {(() => void)[]} */
const listeners = [];

/** @param {() => void} listener  called when what is shown may need more room, or less */
export function onMode(listener) {
  listeners.push(listener);
}

/** @param {Mode} mode */
export function isOn(mode) {
  return button(mode).getAttribute("aria-pressed") === "true";
}

/** Whether the panel hangs with contrast for everybody: then that is where a visit begins. */
const begins = (/** @type {Mode} */ mode) => mode === "contrast" && settings.theme === "contrast";

/** The theme without contrast. */
function lightest() {
  return settings.theme === "contrast" ? "light" : settings.theme;
}

/** @param {Mode} mode */
function button(mode) {
  return find(`#mode-${mode}`);
}

/**
 * @param {Mode} mode
 * @param {boolean} on
 */
function setMode(mode, on) {
  button(mode).setAttribute("aria-pressed", String(on));
  WEAR[mode](on);
}

/** @param {Mode} mode */
function toggle(mode) {
  const on = !isOn(mode);
  setMode(mode, on);
  for (const listener of listeners) listener();
  const name = button(mode).textContent?.trim() ?? "";
  announce(say(currentLanguage(), on ? "kiosk.mode_on" : "kiosk.mode_off", { mode: name }));
}

let mm = 1;
setMeasures({ diagonal: settings.diagonal }, (now) => {
  mm = now;
  setBand();
});

/** What of the panel is out of reach stays empty, in low reach. */
function setBand() {
  const { above, below } = outOfReach({ height: innerHeight / mm, bottom: settings.bottom });
  const on = page.hasAttribute("data-reach");
  page.style.setProperty("--above", on ? `${above * mm}px` : "0px");
  page.style.setProperty("--below", on ? `${below * mm}px` : "0px");
}

for (const mode of MODES) button(mode).addEventListener("click", () => toggle(mode));
onBusy(() => MODES.some((mode) => isOn(mode) !== begins(mode)));
onStartOver(() => {
  for (const mode of MODES) setMode(mode, begins(mode));
});
if (currentTheme() === "contrast") setMode("contrast", true);
