// What every end-to-end test stands on: the finished folder behind a small server, the system's Chromium, and a guard
// that fails a test on anything that went wrong in the page, whether the test looked at it or not.
//
//   import { site } from "./helpers.mjs";
//   const open = site();                                  // once a file: starts and ends server and browser
//   test("a sentence", async (t) => {
//     const page = await open(t, { path: "?embed=view", width: 390, height: 844, dark: true, locale: "ja-JP" });
//     ...
//   });
//
// `KUBEHOP_CHROMIUM` names another browser, `KUBEHOP_HEADED=1` shows it, `KUBEHOP_DIST` tests another folder, and
// `KUBEHOP_SLOW=3` makes the page's processor three times slower than this one: what passes so waits for conditions.
// A failed test leaves a picture of its page in test-results/.

import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { delimiter, dirname, extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const DIST = process.env.KUBEHOP_DIST ?? join(ROOT, "dist");
const SLOW = Number(process.env.KUBEHOP_SLOW ?? 1);

/** The page is always served from a nested path, so an absolute address in it cannot go unnoticed. */
export const NESTED = "/a/b/";

const MEDIA_TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Serves `folders` (URL prefix to folder) on a free port of this machine.
 * `change` may replace a file's content on its way, to see what the page makes of a broken download.
 */
export async function serve(folders = { [NESTED]: DIST }, change = (_path, body) => body) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const prefix = Object.keys(folders).find((prefix) => path.startsWith(prefix));
    try {
      if (!prefix) throw new Error("outside");
      const file = join(folders[prefix], normalize(`/${path.slice(prefix.length)}`));
      const found = (await stat(file)).isDirectory() ? join(file, "index.html") : file;
      const body = change(path, await readFile(found));
      response.writeHead(200, { "content-type": MEDIA_TYPES[extname(found)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("not found\n");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin, url: `${origin}${NESTED}`, close };
}

/** The browser of this machine. */
export function findChromium() {
  if (process.env.KUBEHOP_CHROMIUM) return process.env.KUBEHOP_CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const mac = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...mac];
  const found = candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`no Chromium found (looked for ${names.join(", ")}); set KUBEHOP_CHROMIUM to its path`);
  return found;
}

/** Starts Chromium so that it talks to nobody but the page's server. */
export function launch() {
  return chromium.launch({
    executablePath: findChromium(),
    headless: process.env.KUBEHOP_HEADED !== "1",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Collects what must never happen in a page: errors on the console, uncaught errors, refused content, failed
 * requests and requests to anyone else.
 */
async function guard(page, origin, allow) {
  const problems = [];
  const note = (text) => {
    if (!allow.some((pattern) => pattern.test(text))) problems.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()}`);
    // The browser tells about a preload that was fetched in vain as a warning.
    if (message.type() === "warning" && /preload|integrity/i.test(message.text())) note(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // The browser fetches the icon when it likes, and a reload ends that.
    if (why === "net::ERR_ABORTED" && /\/icon-[^/]*\.svg$/.test(request.url())) return;
    note(`request failed: ${request.url()} ${why}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) note(`request to someone else: ${url}`);
  });
  await page.exposeFunction("__cspViolation", (text) => note(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const where = `${event.sourceFile ?? ""}:${event.lineNumber ?? ""}`;
      window.__cspViolation(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample} ${where}`);
    });
  });
  return problems;
}

/** Prepares a test file: returns `open(t, options)`, which gives a guarded page in a fresh browser profile. */
export function site() {
  let browser;
  let server;
  before(async () => {
    server = await serve();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /**
   * Opens the page for one test.
   *
   * `path` follows the page's address; `allow` lists patterns of problems that this very test provokes;
   * `ready: false` returns before the program runs; `before(page)` runs before the navigation;
   * `at` is another server (see `serve`).
   */
  return async function open(t, options = {}) {
    const { path = "", width = 1440, height = 900, dark = false, locale = "en-US", allow = [], ready = true } = options;
    const { url, origin } = options.at ?? server;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      locale,
      reducedMotion: options.motion ? "no-preference" : "reduce",
      acceptDownloads: true,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    // Only what fails takes so long.
    page.setDefaultTimeout(30_000);
    if (SLOW > 1) await slowDown(page, SLOW);
    const problems = await guard(page, origin, allow);
    t.after(async () => {
      if (!t.passed || problems.length > 0) await picture(page, t.name);
      await context.close();
    });
    // Runs at the end of a test that did not look itself; `t.after` may fail a test, too.
    t.after(() => assert.deepEqual(problems, [], "the page must not report problems"));
    await options.before?.(page);
    await page.goto(url + path);
    if (ready) await page.waitForSelector("#app > :not(.boot)", { state: "attached" });
    return page;
  };
}

/**
 * Waits until `check` holds: it is tried again until it throws nothing any more. For everything that a page shows only
 * after it has drawn, which no test may take to be at once.
 */
export async function eventually(check, within = 30_000) {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

/**
 * Replaces the end of the editor's line that holds `text`, from `old` on. It is one edit and one step of undo however
 * slow the machine is; letters that are typed one by one are one step only if they come quickly.
 */
export async function retype(page, text, old, next) {
  await page.locator(".cm-line", { hasText: text }).last().click();
  await page.keyboard.press("End");
  for (let i = 0; i < old.length; i++) await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.insertText(next);
}

/** Waits until the kept work, as JSON, holds `text`; the page keeps it a moment after an edit. */
export function keeps(page, text) {
  return page.waitForFunction((text) => localStorage.getItem("kubehop.work")?.includes(text), text);
}

/** Makes the processor of a page so many times slower. */
async function slowDown(page, rate) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

async function picture(page, name) {
  const folder = join(ROOT, "test-results");
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name.replace(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`);
  await page.screenshot({ path: file }).catch(() => {});
  console.log(`picture: ${file}`);
}

/** Fails on what axe calls serious or critical. `include` narrows it to one part of the page. */
export async function checkAccessible(page, { include, disable = [] } = {}) {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  // The page's own policy refuses foreign scripts, so axe comes in through the debugger.
  await page.evaluate(await readFile(axe, "utf8"));
  const { violations, passes } = await page.evaluate(
    ([include, disable]) =>
      window.axe.run(include ? { include: [include] } : document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        rules: Object.fromEntries(disable.map((rule) => [rule, { enabled: false }])),
      }),
    [include, disable],
  );
  assert.ok(passes.length > 0, "axe looked at nothing");
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}`).join("\n")}`);
  assert.deepEqual(serious, [], "axe found serious violations");
}
