/**
 * What the screens are set to, form by form: each is saved by itself, and the screen draws itself anew. What may be set is
 * hall_server/screens.py's to say.
 */
import { find, write } from "sala/dom";
import { wish } from "sala/post";
import { currentLanguage, say } from "sala/texts";

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("[data-screen-name]"))) {
  const told = find("[role=status]", form);
  form.addEventListener("input", () => {
    form.toggleAttribute("data-changed", true);
    write(told, "");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void save(form).then((sentence) => write(told, sentence));
  });
}

/**
 * The sentence that says what came of it.
 * @param {HTMLFormElement} form
 */
async function save(form) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name]"));
  const settings = Object.fromEntries(Array.from(fields, ({ name, value }) => [name, value]));
  const path = `/api/v1/screens/${encodeURIComponent(form.dataset.screenName ?? "")}`;
  const answer = await wish(path, { settings }, { method: "PUT" });
  if (!answer.ok) return answer.problem.detail;
  form.removeAttribute("data-changed");
  return say(currentLanguage(), "desk.screen_saved");
}
