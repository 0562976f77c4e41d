// The program comes in two parts (web/split): the first picture needs one, a reader's first act the other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { serve, site } from "./helpers.mjs";

const open = site();
const isLater = (url) => /\/later-[^/]*\.wasm$/.test(url);

/** Watches which files are asked for. */
function watch() {
  const seen = [];
  return { seen, before: (page) => page.on("request", (request) => seen.push(request.url())) };
}

for (const [what, options] of [
  ["the start", {}],
  ["the start in Japanese and dark", { locale: "ja-JP", dark: true }],
  ["a narrow start", { width: 390, height: 844 }],
  ["an embedded start", { path: "?embed=view", width: 720, height: 420 }],
]) {
  test(`${what} does without the second part (if not: cargo xtask profile)`, async (t) => {
    const { seen, before } = watch();
    const page = await open(t, { ...options, before });
    await page.locator("svg.scene [data-key]").first().waitFor();
    await page.waitForTimeout(1500);
    assert.ok(seen.some((url) => url.endsWith(".wasm")));
    assert.deepEqual(seen.filter(isLater), []);
  });
}

test("who only looks leaves no work behind", async (t) => {
  const page = await open(t);
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.reload();
  await page.locator("svg.scene [data-key]").first().waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("kubehop.work")), null);
});

test("a link has both parts there before it is drawn", async (t) => {
  const { seen, before } = watch();
  const page = await open(t, { path: "#v1:broken", before });
  await page.getByRole("alert").first().waitFor();
  assert.equal(seen.filter(isLater).length, 1);
});

test("the first movement of a pointer fetches the second part, and a key works right away", async (t) => {
  const { seen, before } = watch();
  const page = await open(t, { before });
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.mouse.move(300, 300);
  await page.mouse.move(320, 300);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  assert.ok(seen.some(isLater));
});

test("a second part that cannot be had is told, and the act works when it can", async (t) => {
  let gone = true;
  const at = await serve(undefined, (path, body) => {
    if (gone && isLater(path)) throw new Error("gone");
    return body;
  });
  t.after(() => at.close());
  const page = await open(t, { at, allow: [/later-|404|NetworkError|Failed to load|compile/] });
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.keyboard.press("?");
  await page.getByText("A part of the program could not be loaded").waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0);
  gone = false;
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  assert.equal(await page.getByText("A part of the program could not be loaded").count(), 0);
});
