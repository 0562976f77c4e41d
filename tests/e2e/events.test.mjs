// Events in time: a reader stops a node by the inspector, and sees who notices when.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { checkAccessible, eventually, keeps, site } from "./helpers.mjs";

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
  await eventually(async () => assert.deepEqual(await columns(page), ["before", "0 s", "10 s", "50 s", "350 s", "352 s"]));
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

for (const [locale, name] of [["en-US", "Stop"], ["ja-JP", "停止する"]]) {
  test(`every moment of a stopped node is seen beside what happens then (${locale})`, async (t) => {
    const page = await open(t, { locale });
    await stop(page, name);
    await cell(page, false, 5).waitFor();
    const grid = page.locator(".clock__grid");
    await eventually(async () => assert.deepEqual(await grid.evaluate((it) => it.scrollWidth - it.clientWidth), 0));
  });
}

test("the clock is used by keys alone", async (t) => {
  const page = await open(t);
  await stop(page);
  await tab(page, "Trace").click();
  await cell(page, false, 0).focus();
  await page.keyboard.press("ArrowRight");
  await verdict(page, "Dropped");
  const focused = () => cell(page, false, 1).evaluate((it) => it === document.activeElement);
  await eventually(async () => assert.ok(await focused(), "the focus is in the cell"));
  await page.keyboard.press("End");
  await page.locator("#region-clock .is-chosen [data-cell='0,5']").waitFor();
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
  await keeps(page, "kind: Event");
  await page.reload();
  await clock(page).waitFor();
  assert.equal((await columns(page)).length, 6);
  await page.keyboard.press("/");
  await page.locator("dialog input").fill("stop-n0");
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
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
  assert.deepEqual(await columns(embedded), ["before", "0 s", "10 s", "50 s", "350 s", "352 s"]);
  await cell(embedded, false, 1).click();
  await embedded.locator(".embed__say .verdict", { hasText: "Dropped" }).waitFor();
  await checkAccessible(embedded);
  await shot(embedded, "embed");
});

const chosen = (page, open, moment) => page.locator(`#region-clock .is-chosen [data-cell='${open ? 1 : 0},${moment}']`).waitFor();
const play = (page) => page.getByRole("button", { name: "Play the events" });
const pause = (page) => page.getByRole("button", { name: "Pause the events" });

test("the clock plays by itself, from the first moment to the last, and stops there", async (t) => {
  const page = await open(t);
  await stop(page);
  await page.clock.install();
  await play(page).click();
  await pause(page).waitFor();
  for (const moment of [0, 1, 2, 3, 4]) {
    await chosen(page, false, moment);
    await page.clock.runFor(2600);
  }
  await chosen(page, false, 5);
  await play(page).waitFor();
  // Again from the start, and paused.
  await play(page).click();
  await chosen(page, false, 0);
  await page.clock.runFor(2600);
  await chosen(page, false, 1);
  await pause(page).click();
  await play(page).waitFor();
  await page.clock.runFor(10_000);
  await chosen(page, false, 1);
});

test("Space plays the clock where it has the focus, and the walk elsewhere", async (t) => {
  const page = await open(t);
  await stop(page);
  await page.clock.install();
  await cell(page, false, 0).focus();
  await page.keyboard.press("Space");
  await pause(page).waitFor();
  await chosen(page, false, 0);
  await page.clock.runFor(2600);
  await chosen(page, false, 1);
  await page.keyboard.press("Space");
  await play(page).waitFor();
  await chosen(page, false, 1);
  // The region itself, as F6 reaches it.
  await clock(page).focus();
  await page.keyboard.press("Space");
  await pause(page).waitFor();
  await page.locator("#region-inspector").focus();
  await page.keyboard.press("Space");
  await play(page).waitFor();
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
});

test("at a moment the page says what stands in the way, as the command line does, and lifts it", async (t) => {
  const printed = await readFile(new URL("../cli/moment.txt", import.meta.url), "utf8");
  const page = await open(t);
  await stop(page);
  await tab(page, "Trace").click();
  await cell(page, false, 1).click();
  await verdict(page, "Dropped");
  await page.getByRole("button", { name: "What stands in the way?" }).click();
  await page.locator(".blockers__status", { hasText: "One refusal, and one change that lifts it." }).waitFor();
  const [why, change] = ["why", "change"].map((word) => printed.match(new RegExp(`blocker 1:[^]*?\n  ${word}: (.*)`))[1]);
  const told = await page.locator(".blocker").innerText();
  assert.ok(told.includes(why), `${why} is not in ${told}`);
  // The event has another name there.
  assert.ok(told.includes(change.replace("event-1", "stop-n0")), `${change} is not in ${told}`);
  // At another moment it is another question.
  await cell(page, false, 2).click();
  await verdict(page, "Delivered");
  await page.locator(".blockers__list").waitFor({ state: "detached" });
  await cell(page, true, 2).click();
  await verdict(page, "Dropped");
  assert.equal(await page.getByRole("button", { name: "What stands in the way?" }).count(), 0);
  await cell(page, false, 1).click();
  await page.getByRole("button", { name: "What stands in the way?" }).click();
  await page.getByRole("button", { name: /^Apply: Let it not happen/ }).click();
  await clock(page).waitFor({ state: "detached" });
  await verdict(page, "Delivered");
});

