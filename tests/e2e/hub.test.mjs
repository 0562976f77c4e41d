// The cluster behind a firewall in a hub, what the inspector says of routes to service tags and of a cluster behind a
// YAML alias, and the whole picture on a phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessible, eventually, site } from "./helpers.mjs";

const open = site();
const NARROW = { width: 390, height: 844 };

/** Opens the built-in scenario from the list at the left. */
async function hub(page, name = "Azure Firewall in a hub") {
  await page.locator("svg.scene [data-key], .strip").first().waitFor();
  await page.locator("#region-left").getByRole("button", { name }).click();
  await page.locator(".top__doc", { hasText: name }).waitFor();
}

async function paste(page, text) {
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.getByRole("button", { name: "Paste YAML" }).click();
  await page.locator("dialog textarea").fill(text);
  await page.getByRole("button", { name: "Open in place of what is shown" }).click();
  await page.locator(".top__doc", { hasText: "pasted.yaml" }).waitFor();
}

/** Selects an object by the finder. */
async function find(page, word, name) {
  await page.keyboard.press("/");
  await page.locator("dialog input").fill(word);
  await page.locator("dialog .results button", { hasText: name }).first().click();
  await page.locator("#panel-object").waitFor();
}

test("problems that only walks find are listed a moment after a scenario opens", async (t) => {
  const page = await open(t);
  await hub(page);
  const tab = page.getByRole("tab", { name: /^Problems/ });
  await tab.locator(".count", { hasText: "2" }).waitFor();
  await tab.click();
  const lost = "the reply of service/default/shop-public to internet is lost at firewall/firewall";
  const problem = page.locator(".problem", { hasText: lost });
  await problem.getByRole("button", { name: "Show the walk" }).click();
  await page.locator(".playback__reply", { hasText: "Dropped" }).waitFor();
  await page.locator("#panel-trace").waitFor();
});

test("the answer of the public Service is lost at the firewall of the hub, and a route past it brings it back", async (t) => {
  const page = await open(t);
  await hub(page);
  await page.getByRole("button", { name: /^Internet → shop-public/ }).click();
  await page.locator(".playback__reply", { hasText: "Dropped" }).waitFor();
  await page.locator("svg.scene [data-key='firewall/firewall']").waitFor();
  await page.getByRole("button", { name: "What stands in the way?" }).click();
  const blocker = page.locator(".blocker", { hasText: "Add a route for 203.0.113.9/32 by Internet to nodes." });
  await blocker.getByRole("button").last().click();
  await page.locator(".playback__reply").waitFor({ state: "detached" });
});

test("the sender of a name's request is whoever asked for it, and a firewall is no NSG", async (t) => {
  const page = await open(t);
  await hub(page);
  await page.locator(".summary", { hasText: "partner answers, but it sees 20.50.60.90 as the sender, not 10.244.0.10." }).waitFor();
  await page.locator(".step", { hasText: "Firewall allows: outbound/partner" }).waitFor();
  // Its title is whole.
  const title = page.locator("#region-left .list").nth(1).locator("button span").first();
  assert.ok(await title.evaluate((it) => it.scrollWidth <= it.clientWidth));
});

test("every request of the hub has a Japanese title", async (t) => {
  const page = await open(t, { locale: "ja-JP" });
  await hub(page, "ハブの Azure Firewall");
  await eventually(async () => {
    const titles = await page.locator("#region-left .list").nth(1).locator("button").allInnerTexts();
    assert.equal(titles.length, 7);
    for (const title of titles) assert.match(title, /[ぁ-んァ-ヶ一-龠]/);
  });
});

