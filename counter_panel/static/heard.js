/** What of the news is worth a sound. Pure; the sound is sounds.js's. */

/** @typedef {"assigned" | "first" | "help"} Sound */
/**
 * @typedef {{ticket: {number: string} | null, waiting_count: number, help: {id: string, at: string}[]}} Heard
 */

/**
 * What is to be heard of the latest news; null: nothing. The most urgent one alone.
 * @param {Heard} before
 * @param {Heard} latest
 * @returns {Sound | null}
 */
export function soundOf(before, latest) {
  const known = new Set(before.help.map(({ id, at }) => `${id} ${at}`));
  if (latest.help.some(({ id, at }) => !known.has(`${id} ${at}`))) return "help";
  if (latest.ticket && latest.ticket.number !== before.ticket?.number) return "assigned";
  if (before.waiting_count === 0 && latest.waiting_count > 0 && !latest.ticket) return "first";
  return null;
}
