/**
 * Which services a few words mean: pure, so that `node --test` can try it. Forgiving, for whoever types on a kiosk: capitals,
 * Thai tone marks, spaces and Thai digits make no difference, every language of the centre is searched at once, and
 * what is found by a service's name comes before what is found by its papers.
 */

/** @typedef {Record<string, string>} Name */
/** @typedef {Record<string, string[]>} Lists */

/**
 * @typedef {object} Sought
 * @property {string} id
 * @property {Name} name
 * @property {string} agency
 * @property {Lists} [words]      what people call it besides
 * @property {Lists} [documents]
 * @property {Lists} [forms]
 */

/** @typedef {{id: string, name: Name, short: Name}} Agency */

/** Marks over and under Thai letters that many leave out: tone marks, the silencing mark, the short-vowel mark. */
const TONE_MARKS = /[\u0e47-\u0e4c\u0e4e]/g;
const LATIN_MARKS = /[\u0300-\u036f]/g;
const THAI_ZERO = 0x0e50;
/** So short a word stands in every paper's name somewhere: it is looked for in names alone. */
const SHORT = 2;

/**
 * A text as it is compared: without what people leave out or mistype.
 * @param {string} text
 */
export function plain(text) {
  return text
    .normalize("NFD")
    .replace(LATIN_MARKS, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\u0e50-\u0e59]/g, (digit) => String(digit.charCodeAt(0) - THAI_ZERO))
    .replace(/\u0e4d([\u0e48-\u0e4b]?)\u0e32/g, "$1\u0e33") // ํ and า, typed one by one, are ำ
    .replace(/\u0e40\u0e40/g, "\u0e41") // and two เ are แ
    .replace(TONE_MARKS, "")
    .replace(/[^\p{L}\p{N}\p{M}]/gu, "");
}

/**
 * The services that all the words of `query` are said of, the nearest first; all of them where nothing is asked.
 * @template {Sought} S
 * @param {S[]} services
 * @param {Agency[]} agencies
 * @param {string} query
 * @returns {S[]}
 */
export function findServices(services, agencies, query) {
  const parts = query
    .split(/[\s,]+/)
    .map(plain)
    .filter((part) => part !== "");
  const found = services.map((service, place) => {
    const said = fields(service, agencies);
    return { service, place, far: Math.max(0, ...parts.map((part) => distance(said, part))) };
  });
  return found
    .filter(({ far }) => far < Number.POSITIVE_INFINITY)
    .sort((one, other) => one.far - other.far || one.place - other.place)
    .map(({ service }) => service);
}

/**
 * What is said of a service, the nearest first: its names, what else it is called, its agency, its papers.
 * @param {Sought} service
 * @param {Agency[]} agencies
 * @returns {string[][]}
 */
function fields(service, agencies) {
  const agency = agencies.find((one) => one.id === service.agency);
  const lists = (/** @type {Lists | undefined} */ all) => Object.values(all ?? {}).flat();
  const names = (/** @type {Name | undefined} */ name) => Object.values(name ?? {});
  return [
    names(service.name),
    lists(service.words),
    [...names(agency?.short), ...names(agency?.name)],
    [...lists(service.documents), ...lists(service.forms)],
  ].map((texts) => texts.map(plain));
}

/**
 * How far a word is from a service: 0 where a name begins with it, more where it is said less plainly, infinitely far
 * where nothing says it.
 * @param {string[][]} said
 * @param {string} part
 */
function distance(said, part) {
  if (said[0].some((text) => text.startsWith(part))) return 0;
  const within = part.length < SHORT ? said.slice(0, 1) : said;
  const field = within.findIndex((texts) => texts.some((text) => text.includes(part)));
  return field < 0 ? Number.POSITIVE_INFINITY : field + 1;
}