test("the next connection is opened at the shown moment", async (t) => {
  const page = await open(t);
  await stop(page);
  await tab(page, "Trace").click();
  const next = page.getByRole("button", { name: "Next connection" });
  await cell(page, false, 1).click();
  await verdict(page, "Dropped");
  await next.click();
  await page.locator(".branches [role=status]", { hasText: "Dropped (50%)" }).waitFor();
  await page.getByRole("button", { name: "Leave the clock" }).click();
  await verdict(page, "Delivered");
  await page.locator(".branches [role=status]").waitFor();
  assert.doesNotMatch(await page.locator(".branches [role=status]").innerText(), /Dropped/);
});

test("a link and an embedded picture open at the moment that was looked at", async (t) => {
  const page = await open(t);
  await stop(page);
  await tab(page, "Trace").click();
  await cell(page, true, 2).click();
  await verdict(page, "Dropped");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const link = await page.getByLabel("Link").inputValue();
  const fragment = link.slice(link.indexOf("#"));
  for (const path of [fragment, `?embed=view${fragment}`]) {
    const other = await open(t, { path });
    await chosen(other, true, 2);
    if (path !== fragment) {
      // The way to the whole page leads to the same moment.
      const whole = other.getByRole("link", { name: "Open in kubehop" });
      await whole.hover();
      await eventually(async () => assert.match(await whole.getAttribute("href"), /#v1:/));
      const third = await open(t, { path: (await whole.getAttribute("href")).replace(/^[^#]*/, "") });
      await chosen(third, true, 2);
    }
  }
  // A page that is open already goes there, too.
  const known = await open(t);
  await known.evaluate((fragment) => (location.hash = fragment), fragment);
  await chosen(known, true, 2);
});

/** A link around any content, as a stranger could make it. */
const hostile = (content) => `#v1:${deflateRawSync(JSON.stringify(content)).toString("base64url")}`;
const POD = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: c}]}}";

test("a link to a moment that no clock has is refused or told, in both languages", async (t) => {
  const files = [{ name: "a.yaml", text: POD }];
  for (const [second, locale, told] of [
    [172801, "en-US", "names second 172801 of the clock"],
    [172801, "ja-JP", "時計の 172801 秒"],
    [-5, "en-US", "does not hold a scenario"],
  ]) {
    const page = await open(t, { path: hostile({ files, view: { moment: { second } } }), locale });
    await page.getByRole("alert").filter({ hasText: told }).waitFor();
    await page.locator(".summary .verdict").first().waitFor();
  }
  const still = await open(t, { path: hostile({ files, view: { moment: { second: 10, open: true } } }) });
  await still.getByText("It names second 10, but nothing happens in this scenario").waitFor();
});

for (const [name, options, act, internet, stopped] of [
  ["in English", {}, "Stop", "Internet", "stopped"],
  ["in Japanese and dark", { locale: "ja-JP", dark: true }, "停止する", "インターネット", "停止中"],
]) {
  test(`the strip of a phone marks what is out of order and cuts no region's name ${name}`, async (t) => {
    const page = await open(t, { width: 390, height: 844, ...options });
    await stop(page, act);
    await page.locator("#tab-trace").click();
    assert.equal(await page.locator(".strip .state").count(), 0, "nothing is chosen yet");
    await cell(page, false, 1).click();
    await page.locator(".strip .box.is-stopped").first().waitFor();
    await page.locator(".strip .state").first().waitFor();
    assert.ok((await page.locator(".strip .t-state", { hasText: stopped }).count()) > 0);
    assert.ok((await page.locator(".strip .t-region").allTextContents()).includes(internet));
    await shot(page, `strip-${name}`);
  });
}

test("the names of the pages beside the clock are shown whole", async (t) => {
  const page = await open(t, { width: 1000, height: 800 });
  await stop(page);
  // The longest name is that of the page about probes, when the pods of CoreDNS are ready elsewhere.
  await cell(page, false, 5).click();
  const name = clock(page).locator(".clock__changes a", { hasText: "Startup Probes" });
  await name.first().waitFor();
  const [there, room] = await clock(page).locator(".clock__say").evaluate((it) => [it.scrollWidth, it.clientWidth]);
  assert.ok(there <= room, `${there} px in ${room}`);
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
