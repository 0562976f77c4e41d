// What was seen wrong in pictures of the page, and must not come back: things cut off, out of reach, or in the wrong
// language.

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, site } from "./helpers.mjs";

const open = site();
const NARROW = { width: 390, height: 844 };

/** Types into the first file's line that holds `text`. */
async function mistype(page, tab) {
  await page.getByRole("tab", { name: tab }).click();
  await page.locator(".cm-line", { hasText: "type: LoadBalancer" }).last().click();
  await page.keyboard.press("End");
  await page.keyboard.type("x");
}

test("at 390 px a changed scenario leaves undo and sharing in reach", async (t) => {
  const page = await open(t, NARROW);
  await mistype(page, "YAML");
  await page.locator(".top__doc", { hasText: "changed" }).waitFor();
  for (const name of [/^Undo/, "Share"]) {
    const { x, width } = await page.locator("#region-top").getByRole("button", { name }).boundingBox();
    assert.ok(x >= 0 && x + width <= NARROW.width, `${name} from ${x} to ${x + width}`);
  }
});

test("at 390 px what is found is read beside its kind, and nothing runs out of the list", async (t) => {
  const page = await open(t, { width: 390, height: 844, locale: "ja-JP" });
  await page.keyboard.press("/");
  const results = page.locator(".results");
  await results.waitFor();
  await page.locator(".results small", { hasText: "ホスト 203.0.113.9" }).waitFor();
  await eventually(async () => assert.equal(await results.evaluate((it) => it.scrollWidth - it.clientWidth), 0));
});

test("at 390 px no word of the table is broken", async (t) => {
  const page = await open(t, NARROW);
  await page.keyboard.press("t");
  await page.locator(".tables tbody th").first().waitFor();
  const heights = await page.locator(".tables tbody th b, .tables tbody th").evaluateAll((cells) =>
    cells.filter((cell) => cell.textContent.startsWith("kubernetes")).map((cell) => cell.getBoundingClientRect().width),
  );
  assert.ok(heights.length > 0 && Math.min(...heights) > 90, `columns of ${heights} px`);
});

test("at 390 px the walk can be read below what stands in its way", async (t) => {
  const page = await open(t, NARROW);
  await page.locator("#top-menu").click();
  await page.getByRole("button", { name: /^VM → pod/ }).click();
  await page.getByRole("button", { name: "What stands in the way?" }).click();
  await page.locator(".blocker").first().waitFor();
  const last = page.locator(".step").last();
  await last.scrollIntoViewIfNeeded();
  const [step, panel] = await Promise.all([last.boundingBox(), page.locator("#panel-trace").boundingBox()]);
  assert.ok(step.height > 0 && step.y >= panel.y && step.y + step.height <= panel.y + panel.height + 1);
});

test("an embedded page of 390 px shows the whole path", async (t) => {
  const page = await open(t, { path: "?embed=view", width: 390, height: 420 });
  const strip = await page.locator(".embed .strip svg.scene").boundingBox();
  assert.ok(strip.x >= 0 && strip.x + strip.width <= 390);
  await page.getByRole("button", { name: "Show the whole picture" }).click();
  await page.locator(".canvas").waitFor();
});

test("the theme of an embedded page is the one that is shown, and every one can be chosen", async (t) => {
  const page = await open(t);
  await page.getByRole("button", { name: "Embed" }).click();
  const theme = page.locator("dialog select").first();
  const code = () => page.getByLabel("HTML").inputValue();
  assert.equal(await theme.evaluate((it) => it.selectedIndex), 0);
  assert.doesNotMatch(await code(), /theme=/);
  await theme.selectOption({ index: 2 });
  await eventually(async () => assert.match(await code(), /theme=dark/));
  await theme.selectOption({ index: 1 });
  await eventually(async () => assert.match(await code(), /theme=light/));
});

test("problems are told in Japanese, with what was found and expected", async (t) => {
  const page = await open(t, { locale: "ja-JP" });
  await mistype(page, "YAML");
  await page.getByRole("tab", { name: /^問題/ }).click();
  const told = page.locator(".problem small", { hasText: "LoadBalancerx" });
  assert.equal(
    await told.innerText(),
    "検出: `LoadBalancerx`、期待: `ClusterIP`、`NodePort`、`LoadBalancer`、`ExternalName` のいずれか",
  );
  const all = await page.locator(".problem").allInnerTexts();
  for (const text of all) assert.doesNotMatch(text.replaceAll(/`[^`]*`|[\w.-]+\.yaml:[\d:]+/g, ""), /[a-z]+ [a-z]+/, text);

  await page.getByRole("combobox").first().fill("nonsense");
  await page.keyboard.press("Enter");
  assert.equal(
    await page.getByRole("alert").innerText(),
    "送信元を読み取れません: `nonsense` という種類の場所はありません",
  );
});

for (const locale of ["en-US", "ja-JP"]) {
  test(`with letters of twice the size no tab of the inspector is cut off: ${locale}`, async (t) => {
    const page = await open(t, { locale });
    await page.locator("svg.scene [data-key]").first().waitFor();
    await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    const { x, width } = await page.locator("#region-inspector").boundingBox();
    const tabs = page.getByRole("tab");
    await eventually(async () => {
      for (const tab of await tabs.all()) {
        const box = await tab.boundingBox();
        assert.ok(box.x >= x && box.x + box.width <= x + width + 1, `${await tab.innerText()} from ${box.x} to ${box.x + box.width}`);
      }
    });
  });
}

test("where several picks can be forced, the destination is read whole", async (t) => {
  const page = await open(t, { locale: "ja-JP" });
  await page.locator("#region-left").getByRole("button", { name: /^Ingress: / }).click();
  await page.locator("#region-left").getByRole("button", { name: /cart/ }).click();
  const to = page.locator("#request label").nth(1).locator("input");
  await eventually(async () => {
    assert.match(await to.inputValue(), /cart/);
    assert.equal(await page.locator("#request > label").count(), 4);
    const { room, text } = await to.evaluate((it) => ({ room: it.clientWidth, text: it.scrollWidth }));
    assert.ok(text <= room, `${text} px of text in ${room} px`);
  });
});
