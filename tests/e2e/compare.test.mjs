// Two variants side by side: network models, and before and after an edit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessible, eventually, retype, site } from "./helpers.mjs";

const open = site();

const fact = (page, what) => page.locator(".compare__facts tr", { hasText: what });
const cells = async (page, what) => {
  const texts = await fact(page, what).locator("td").allInnerTexts();
  return texts.map((text) => text.trim());
};
const rows = (page) => page.locator(".compare__rows [data-row]");

/** The request of this title, in the comparison. */
async function compare(page, title) {
  await page.locator("#region-left").getByRole("button", { name: title }).click();
  await page.locator(".summary .verdict").first().waitFor();
  await page.keyboard.press("d");
  await page.locator(".compare__facts").waitFor();
}

test("kubenet stands beside Azure CNI: the machine sees the node, or the pod", async (t) => {
  const page = await open(t);
  await compare(page, "Pod → VM, same VNet");
  assert.equal(await page.getByRole("combobox", { name: "Right" }).inputValue(), "scenario-azure-cni");
  assert.deepEqual(await cells(page, "Source seen"), ["10.1.0.4", "≠differs", "10.1.0.10"]);
  assert.deepEqual(await cells(page, "Request"), ["Delivered", "=same", "Delivered"]);
  // The rewrite stands beside the rule that spares the packet; a bridge is only on the left.
  const masquerade = rows(page).filter({ hasText: "differs: decision" }).first();
  assert.match(await masquerade.innerText(), /10\.244\.0\.10:50000 → 10\.1\.1\.4:443 ⇒ 10\.1\.0\.4:50000/);
  assert.ok((await page.locator(".compare__row.is-left", { hasText: "only left" }).count()) > 0);
  assert.equal(await page.locator(".compare__sides svg").count(), 2);
});

test("a row is chosen in both pictures, and says why", async (t) => {
  const page = await open(t);
  await compare(page, "Pod → VM, same VNet");
  const masquerade = rows(page).filter({ hasText: "differs: decision" }).first();
  await masquerade.click();
  await eventually(async () => assert.equal(await masquerade.getAttribute("aria-expanded"), "true"));
  const number = await masquerade.locator(".compare__number").first().innerText();
  const packets = page.locator(".compare__sides svg .packet");
  await eventually(async () => assert.equal(await packets.count(), 2));
  await eventually(async () => {
    assert.match(await packets.nth(0).textContent(), /10\.1\.0\.4:50000/);
    assert.match(await packets.nth(1).textContent(), /10\.1\.0\.10:50000/);
  });
  assert.match(number, /^\d+$/);
  assert.match(await page.locator(".compare__why").innerText(), /MASQUERADE/);
});

test("the keyboard goes from row to row, and Escape and D lead back", async (t) => {
  const page = await open(t);
  await compare(page, "Pod → VM, same VNet");
  await page.locator(".compare__rows [data-row][tabindex='0']").focus();
  await page.keyboard.press("Home");
  const chosen = (row) => eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.dataset.row), row));
  await chosen("0");
  await page.keyboard.press("ArrowDown");
  await chosen("1");
  await page.locator("[data-row='1'][aria-expanded=true]").waitFor();
  await eventually(async () => assert.equal(await page.locator(".compare__rows [tabindex='0']").count(), 1));
  await page.keyboard.press("End");
  await chosen(String((await rows(page).count()) - 1));
  await page.keyboard.press("Escape");
  await page.locator(".compare").waitFor({ state: "detached" });
  await page.keyboard.press("d");
  await page.locator(".compare__facts").waitFor();
  await page.keyboard.press("d");
  await page.locator(".compare").waitFor({ state: "detached" });
});

test("an edit stands beside what was before it: with Local the pod sees the client", async (t) => {
  const page = await open(t);
  await page.getByRole("tab", { name: "YAML" }).click();
  await retype(page, "externalTrafficPolicy", "Cluster", "Local");
  await page.getByRole("button", { name: /^Undo: / }).waitFor();
  await page.locator(".top").getByRole("button", { name: "Compare" }).click();
  await page.locator(".compare__facts").waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Left" }).inputValue(), "before-0");
  // The node without an endpoint is no longer picked: its walk stands alone.
  const picks = page.getByRole("combobox", { name: "Picks" });
  assert.equal(await picks.locator("option").count(), 2);
  // Which pair is which is not said here; one of them comes to each.
  const comesTo = (pattern) =>
    eventually(async () => {
      for (const pair of ["0", "1"]) {
        await picks.selectOption(pair);
        if (pattern.test((await cells(page, "Source seen")).join(" ").replace("≠", ""))) return;
      }
      assert.fail(`no pair has ${pattern}`);
    });
  await comesTo(/differs ?203\.0\.113\.9$/);
  await comesTo(/none$/);
  // Taken back, both sides are the same.
  await page.getByRole("button", { name: /^Undo: / }).click();
  await page.getByText("Both walks are the same, step by step.").first().waitFor();
});

test("only what differs can be listed, and the sides change places", async (t) => {
  const page = await open(t);
  await compare(page, "VM → pod");
  assert.deepEqual((await cells(page, "Request")).map((text) => text.replace("≠", "")), ["Dropped", "differs", "Delivered"]);
  const all = await rows(page).count();
  await page.getByRole("button", { name: "Swap sides" }).click();
  await page.waitForFunction(() => document.querySelector(".compare__facts td")?.innerText.includes("Delivered"));
  assert.equal(await rows(page).count(), all);
  await page.getByRole("combobox", { name: "Left" }).selectOption("now");
  await page.getByText("Both walks are the same, step by step.").first().waitFor();
  await page.getByRole("checkbox", { name: "Only differences" }).check();
  await eventually(async () => assert.equal(await rows(page).count(), 0));
});

const LOOKS = [
  ["light", {}],
  ["dark", { dark: true }],
  ["Japanese", { locale: "ja-JP" }],
  ["390 px", { width: 390, height: 844 }],
];
for (const [name, options] of LOOKS) {
  test(`two variants side by side have no serious accessibility problem: ${name}`, async (t) => {
    const page = await open(t, options);
    await page.locator("svg.scene [data-key]").first().waitFor();
    await page.keyboard.press("d");
    await page.locator(".compare__facts").waitFor();
    await rows(page).nth(2).click();
    await checkAccessible(page);
    if (process.env.KUBEHOP_SHOTS) await page.screenshot({ path: `${process.env.KUBEHOP_SHOTS}/compare-${name.replace(" ", "")}.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    assert.ok(wide, "nothing is wider than the screen");
  });
}
