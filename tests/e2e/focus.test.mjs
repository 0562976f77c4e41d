// Whoever has no mouse never loses the place: what opens takes the focus, what closes gives it back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { site } from "./helpers.mjs";

const open = site();
const NARROW = { width: 390, height: 844 };

/** What has the focus: its id, else its label or text. */
const focused = (page) =>
  page.evaluate(() => {
    const { id, tagName, textContent, ariaLabel } = document.activeElement;
    return tagName === "BODY" ? "nothing" : id || ariaLabel || textContent.trim();
  });
/** Waits until that has the focus. */
async function hasFocus(page, expected) {
  let now;
  for (let i = 0; i < 40; i++) {
    now = await focused(page);
    if (now === expected) return;
    await page.waitForTimeout(25);
  }
  assert.equal(now, expected);
}

test("every dialog gives the focus back, however it is closed", async (t) => {
  const page = await open(t);
  for (const key of ["?", "i", "/", "a"]) {
    await page.getByRole("tab", { name: "Trace" }).focus();
    await page.keyboard.press(key);
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await hasFocus(page, "tab-trace");
  }
  await page.getByRole("button", { name: "Share" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Close" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  await hasFocus(page, "Share");
});

test("what is found is opened", async (t) => {
  const page = await open(t);
  await page.keyboard.press("/");
  // The first key brings the second part of the program in, which a slow machine takes seconds for.
  await page.locator("dialog input:focus").waitFor();
  await page.keyboard.type("vm-a");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^vm-a/ }).waitFor();
});

test("a skip link moves the focus and is no scenario after a reload", async (t) => {
  const page = await open(t);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await hasFocus(page, "region-canvas");
  await page.reload();
  await page.locator("#page").waitFor();
  assert.equal(await page.locator(".note").count(), 0);
});

test("the list of scenarios gives the focus back to the title", async (t) => {
  const page = await open(t);
  for (const leave of ["Escape", "Enter"]) {
    await page.locator(".top__doc").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press(leave);
    await page.locator(".menu").waitFor({ state: "detached" });
    assert.ok(await page.locator(".top__doc").evaluate((it) => it === document.activeElement), leave);
  }
});

test("a button that has nothing left to do keeps the focus", async (t) => {
  const page = await open(t);
  await page.getByRole("button", { name: "Namespace", exact: true }).click();
  await page.getByRole("button", { name: /^Undo/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Undo", exact: true }).waitFor();
  await hasFocus(page, "Undo");
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Previous step" }).click();
  await page.getByRole("button", { name: "Next step" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.getByRole("button", { name: "Next step" }).getAttribute("aria-disabled"), "true");
  await hasFocus(page, "Next step");
});

test("the narrow composer takes the focus, stays open on a mistake, and gives the focus back", async (t) => {
  const page = await open(t, NARROW);
  await page.locator("#request-open").focus();
  await page.keyboard.press("Enter");
  await hasFocus(page, "request-from");
  await page.keyboard.press("Escape");
  await hasFocus(page, "request-open");

  await page.keyboard.press("Enter");
  await hasFocus(page, "request-from");
  await page.locator("#request-from").fill("nonsense");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  assert.ok(await page.locator("#request-from").isVisible(), "the mistake can be mended where it is");
  const [alert, send] = await Promise.all(["[role=alert]", ".request__send"].map((it) => page.locator(it).boundingBox()));
  assert.ok(alert.y >= send.y + send.height - 1, "the reason does not lie upon the fields");
  await page.locator("#request-from").fill("host/vm-a");
  await page.keyboard.press("Enter");
  await page.locator("#request-from").waitFor({ state: "hidden" });
  await hasFocus(page, "request-open");
});

test("the drawer takes the focus and gives it back", async (t) => {
  const page = await open(t, NARROW);
  await page.locator("#top-menu").focus();
  await page.keyboard.press("Enter");
  await hasFocus(page, "region-left");
  await page.keyboard.press("Escape");
  await hasFocus(page, "top-menu");
});
