/**
 * A day under another plan: the changes that were chosen, as the hall reads them, and what comes of them, drawn by the
 * server. Reckoning takes seconds, so it is asked once and waited for. Not here: what every page has (desk.js).
 */
import { find, make, redraw, write } from "sala/dom";
import { currentLanguage, say } from "sala/texts";
import { say as complain } from "./desk.js";

const form = /** @type {HTMLFormElement} */ (find("[data-whatif]"));
const kind = /** @type {HTMLSelectElement} */ (find("[data-kind]", form));
const outcome = find("[data-outcome]");
/** @type {{text: string, said: string}[]} */
let chosen = [];

kind.addEventListener("change", showParts);
find("[data-add]", form).addEventListener("click", add);
form.addEventListener("submit", (event) => void play(/** @type {SubmitEvent} */ (event)));
outcome.addEventListener("click", take);
showParts();

/** Only what belongs to the change that is being chosen is there to be filled in. */
function showParts() {
  for (const parts of /** @type {NodeListOf<HTMLFieldSetElement>} */ (form.querySelectorAll("[data-parts]"))) {
    parts.hidden = parts.dataset.parts !== kind.value;
    parts.disabled = parts.hidden;
  }
}

/** The change as it is written, and as it is said: by the words that stand in the form. */
function add() {
  const parts = find(`[data-parts="${kind.value}"]`, form);
  const fields = /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([...parts.querySelectorAll("[name]")]);
  if (!fields.every((field) => field.reportValidity())) return;
  /** @type {Record<string, string>} */
  const value = {};
  /** @type {Record<string, string>} */
  const word = {};
  for (const field of fields) {
    value[field.name] = field.value;
    word[field.name] = "selectedOptions" in field ? (field.selectedOptions[0]?.text ?? "") : field.value;
  }
  const signed = Number(value.percent) < 0 ? value.percent : `+${Number(value.percent)}`;
  const text = WRITTEN[kind.value]?.({ ...value, percent: signed ?? "" }) ?? "";
  choose(text, say(currentLanguage(), `desk.whatif.said.${kind.value}`, { ...word, percent: signed }));
}

/** @type {Record<string, (value: Record<string, string>) => string>} */
const WRITTEN = {
  more: ({ count, start, end, counter }) => `counter +${count} ${start}-${end} like ${counter}`,
  lunch: ({ counter, start, end }) => `lunch ${counter} ${start}-${end}`,
  off: ({ counter, start, end }) => `counter ${counter} off ${start}-${end}`,
  skill: ({ who, service }) => `${who} +${service}`,
  rule: ({ rule }) => `rule ${rule}`,
  people: ({ percent, service }) => `${service ? `service ${service} ` : ""}people ${percent}%`,
};

/**
 * @param {string} text
 * @param {string} said
 */
function choose(text, said) {
  if (!chosen.some((one) => one.text === text)) chosen = [...chosen, { text, said }];
  drawChosen();
}

function drawChosen() {
  find("[data-none]", form).hidden = chosen.length > 0;
  const away = say(currentLanguage(), "desk.whatif.remove");
  redraw(
    find("[data-chosen]", form),
    chosen.map(({ text, said }) =>
      make(
        "li",
        {},
        said,
        make(
          "button",
          { type: "button", class: "link", "aria-label": `${away}: ${said}`, onclick: () => drop(text) },
          away,
        ),
      ),
    ),
  );
}

/** @param {string} text */
function drop(text) {
  chosen = chosen.filter((one) => one.text !== text);
  drawChosen();
  find("[data-add]", form).focus();
}

/**
 * What was advised is chosen.
 * @param {Event} event
 */
function take(event) {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-take]"));
  const { take: text, said } = button?.dataset ?? {};
  if (text) choose(text, said ?? text);
}

/** @param {SubmitEvent} event */
async function play(event) {
  event.preventDefault();
  const advise = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "advise";
  const { day, aim } = Object.fromEntries(new FormData(form));
  busy(true);
  complain("");
  const answer = await asked({
    day,
    changes: chosen.map((one) => one.text),
    advise,
    aim_minutes: advise && aim ? Number(aim) : null,
  });
  busy(false);
  if (answer.html === undefined) return complain(answer.detail ?? say(currentLanguage(), "common.failed"));
  const drawn = new DOMParser().parseFromString(answer.html, "text/html");
  outcome.replaceChildren(...Array.from(drawn.body.childNodes, (node) => document.importNode(node, true)));
  outcome.focus({ preventScroll: true });
  outcome.scrollIntoView({ block: "start" });
}

/**
 * @param {object} question
 * @returns {Promise<{html?: string, detail?: string}>}
 */
async function asked(question) {
  const csrf = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf"]'))?.content;
  const headers = { "Content-Type": "application/json", ...(csrf ? { "X-CSRF-Token": csrf } : {}) };
  const path = `/api/v1/whatif/drawn?language=${currentLanguage()}`;
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(question) }).catch(() => null);
  if (!response) return { detail: say(currentLanguage(), "common.unreachable") };
  return response.json().catch(() => ({}));
}

/** @param {boolean} now */
function busy(now) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (form.querySelectorAll('[name="what"]'))) {
    button.disabled = now;
  }
  form.toggleAttribute("aria-busy", now);
  write(find("[data-busy]", form), now ? say(currentLanguage(), "desk.whatif.busy") : "");
}
