// The picture under the hand: dragging, travelling, and what a narrow screen and large text make of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, site } from "./helpers.mjs";

const open = site();

test("an object is dragged with the pointer, and one undo puts it back", async (t) => {
  const page = await open(t);
  const node = page.getByRole("button", { name: /^Node n1 / });
  const before = await node.boundingBox();
  const [x, y] = [before.x + 60, before.y + 14];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 40, y + 60, { steps: 5 });
  await page.locator(".lifted").waitFor({ state: "attached" });
  await page.mouse.up();
  await page.getByRole("button", { name: "Undo: move n1" }).waitFor();
  const after = await node.boundingBox();
  assert.ok(after.x > before.x + 20 && after.y > before.y + 30, `it went from ${before.x}, ${before.y} to ${after.x}, ${after.y}`);
  await page.getByRole("button", { name: "Undo: move n1" }).click();
  await page.getByRole("button", { name: "Undo", exact: true }).waitFor();
  const back = await node.boundingBox();
  assert.ok(Math.abs(back.x - before.x) < 1 && Math.abs(back.y - before.y) < 1);
});

test("the picture is dragged by its ground, all the way", async (t) => {
  const page = await open(t);
  const node = page.getByRole("button", { name: /^Node n0 / });
  const before = await node.boundingBox();
  const canvas = await page.locator(".canvas").boundingBox();
  const [x, y] = [canvas.x + 20, canvas.y + canvas.height - 80];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 100, y - 50, { steps: 10 });
  await page.mouse.up();
  await eventually(async () => {
    const after = await node.boundingBox();
    assert.ok(Math.abs(after.x - before.x - 100) < 2 && Math.abs(after.y - before.y + 50) < 2);
  });
});

test("the packet travels between the steps, half as fast or not at all where that is wished", async (t) => {
  const page = await open(t, { motion: true });
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  const dot = page.locator(".packet-dot");
  await dot.waitFor({ state: "attached" });
  const duration = () => dot.evaluate((element) => getComputedStyle(element).animationDuration);
  assert.equal(await duration(), "0.42s");
  await page.getByRole("button", { name: /^Speed/ }).click();
  await page.getByRole("button", { name: /^Speed/ }).click();
  await eventually(async () => assert.equal(await duration(), "0.84s"));
  // An edit ends it.
  await page.getByRole("button", { name: "Namespace", exact: true }).click();
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  assert.equal(await dot.count(), 0);
  const still = await open(t);
  await still.keyboard.press("Home");
  await still.keyboard.press("Space");
  await still.getByRole("button", { name: "Pause" }).waitFor();
  assert.equal(await still.locator(".packet-dot").count(), 0);
});

test("a phone shows the path in one strip, and the whole picture on request", async (t) => {
  const page = await open(t, { width: 390, height: 844 });
  await page.getByRole("img", { name: "The path in one strip" }).waitFor();
  await page.keyboard.press("Home");
  assert.match(await page.locator(".strip .packet").textContent(), /203\.0\.113\.9:50000 → 20\.50\.60\.70:80/);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input, [role=tab], [role=slider]")]
      .filter((element) => element.checkVisibility() && element.closest(".top, .strip, .playback, .tabs, .request__open, [role=tablist]"))
      .map((element) => [element.getAttribute("aria-label") ?? element.textContent, element.getBoundingClientRect()])
      .filter(([, box]) => box.height < 43.5 && box.height > 0)
      .map(([name, box]) => `${name} ${box.width}x${box.height}`),
  );
  assert.deepEqual(small, []);
  await page.getByRole("button", { name: "Show the whole picture" }).click();
  await page.getByRole("application").waitFor();
  await page.getByRole("button", { name: "Show the path" }).click();
  await page.getByRole("img", { name: "The path in one strip" }).waitFor();
});

test("where text is twice as large, the legend does not lie on the picture", async (t) => {
  const page = await open(t, { before: (page) => page.addInitScript(() => document.addEventListener("DOMContentLoaded", () => document.documentElement.style.setProperty("font-size", "200%"))) });
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.locator(".legend").waitFor({ state: "hidden" });
});

test("where the path has room, the names of its regions are not under the request", async (t) => {
  const page = await open(t, { width: 1024, height: 700 });
  await page.mouse.move(300, 300);
  await eventually(async () => {
    const request = await page.locator(".request").boundingBox();
    const name = await page.locator("svg.scene .t-region", { hasText: "Internet" }).first().boundingBox();
    assert.ok(name.y > request.y + request.height, `${name.y}`);
  });
});
