// Starts the program. The page allows no inline script, so this small module does what a bundler would write inline:
// it finds the two files that the build put beside it (with their hashes) and starts WebAssembly with them.
//
// It also offers `window.kubehop.loadEditor()`: the promise of the module of `web/editor.js`, which is fetched on the
// first call only. From Rust: `#[wasm_bindgen(js_namespace = ["window", "kubehop"], js_name = loadEditor, catch)]`. And `loadLater()`,
// which puts the program's second part in place before it returns (web/later.js).

import { later, prepare } from "./later.js";

const byRel = (rel) => document.querySelector(`head link[rel="${rel}"]`);

/** The language of the words that stand here before the program runs; the program decides for itself later. */
if (navigator.language.toLowerCase().startsWith("ja")) document.documentElement.lang = "ja";

/**
 * Imports a module whose content must have the hash that the page names.
 *
 * `import()` takes no hash, but a module that a `modulepreload` link has fetched and checked is not fetched again, and
 * one that failed the check stays failed.
 */
async function importChecked(url, integrity) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.crossOrigin = "anonymous";
  link.integrity = integrity;
  link.href = url;
  const fetched = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error(`could not load ${url}`));
  });
  document.head.append(link);
  await fetched;
  return import(link.href);
}

let editor;
function loadEditor() {
  const meta = document.querySelector('meta[name="kubehop-editor"]');
  // A failed download may be tried again, so only success is kept.
  editor ??= importChecked(new URL(meta.content, document.baseURI).href, meta.dataset.hash).catch((error) => {
    editor = undefined;
    throw error;
  });
  return editor;
}
window.kubehop = Object.freeze({ loadEditor, loadLater: later.imports.load, later });

function showFailure(error) {
  const failure = document.querySelector(".boot__failure");
  // Once the program has taken over, its own messages are on the page.
  if (!failure) return;
  document.querySelector(".boot__loading").hidden = true;
  failure.querySelector(".boot__reason").textContent = String(error?.message ?? error);
  failure.querySelector(".boot__reload").addEventListener("click", () => location.reload());
  failure.hidden = false;
}

/** Whether the browser keeps something under this name. */
function kept(name) {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return false;
  }
}

async function start() {
  const wasm = document.querySelector('head link[rel="preload"][as="fetch"]');
  const { default: init } = await import(byRel("modulepreload").href);
  // A link, or what was kept, can be anything; the built-in start is known.
  const known = location.hash.length < 2 && !kept("kubehop.work") && !kept("kubehop.preferences");
  const whole = prepare(!known);
  const response = await fetch(wasm.href, { integrity: wasm.dataset.integrity });
  if (!response.ok) throw new Error(`${wasm.href}: ${response.status} ${response.statusText}`);
  await whole;
  await init({ module_or_path: response });
}

start().catch((error) => {
  console.error(error);
  showFailure(error);
});
