/**
 * The little of Socket.IO's client that live.js asks for, in a twelfth of its size: for a phone on a poor line, whose import
 * map names this file instead of the client itself. WebSocket only, one namespace, text only, and nothing is sent up
 * but the answer to a ping. Protocol: Engine.IO 4, Socket.IO 5. When to give an attempt up is live.js's to say.
 *
 *     const socket = io("/ticket", { auth: { token } });
 *     socket.on("news", (news) => …);
 */

/** @typedef {(...told: any[]) => void} Listener */

/**
 * @typedef {object} Options
 * @property {Record<string, string>} [auth]
 * @property {number} [timeout]              ms until an attempt that has not opened is given up
 * @property {number} [reconnectionDelay]    ms before the first attempt after a break
 * @property {number} [reconnectionDelayMax]  each further pause is twice as long, up to this
 */

const OPENED = "0";
const PING = "2";
const PONG = "3";
/** A message (4) of Socket.IO: connected, shut out, an event, refused. */
const [CONNECT, SHUT, EVENT, REFUSED] = ["40", "41", "42", "44"];

/**
 * What a frame says: its kind and, where it is for this namespace, its content.
 * @param {string} frame
 * @param {string} namespace
 * @returns {[kind: string, content: any]}
 */
export function read(frame, namespace) {
  if (frame[0] !== "4") return [frame[0], null];
  const kind = frame.slice(0, 2);
  const head = `${kind}${namespace}`;
  if (frame !== head && !frame.startsWith(`${head},`)) return ["", null];
  const content = frame.slice(head.length + 1);
  return [kind, content ? JSON.parse(content) : null];
}

/** Who listens to what. */
function listeners() {
  /** @type {Record<string, Listener[]>} */
  const all = {};
  return {
    /** @param {string} name @param {Listener} listener */
    on: (name, listener) => {
      all[name] = [...(all[name] ?? []), listener];
    },
    /** @param {string} name @param {any[]} told */
    tell: (name, ...told) => {
      for (const listener of all[name] ?? []) listener(...told);
    },
  };
}

/**
 * A line to one namespace, which comes back by itself after a break.
 * @param {string} namespace
 * @param {Options} [options]
 */
export function io(namespace, options = {}) {
  const { auth = {}, reconnectionDelay = 200, reconnectionDelayMax = 700 } = options;
  const socket = listeners();
  const manager = listeners();
  const address = `${location.origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`;
  let patience = options.timeout ?? 20_000;
  let tries = 0;
  let next = 0;
  /** @type {WebSocket | null} */
  let line = null;

  const connect = () => {
    clearTimeout(next);
    const mine = new WebSocket(address);
    const late = setTimeout(() => lost(mine), patience);
    line = mine;
    mine.onmessage = ({ data }) => line === mine && heard(mine, String(data), late);
    mine.onclose = () => lost(mine);
  };

  /** @param {WebSocket} mine @param {string} frame @param {number} late */
  const heard = (mine, frame, late) => {
    const [kind, content] = read(frame, namespace);
    if (kind === OPENED) {
      clearTimeout(late);
      manager.tell("open");
      mine.send(`${CONNECT}${namespace},${JSON.stringify(auth)}`);
    } else if (kind === PING) {
      mine.send(PONG);
      manager.tell("ping");
    } else if (kind === CONNECT) {
      tries = 0;
    } else if (kind === EVENT) {
      socket.tell(content[0], ...content.slice(1));
    } else if (kind === SHUT) {
      drop();
      socket.tell("disconnect", "io server disconnect");
    } else if (kind === REFUSED) {
      drop();
      socket.tell("connect_error"); // A hall that said no is not asked again at once.
    }
  };

  const drop = () => {
    const mine = line;
    line = null;
    clearTimeout(next);
    mine?.close();
  };

  /** @param {WebSocket} mine */
  const lost = (mine) => {
    if (line !== mine) return;
    drop();
    socket.tell("disconnect", "transport close");
    const pause = Math.min(reconnectionDelay * 2 ** tries, reconnectionDelayMax);
    tries += 1;
    next = setTimeout(() => {
      manager.tell("reconnect_attempt");
      connect();
    }, pause);
  };

  connect();
  return {
    on: socket.on,
    connect,
    disconnect: drop,
    io: {
      on: manager.on,
      /** @param {number} ms */
      timeout: (ms) => {
        patience = ms;
      },
    },
  };
}
