// Whoever has no mouse never loses the place: what opens takes the focus, what closes gives it back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, site } from "./helpers.mjs";

const open = site();
const NARROW = { width: 390, height: 844 };

/** What has the focus: its id, else its label or text. */
const focused = (page) =>
  page.evaluate(() => {
    const { id, tagName, textContent, ariaLabel } = document.activeElement;
    return tagName === "BODY" ? "nothing" : id || ariaLabel || textContent.trim();
  });
/** Waits until that has the focus. */
const hasFocus = (page, expected) => eventually(async () => assert.equal(await focused(page), expected));

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
  await hasFocus(page, "tab-object");
  // What had the focus before goes away with its tab.
  for (const [key, name] of [["/", "vm-b"], ["a", "Pod"]]) {
    await page.getByRole("tab", { name: "Trace" }).click();
    await page.locator(".trace button").first().focus();
    await page.keyboard.press(key);
    await page.locator("dialog input:focus").waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
    await hasFocus(page, "tab-object");
  }
  // The ring around it, 4 px wide, has room.
  const [tab, pane] = await Promise.all(["#tab-object", "#region-inspector"].map((it) => page.locator(it).boundingBox()));
  assert.ok(tab.y - pane.y >= 4, `${tab.y - pane.y}`);
});

/** Presses keys before the page can draw anything between them, as quick fingers do on a slow machine. */
const burst = (page, keys) =>
  page.evaluate((keys) => {
    const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    // What the page leaves to the browser.
    return keys.filter(press);
  }, keys);

for (const [key, title] of [["/", "Find"], ["a", "Add an object"]]) {
  test(`what is typed right after ${key} ends in the field of its dialog, however late that is drawn`, async (t) => {
    const page = await open(t);
    await page.locator(".summary").waitFor();
    const left = await burst(page, [key, "m", "t", "Enter", "x", "Backspace", " ", "0"]);
    assert.deepEqual(left, [], "no key reaches what is behind the dialog");
    await page.locator("dialog[open]", { hasText: title }).waitFor();
    await eventually(async () => assert.equal(await page.locator("dialog input").inputValue(), "mt 0"));
    await page.locator(".results").waitFor({ state: "attached" });
    await eventually(async () => assert.equal(await page.locator(".results li").count(), 0, "nothing is called that"));
    assert.equal(await page.locator(".matrix, .tables").count(), 0, "no letter was a key of the page");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    // A dialog that is left before it is drawn leaves no letters behind.
    await burst(page, [key, "z", "Escape"]);
    await page.keyboard.press("/");
    await page.locator("dialog input:focus").waitFor();
    assert.equal(await page.locator("dialog input").inputValue(), "");
  });
}

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
    await page.locator(".menu").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press(leave);
    await page.locator(".menu").waitFor({ state: "detached" });
    const title = page.locator(".top__doc");
    await eventually(async () => assert.ok(await title.evaluate((it) => it === document.activeElement), leave));
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
  await page.locator('button[aria-label="Next step"][aria-disabled=true]').waitFor();
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
