// Events in time: a reader stops a node by the inspector, and sees who notices when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessible, site } from "./helpers.mjs";

const open = site();

const clock = (page) => page.locator("#region-clock");
const columns = (page) => clock(page).locator("thead th").allTextContents();
const cell = (page, open, moment) => clock(page).locator(`[data-cell='${open ? 1 : 0},${moment}']`);
const verdict = (page, word) => page.locator(".summary .verdict", { hasText: word }).first().waitFor();
const tab = (page, name) => page.getByRole("tab", { name });
const shot = async (page, name) => {
  if (process.env.KUBEHOP_SHOTS) await page.screenshot({ path: `${process.env.KUBEHOP_SHOTS}/events-${name.replaceAll(" ", "-")}.png` });
};

/** Selects node n0 by the find dialog, as on any screen. */
async function findNode(page) {
  await page.locator(".summary").waitFor();
  await page.locator("#region-canvas-pane").click({ trial: true }).catch(() => {});
  await page.keyboard.press("/");
  await page.locator("dialog input").fill("n0");
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.locator("#tab-object").click();
}

async function stop(page, name = "Stop") {
  await findNode(page);
  await page.getByRole("button", { name, exact: true }).click();
  await clock(page).waitFor();
}

test("stopping a node shows who notices when, what new connections come to, and that open ones hang", async (t) => {
  const page = await open(t);
  assert.equal(await clock(page).count(), 0, "a scenario without events has no clock");
  await stop(page);
  assert.deepEqual(await columns(page), ["before", "0 s", "10 s", "50 s", "350 s"]);
  await tab(page, "Trace").click();
  await cell(page, false, 1).click();
  await verdict(page, "Dropped");
  await clock(page).getByText("nothing on it answers", { exact: false }).waitFor();
  await page.locator(".scene .box.is-stopped").first().waitFor();
  await page.locator(".scene .t-state", { hasText: "stopped" }).first().waitFor();
  await cell(page, false, 2).click();
  await verdict(page, "Delivered");
  await clock(page).getByText("takes n0 out", { exact: false }).waitFor();
  assert.match(await cell(page, true, 2).textContent(), /Hanging/);
  await cell(page, true, 2).click();
  await verdict(page, "Dropped");
  // Back and forth is exact.
  await cell(page, false, 1).click();
  await verdict(page, "Dropped");
  await page.getByRole("button", { name: "Leave the clock" }).click();
  await verdict(page, "Delivered");
  assert.equal(await page.locator(".scene .box.is-stopped").count(), 0);
  await page.getByRole("button", { name: /^Undo: / }).click();
  await clock(page).waitFor({ state: "detached" });
});

test("the clock is used by keys alone", async (t) => {
  const page = await open(t);
  await stop(page);
  await tab(page, "Trace").click();
  await cell(page, false, 0).focus();
  await page.keyboard.press("ArrowRight");
  await verdict(page, "Dropped");
  assert.ok(await cell(page, false, 1).evaluate((it) => it === document.activeElement), "the focus is in the cell");
  await page.keyboard.press("End");
  await page.locator("#region-clock .is-chosen [data-cell='0,4']").waitFor();
  await page.keyboard.press("Home");
  await page.locator("#region-clock .is-chosen [data-cell='0,0']").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.locator("#region-clock .is-chosen [data-cell='1,1']").waitFor();
  await page.keyboard.press("Escape");
  await clock(page).locator(".is-chosen").waitFor({ state: "detached" });
  await verdict(page, "Delivered");
  await page.keyboard.press("]");
  await page.locator("#region-clock .is-chosen [data-cell='0,1']").waitFor();
  await page.keyboard.press("[");
  await page.locator("#region-clock .is-chosen [data-cell='0,0']").waitFor();
});

test("a reload keeps the events, and each is found, selected and removed", async (t) => {
  const page = await open(t);
  await stop(page);
  await page.waitForTimeout(600);
  await page.reload();
  await clock(page).waitFor();
  assert.equal((await columns(page)).length, 5);
  await page.keyboard.press("/");
  await page.locator("dialog input").fill("stop-n0");
  await page.keyboard.press("Enter");
  await page.locator("#tab-object").click();
  await page.locator(".object__head", { hasText: "stop-n0" }).waitFor();
  await page.getByRole("button", { name: "Show YAML" }).click();
  await page.locator(".yaml__editor .cm-content", { hasText: "stop: node/n0" }).waitFor();
  await clock(page).getByRole("button", { name: /^Remove: 0 s: / }).click();
  await clock(page).waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Undo: / }).click();
  await clock(page).waitFor();
});

test("a link and an embedded picture carry the clock", async (t) => {
  const page = await open(t);
  await stop(page);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const link = await page.locator("dialog textarea, dialog input").first().inputValue();
  const embedded = await open(t, { path: `?embed=view#${link.split("#")[1]}`, width: 720, height: 420 });
  await clock(embedded).waitFor();
  assert.deepEqual(await columns(embedded), ["before", "0 s", "10 s", "50 s", "350 s"]);
  await cell(embedded, false, 1).click();
  await embedded.locator(".embed__say .verdict", { hasText: "Dropped" }).waitFor();
  await checkAccessible(embedded);
  await shot(embedded, "embed");
});

for (const [name, options, act] of [
  ["in light", {}, "Stop"],
  ["in dark", { dark: true }, "Stop"],
  ["in Japanese", { locale: "ja-JP" }, "停止する"],
  ["on a narrow screen", { width: 390, height: 844 }, "Stop"],
]) {
  test(`the clock is accessible and stays in its room ${name}`, async (t) => {
    const page = await open(t, options);
    await stop(page, act);
    await shot(page, `${name}-object`);
    await cell(page, false, 2).click();
    await page.locator("#tab-trace").click();
    await clock(page).locator(".is-chosen").waitFor();
    const outside = await clock(page).evaluate((it) => it.getBoundingClientRect().right > innerWidth + 1 || it.getBoundingClientRect().bottom > innerHeight + 1);
    assert.ok(!outside, "it is on the screen");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await checkAccessible(page);
    await shot(page, name);
    await cell(page, false, 1).click();
    await shot(page, `${name}-0s`);
  });
}
