/** The colleagues' calls for help, as every officer's page shows them: the first one, and how many more there are. */
import { find, write } from "sala/dom";
import { currentLanguage, nameIn, say } from "sala/texts";

/** @typedef {{id: string, name: Record<string, string>, at: string, answered: boolean, answered_by_name: string | null}} Call */

/** @param {Call[]} calls  in the order in which they are to be answered */
export function drawHelp(calls) {
  const [first] = calls;
  find("#help-call").hidden = !first;
  if (!first) return;
  const more = calls.filter(({ answered }) => answered === first.answered).length - 1;
  write(find("#help-words"), [from(first), going(first), more > 0 && `+${more}`].filter(Boolean).join(" · "));
}

/** @param {Call} call */
function from({ id, name }) {
  return text("help.from", { counter: id, name: nameIn(name) });
}

/** @param {Call} call */
function going({ answered, answered_by_name }) {
  return answered && text("help.answered", { name: answered_by_name ?? text("help.desk") });
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
function text(key, values) {
  return say(currentLanguage(), `counter.${key}`, values);
}
