// What a newcomer looked for and did not find: what Azure makes of an object, an answer that is lost, the cluster whose
// network model can be changed, and a page on a screen that is enlarged twice.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { checkAccessible, eventually, site } from "./helpers.mjs";

const open = site();

/** The case `firewall`: all that leaves the nodes goes through a firewall, the answers of a public Service too. */
async function firewall() {
  const files = [
    "src/scenarios/shared/azure.yaml",
    "src/scenarios/shared/web.yaml",
    "src/scenarios/kubenet/cluster.yaml",
    "tests/cases/firewall/firewall.yaml",
    "tests/cases/firewall/flows.yaml",
  ];
  const texts = files.map((file) => readFile(new URL(`../../${file}`, import.meta.url), "utf8"));
  return (await Promise.all(texts)).join("\n---\n");
}

/** Opens a text in place of what is shown. */
async function paste(page, text, narrow = false) {
  await page.locator("svg.scene [data-key], .strip").first().waitFor();
  if (narrow) await page.locator("#top-menu").click();
  await page.getByRole("button", { name: "Paste YAML" }).click();
  await page.locator("dialog textarea").fill(text);
  await page.getByRole("button", { name: "Open in place of what is shown" }).click();
  await page.locator(".top__doc", { hasText: "pasted.yaml" }).waitFor();
}

const LOST = "answer-of-a-public-service";

test("an answer that is lost is seen in the list, the player and the trace, and one click brings it back", async (t) => {
  const page = await open(t);
  await paste(page, await firewall());
  const item = page.locator("#region-left").getByRole("button", { name: LOST });
  await eventually(async () => assert.match(await item.innerText(), /Delivered\s*Reply\s*Dropped/));
  await item.click();
  await page.locator(".playback__reply", { hasText: "Dropped" }).waitFor();
  await page.locator(".step__what", { hasText: "Ends: nobody knows the connection" }).waitFor();
  await page.getByRole("button", { name: "What stands in the way?" }).click();
  const blocker = page.locator(".blocker", { hasText: "Add a route for 203.0.113.9/32 by Internet to nodes." });
  await blocker.waitFor();
  await blocker.getByRole("button").last().click();
  await page.locator(".playback__reply").waitFor({ state: "detached" });
  await eventually(async () => assert.doesNotMatch(await item.innerText(), /Dropped/));
});

test("the strip draws an answer that ends at a firewall", async (t) => {
  const page = await open(t, { width: 390, height: 844 });
  await paste(page, await firewall(), true);
  await page.locator("#top-menu").click();
  await page.locator("#region-left").getByRole("button", { name: LOST }).click();
  await page.locator(".strip [data-key='strip-reply-end']").waitFor();
});

test("what the picture shows is found by its name, the firewall and the cluster too", async (t) => {
  const page = await open(t);
  await paste(page, await firewall());
  for (const [text, title] of [["fw", "Azure Firewall"], ["vpn-a", "VPN gateway"], ["kn", "AKS cluster"]]) {
    await page.locator("body").press("/");
    const field = page.locator("dialog input");
    await field.fill(text);
    await page.keyboard.press("Enter");
    await page.locator(".object__head small", { hasText: title }).waitFor();
  }
});

test("the inspector shows what Azure makes of an object", async (t) => {
  const page = await open(t);
  await page.locator("svg.scene [data-key='subnet/vnet-a/nodes']").focus();
  await page.keyboard.press("Enter");
  const routes = page.locator(".effective", { hasText: "Effective routes of nodes" });
  await routes.locator("tr", { hasText: "VirtualAppliance 10.1.0.5" }).waitFor();
  assert.match(await routes.innerText(), /10\.2\.0\.0\/16\s+VNetPeering/);
  await page.locator("svg.scene [data-key='node/n0']").focus();
  await page.keyboard.press("Enter");
  const rules = page.locator(".effective", { hasText: "Rules of aks-agentpool-nsg at the interface of n0" });
  await rules.locator("tr", { hasText: "DenyAllInBound" }).waitFor();
  await page.locator("svg.scene [data-key='loadbalancer/kubernetes']").focus();
  await page.keyboard.press("Enter");
  const probes = page.locator(".effective", { hasText: "Who answers the health probes" });
  await probes.locator("tr", { hasText: /n1.*31380.*answers/ }).waitFor();
  await checkAccessible(page, { include: "#region-inspector" });
});

test("the name of the network model leads to the place where it is changed", async (t) => {
  const page = await open(t);
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.locator(".top__meta", { hasText: "kubenet" }).click();
  const model = page.locator("#panel-object select");
  await model.selectOption({ label: "Azure CNI Overlay" });
  await page.locator(".top__meta", { hasText: "Overlay" }).waitFor();
});

for (const locale of ["en-US", "ja-JP"]) {
  test(`a screen of 1440 by 900 that is enlarged twice shows the path and the trace: ${locale}`, async (t) => {
    const page = await open(t, { width: 720, height: 450, locale });
    const strip = page.locator(".strip svg.scene");
    await strip.waitFor();
    const [path, trace] = await Promise.all([strip.boundingBox(), page.locator("#region-inspector").boundingBox()]);
    assert.ok(path.width > 300 && path.height > 100, `a path of ${path.width} by ${path.height}`);
    assert.ok(trace.height > 200, `a trace of ${trace.height}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    await checkAccessible(page);
  });
}

test("with letters of twice the size the verdict beside the player can be read", async (t) => {
  const page = await open(t);
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  const where = page.locator(".playback__where b");
  await where.waitFor();
  const [word, row] = await Promise.all([where.boundingBox(), page.locator(".playback__row").boundingBox()]);
  assert.ok(word.height >= 25 && word.y >= row.y + row.height, `${word.y}, ${word.height} below ${row.y + row.height}`);
});
