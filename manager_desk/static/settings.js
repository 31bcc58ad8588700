/**
 * What the desk sets: boxes of who can do what, a service paused, a file of bookings, a new screen. What may be set is
 * decided by the hall; a refusal is said, and what was ticked stays as it was ticked. Not here: what every page has.
 */
import { find, make, redraw, write } from "sala/dom";
import { wish } from "sala/post";
import { currentLanguage, say } from "sala/texts";
import { say as complain } from "./desk.js";

const CSV = "text/csv; charset=utf-8";
const MOST_ROWS_TOLD = 8;

const matrix = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-matrix]"));
if (matrix) {
  matrix.addEventListener("change", (event) => ticked(matrix, /** @type {HTMLInputElement} */ (event.target)));
  matrix.addEventListener("reset", () => setTimeout(() => shown(matrix)));
  matrix.addEventListener("submit", (event) => void save(event, matrix));
  addEventListener("beforeunload", (event) => changed(matrix).length && event.preventDefault());
  // Ticked before this script was there, or kept by the browser from before a reload.
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (matrix.querySelectorAll("[data-every]"))) {
    if (box.checked !== box.defaultChecked) ticked(matrix, box);
  }
}
on("[data-pause]", pause);
on("[data-bookings]", takeBookings);
on("#screens", acceptScreen);
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-message]"))) {
  button.addEventListener("click", () => {
    for (const language of ["th", "en"]) field(language).value = button.dataset[language] ?? "";
  });
}

/**
 * @param {string} selector
 * @param {(form: HTMLFormElement) => Promise<void>} work
 */
function on(selector, work) {
  document.querySelector(selector)?.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {HTMLButtonElement} */ (find("button.main", form));
    button.disabled = true;
    void work(form).finally(() => {
      button.disabled = false;
    });
  });
}

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement} */ (find(`[name="${name}"]`));
}

// ---- the boxes -----------------------------------------------------------------------------------------------------

/**
 * @param {HTMLFormElement} form
 * @param {string} column
 */
function boxes(form, column) {
  return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`[data-of="${CSS.escape(column)}"]`)]);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} box
 */
function ticked(form, box) {
  const column = box.dataset.every;
  if (column) {
    // Whoever no longer does whatever the counter does begins with all of it, and loses a box at a time.
    for (const one of boxes(form, column)) one.checked = !box.checked;
  }
  shown(form);
}

/**
 * Grey out what does not count, and show what is not saved yet.
 * @param {HTMLFormElement} form
 */
function shown(form) {
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[data-every]"))) {
    for (const one of boxes(form, box.dataset.every ?? "")) {
      one.disabled = box.checked;
      if (box.checked) one.checked = false;
    }
  }
  const unsaved = changed(form);
  for (const head of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("th[data-column]"))) {
    head.classList.toggle("unsaved", unsaved.includes(head.dataset.column ?? ""));
  }
  find(".save", form).hidden = !unsaved.length;
  write(
    find(".save p", form),
    say(currentLanguage(), "desk.unsaved", { names: unsaved.map((one) => name(form, one)).join(", ") }),
  );
}

/**
 * @param {HTMLFormElement} form
 * @param {string} column
 */
function name(form, column) {
  return find(`th[data-column="${CSS.escape(column)}"] span`, form).textContent ?? column;
}

/**
 * The columns in which a box stands otherwise than when the page was drawn or last saved.
 * @param {HTMLFormElement} form
 * @returns {string[]}
 */
function changed(form) {
  const heads = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("th[data-column]"));
  const columns = Array.from(heads, (head) => head.dataset.column ?? "");
  return columns.filter((column) =>
    [...boxes(form, column), ...every(form, column)].some((box) => box.checked !== box.defaultChecked),
  );
}

/**
 * @param {HTMLFormElement} form
 * @param {string} column
 */
function every(form, column) {
  return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`[data-every="${CSS.escape(column)}"]`)]);
}

/**
 * One column after another; the first that is refused stops, and stays as it is.
 * @param {Event} event
 * @param {HTMLFormElement} form
 */
async function save(event, form) {
  event.preventDefault();
  complain("");
  for (const column of changed(form)) {
    const given = boxes(form, column).filter((box) => box.checked);
    const all = every(form, column).some((box) => box.checked);
    const path = (form.dataset.path ?? "").replace("{}", encodeURIComponent(column));
    const services = all ? null : given.map((box) => box.value);
    const answer = await wish(path, { services }, { method: "PUT" });
    if (!answer.ok) {
      complain(`${name(form, column)}: ${answer.problem.detail}`);
      break;
    }
    for (const box of [...boxes(form, column), ...every(form, column)]) box.defaultChecked = box.checked;
  }
  shown(form);
}

// ---- the rest ------------------------------------------------------------------------------------------------------

/** @param {HTMLFormElement} form */
async function pause(form) {
  const service = field("service").value;
  const message = { th: field("th").value, en: field("en").value };
  const answer = await wish(`/api/v1/services/${encodeURIComponent(service)}/pause`, { message });
  complain(answer.ok ? "" : answer.problem.detail);
  if (answer.ok) form.reset();
}

/** @param {HTMLFormElement} form */
async function takeBookings(form) {
  const file = field("file").files?.[0];
  if (!file) return;
  const answer = await wish("/api/v1/bookings/csv", await file.text(), { type: CSV });
  const told = find("#bookings-told");
  if (answer.ok) {
    const { taken, there_already } = answer.data;
    redraw(told, [
      make("p", { class: "note good" }, say(currentLanguage(), "desk.bookings_taken", { taken, there_already })),
    ]);
    form.reset();
  } else {
    redraw(told, [
      make("div", { class: "note alert" }, make("p", {}, answer.problem.detail), mistakes(answer.problem)),
    ]);
  }
}

/**
 * The other rows that are wrong, each with its remedy: the first stands in the refusal itself.
 * @param {object} problem
 */
function mistakes(problem) {
  const rows = /** @type {{line: number, detail: string}[]} */ (
    "mistakes" in problem && Array.isArray(problem.mistakes) ? problem.mistakes : []
  );
  const items = rows
    .slice(1, MOST_ROWS_TOLD)
    .map((row) => make("li", {}, `${say(currentLanguage(), "desk.line", { n: row.line })}: ${row.detail}`));
  return items.length ? make("ul", {}, ...items) : null;
}

/** @param {HTMLFormElement} form */
async function acceptScreen(form) {
  const { code, name } = Object.fromEntries(new FormData(form));
  const answer = await wish("/api/v1/screens", { code, name });
  const told = answer.ok
    ? say(currentLanguage(), "desk.screen_done", { name: answer.data.name })
    : answer.problem.detail;
  write(find("#screens-told"), told);
  if (answer.ok) form.reset();
}
