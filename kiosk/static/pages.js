/**
 * Where what is too long for a panel is cut into pages: pure. Nothing is cut in two, and a heading goes on with what
 * follows it. Showing the pages is paged.js's.
 */

/** @typedef {{top: number, bottom: number, leads?: boolean}} Piece  px from the top of all; `leads`: a heading */

/**
 * The pages of these pieces, each as the pieces it shows and where its top is. A piece higher than a page has one for
 * itself, and what of it does not fit is scrolled by whoever shows it.
 * @param {Piece[]} pieces
 * @param {number} height  px of one page
 * @returns {{top: number, shown: number[]}[]}
 */
export function pagesOf(pieces, height) {
  const pages = [];
  let left = pieces.map((_, i) => i);
  while (left.length > 0) {
    const top = Math.min(...left.map((i) => pieces[i].top));
    const fits = left.filter((i) => pieces[i].bottom <= top + height + 1);
    const shown = fits.length > 0 ? withoutLastHeadings(pieces, fits, left) : left.filter((i) => pieces[i].top === top);
    pages.push({ top, shown });
    left = left.filter((i) => !shown.includes(i));
  }
  return pages.length > 0 ? pages : [{ top: 0, shown: [] }];
}

/**
 * The pieces that fit, but no heading that would stand last with what it leads on the next page.
 * @param {Piece[]} pieces
 * @param {number[]} fits
 * @param {number[]} left
 */
function withoutLastHeadings(pieces, fits, left) {
  const kept = fits.filter((i) => !pieces[i].leads || !left.includes(i + 1) || fits.includes(i + 1));
  return kept.length > 0 ? kept : fits;
}
