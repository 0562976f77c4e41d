// Files of the reader's own: a folder with manifests, what else lies in it, and the page on paper.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { eventually, retype, site } from "./helpers.mjs";

const open = site();

const WEB = [
  "apiVersion: apps/v1", "kind: Deployment", "metadata: {name: web}",
  "spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}",
  "---", "apiVersion: v1", "kind: Service", "metadata: {name: web}",
  "spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}", "",
].join("\n");
const VNET = JSON.stringify([{
  id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub",
  name: "hub", type: "Microsoft.Network/virtualNetworks", location: "japaneast",
  properties: { addressSpace: { addressPrefixes: ["10.9.0.0/16"] }, subnets: [{ name: "s", properties: { addressPrefix: "10.9.0.0/24" } }] },
}]);
// What a repository has besides; this one is no YAML.
const README = "# web\n- not: yaml: at all\n";

/** A folder with these files, which is gone after the test. */
async function folder(t, files) {
  const at = await mkdtemp(join(tmpdir(), "kubehop-"));
  t.after(() => rm(at, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(at, "repo", name)), { recursive: true });
    await writeFile(join(at, "repo", name), text);
  }
  return join(at, "repo");
}

/** Drops what lies at `paths` onto the picture, as a person does from a file manager. */
async function drop(page, paths) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 600, y: 400, data });
  }
}

test("a dropped folder becomes the scenario, without what is no manifest", async (t) => {
  const page = await open(t);
  await page.locator("svg.scene [data-key]").first().waitFor();
  const files = { "README.md": README, ".git/config.yaml": "a: b", "k8s/web.yaml": WEB, "azure/vnet.json": VNET };
  await drop(page, [await folder(t, files)]);
  await page.getByRole("status").filter({ hasText: "1 of 3 files" }).waitFor();
  await page.locator("svg.scene [data-key='vnet/hub']").waitFor();
  await page.locator("svg.scene [data-key='service/default/web']").waitFor();
  await page.getByRole("tab", { name: "YAML" }).click();
  const listed = page.locator(".yaml__bar select").first().locator("option");
  await eventually(async () => assert.deepEqual(await listed.allInnerTexts(), ["repo/azure/vnet.json", "repo/k8s/web.yaml"]));
  // An edit is answered: nothing that cannot be parsed is among the files.
  await page.locator(".yaml__bar select").first().selectOption({ label: "repo/k8s/web.yaml" });
  await retype(page, "port: 80", "80}]}", "81}]}");
  await page.locator("svg.scene", { hasText: ":81" }).waitFor();
  assert.equal(await page.locator(".canvas.is-stale").count(), 0);
});

test("among several files only manifests are opened, and what was left out is said", async (t) => {
  const page = await open(t, { locale: "ja-JP" });
  await page.locator("svg.scene [data-key]").first().waitFor();
  const at = await folder(t, { "README.md": README, "web.yaml": WEB });
  await drop(page, [join(at, "README.md"), join(at, "web.yaml")]);
  await page.getByRole("status").filter({ hasText: "2 個のファイルのうち 1 個" }).waitFor();
  await page.locator(".top__doc", { hasText: "web.yaml" }).waitFor();
});

test("a folder without manifests says so, and leaves the scenario alone", async (t) => {
  const page = await open(t);
  await page.locator("svg.scene [data-key]").first().waitFor();
  await drop(page, [await folder(t, { "README.md": README })]);
  await page.getByRole("alert").filter({ hasText: /repo.*holds no document/ }).waitFor();
  await page.locator(".top__doc", { hasText: "kubenet" }).waitFor();
});

test("on paper no step is cut off, and the picture is whole", async (t) => {
  const page = await open(t);
  await page.locator("svg.scene [data-key]").first().waitFor();
  await page.mouse.move(600, 400);
  const here = async () => (await page.locator(".canvas > svg").boundingBox()).width;
  const shown = await page.locator("svg.scene .badge").first().boundingBox();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ media: "print" });
  // The question stands above the picture, and nothing that can only be pressed.
  const top = (selector) => page.locator(selector).evaluate((it) => it.getBoundingClientRect().top);
  await page.locator(".top__title", { hasText: "Internet → web" }).waitFor();
  await page.locator(".request").waitFor();
  assert.ok((await top(".request")) < (await top(".canvas > svg")));
  for (const name of ["Send", "Next connection", "Share"]) assert.ok(await page.getByRole("button", { name, exact: true }).isHidden(), name);
  await eventually(async () => {
    const cut = await page.locator(".step").evaluateAll((steps) =>
      steps.filter((step) => {
        const { bottom } = step.getBoundingClientRect();
        for (let box = step.parentElement; box; box = box.parentElement) {
          if (getComputedStyle(box).overflowY !== "visible" && box.getBoundingClientRect().bottom < bottom - 1) return true;
        }
        return false;
      }).length,
    );
    assert.equal(cut, 0);
    assert.ok((await page.locator(".step").count()) >= 12);
  });
  // A sheet is narrower than the screen; the page is told nothing of it, and the picture shrinks.
  const pdf = await page.pdf({ format: "A4" });
  assert.ok((pdf.toString("latin1").match(/\/Type \/Page\b/g) ?? []).length >= 1);
  await page.emulateMedia({ media: "screen" });
  await eventually(async () => assert.deepEqual(await page.locator("svg.scene .badge").first().boundingBox(), shown));
  assert.ok((await here()) > 700);
});
