// What stands in the way: a reader asks, applies a change, sees the request arrive, and takes it back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessible, site } from "./helpers.mjs";

const open = site();

const verdict = (page, word) => page.locator(".summary .verdict", { hasText: word }).first().waitFor();
const ask = (page, name = "What stands in the way?") => page.getByRole("button", { name, exact: true });
const status = (page, text) => page.locator(".blockers__status", { hasText: text }).waitFor();

/** A scenario whose policies refuse at both ends. */
const SHUT = `
{apiVersion: v1, kind: Pod, metadata: {name: page, labels: {app: page}}, spec: {containers: [{name: c, image: c}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: store, labels: {app: store}}, spec: {containers: [{name: c, image: c}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: ask}, spec: {from: pod/default/page, to: pod/default/store, port: 5432}}
`;

/** Opens the scenario above as a file of the reader's. */
async function shut(page) {
  await page.locator(".summary").waitFor();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "shut.yaml"));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, SHUT);
  await page.locator(".blockers").waitFor();
}

test("a delivered request is not asked what stands in its way", async (t) => {
  const page = await open(t);
  await verdict(page, "Delivered");
  assert.equal(await ask(page).count(), 0);
});

test("both ends refuse: each change is one click and one undo, and then the request is delivered", async (t) => {
  const page = await open(t);
  await shut(page);
  await ask(page).click();
  await status(page, "2 refusals; the changes below lift them all.");
  assert.equal(await page.locator(".blocker").count(), 2);
  await page.getByRole("button", { name: /^Apply: .* reach store/ }).first().click();
  await status(page, "One refusal, and one change that lifts it.");
  await verdict(page, "Dropped");
  // The row is gone; the keyboard stays beside the answer.
  assert.equal(await page.evaluate(() => document.activeElement.id), "blockers-ask");
  await page.getByRole("button", { name: /^Apply/ }).click();
  await verdict(page, "Delivered");
  await status(page, "Nothing stands in the way any more: the request is delivered.");
  assert.equal(await page.locator(".blocker").count(), 0);
  await page.getByRole("button", { name: /^Undo: / }).click();
  await verdict(page, "Dropped");
  await status(page, "One refusal, and one change that lifts it.");
  await page.getByRole("button", { name: /^Undo: / }).click();
  await status(page, "2 refusals; the changes below lift them all.");
  await page.getByRole("button", { name: /^Redo: / }).click();
  await status(page, "One refusal, and one change that lifts it.");
});

test("it is asked, applied and taken back by keys alone", async (t) => {
  const page = await open(t);
  await shut(page);
  await ask(page).focus();
  await page.keyboard.press("Enter");
  await status(page, "2 refusals");
  const apply = page.getByRole("button", { name: /^Apply/ }).first();
  for (let i = 0; i < 12 && !(await apply.evaluate((it) => it === document.activeElement)); i++) await page.keyboard.press("Tab");
  assert.ok(await apply.evaluate((it) => it === document.activeElement), "Tab leads to the change");
  await page.keyboard.press("Enter");
  await status(page, "One refusal");
  await page.keyboard.press("Control+z");
  await status(page, "2 refusals");
  await ask(page).focus();
  await page.keyboard.press("Space");
  await page.locator(".blockers__list").waitFor({ state: "detached" });
  assert.equal(await ask(page).getAttribute("aria-expanded"), "false");
});

test("a new request closes the answer to the old one", async (t) => {
  const page = await open(t);
  await shut(page);
  await ask(page).click();
  await status(page, "2 refusals");
  await page.getByLabel("Port", { exact: true }).fill("5433");
  await page.keyboard.press("Enter");
  await page.locator(".blockers__list").waitFor({ state: "detached" });
});

for (const [name, options, asked, counted] of [
  ["in light", {}, "What stands in the way?", "2 refusals"],
  ["in dark", { dark: true }, "What stands in the way?", "2 refusals"],
  ["in Japanese", { locale: "ja-JP" }, "何が妨げていますか？", "2 か所で拒否"],
  ["on a narrow screen", { width: 390, height: 844 }, "What stands in the way?", "2 refusals"],
]) {
  test(`the list is accessible and nothing runs out of it ${name}`, async (t) => {
    const page = await open(t, options);
    await shut(page);
    await ask(page, asked).click();
    await status(page, counted);
    const wide = await page.locator(".blockers").evaluate((it) => [it, ...it.querySelectorAll("*")].filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline").map((part) => part.className));
    assert.deepEqual(wide, []);
    await checkAccessible(page);
    if (process.env.KUBEHOP_SHOTS) await page.screenshot({ path: `${process.env.KUBEHOP_SHOTS}/blockers-${name.replaceAll(" ", "-")}.png` });
  });
}
