/** The kiosk read aloud: a clip for each text and service, else a voice of the browser. */

/** @param {boolean} _on */
export function setAloud(_on) {}

/** @param {string} _said  a text's key, or the text itself */
export function speakText(_said) {}
