// What a newcomer sees first is worked out when the page is built (src/ui/baked.rs). It must be what the page works out
// itself: opening another scenario and the first one again asks the engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, site } from "./helpers.mjs";

const open = site();

/** What the page says, without what depends on where the focus was. */
const said = (page) => page.evaluate(() => {
  const text = (selector) => document.querySelector(selector).innerText;
  const picture = document.querySelector("svg.scene").cloneNode(true);
  for (const element of picture.querySelectorAll("[tabindex]")) element.removeAttribute("tabindex");
  return { picture: picture.innerHTML, trace: text("#region-inspector"), timeline: text("#region-timeline"), lists: text("#region-left") };
});

const scenarios = (page) => page.locator("#region-left .list").first().locator("button");

for (const locale of ["en-US", "ja-JP"]) {
  test(`the first picture is what the engine says (${locale})`, async (t) => {
    const page = await open(t, { locale });
    const flows = page.locator("#region-left .list").nth(1).locator("button:has(svg)");
    await flows.first().waitFor();
    const first = await said(page);
    await scenarios(page).nth(1).click();
    await page.locator('#region-left [aria-current="true"]').first().waitFor();
    await eventually(async () => assert.notDeepEqual(await said(page), first));
    await scenarios(page).first().click();
    await eventually(async () => {
      const again = await said(page);
      for (const part of Object.keys(first)) assert.equal(again[part], first[part], part);
    });
  });
}

test("the verdicts beside the scenarios are those of the engine", async (t) => {
  const page = await open(t);
  const count = await scenarios(page).count();
  assert.ok(count >= 10);
  for (let index = 0; index < count; index += 1) {
    const button = scenarios(page).nth(index);
    const known = await button.locator(".visually-hidden").innerText();
    await button.click();
    await page.locator(".summary .verdict", { hasText: known }).first().waitFor();
  }
});
