// Who may talk to whom, and what a file would change if it were applied.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessible, eventually, site } from "./helpers.mjs";

const open = site();

const pod = (namespace, name, port) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: ${port}}]}]}}`;
const SHOP = [
  pod("shop", "web", 8080), pod("shop", "db", 5432), pod("other", "spy", 80),
  "{apiVersion: kubehop.dev/v1, kind: Flow, metadata: {name: spying}, spec: {from: pod/other/spy, to: pod/shop/db, port: 5432}}",
].join("\n---\n");
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
      ports: [{port: 5432}]
`;

/** Drops a text as a file. */
const drop = (page, name, text) =>
  page.evaluate(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "text/yaml" }));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, [name, text]);

async function openShop(t, options) {
  const page = await open(t, options);
  await drop(page, "shop.yaml", SHOP);
  await page.locator(".top__doc", { hasText: "shop.yaml" }).waitFor();
  return page;
}

const cell = (page, label) => page.locator(`.matrix button[aria-label^="${label}"]`);
const hasFocus = (page, label) =>
  eventually(async () => assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? ""), label));

test("M and the top bar show the matrix, with the outside by its name and a namespace for each group", async (t) => {
  const page = await openShop(t);
  await page.keyboard.press("m");
  const grid = page.getByRole("grid", { name: "Who may talk to whom" });
  await grid.waitFor();
  await grid.locator("[data-cell]").first().waitFor();
  assert.deepEqual(await grid.locator("tbody .matrix__space th").allInnerTexts(), ["shop", "other", "Outside the cluster"]);
  assert.deepEqual(await grid.locator(".matrix__names th").allInnerTexts(), ["web", "db", "spy", "Anywhere outside"]);
  await cell(page, "web → db: all ports").waitFor();
  await page.keyboard.press("m");
  await grid.waitFor({ state: "detached" });
  await page.locator(".top").getByRole("button", { name: "Matrix" }).click();
  await grid.waitFor();
});

test("a click on a cell walks it beside the matrix", async (t) => {
  const page = await openShop(t);
  await page.keyboard.press("m");
  await cell(page, "spy → web").click();
  await page.locator(".summary .verdict", { hasText: "Delivered" }).first().waitFor();
  await page.locator(".matrix__picked", { hasText: "spy → web" }).waitFor();
  await page.getByRole("button", { name: "Show in the diagram" }).click();
  const from = page.getByRole("combobox", { name: "From" });
  await eventually(async () => assert.equal(await from.inputValue(), "pod/other/spy"));
  assert.equal(await page.getByRole("combobox", { name: "to", exact: true }).inputValue(), "pod/shop/web");
  assert.equal(await page.getByRole("textbox", { name: "Port" }).inputValue(), "8080");
});

