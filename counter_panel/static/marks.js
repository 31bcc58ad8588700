/**
 * What an officer should know of a visitor at a glance, as short marks: each a kind and the text that says it. Pure;
 * how they look is the stylesheets'.
 */

const FIRST = "th";

/** @typedef {Record<string, string>} Name */
/**
 * @typedef {object} Marked
 * @property {Name | null} priority_name
 * @property {string[]} needs
 * @property {string} language
 * @property {number} people
 * @property {boolean} [front]
 * @property {boolean} [meant]
 * @property {boolean} [stand_in]
 * @property {{state: string, at: string} | null} [booking]
 * @property {{n: number, of: number}} [step]
 * @property {string | null} [uncertain]
 */
/**
 * `key` is the text's, `name` one that the centre gave; `need` says which picture goes with it.
 * @typedef {{kind: string, key?: string, values?: Record<string, string | number>, name?: Name, need?: string}} Mark
 */

/**
 * Why somebody stands where they stand, and what they need: all that matters before the call.
 * @param {Marked} visitor
 * @param {(moment: string) => string} clock  hh:mm of a moment
 * @returns {Mark[]}
 */
export function standing(visitor, clock) {
  const { booking, step } = visitor;
  /** @type {(Mark | false | null | undefined)[]} */
  const marks = [
    visitor.front && { kind: "front", key: "mark.front" },
    visitor.meant && { kind: "meant", key: "mark.meant" },
    visitor.priority_name && { kind: "priority", name: visitor.priority_name },
    booking && {
      kind: "booking",
      key: booking.state === "late" ? "mark.late" : "mark.booked",
      values: { time: clock(booking.at) },
    },
    ...visitor.needs.map((need) => ({ kind: "need", key: `need.${need}`, need })),
    visitor.stand_in && { kind: "stand-in", key: "mark.stand_in" },
    step && step.n > 1 && { kind: "step", key: "mark.step", values: { n: step.n, of: step.of } },
  ];
  return marks.filter((mark) => Boolean(mark)).map((mark) => /** @type {Mark} */ (mark));
}

/**
 * The same for the one at the counter: in which language, if it is not the first, with how many, and what is doubtful.
 * The steps of the visit stand there in full.
 * @param {Marked} visitor
 * @param {(moment: string) => string} clock
 * @returns {Mark[]}
 */
export function present(visitor, clock) {
  return [
    ...standing({ ...visitor, step: undefined }, clock),
    ...(visitor.language !== FIRST ? [{ kind: "language", key: `language.${visitor.language}` }] : []),
    ...(visitor.people > 1 ? [{ kind: "people", key: "people", values: { n: visitor.people } }] : []),
    ...(visitor.uncertain ? [{ kind: "uncertain", key: "mark.uncertain" }] : []),
  ];
}
