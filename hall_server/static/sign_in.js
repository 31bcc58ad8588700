/** Signing in with a name and a PIN. A refusal is told in the hall's own words. */
import { find, write } from "sala/dom";
import { wish } from "sala/post";

const form = /** @type {HTMLFormElement} */ (find("#sign-in"));
const pin = /** @type {HTMLInputElement} */ (find("#pin"));
const button = /** @type {HTMLButtonElement} */ (find("#enter"));
const message = find("#message");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn();
});

async function signIn() {
  const { username, pin: secret } = Object.fromEntries(new FormData(form));
  button.disabled = true;
  write(message, "");
  const answer = await wish("/api/v1/session", { username: String(username).trim(), pin: secret });
  button.disabled = false;
  if (answer.ok) return location.assign(form.dataset.then ?? "/");
  write(message, answer.problem.detail);
  pin.value = "";
  pin.focus();
}
