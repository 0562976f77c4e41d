// The eight rows of AKS's article in the page, the walks behind them, and the same cluster with another network model.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { checkAccessible, site } from "./helpers.mjs";

const open = site();

const NARROW = { width: 390, height: 844 };
const button = (page, row, column) => page.locator(`#article-${row - 1}-${column}`);
const focused = (page) => page.evaluate(() => document.activeElement.id);

/** Shows the eight rows, by keys where `keys` says so. */
async function showRows(page, name = "Eight rows") {
  await page.locator("svg.scene [data-key], .strip").first().waitFor();
  await page.keyboard.press("d");
  await page.locator(".compare__facts").waitFor();
  await page.getByRole("button", { name, exact: true }).click();
  await page.locator("table.article").waitFor();
}

/** What `kubehop table` prints for a built-in scenario (held by tests/cli/effective.rs), as rows of title and answer. */
async function printed(file) {
  const text = await readFile(new URL(`../cli/${file}`, import.meta.url), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("row "));
  return { text, rows: rows.map((line) => line.match(/^row \d: (.*): ([^:]*)$/).slice(1)) };
}

async function openScenario(page, id) {
  if (id === "kubenet") return;
  await page.locator(".top__doc").click();
  await page.locator(".menu").getByRole("button", { name: "Azure CNI" }).first().click();
  await page.locator(".top__meta", { hasText: "Azure CNI" }).waitFor();
}

