/** How answers stand on pages. Pure; what is drawn of it is paged.js's. */

/**
 * How many pages there are for lists of these lengths, each in a place for so many.
 * @param {{length: number, room: number}[]} lists
 */
export function pages(lists) {
  return Math.max(1, ...lists.map(({ length, room }) => Math.ceil(length / room)));
}

/**
 * Whether the nth of a list stands on that page.
 * @param {number} n
 * @param {number} page
 * @param {number} room
 */
export function isOn(n, page, room) {
  return Math.floor(n / room) === page;
}
