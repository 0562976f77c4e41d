// The dialog of addresses says what `kubehop plan` says, in both languages, and lets other numbers be tried.
// What the command line says of the same scenario is `tests/cli/plan.txt`, which `tests/cli/effective.rs` holds.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { checkAccessible, site } from "./helpers.mjs";

const open = site();
const dialog = (page) => page.locator("dialog.dialog[open]");

/** Opens the dialog by its key. */
async function openPlan(page) {
  await page.keyboard.press("i");
  await dialog(page).locator(".plan__range").first().waitFor();
}

test("the key I opens what kubehop plan prints, and Escape gives the focus back", async (t) => {
  const printed = await readFile(new URL("../cli/plan.txt", import.meta.url), "utf8");
  const lines = new Set(printed.split("\n"));
  const page = await open(t);
  await page.getByRole("tab", { name: "Trace" }).focus();
  await openPlan(page);

  const ranges = await dialog(page).locator(".plan__range").evaluateAll((all) =>
    all.map((range) => ({
      sentence: range.querySelector("summary .visually-hidden").textContent,
      rows: [...range.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
    })),
  );
  const word = { "held for pods": "held" };
  let holdings = 0;
  for (const { sentence, rows } of ranges) {
    assert.ok(lines.has(sentence), `not printed: ${sentence}`);
    const name = sentence.match(/^(.*) [\d./]+: /)[1];
    for (const [addresses, state, holder, reason] of rows) {
      const whose = holder ? ` ${state === "reserved" ? "for" : "by"} ${holder}` : "";
      const line = `${name} ${addresses} ${word[state] ?? state}${whose}: ${reason}`;
      assert.ok(lines.has(line), `not printed: ${line}`);
      holdings += 1;
    }
  }
  // Nothing that is printed is missing: lines of ranges, and of who holds what.
  const of = (pattern) => [...lines].filter((line) => pattern.test(line)).length;
  assert.equal(ranges.length, of(/ addresses, \d+ reserved, /));
  assert.equal(holdings, of(/^(subnet|cluster)\/.* [\d.-]+ (reserved|used|held)( for [^:]*| by [^:]*)?: /));

  const facts = await dialog(page).locator("h3:has-text('What still fits') + ul li").allInnerTexts();
  assert.deepEqual(facts, [...lines].filter((line) => /^(pool|outbound) .*: /.test(line)));
  const limits = await dialog(page).locator(".plan__limits tbody tr").evaluateAll((rows) =>
    rows.map((row) => [row.cells[0].textContent, row.cells[1].textContent]),
  );
  const expected = [...lines].filter((line) => line.startsWith("limit "));
  assert.deepEqual(limits, expected.map((line) => {
    const [, nodes, more] = line.match(/at (\d+) nodes \((\d+) more\)/);
    return [nodes, `${more} more`];
  }));

  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-trace");
});

test("other numbers are answered, and one that cannot be is refused beside its field", async (t) => {
  const page = await open(t);
  await openPlan(page);
  const nodes = dialog(page).getByLabel("Nodes", { exact: true });
  assert.equal(await nodes.getAttribute("placeholder"), "2");
  await dialog(page).getByLabel("More during an upgrade").fill("0");
  // The subnet has 251 usable addresses, and kubenet takes one a node (`tests/cli/effective.rs`).
  await nodes.fill("251");
  await dialog(page).getByText("A /24 has enough addresses for that: 251 usable ones.").waitFor();
  await nodes.fill("252");
  await dialog(page).getByText("A /24 does not have enough addresses for that: 251 usable ones.").waitFor();
  await dialog(page).getByLabel("Pods a node").fill("9");
  assert.match(await dialog(page).getByRole("alert").innerText(), /^Pods a node: expected 10 to 250\.$/);
  assert.equal(await dialog(page).getByLabel("Pods a node").getAttribute("aria-invalid"), "true");
  // The field stays the same while it is refused, so that it can be corrected.
  await dialog(page).getByLabel("Pods a node").focus();
  await page.keyboard.press("End");
  await page.keyboard.type("9");
  assert.equal(await dialog(page).getByLabel("Pods a node").inputValue(), "99");
  await dialog(page).locator(".error-text").waitFor({ state: "detached" });
});

const LOOKS = [
  ["light", {}],
  ["dark", { dark: true }],
  ["Japanese", { locale: "ja-JP" }],
  ["390 px", { width: 390, height: 844 }],
];
for (const [name, options] of LOOKS) {
  test(`no serious accessibility problem, nothing cut: ${name}`, async (t) => {
    const page = await open(t, options);
    await openPlan(page);
    await dialog(page).locator("summary").first().click();
    await dialog(page).getByRole("columnheader").first().waitFor();
    await checkAccessible(page, { include: "dialog" });
    const room = await dialog(page).evaluate((it) => [it.scrollWidth, it.clientWidth]);
    assert.ok(room[0] <= room[1], `${room[0]} px of contents in ${room[1]} px`);
    // A message without a text shows its id.
    assert.doesNotMatch(await dialog(page).innerText(), /plan-[a-z]/);
  });
}

test("the dialog speaks Japanese", async (t) => {
  const page = await open(t, { locale: "ja-JP" });
  await openPlan(page);
  await dialog(page).locator("summary").first().click();
  const text = await dialog(page).innerText();
  // What is left of English are names of objects and titles of documents.
  for (const word of ["reserved", "held", "used by", " free", "nodes with", "expected"]) {
    assert.ok(!text.includes(word), `${word} in ${text}`);
  }
});