test("a route to a service tag says for which addresses it decides", async (t) => {
  const page = await open(t);
  await paste(
    page,
    `
type: Microsoft.Network/virtualNetworks
name: v
properties: {addressSpace: {addressPrefixes: [10.0.0.0/16]}, subnets: [{name: s, properties: {addressPrefix: 10.0.0.0/24, routeTable: {id: t}}}]}
---
type: Microsoft.Network/routeTables
name: t
properties: {routes: [{name: r, properties: {addressPrefix: AzureCloud, nextHopType: Internet}}]}
---
{type: Microsoft.Network/publicIPAddresses, name: ip, location: japaneast, properties: {ipAddress: 20.1.2.3}}
---
{apiVersion: kubehop.dev/v1, kind: Host, metadata: {name: vm}, spec: {subnet: v/s, ip: 10.0.0.4}}
`,
  );
  await find(page, "vm", "vm");
  const row = page.locator(".effective tr", { hasText: "AzureCloud (service tag)" });
  assert.match(await row.innerText(), /decides for 20\.1\.2\.3; other addresses of the tag are not modelled/);
});

test("a cluster behind a YAML alias is offered its own model only, and says why", async (t) => {
  const page = await open(t);
  await paste(
    page,
    `
type: Microsoft.ContainerService/managedClusters
name: shop
tags: {written: &profile {networkPlugin: kubenet, podCidr: 10.244.0.0/16}}
properties: {networkProfile: *profile}
`,
  );
  await find(page, "shop", "shop");
  const choice = page.getByLabel("Network model");
  assert.deepEqual(await choice.locator("option").allInnerTexts(), ["kubenet"]);
  await page.getByText("comes by a YAML alias").waitFor();
  await checkAccessible(page, { include: "#panel-object" });
});

for (const [name, options, whole] of [
  ["a phone", NARROW, "Show the whole picture"],
  ["a phone, Japanese and dark", { ...NARROW, locale: "ja-JP", dark: true }, "図の全体を表示"],
]) {
  test(`the whole picture can be read on ${name}, from where the walk is, and is moved by hand`, async (t) => {
    const page = await open(t, options);
    await page.getByRole("button", { name: whole }).click();
    const scene = page.locator(".canvas svg.scene");
    await scene.waitFor();
    const scale = () => page.locator(".canvas svg.scene > g").first().evaluate((it) => it.getCTM().a);
    await eventually(async () => assert.ok((await scale()) > 0.75, `${await scale()}`));
    const canvas = await page.locator(".canvas").boundingBox();
    assert.ok(canvas.height > 300, `${canvas.height} px`);
    const sees = (key) =>
      eventually(async () => {
        const { x, y, width, height } = await page.locator(`.canvas svg.scene [data-key='${key}']`).boundingBox();
        const across = x < canvas.x + canvas.width && x + width > canvas.x;
        assert.ok(across && y < canvas.y + canvas.height && y + height > canvas.y, `${key} is out of sight`);
      });
    // The last step of the walk is on n0; the picture follows the walk.
    await sees("node/n0");
    await page.keyboard.press("Home");
    await sees("host/client");
    // Who cannot pinch has buttons, large enough for a finger.
    for (const id of ["#zoom-out", "#zoom-in"]) {
      const box = await page.locator(id).boundingBox();
      assert.ok(box.width >= 43.5 && box.height >= 43.5, `${id} ${box.width}x${box.height}`);
    }
    const before = await scale();
    await page.locator("#zoom-out").click();
    await eventually(async () => assert.ok((await scale()) < before));
    await checkAccessible(page);
  });
}

for (const locale of ["en-US", "ja-JP"]) {
  test(`at 1024 px the request is seen whole beside both panes (${locale})`, async (t) => {
    const page = await open(t, { width: 1024, height: 768, locale });
    // The styles for it come with the second part.
    await page.mouse.move(300, 300);
    await eventually(async () => {
      const fields = await page.locator(".request input").evaluateAll((all) => all.map((it) => [it.value, it.scrollWidth - it.clientWidth]));
      assert.deepEqual(fields, [["host/client", 0], ["20.50.60.70", 0], ["80", 0]]);
    });
  });
}
