// The second part of the program (web/split): all that the first picture does not need. It is fetched at the first sign
// of a reader, so that it is there when a key or a click needs it, and at once where the page starts with more than the
// built-in start. Where a key or a click comes first, that waits; where the part cannot be had, the program has not yet
// seen the event, keeps its state, and the page says so.

const meta = document.querySelector('meta[name="kubehop-later"]');
const url = meta && new URL(meta.content, document.baseURI).href;
const WORDS = {
  en: "A part of the program could not be loaded. Check the connection and try again.",
  ja: "プログラムの一部を読み込めませんでした。接続を確認して、もう一度操作してください。",
};
// What the program may act on, and what only tells that somebody is there.
const ACTS = ["pointerdown", "click", "keydown", "input", "change", "paste", "drop", "submit", "wheel", "popstate", "hashchange"];
const SIGNS = ["pointermove", "touchstart", "focusin", "dragenter"];

let first; // what the first part exports
let whole = url === null; // whether there is no second part, or it is in place
let fetching;
let dressed;
let ready; // the part as it came, before the first one is there

/** The styles of what the first picture does not show. */
function dress() {
  if (dressed) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.integrity = meta.dataset.styleHash;
  link.href = new URL(meta.dataset.style, document.baseURI).href;
  dressed = link;
  link.onerror = () => {
    dressed = undefined;
    link.remove();
  };
  document.head.append(link);
}

function put(module) {
  if (whole) return;
  new WebAssembly.Instance(module, { first });
  whole = true;
  for (const type of ACTS) window.removeEventListener(type, guard, true);
  for (const type of SIGNS) window.removeEventListener(type, fetchLater, true);
  document.querySelector(".later-note")?.remove();
}

/** Fetches the part without keeping anybody waiting. A download that failed is tried again at the next sign. */
export function fetchLater() {
  if (whole) return undefined;
  dress();
  fetching ??= fetch(url, { integrity: meta.dataset.hash })
    .then((response) => WebAssembly.compileStreaming(response))
    .then((module) => {
      ready = module;
      if (first) put(module);
    })
    .catch((error) => {
      fetching = undefined;
      console.error(error);
    });
  return fetching;
}

/** Puts the part in place before it returns, or throws. */
function load() {
  if (whole) return;
  dress();
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  // The only way to get bytes out of a request that is waited for.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`${url}: ${request.status}`);
  put(new WebAssembly.Module(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0))));
}

/** Stands before all of the program's own listeners. */
function guard(event) {
  try {
    load();
  } catch (error) {
    console.error(error);
    event.stopImmediatePropagation();
    event.preventDefault();
    if (document.querySelector(".later-note")) return;
    const note = document.createElement("p");
    note.className = "chip later-note";
    note.setAttribute("role", "alert");
    note.textContent = WORDS[document.documentElement.lang] ?? WORDS.en;
    document.body.append(note);
  }
}

/** Begins before the program does. With `now`, the program starts whole. */
export async function prepare(now) {
  if (whole) return;
  for (const type of ACTS) window.addEventListener(type, guard, { capture: true, passive: false });
  for (const type of SIGNS) window.addEventListener(type, fetchLater, { capture: true, passive: true });
  if (now) await fetchLater();
}

/** What the first part imports, and its exports before it runs; `web/build.mjs` writes the calls into the glue. */
export const later = Object.freeze({
  imports: Object.freeze({ load }),
  attach(exports) {
    first = exports;
    if (ready) put(ready);
  },
});