for (const [id, file, model] of [["kubenet", "table.txt", "kubenet"], ["azure-cni", "table-azure-cni.txt", "Azure CNI"]]) {
  test(`the table of ${id} is the one that the command prints, and beside it stands the other model's`, async (t) => {
    const page = await open(t);
    await openScenario(page, id);
    await showRows(page);
    const { text, rows } = await printed(file);
    const other = await printed(id === "kubenet" ? "table-azure-cni.txt" : "table.txt");
    const titles = await page.locator("table.article tbody th > span:last-child").allInnerTexts();
    assert.deepEqual(titles, rows.map(([title]) => title));
    for (const [index, [, answer]] of rows.entries()) {
      const shown = (column) => button(page, index + 1, column).locator(".article__word").innerText();
      assert.equal(await shown(0), answer, `row ${index + 1}`);
      const there = other.rows[index][1];
      assert.equal(await shown(1), there, `row ${index + 1}, the other model`);
      const differs = /differs/.test(await button(page, index + 1, 1).innerText());
      assert.equal(differs, there !== answer, `row ${index + 1}`);
    }
    assert.match(await page.locator("table.article thead th").nth(1).innerText(), new RegExp(`^${model}`));
    await page.locator(".article__copy").getByRole("button").click();
    await page.locator(".article__copy [role=status]", { hasText: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(copied.startsWith(text), copied);
  });
}

test("a click on an answer shows the walk that proves it, and the way back loses nothing", async (t) => {
  const page = await open(t);
  const title = page.locator(".top__doc");
  const before = await title.innerText();
  await showRows(page);
  await button(page, 3, 0).click();
  await page.locator("#proof-title", { hasText: "Row 3, kubenet: Pod and virtual machine, same virtual network: pod-initiated only" }).waitFor();
  await page.locator(".summary .verdict", { hasText: "Dropped" }).waitFor();
  // The other walk of the row, by the list.
  const list = page.locator(".proof select");
  assert.equal(await list.locator("option").count(), 2);
  assert.match(await list.locator("option:checked").innerText(), /^× host\/vm-a -> pod\/default\/p0 TCP 8080$/);
  await list.selectOption("0");
  await page.locator(".summary .verdict", { hasText: "Delivered" }).waitFor();
  // It is in the picture, the tables and the timeline.
  await page.locator("svg.scene .badge").first().waitFor();
  await page.keyboard.press("t");
  await page.locator(".tables").waitFor();
  assert.ok(await page.locator(".proof").isVisible());
  await page.getByRole("button", { name: "Back to the table" }).click();
  await page.locator("table.article").waitFor();
  await page.waitForFunction(() => document.activeElement.id === "article-2-0");
  // With the other model the same row is delivered.
  await button(page, 3, 1).click();
  await page.locator("#proof-title", { hasText: "Row 3, Azure CNI, node subnet" }).waitFor();
  await page.locator(".summary .verdict", { hasText: "Delivered" }).waitFor();
  await page.getByRole("button", { name: "Back to the table" }).click();
  await page.keyboard.press("d");
  await page.locator(".request input").first().waitFor();
  assert.equal(await title.innerText(), before);
  assert.equal(await page.locator(".top__undo").getAttribute("aria-disabled"), "true");
  assert.equal(await page.locator(".note").count(), 0);
});

test("what was put beside the scenario is in the picture, and is named", async (t) => {
  const page = await open(t);
  await showRows(page);
  await button(page, 6, 0).click();
  await page.locator(".proof", { hasText: "assumed: storage/kubehoptable" }).waitFor();
  await page.locator("svg.scene [data-key*='kubehoptable']").first().waitFor();
});

test("everything is done with the keyboard alone", async (t) => {
  const page = await open(t);
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.keyboard.press("d");
  await page.locator(".compare__facts").waitFor();
  await page.getByRole("button", { name: "Eight rows" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("table.article").waitFor();
  for (let presses = 0; presses < 40 && (await focused(page)) !== "article-0-0"; presses += 1) await page.keyboard.press("Tab");
  assert.equal(await focused(page), "article-0-0");
  for (const [key, id] of [["ArrowDown", "1-0"], ["ArrowDown", "2-0"], ["ArrowRight", "2-1"], ["ArrowRight", "2-1"], ["Home", "2-0"]]) {
    await page.keyboard.press(key);
    assert.equal(await focused(page), `article-${id}`);
  }
  await page.keyboard.press("Enter");
  await page.locator("#proof-title").waitFor();
  await page.waitForFunction(() => document.activeElement.id === "proof-back");
  await page.keyboard.press("Escape");
  await page.locator("table.article").waitFor();
  await page.waitForFunction(() => document.activeElement.id === "article-2-0");
  await page.keyboard.press("Escape");
  await page.locator("table.article").waitFor({ state: "detached" });
});

test("models are put beside the scenario, and an edit ends a proof", async (t) => {
  const page = await open(t);
  await showRows(page);
  const heads = page.locator("table.article thead th");
  assert.equal(await heads.count(), 3);
  await page.getByRole("checkbox", { name: "Azure CNI Overlay", exact: true }).check();
  await heads.nth(3).waitFor();
  await page.getByRole("checkbox", { name: "Azure CNI, node subnet", exact: true }).uncheck();
  await heads.nth(3).waitFor({ state: "detached" });
  assert.match(await heads.nth(2).innerText(), /^Azure CNI Overlay/);
  await button(page, 1, 1).click();
  await page.locator("#proof-title", { hasText: "Row 1, Azure CNI Overlay" }).waitFor();
  await page.getByRole("tab", { name: "YAML" }).click();
  await page.locator(".cm-line", { hasText: "externalTrafficPolicy" }).last().click();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.locator(".proof").waitFor({ state: "detached" });
});

test("the same cluster with another model is a side of the comparison", async (t) => {
  const page = await open(t);
  await page.locator("#region-left").getByRole("button", { name: "Pod → VM, same VNet" }).click();
  await page.locator(".summary .verdict").first().waitFor();
  await page.keyboard.press("d");
  await page.locator(".compare__facts").waitFor();
  const right = page.getByRole("combobox", { name: "Right" });
  await right.selectOption("model-node-subnet");
  const source = page.locator(".compare__facts tr", { hasText: "Source seen" });
  await source.filter({ hasText: "differs" }).waitFor();
  assert.equal((await source.locator("td").first().innerText()).trim(), "10.1.0.4");
  // An address of a pod means the pod, whatever address the other model gives it.
  await page.locator(".request input").nth(1).fill("10.244.1.10");
  await page.locator(".request__port").fill("8080");
  await page.keyboard.press("Control+Enter");
  await page.locator(".compare__moved", { hasText: "10.244.1.10 is p1" }).waitFor();
  const request = page.locator(".compare__facts tr", { hasText: "Receiver" });
  assert.match(await request.innerText(), /same/);
});

const LOOKS = [
  ["light", {}, "Eight rows"],
  ["dark", { dark: true }, "Eight rows"],
  ["Japanese", { locale: "ja-JP" }, "8 行の表"],
  ["390 px", NARROW, "Eight rows"],
  ["390 px, Japanese", { ...NARROW, locale: "ja-JP" }, "8 行の表"],
];
for (const [name, options, label] of LOOKS) {
  test(`the table and its proof have no serious accessibility problem and fit: ${name}`, async (t) => {
    const page = await open(t, options);
    await showRows(page, label);
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    const shoot = async (what) => {
      const folder = process.env.KUBEHOP_SHOTS;
      if (folder) await page.screenshot({ path: `${folder}/article-${what}-${name.replaceAll(/\W+/g, "")}.png` });
    };
    await shoot("table");
    if (options.width) {
      await page.locator(".is-rows summary").click();
      await page.locator(".article__beside input").first().waitFor();
    }
    await checkAccessible(page);
    assert.ok(await fits(), "the table is not wider than the screen");
    await button(page, 3, 0).click();
    await page.locator("#proof-title").waitFor();
    await shoot("proof");
    await checkAccessible(page);
    assert.ok(await fits(), "the proof is not wider than the screen");
  });
}

test("the screen speaks Japanese", async (t) => {
  const page = await open(t, { locale: "ja-JP" });
  await showRows(page, "8 行の表");
  const check = async (selector) => {
    const texts = await page.locator(selector).allInnerTexts();
    // What is left of English are names of products and models, of the command, and of objects in a request.
    const known = /kubehop table|web|kubenet|Azure CNI|Azure DNS|Application Gateway|ExpressRoute|Overlay|Cilium|Kubernetes|VPN|VM|(?:pod|host)\/\S+|TCP|vms|EN/g;
    const rest = texts.join("\n").replaceAll(known, "").match(/[A-Za-z]{3,}/g);
    assert.equal(rest, null, `${selector}: ${texts.join(" | ")}`);
  };
  await check(".compare");
  await button(page, 3, 0).click();
  await page.locator("#proof-title").waitFor();
  await check(".proof");
});
