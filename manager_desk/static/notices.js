/**
 * What the boards say and show besides the calls: the notices, saved all at once, and the files of the playlist. What may
 * be said is hall_server/notices.py's to decide, which files may be shown hall_server/playlist.py's.
 */
import { find, make, write } from "sala/dom";
import { wish } from "sala/post";
import { currentLanguage, say } from "sala/texts";

/** @typedef {{name: string, kind: string, size: number}} File */

const LARGEST = 200 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;
const FILES = "/api/v1/playlist";

const t = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) =>
  say(currentLanguage(), key, values);

// ---- notices -------------------------------------------------------------------------------------------------------

const form = /** @type {HTMLFormElement} */ (find("#notices"));
const list = find("#notice-list");

find("#notice-add").addEventListener("click", () => {
  const fresh = /** @type {HTMLTemplateElement} */ (find("#notice-new")).content.cloneNode(true);
  list.append(fresh);
  counted();
  find("[data-notice]:last-child textarea", list).focus();
});
list.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-remove]");
  if (!button) return;
  button.closest("[data-notice]")?.remove();
  counted();
  find("#notice-add").focus();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
form.addEventListener("input", () => write(find("#notices-told"), ""));

function counted() {
  const all = list.querySelectorAll("[data-n]");
  all.forEach((place, n) => {
    write(place, n + 1);
  });
  find("#no-notices").hidden = all.length > 0;
  write(find("#notices-told"), t("desk.notices_unsaved"));
}

async function save() {
  const notices = Array.from(list.querySelectorAll("[data-notice]"), (one) => ({
    text: Object.fromEntries(
      Array.from(/** @type {NodeListOf<HTMLTextAreaElement>} */ (one.querySelectorAll("textarea")), (field) => [
        field.dataset.languageText,
        field.value,
      ]),
    ),
    until: /** @type {HTMLInputElement} */ (find("[data-until]", one)).value || null,
  }));
  const answer = await wish("/api/v1/notices", { notices }, { method: "PUT" });
  write(find("#notices-told"), answer.ok ? t("desk.notices_saved") : answer.problem.detail);
}

// ---- the files of the playlist -------------------------------------------------------------------------------------

find("#file-list").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-file]"));
  if (button) void remove(button.dataset.file ?? "");
});
find("#upload").addEventListener("submit", (event) => {
  event.preventDefault();
  void take();
});

/** @param {string} name */
async function remove(name) {
  const answer = await wish(`${FILES}/${encodeURIComponent(name)}`, null, { method: "DELETE" });
  write(find("#files-told"), answer.ok ? t("desk.file_removed", { name }) : answer.problem.detail);
  if (answer.ok) drawFiles(answer.data);
}

async function take() {
  const field = /** @type {HTMLInputElement} */ (find("#file"));
  const file = field.files?.[0];
  if (!file) return;
  const told = find("#files-told");
  if (file.size > LARGEST) return write(told, t("desk.file_too_large", { n: LARGEST / MEGABYTE }));
  const button = /** @type {HTMLButtonElement} */ (find("#upload button"));
  button.disabled = true;
  const { status, answer } = await send(file);
  button.disabled = false;
  if (status === 200) {
    drawFiles(answer);
    write(told, t("desk.file_taken", { name: file.name }));
    field.value = "";
  } else write(told, answer?.detail ?? t("common.unreachable"));
}

/**
 * A large file takes its time, and how far it is is shown: fetch cannot tell.
 * @param {Blob & {name: string}} file
 * @returns {Promise<{status: number, answer: any}>}
 */
function send(file) {
  const bar = /** @type {HTMLProgressElement} */ (find("#sent"));
  const request = new XMLHttpRequest();
  request.open("PUT", `${FILES}/${encodeURIComponent(file.name)}`);
  const csrf = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf"]'))?.content;
  if (csrf) request.setRequestHeader("X-CSRF-Token", csrf);
  request.setRequestHeader("Accept-Language", currentLanguage());
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.responseType = "json";
  bar.hidden = false;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? loaded / total : 0;
  });
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => {
      bar.hidden = true;
      resolve({ status: request.status, answer: request.response });
    });
    request.send(file);
  });
}

/** @param {File[]} files */
function drawFiles(files) {
  find("#files").hidden = files.length === 0;
  find("#no-files").hidden = files.length > 0;
  find("#file-list").replaceChildren(
    ...files.map(({ name, kind, size }) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, name),
        make("td", {}, t(`desk.file.${kind}`)),
        make("td", { class: "figure" }, (size / MEGABYTE).toFixed(1)),
        make("td", {}, make("button", { class: "button", type: "button", "data-file": name }, t("desk.file_remove"))),
      ),
    ),
  );
}
