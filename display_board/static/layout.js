/**
 * How large a board's figures and letters must be to be read from the back of the hall, and what there is room for at
 * that size: pure, so that every panel can be tried by `node --test`. All lengths are CSS pixels. What is drawn, and
 * from which news, is board.js's; how large a millimetre is, measure.js's.
 *
 * FACTS, "Sizes people need": called number and counter at least max(distance / 80, 76 mm) high, all other text
 * distance / 156 (ISO 9241-3, 22 minutes of arc). Thai is measured on the body of ก, Latin letters and figures on the
 * capital.
 */

/**
 * @typedef {object} Panel
 * @property {number} width
 * @property {number} height
 * @property {number} mm        CSS px a millimetre
 * @property {number} distance  m, to whoever sits furthest away
 * @property {number} overscan  percent of each side that the panel's frame may hide
 * @property {number} [taken]   px of the height that banners have
 * @property {boolean} [pictures]  whether there are pictures to show
 * @property {number} number    the widest number that may be called, in em of Sarabun's bold
 * @property {number} counter   likewise the widest counter
 * @property {number} label     the wider of the words for a counter, in em of the Thai text
 * @property {number} [head]    the least that a header says: the clock, and the centre's name or the date; likewise
 */
/** @typedef {"wide" | "tall" | "short" | "strip"} Form how what waits is told: see FORMS */
/**
 * One way to divide a panel.
 * @typedef {object} Way
 * @property {boolean} beside    the calls before stand beside the newest one, else below it
 * @property {boolean} stacked   the newest call's counter stands under its number, else beside it
 * @property {"line" | "pair"} row  a call before on one line, or on two
 * @property {number} recent     so many calls before
 * @property {Form} form
 * @property {number} rows       so many services at once
 * @property {boolean} header
 * @property {boolean} labels    the word "counter" stands beside the newest call's counter
 * @property {boolean} leads     the newest call is well larger than it must be
 * @property {boolean} pictures  there is a place for them under the calls before
 */
/** @typedef {{figure: number, thai: number, latin: number}} Fonts px; the least that can be read */
/** @typedef {{width: number, height: number}} Box */
/**
 * @typedef {object} Layout
 * @property {boolean} fits       false: not even one call and one line of text can be read from there
 * @property {number} readable    m, from where it can be read
 * @property {number} margin      between what is shown and the panel's edge, on each side, beyond the overscan
 * @property {{x: number, y: number}} overscan
 * @property {number} gap
 * @property {number} pad
 * @property {Fonts} fonts
 * @property {Way} way
 * @property {number} header      the heights of the header and of the band, without the gap
 * @property {number} band
 * @property {number} bandWidth   of the text in it
 * @property {number} bandText    the height of the text in it
 * @property {number} card        the width of the newest call's card
 * @property {number} cardHeight
 * @property {{number: number, counter: number}} large  font sizes of the newest call
 * @property {number} row         font size of the calls before
 * @property {Box | null} media   the place for pictures beside the calls, if there is one
 */

/** Sarabun: what stands above the line, in em. */
export const CAPITAL = 0.703;
export const BODY = 0.594;
/** From line to line, in em: Thai has marks above (1.28 em, two of them) and below (0.36 em) its body. */
export const LEADING = { thai: 1.4, latin: 1.18 };
/** Around what stands in a box, in em of the Thai text: the marks of a first and a last line reach into it. */
const PAD = 0.26;
/** A line of figures, in the figures' height. */
const FIGURE_LINE = 1.18;
/** Between number and counter on one line, in em: the arrow and what it needs around it. */
export const ARROW = 0.5;

const SMALLEST_FIGURE_MM = 76;
const FIGURE_ANGLE = 80;
const TEXT_ANGLE = 156;
/** Text is not smaller than this share of the panel's shorter side: from nearby a full panel is an empty one. */
const LEAST_TEXT = 0.0165;
const GAP = 0.013;
const MOST_RECENT = 6;
/** Never less than this share of the panel's height is the calls'. */
const CALLS_AT_LEAST = 0.46;
/** A picture is 16 to 9, and worth showing beside calls from this share of the panel's shorter side on. */
const PICTURE = 16 / 9;
const PICTURE_AT_LEAST = 0.3;
/** So many calls before are left beside pictures, at least. */
const BESIDE_PICTURES = 2;

/**
 * How what waits is told, and what one service of it needs: `thai` and `latin` lines, and the least width in em of the
 * Thai text. `wide` and `tall` say it in both languages at once; `short` and `strip` in one after the other.
 */
export const FORMS = /** @type {Record<Form, {thai: number, latin: number, width: number, both: boolean}>} */ ({
  wide: { thai: 1, latin: 1, width: 19, both: true },
  tall: { thai: 3, latin: 3, width: 9, both: true },
  short: { thai: 2, latin: 0, width: 7, both: false },
  strip: { thai: 1, latin: 0, width: 5, both: false },
});

