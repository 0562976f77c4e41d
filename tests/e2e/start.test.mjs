// The page starts from any path, under its own strict policy, and says what is wrong when it cannot.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { eventually, serve, site } from "./helpers.mjs";

const open = site();

test("the page starts from a nested path without a complaint of the browser", async (t) => {
  const page = await open(t);
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await page.title(), "kubehop");
});

test("every file of the first load is fetched once", async (t) => {
  const seen = [];
  const page = await open(t, { before: (page) => page.on("request", (request) => seen.push(request.url())) });
  await page.waitForLoadState("networkidle");
  assert.deepEqual(seen, [...new Set(seen)]);
});

test("the page carries no inline script and no inline style", async () => {
  const html = await readFile(new URL("../../dist/index.html", import.meta.url), "utf8");
  const inline = html.match(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=/g);
  assert.equal(inline, null);
  const [, policy] = html.match(/http-equiv="Content-Security-Policy"\s+content="([^"]+)"/);
  assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.doesNotMatch(html, /(src|href)="\//, "addresses must be relative");
  const files = await readdir(new URL("../../dist", import.meta.url));
  // Trunk writes its 64-bit hash without leading zeros: one file in sixteen has 15 digits or fewer.
  const unhashed = files.filter((file) => file !== "index.html" && !/-[0-9a-f]{10,16}(_bg)?\.[a-z]+$/.test(file));
  assert.deepEqual(unhashed, [], "every file but the page has its hash in its name");
});

test("the policy refuses inline code, inline style and markup from strings, and the guard notices", async (t) => {
  const noticed = [];
  const page = await open(t, { allow: [{ test: (text) => noticed.push(text) }] });
  const outcome = await page.evaluate(async () => {
    const attempt = (work) => {
      try {
        return work() ?? "done";
      } catch (error) {
        return error.name;
      }
    };
    // What the debugger itself evaluates may use eval; a timer is the page's own.
    await new Promise((resolve) => setTimeout(resolve));
    const script = document.createElement("script");
    document.body.setAttribute("style", "color: rgb(1, 2, 3)");
    return {
      evaluated: attempt(() => new Function("return 'run'")()),
      markup: attempt(() => void (document.body.innerHTML += "<img src=x onerror='window.taken = true'>")),
      script: attempt(() => void document.body.append(Object.assign(script, { textContent: "window.taken = true" }))),
      color: getComputedStyle(document.body).color,
      taken: window.taken ?? false,
      foreign: await fetch("https://example.com/").then(() => "done", (error) => error.name),
    };
  });
  assert.deepEqual(outcome, {
    evaluated: "EvalError",
    markup: "TypeError",
    script: "TypeError",
    color: outcome.color,
    taken: false,
    foreign: "TypeError",
  });
  assert.notEqual(outcome.color, "rgb(1, 2, 3)");
  for (const sink of ["style-src-attr", "sink Function", "sink Element innerHTML", "sink HTMLScript", "connect-src"]) {
    await eventually(() => assert.ok(noticed.some((text) => text.includes(sink)), `${sink} was not noticed: ${noticed.join("\n")}`));
  }
});

for (const [what, pattern] of [["WebAssembly", /\.wasm$/], ["script of the program", /kubehop-[^/]*\.js$/]]) {
  test(`a changed ${what} is refused, and the page says so`, async (t) => {
    const broken = await serve(undefined, (path, body) => {
      if (!pattern.test(path)) return body;
      const changed = Buffer.from(body);
      changed[changed.length - 1] ^= 1;
      return changed;
    });
    t.after(() => broken.close());
    const page = await open(t, { at: broken, ready: false, allow: [/./] });
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /could not start/);
    assert.equal(await page.getByRole("button", { name: "Reload" }).count(), 1);
    assert.equal(await page.getByRole("status").isVisible(), false);
  });
}

test("the page names the size of the download while it loads, in the reader's language", async (t) => {
  const hold = (page) => page.route(/\.wasm$/, () => {});
  const english = await open(t, { before: hold, ready: false, allow: [/./] });
  assert.match(await english.getByRole("status").innerText(), /^Loading the simulator \(\d+ kB\)\.$/);
  const japanese = await open(t, { before: hold, ready: false, allow: [/./], locale: "ja-JP" });
  await japanese.locator("html[lang=ja]").waitFor();
  assert.match(await japanese.getByRole("status").innerText(), /^シミュレーターを読み込んでいます \(\d+ kB\)。$/);
});
