/** A new screen asks for a code, shows it, and opens once a manager has accepted it. */
import { find, write } from "sala/dom";
import { wish } from "sala/post";

const ASK_MS = 2000;

/** @returns {Promise<void>} */
async function pair() {
  const asked = await wish("/api/v1/pairing", { role: find("#pairing").dataset.role });
  if (!asked.ok) return complain(asked.problem.detail);
  find("#problem").hidden = true;
  const { code, word } = asked.data;
  write(find("#code"), `${code.slice(0, 3)} ${code.slice(3)}`);
  await accepted(word);
}

/**
 * Wait to be accepted. A word that the hall no longer knows (it waited too long, or the server started anew) is another's.
 * @param {string} word
 */
async function accepted(word) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    const answer = await wish(`/api/v1/pairing/${word}`);
    if (answer.ok && answer.data.accepted) return location.reload();
    if (!answer.ok && answer.status === 404) return pair();
  }
}

/** @param {string} detail */
async function complain(detail) {
  const problem = find("#problem");
  problem.hidden = false;
  write(problem, detail);
  await new Promise((resolve) => setTimeout(resolve, 5 * ASK_MS));
  return pair();
}

void pair();