/** What is worth how much to those who wait; of all ways that fit, the one worth most is taken. */
const WORTH = {
  recent: [0, 4, 6, 7.4, 8.2, 8.6, 8.9],
  form: { wide: 6.5, tall: 6.5, short: 5, strip: 2.6 },
  more: 0.9, // each service more at once
  header: 1.2,
  labels: 1,
  line: 1.5,
  beside: 0.6,
  stacked: 0.5,
  leads: 0.9,
  pictures: 4,
};
/** A newest call that leads is by so much larger than those before it must be. */
const LEADS = 1.4;

const ROWS = { wide: [1, 2, 3], tall: [1, 2], short: [1], strip: [1] };
const BOTH = [true, false];

/** @type {Way[]} */
const WAYS = BOTH.flatMap((beside) =>
  BOTH.flatMap((stacked) =>
    /** @type {("line" | "pair")[]} */ (["line", "pair"]).flatMap((row) =>
      WORTH.recent.flatMap((_, recent) =>
        /** @type {Form[]} */ (Object.keys(ROWS)).flatMap((form) =>
          ROWS[form].flatMap((rows) =>
            BOTH.flatMap((header) =>
              BOTH.flatMap((labels) =>
                BOTH.flatMap((leads) =>
                  BOTH.map((pictures) => ({
                    ...{ beside, stacked, row, recent, form, rows, header, labels, leads, pictures },
                  })),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
)
  .filter(({ beside, recent, row }) => recent > 0 || (!beside && row === "line"))
  .filter(({ recent, pictures }) => !pictures || recent === BESIDE_PICTURES)
  .sort((one, other) => worth(other) - worth(one));

/** @param {Way} way */
function worth({ beside, stacked, row, recent, form, rows, header, labels, leads, pictures }) {
  return (
    WORTH.recent[recent] +
    WORTH.form[form] +
    (rows - 1) * WORTH.more +
    (header ? WORTH.header : 0) +
    (labels ? WORTH.labels : 0) +
    (row === "line" ? WORTH.line : 0) +
    (beside ? WORTH.beside : 0) +
    (stacked ? WORTH.stacked : 0) +
    (leads ? WORTH.leads : 0) +
    (pictures ? WORTH.pictures : 0)
  );
}

/**
 * The least heights, on the panel, of a called figure and of all other letters.
 * @param {{mm: number, distance: number}} panel
 */
export function heights({ mm, distance }) {
  return {
    figure: Math.max((distance * 1000) / FIGURE_ANGLE, SMALLEST_FIGURE_MM) * mm,
    text: ((distance * 1000) / TEXT_ANGLE) * mm,
  };
}

/**
 * The layout of a panel. One that is too small for its distance is laid out for the distance from which it can be read.
 * @param {Panel} panel
 * @returns {Layout}
 */
export function layout(panel) {
  const far = fonts(panel, heights(panel));
  const way = bestWay(panel, far);
  if (way) return divided(panel, way, far, panel.distance, true);
  const { distance, fonts: near, way: poor } = furthest(panel);
  return divided(panel, poor, near, distance, false);
}

/**
 * The greatest distance at which something fits; a figure may then be smaller than any hall should have it.
 * @param {Panel} panel
 */
function furthest(panel) {
  const tried = (/** @type {number} */ distance) => {
    const figure = ((distance * 1000) / FIGURE_ANGLE) * panel.mm;
    const near = fonts(panel, { figure, text: heights({ ...panel, distance }).text });
    return { distance, fonts: near, way: bestWay(panel, near) };
  };
  let [low, high] = [0, Math.max(panel.distance, (SMALLEST_FIGURE_MM * FIGURE_ANGLE) / 1000)];
  for (let step = 0; step < 12; step += 1) {
    const middle = (low + high) / 2;
    if (tried(middle).way) low = middle;
    else high = middle;
  }
  const found = tried(low);
  return { ...found, way: found.way ?? WAYS[WAYS.length - 1] };
}

/**
 * @param {Panel} panel
 * @param {{figure: number, text: number}} least
 * @returns {Fonts}
 */
function fonts(panel, { figure, text }) {
  const body = Math.max(text, LEAST_TEXT * Math.min(panel.width, panel.height));
  return { figure: figure / CAPITAL, thai: body / BODY, latin: body / CAPITAL };
}

/**
 * @param {Panel} panel
 * @param {Fonts} sizes
 */
function bestWay(panel, sizes) {
  const room = inside(panel);
  return WAYS.find((way) => (panel.pictures || !way.pictures) && fits(needs(panel, way, sizes), room));
}

/**
 * @param {Box} needed
 * @param {Box} room
 */
function fits(needed, room) {
  return needed.width <= room.width && needed.height <= room.height;
}

/** @param {Panel} panel */
function spaces({ width, height, overscan }) {
  const gap = Math.round(GAP * Math.min(width, height));
  return { gap, margin: gap, x: (width * overscan) / 100, y: (height * overscan) / 100 };
}

/**
 * What is left within overscan and margin.
 * @param {Panel} panel
 * @returns {Box}
 */
function inside(panel) {
  const { margin, x, y } = spaces(panel);
  return { width: panel.width - 2 * (x + margin), height: panel.height - 2 * (y + margin) - (panel.taken ?? 0) };
}

/**
 * @param {Fonts} sizes
 * @param {Form} form
 * @param {number} [rows]
 */
function formHeight(sizes, form, rows = 1) {
  const { thai, latin } = FORMS[form];
  const row = thai * LEADING.thai * sizes.thai + latin * LEADING.latin * sizes.latin;
  // A name too long to stand beside its facts is said in one language on two lines.
  return Math.max(rows * row, form === "strip" ? 0 : 2 * LEADING.thai * sizes.thai);
}

/** @param {Fonts} sizes */
function pair({ thai, latin }) {
  return LEADING.thai * thai + LEADING.latin * latin;
}

/**
 * What a way needs at the least sizes.
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @returns {Box}
 */
function needs(panel, way, sizes) {
  const { gap } = spaces(panel);
  const [card, list] = [cardBox(panel, way, sizes), listBox(panel, way, sizes)];
  const calls = way.beside
    ? { width: card.width + gap + list.width, height: Math.max(card.height, list.height) }
    : { width: Math.max(card.width, list.width), height: card.height + (list.height && gap + list.height) };
  const header = way.header ? pair(sizes) + gap : 0;
  const band = formHeight(sizes, way.form, way.rows) + padOf(sizes) + gap;
  return {
    width: Math.max(
      calls.width,
      FORMS[way.form].width * sizes.thai + 2 * padOf(sizes),
      way.header ? (panel.head ?? 0) * sizes.thai + 2 * padOf(sizes) : 0,
    ),
    height: header + Math.max(calls.height, CALLS_AT_LEAST * inside(panel).height) + band,
  };
}

/**
 * Around what stands in a box.
 * @param {Fonts} sizes
 */
function padOf({ thai }) {
  return PAD * thai;
}

/**
 * The height of a line of figures of this font size.
 * @param {number} font
 */
export function figureLine(font) {
  return font * CAPITAL * FIGURE_LINE;
}

/**
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @returns {Box}
 */
function cardBox(panel, { stacked, labels, leads }, sizes) {
  const figure = sizes.figure * (leads ? LEADS : 1);
  const line = figureLine(figure);
  const pad = padOf(sizes);
  const label = labels ? panel.label * sizes.thai + 0.3 * figure : 0;
  const lower = labels ? Math.max(line, pair(sizes)) : line;
  if (!stacked) {
    const width = (panel.number + panel.counter + (labels ? 0.25 : ARROW)) * figure + label;
    return { width: width + 2 * pad, height: lower + pad };
  }
  const under = panel.counter * figure + (labels ? label : ARROW * figure);
  return { width: Math.max(panel.number * figure, under) + 2 * pad, height: line + lower + pad };
}

/**
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @returns {Box}
 */
function listBox(panel, { row, recent, pictures }, sizes) {
  if (recent === 0) return { width: 0, height: 0 };
  const least = pictures ? PICTURE_AT_LEAST * Math.min(panel.width, panel.height) : 0;
  const height = recent * (row === "line" ? 1 : 2) * figureLine(sizes.figure) + padOf(sizes);
  return {
    width: Math.max(rowWidth(panel, row) * sizes.figure + 2 * padOf(sizes), least * PICTURE),
    height: height + (pictures ? least + spaces(panel).gap : 0),
  };
}

/**
 * In em of the figures.
 * @param {Panel} panel
 * @param {"line" | "pair"} row
 */
function rowWidth({ number, counter }, row) {
  return row === "line" ? number + counter + ARROW : Math.max(number, counter + ARROW);
}

/**
 * The way's boxes, with what is left over given to the calls: more of them, and larger.
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @param {number} readable
 * @param {boolean} enough
 * @returns {Layout}
 */
function divided(panel, way, sizes, readable, enough) {
  const { gap, margin, x, y } = spaces(panel);
  const [room, pad] = [inside(panel), padOf(sizes)];
  const header = way.header ? pair(sizes) : 0;
  const bandText = formHeight(sizes, way.form, way.rows);
  const band = bandText + pad;
  const callsHeight = room.height - band - gap - (header && header + gap);
  const calls = { width: room.width, height: callsHeight };
  const least = { card: cardBox(panel, way, sizes), list: listBox(panel, way, sizes) };
  const shape = way.beside
    ? besideShape(panel, way, sizes, calls, least, gap)
    : belowShape(panel, way, sizes, calls, least, gap);
  return {
    fits: enough,
    readable,
    margin,
    overscan: { x, y },
    gap,
    pad,
    fonts: sizes,
    header,
    band,
    bandText,
    bandWidth: room.width - 2 * pad,
    ...shape,
  };
}

/** @typedef {{card: Box, list: Box}} Least */

/**
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @param {Box} calls
 * @param {Least} least
 * @param {number} gap
 */
function besideShape(panel, way, sizes, calls, least, gap) {
  // The card takes what its height can use; the list has the rest, and never less than it needs.
  const pad = padOf(sizes);
  const tall = (panel.number * (calls.height - 2 * pad)) / 2 / (CAPITAL * FIGURE_LINE) + 2 * pad;
  const widest = Math.min(calls.width - gap - least.list.width, calls.width * 0.62);
  const card = Math.max(least.card.width, Math.min(tall, widest));
  const { media, rows } = listed(panel, way, sizes, { width: calls.width - gap - card, height: calls.height }, gap);
  return {
    way: { ...way, recent: rows.recent },
    card,
    cardHeight: calls.height,
    large: largeOf(panel, way, sizes, { width: card, height: calls.height }),
    row: rows.font,
    media,
  };
}

/**
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @param {Box} calls
 * @param {Least} least
 * @param {number} gap
 */
function belowShape(panel, way, sizes, calls, least, gap) {
  const listLeast = least.list.height && least.list.height + gap;
  const spare = Math.max(0, calls.height - least.card.height - listLeast);
  const cardHeight = least.list.height ? least.card.height + spare * 0.6 : calls.height;
  const list = { width: calls.width, height: calls.height - cardHeight - gap };
  const { media, rows } = listed(panel, way, sizes, list, gap);
  return {
    way: { ...way, recent: rows.recent },
    card: calls.width,
    cardHeight,
    large: largeOf(panel, way, sizes, { width: calls.width, height: cardHeight }),
    row: rows.font,
    media,
  };
}

/**
 * The calls before, and below them the largest picture that leaves room for them.
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @param {Box} list
 * @param {number} gap
 */
function listed(panel, way, sizes, list, gap) {
  if (way.recent === 0) return { media: null, rows: { recent: 0, font: sizes.figure } };
  if (!way.pictures) return { media: null, rows: rowsOf(panel, way, sizes, list) };
  const calls = listBox(panel, { ...way, pictures: false }, sizes).height;
  const height = Math.min(list.height - calls - gap, list.width / PICTURE);
  const media = { width: height * PICTURE, height };
  return { media, rows: rowsOf(panel, way, sizes, { width: list.width, height: list.height - height - gap }) };
}

/**
 * So many calls before as there is height for, and their font: as large as the width allows, once each has its line.
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @param {Box} list
 */
function rowsOf(panel, way, sizes, list) {
  const pad = padOf(sizes);
  const lines = way.row === "line" ? 1 : 2;
  const room = { width: list.width - 2 * pad, height: list.height - pad };
  const recent = Math.max(
    way.recent,
    Math.min(MOST_RECENT, Math.floor(room.height / (lines * figureLine(sizes.figure) * 1.06))),
  );
  const byHeight = room.height / recent / lines / (CAPITAL * FIGURE_LINE);
  const byWidth = room.width / rowWidth(panel, way.row);
  return { recent, font: Math.max(sizes.figure, Math.min(byHeight * 0.94, byWidth, 1.6 * sizes.figure)) };
}

/**
 * @param {Panel} panel
 * @param {Way} way
 * @param {Fonts} sizes
 * @param {Box} box
 */
function largeOf(panel, way, sizes, box) {
  const pad = padOf(sizes);
  const room = { width: box.width - 2 * pad, height: box.height - pad };
  const label = way.labels ? panel.label * sizes.thai + 0.3 * sizes.figure : 0;
  const line = CAPITAL * FIGURE_LINE;
  if (!way.stacked) {
    const em = panel.number + panel.counter + (way.labels ? 0.25 : ARROW);
    const font = Math.max(sizes.figure, Math.min((room.width - label) / em, room.height / line));
    return { number: font, counter: font };
  }
  const lower = Math.max(figureLine(sizes.figure), way.labels ? pair(sizes) : 0);
  const half = Math.min(room.height * 0.52, room.height - lower);
  const number = Math.max(sizes.figure, Math.min(room.width / panel.number, half / line));
  const left = room.height - number * line;
  const aside = way.labels ? label : ARROW * sizes.figure;
  const counter = Math.max(sizes.figure, Math.min((room.width - aside) / panel.counter, left / line, number * 1.25));
  return { number, counter };
}
