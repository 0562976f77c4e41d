// Measures the finished page in headless Chromium: `cargo xtask bench` builds it and runs this.
//
// The page takes part with two marks: `kubehop:first-walk`, when the first walk is in the document, and the measure
// `kubehop:edit-to-draw`, from an edit to the picture of its answer.

import { mkdir, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { NESTED, launch, serve } from "../../tests/e2e/helpers.mjs";
import { GOAL_KB, files, firstLoad } from "../size.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "../../dist");
const OUT = join(HERE, "out");
const RUNS = 15;
const EDITS = 15;

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1];
const ms = (value) => `${value.toFixed(1)} ms`;
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** mermaid as its own documentation has it bundled: split, so that a flow chart loads only what it needs. */
async function buildMermaid() {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await build({
    entryPoints: [join(HERE, "mermaid.js"), join(HERE, "mermaid.html")],
    loader: { ".html": "copy" },
    outdir: OUT,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "chrome111",
    logLevel: "error",
  });
}

/** Milliseconds from navigation to a mark, in a profile that has nothing cached; also what came over the wire. */
async function timeTo(browser, url, mark) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const names = [];
  page.on("response", (response) => names.push(new URL(response.url()).pathname));
  await page.goto(url);
  const found = await page
    .waitForFunction((mark) => performance.getEntriesByName(mark)[0]?.startTime, mark, { timeout: 20_000 })
    .catch(() => null);
  if (!found) throw new Error(`${url} never sets the mark "${mark}"`);
  const time = await found.jsonValue();
  // Objects of the picture are buttons inside the drawing.
  const nodes = await page.locator('svg[role="application"] [role="button"]').count();
  await context.close();
  return { time, nodes, names };
}

async function firstPicture(browser, origin) {
  const ours = [];
  const theirs = [];
  const { nodes } = await timeTo(browser, `${origin}${NESTED}`, "kubehop:first-walk");
  if (nodes < 2) throw new Error("the first picture has no objects to count");
  const mermaid = `${origin}/mermaid/mermaid.html?nodes=${nodes}`;
  const { names } = await timeTo(browser, mermaid, "mermaid:first-diagram");
  // Turn by turn, so that whatever else the machine does meets both alike.
  for (let run = 0; run < RUNS; run++) {
    ours.push((await timeTo(browser, `${origin}${NESTED}`, "kubehop:first-walk")).time);
    theirs.push((await timeTo(browser, mermaid, "mermaid:first-diagram")).time);
  }
  const sizes = new Map((await files(OUT)).map((file) => [file.name, file.brotli]));
  const loaded = names.map((name) => sizes.get(name.replace("/mermaid/", "")) ?? 0).reduce((sum, size) => sum + size, 0);
  const [own, other] = [ours, theirs].map((times) => quantile(times, 0.5));
  console.log(`first walk, from navigation, median of ${RUNS}:      ${ms(own)}`);
  console.log(`mermaid, as many nodes (${nodes}), median of ${RUNS}:     ${ms(other)}`);
  console.log(`first load of mermaid, brotli:                 ${kB(loaded)}`);
  if (own >= other) throw new Error("mermaid was faster");
}

/** Edits a field in the YAML panel key by key, as a person would, and reads the page's own measures. */
async function edits(browser, origin) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`${origin}${NESTED}`);
  await page.getByRole("tab", { name: "YAML" }).click();
  const text = page.locator(".cm-content");
  await text.waitFor();
  await text.click();
  const field = "externalTrafficPolicy: ";
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.type(field);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await page.evaluate(() => performance.clearMeasures());
  for (let round = 0; round < EDITS; round++) {
    await page.keyboard.press("Shift+End");
    await page.keyboard.type(round % 2 ? "Local" : "Cluster", { delay: 40 });
    for (const _ of round % 2 ? "Local" : "Cluster") await page.keyboard.press("ArrowLeft");
  }
  await page.waitForTimeout(200);
  const times = await page.evaluate(() => performance.getEntriesByName("kubehop:edit-to-draw").map((e) => e.duration));
  await context.close();
  if (times.length < EDITS) throw new Error(`only ${times.length} edits were measured, of ${EDITS} rounds`);
  console.log(`edit to redrawn picture, ${times.length} edits, median:     ${ms(quantile(times, 0.5))}`);
  console.log(`edit to redrawn picture, 95th percentile:      ${ms(quantile(times, 0.95))} (at most 16 ms)`);
  if (quantile(times, 0.95) > 16) throw new Error("an edit takes too long to show");
}

const problems = [];
const attempt = (what) => what.catch((error) => problems.push(error.message.split("\n")[0]));

await buildMermaid();
const server = await serve({ [NESTED]: DIST, "/mermaid/": OUT });
const browser = await launch();
console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}, ${new Date().toISOString().slice(0, 10)}`);
const { total, later } = await firstLoad(DIST);
console.log(`first load, brotli:                            ${kB(total)} (goal ${GOAL_KB} kB)`);
console.log(`editor, on demand, brotli:                     ${kB(later.reduce((sum, file) => sum + file.brotli, 0))}`);
await attempt(firstPicture(browser, server.origin));
await attempt(edits(browser, server.origin));
await browser.close();
await server.close();
problems.forEach((problem) => console.error(`FAILED: ${problem}`));
process.exitCode = problems.length > 0 ? 1 : 0;