test("the keyboard goes from cell to cell and walks one", async (t) => {
  const page = await openShop(t);
  await page.keyboard.press("m");
  await page.locator(".matrix [data-cell][tabindex='0']").focus();
  await page.keyboard.press("ArrowRight");
  await hasFocus(page, /^web → db: all ports/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await hasFocus(page, /^spy → db/);
  await page.keyboard.press("Home");
  await hasFocus(page, /^spy → web/);
  await page.keyboard.press("End");
  await hasFocus(page, /^spy → Anywhere outside/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.locator(".matrix [tabindex='0']").count(), 1);
  await page.keyboard.press("Enter");
  await page.locator(".matrix__picked", { hasText: "spy → db" }).waitFor();
  await page.locator(".summary .verdict", { hasText: "Delivered" }).first().waitFor();
  // The page's own keys still act outside of the grid's.
  await page.keyboard.press("t");
  await page.locator(".tables").waitFor();
});

test("the list says the same and walks the same", async (t) => {
  const page = await openShop(t);
  await page.keyboard.press("m");
  await page.getByRole("button", { name: "List" }).click();
  const list = page.getByRole("region", { name: "List" });
  await eventually(async () => assert.match(await list.innerText(), /other\/spy\s+shop\/web\s*all ports/));
  await list.getByRole("button", { name: "other/spy → shop/db" }).click();
  await page.locator(".matrix__picked", { hasText: "spy → db" }).waitFor();
  await page.locator(".summary .verdict", { hasText: "Delivered" }).first().waitFor();
  await checkAccessible(page);
});

test("a policy that is dropped is tried, compared, applied as one step and undone", async (t) => {
  const page = await openShop(t);
  await drop(page, "db.yaml", POLICY);
  await page.getByText("Pairs that open: 0, close: 2, change ports: 1.").waitFor();
  await cell(page, "spy → db: all ports ⇒ none").click();
  const right = page.getByRole("complementary", { name: "Difference" });
  await right.locator(".diff__first").first().waitFor();
  await eventually(async () => {
    const verdicts = await right.locator(".diff__verdict").allInnerTexts();
    assert.deepEqual(verdicts.map((text) => text.trim()), ["Delivered", "Dropped"]);
  });
  await right.getByRole("button", { name: "spying" }).waitFor();
  await page.getByRole("checkbox", { name: "Only changes" }).check();
  await eventually(async () => assert.deepEqual(await page.locator(".matrix__names th").allInnerTexts(), ["db"]));
  await page.getByRole("button", { name: "List" }).click();
  await page.getByRole("region", { name: "List" }).getByText("other/spy → shop/db").waitFor();
  await checkAccessible(page);
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.getByRole("button", { name: "Undo: apply db.yaml" }).waitFor();
  await page.getByRole("button", { name: "Matrix", exact: true }).last().click();
  await cell(page, "spy → db: none").waitFor();
  await page.getByRole("button", { name: "Undo: apply db.yaml" }).click();
  await cell(page, "spy → db: all ports").waitFor();
});

test("a trial can be ended, and a file can be tried from the keyboard alone", async (t) => {
  const page = await openShop(t);
  await drop(page, "db.yaml", POLICY);
  await page.getByRole("button", { name: "Apply", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Apply", exact: true }).waitFor({ state: "detached" });
  await cell(page, "spy → db: all ports").waitFor();
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "What if I apply a file…" }).focus();
  await page.keyboard.press("Enter");
  await (await chosen).setFiles({ name: "mine.yaml", mimeType: "text/yaml", buffer: Buffer.from(POLICY) });
  await page.getByText("mine.yaml").first().waitFor();
  await page.getByRole("button", { name: "Cancel" }).press("Enter");
  await page.getByRole("button", { name: "Paste YAML…" }).last().press("Enter");
  await page.locator("dialog textarea").fill(POLICY);
  await page.getByRole("button", { name: "What if I apply it?" }).press("Enter");
  await page.getByText("close: 2").waitFor();
  // What was dropped can also be opened alone, as any other file is.
  await page.getByRole("button", { name: "Open it alone" }).click();
  await page.getByText("Your former work is kept.").waitFor();
});

test("a policy that the API server would refuse says so instead of a comparison", async (t) => {
  const page = await openShop(t);
  await drop(page, "bad.yaml", POLICY.replace("port: 5432", "port: 123456"));
  await page.getByRole("complementary", { name: "Difference" }).locator(".problem").first().waitFor();
  await page.getByText("Pairs that open: 0, close: 0, change ports: 0.").waitFor();
});

/** Many lone pods: as many rows and columns. */
const many = (count) =>
  Array.from({ length: count }, (_, index) => pod(`ns${index % 10}`, `p${index}`, 80)).join("\n---\n");

test("a large matrix draws only what can be seen, and the keyboard reaches its end", async (t) => {
  const page = await open(t);
  await drop(page, "many.yaml", many(400));
  await page.locator(".top__doc", { hasText: "many.yaml" }).waitFor();
  await page.keyboard.press("m");
  await page.getByRole("grid").waitFor();
  await page.locator(".matrix [data-cell]").first().waitFor();
  assert.ok((await page.locator(".matrix [data-cell]").count()) < 2500);
  assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "403");
  await page.locator(".matrix [data-cell][tabindex='0']").focus();
  await page.keyboard.press("Control+End");
  await page.waitForFunction(() => document.activeElement.closest("td")?.getAttribute("aria-colindex") === "402");
  await page.keyboard.press("ArrowUp");
  await hasFocus(page, /→ Anywhere outside/);
  // Headings of the row and of the column can be seen beside the cell.
  const heading = page.locator(".matrix__names th", { hasText: "Anywhere outside" });
  await heading.waitFor();
  await page.getByRole("searchbox", { name: "From" }).fill("p17");
  await page.locator('[role=grid][aria-rowcount="13"]').waitFor();
});

const LOOKS = [
  ["light", {}],
  ["dark", { dark: true }],
  ["Japanese", { locale: "ja-JP" }],
  ["390 px", { width: 390, height: 844 }],
];
for (const [name, options] of LOOKS) {
  test(`the matrix and a trial have no serious accessibility problem: ${name}`, async (t) => {
    const page = await openShop(t, options);
    await page.keyboard.press("m");
    await page.getByRole("grid").waitFor();
    await checkAccessible(page);
    await drop(page, "db.yaml", POLICY);
    await page.locator(".whatif__sum").waitFor();
    await page.locator(".matrix .is-changed button").first().click();
    await page.locator(".diff__walk").first().waitFor();
    await checkAccessible(page);
  });
}
