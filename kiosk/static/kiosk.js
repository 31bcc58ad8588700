/**
 * The kiosk's page: what follows from one step to the next, and the news that all of them show. The rules of who may have
 * a ticket are the hall's: this page only asks, and shows the answer or the refusal.
 *
 *     steps.js     which step is shown        choose.js  search.js  prepare.js  check_in.js  number.js   the steps
 *     state.js     what is known and chosen   taking.js  the wish for a ticket
 *     modes.js     easier to use              idle.js    nobody is here any more      arrows.js  by keys alone
 *     scanner.js   a scan, wherever           place.js   the place of a scanned ticket
 */
import { find } from "sala/dom";
import { follow } from "sala/live";
import { languageButtons, onLanguage } from "sala/texts";
import "./arrows.js";
import "./check_in.js";
import { backToChoose, drawChoose, leaveGroup } from "./choose.js";
import { close } from "./drawing.js";
import "./idle.js";
import "./scanner.js";
import { onMode } from "./modes.js";
import { drawNumber } from "./number.js";
import { drawPrepare, drawTake } from "./prepare.js";
import { drawSearch } from "./search.js";
import { state } from "./state.js";
import { busy, currentStep, go, onStep, startOver } from "./steps.js";
import { onTaking } from "./taking.js";
import { tellNews } from "./told.js";

/** @typedef {import("./steps.js").Step} Step */

/** @type {Record<Step, () => void>} */
const DRAW = {
  choose: drawChoose,
  search: drawSearch,
  prepare: drawPrepare,
  "check-in": drawTake,
  ticket: drawNumber,
};

/** Where Escape leads, and the button that says back. @type {Record<Step, () => void>} */
const BACK = {
  choose: leaveGroup,
  search: () => go("choose"),
  prepare: backToChoose,
  "check-in": () => go("choose"),
  ticket: () => {},
};

/** Only what is in sight is drawn: a step is drawn anew when it is gone to. */
function draw() {
  drawEvacuation();
  DRAW[currentStep()]();
}

/** While all are to leave the building, nothing else is on the screen; afterwards it begins anew. */
function drawEvacuation() {
  const sign = find("#evacuation");
  const leave = state.news.evacuation !== null;
  if (sign.hidden === !leave) return;
  sign.hidden = !leave;
  for (const part of document.querySelectorAll(".step, header, .bar")) part.toggleAttribute("inert", leave);
  startOver();
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) BACK[currentStep()]();
});
for (const id of ["back", "check-in-back"]) find(`#${id}`).addEventListener("click", () => BACK[currentStep()]());
find("#understood").addEventListener("click", () => close("#problem"));
addEventListener("resize", draw);
document.fonts.ready.then(draw);
languageButtons();
onLanguage(draw);
onStep((step) => DRAW[step]());
onMode(draw);
onTaking(() => (state.taking ? drawTake() : draw()));
draw();
follow("/kiosk", {
  draw: (/** @type {import("./state.js").KioskNews} */ news) => {
    state.news = news;
    // Whoever takes a ticket waits for the number, and not for this.
    if (state.taking) drawEvacuation();
    else draw();
    tellNews(news);
  },
  // The staff's menu, and the minute for cleaning, are not to end by themselves.
  mayReload: () => !busy() && !("staff" in document.documentElement.dataset),
});
