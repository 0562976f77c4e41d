// What the first picture needs: opens the whole program in Chromium with a probe in every function (web/split), in
// each way in which it starts without a reader's own work, and writes the keys of those that never ran to web/later.txt.
// `cargo xtask profile` builds the page before. A list that is older than the program costs size, never an answer.

import { readFile, writeFile } from "node:fs/promises";
import { NESTED, launch, serve } from "../tests/e2e/helpers.mjs";
import { MEMORY, OUT, WHOLE, replaceAll, split } from "./build.mjs";

const [probed, keyFile] = [`${OUT}/probed.wasm`, `${OUT}/keys.txt`];
split("probe", WHOLE, MEMORY, probed, keyFile);
const [program, keys] = [await readFile(probed), (await readFile(keyFile, "utf8")).split("\n")];

// The finished page, but with the probed program and without its hashes and its second part.
const server = await serve(undefined, (path, body) => {
  if (/kubehop-[^/]*\.wasm$/.test(path)) return program;
  if (/kubehop-[^/]*\.js$/.test(path)) {
    return replaceAll(path, body.toString(), [["kubehop.later.imports", "{ probe: (number) => void (globalThis.ran[number] = 1) }"], ["kubehop.later.attach", "void"]]);
  }
  if (path !== NESTED) return body;
  return replaceAll(path, body.toString(), [[/ (data-)?integrity="[^"]*"/g, ""], [/<meta name="kubehop-later"[^>]*>/, ""]]);
});
const browser = await launch();
const ran = new Set();
const screens = [[1440, 900], [1100, 800], [390, 844]];
const starts = ["en-US", "ja-JP"].flatMap((locale) => [
  ...screens.map((screen) => ({ locale, screen, path: "" })),
  ...[...screens, [720, 420]].map((screen) => ({ locale, screen, path: "?embed=view" })),
]);
for (const { locale, screen: [width, height], path } of starts) {
  const context = await browser.newContext({ locale, viewport: { width, height } });
  await context.addInitScript(() => void (globalThis.ran = new Uint8Array(1e5)));
  const page = await context.newPage();
  page.on("pageerror", (error) => { throw error; });
  await page.goto(server.url + path);
  await page.waitForSelector("#app > :not(.boot)", { state: "attached", timeout: 120_000 });
  // Long enough for whatever the program does by itself.
  await page.waitForTimeout(1500);
  // What can happen without a reader's act: another theme or size of the window, and the end of the page.
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: height, height: width });
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    document.dispatchEvent(new Event("visibilitychange"));
    for (const type of ["blur", "focus", "beforeunload", "pagehide"]) window.dispatchEvent(new Event(type));
  });
  const numbers = await page.evaluate(() => [...globalThis.ran.keys()].filter((number) => globalThis.ran[number] === 1));
  for (const number of numbers) ran.add(number);
  await context.close();
}
await browser.close();
await server.close();
const later = keys.filter((_key, number) => !ran.has(number)).sort();
const note = "# Functions that the first picture does not need, by key (web/split). Written by `cargo xtask profile`.";
await writeFile("web/later.txt", `${[note, ...later].join("\n")}\n`);
console.log(`${ran.size} of ${keys.length} functions ran in ${starts.length} starts`);
