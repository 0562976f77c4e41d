// Measures the finished page in headless Chromium: `cargo xtask bench` builds it and runs this.
// `node web/bench/run.mjs matrix` measures only the matrix of a large cluster, `large` only one with 1,000 Services.
//
// The page takes part with a mark, `kubehop:first-walk`, when the first walk is in the document, and with measures:
// `kubehop:edit-to-draw`, from an edit to the picture of its answer, `kubehop:derive`, reading a document and all that
// controllers and the network make of it, and `kubehop:matrix`, who may talk to whom.

import { mkdir, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { NESTED, launch, serve } from "../../tests/e2e/helpers.mjs";
import { BUDGET_KB, files, firstLoad } from "../size.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "../../dist");
const OUT = join(HERE, "out");
const RUNS = 15;
const EDITS = 15;
const OPENINGS = 5;

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1];
const ms = (value) => `${value.toFixed(1)} ms`;
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** mermaid as its own documentation has it bundled: split, so that a flow chart loads only what it needs. */
async function buildMermaid() {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await build({
    entryPoints: [join(HERE, "mermaid.js"), join(HERE, "mermaid.html")],
    loader: { ".html": "copy" },
    outdir: OUT,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "chrome111",
    logLevel: "error",
  });
}

/** Milliseconds from navigation to a mark, in a profile that has nothing cached; also what came over the wire. */
async function timeTo(browser, url, mark) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const names = [];
  page.on("response", (response) => names.push(new URL(response.url()).pathname));
  await page.goto(url);
  const found = await page
    .waitForFunction((mark) => performance.getEntriesByName(mark)[0]?.startTime, mark, { timeout: 20_000 })
    .catch(() => null);
  if (!found) throw new Error(`${url} never sets the mark "${mark}"`);
  const time = await found.jsonValue();
  // Objects of the picture are buttons inside the drawing.
  const nodes = await page.locator('svg[role="application"] [role="button"]').count();
  await context.close();
  return { time, nodes, names };
}

async function firstPicture(browser, origin) {
  const ours = [];
  const theirs = [];
  const { nodes } = await timeTo(browser, `${origin}${NESTED}`, "kubehop:first-walk");
  if (nodes < 2) throw new Error("the first picture has no objects to count");
  const mermaid = `${origin}/mermaid/mermaid.html?nodes=${nodes}`;
  const { names } = await timeTo(browser, mermaid, "mermaid:first-diagram");
  // Turn by turn, so that whatever else the machine does meets both alike.
  for (let run = 0; run < RUNS; run++) {
    ours.push((await timeTo(browser, `${origin}${NESTED}`, "kubehop:first-walk")).time);
    theirs.push((await timeTo(browser, mermaid, "mermaid:first-diagram")).time);
  }
  const sizes = new Map((await files(OUT)).map((file) => [file.name, file.brotli]));
  const loaded = names.map((name) => sizes.get(name.replace("/mermaid/", "")) ?? 0).reduce((sum, size) => sum + size, 0);
  const [own, other] = [ours, theirs].map((times) => quantile(times, 0.5));
  console.log(`first walk, from navigation, median of ${RUNS}:      ${ms(own)}`);
  console.log(`mermaid, as many nodes (${nodes}), median of ${RUNS}:     ${ms(other)}`);
  console.log(`first load of mermaid, brotli:                 ${kB(loaded)}`);
  if (own >= other) throw new Error("mermaid was faster");
}

/** Edits a field in the YAML panel key by key, as a person would, and reads the page's own measures. */
async function edits(browser, origin) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`${origin}${NESTED}`);
  await page.getByRole("tab", { name: "YAML" }).click();
  const text = page.locator(".cm-content");
  await text.waitFor();
  await text.click();
  const field = "externalTrafficPolicy: ";
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.type(field);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  // The browser compiles the engine with the first edit; typing waits for a pause after a slow one.
  await page.keyboard.press("Shift+End");
  await page.keyboard.type("Local");
  await page.waitForTimeout(1000);
  for (const _ of "Local") await page.keyboard.press("ArrowLeft");
  const [first] = await page.evaluate(() => performance.getEntriesByName("kubehop:edit-to-draw").map((e) => e.duration));
  console.log(`the first edit to the redrawn picture:         ${ms(first)}`);
  await page.evaluate(() => performance.clearMeasures());
  for (let round = 0; round < EDITS; round++) {
    await page.keyboard.press("Shift+End");
    await page.keyboard.type(round % 2 ? "Local" : "Cluster", { delay: 40 });
    for (const _ of round % 2 ? "Local" : "Cluster") await page.keyboard.press("ArrowLeft");
  }
  await page.waitForTimeout(200);
  const times = await page.evaluate(() => performance.getEntriesByName("kubehop:edit-to-draw").map((e) => e.duration));
  await context.close();
  if (times.length < EDITS) throw new Error(`only ${times.length} edits were measured, of ${EDITS} rounds`);
  console.log(`edit to redrawn picture, ${times.length} edits, median:     ${ms(quantile(times, 0.5))}`);
  console.log(`edit to redrawn picture, 95th percentile:      ${ms(quantile(times, 0.95))} (at most 16 ms)`);
  if (quantile(times, 0.95) > 16) throw new Error("an edit takes too long to show");
}

/** Pods and policies like those of benches/reach.rs, from the same seed of numbers. */
function cluster(pods, policies) {
  let state = 7n;
  const mask = (1n << 64n) - 1n;
  const roll = (sides) => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Number((mixed ^ (mixed >> 31n)) % BigInt(sides));
  };
  const spaces = Math.ceil(pods / 100);
  const texts = [];
  for (let space = 0; space < spaces; space++) texts.push(`{apiVersion: v1, kind: Namespace, metadata: {name: ns${space}, labels: {team: t${space % 7}}}}`);
  for (let pod = 0; pod < pods; pod++) {
    const [app, tier] = [roll(10), roll(3)];
    texts.push(`{apiVersion: v1, kind: Pod, metadata: {name: p${pod}, namespace: ns${pod % spaces}, labels: {app: a${app}, tier: t${tier}, id: i${pod}}}, spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: ${8000 + app}}]}]}, status: {podIP: 10.64.${Math.floor(pod / 250)}.${(pod % 250) + 4}}}`);
  }
  const rules = [];
  for (let policy = 0; policy < policies; policy++) {
    const [app, peer, tier, team, port] = [10, 10, 3, 7, 50].map(roll);
    rules.push(`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np${policy}, namespace: ns${policy % spaces}}, spec: {podSelector: {matchLabels: {app: a${app}}}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {matchLabels: {app: a${peer}}}}, {namespaceSelector: {matchLabels: {team: t${team}}}}], ports: [{port: ${8000 + port}}, {port: ${9000 + port}, endPort: ${9010 + port}}]}, {from: [{ipBlock: {cidr: 203.0.${policy}.0/24}}], ports: [{port: 443}]}], egress: [{to: [{namespaceSelector: {}, podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [t${tier}]}]}}]}, {ports: [{port: 53, protocol: UDP}]}]}}`);
  }
  return { objects: texts.join("\n---\n"), policies: rules.join("\n---\n") };
}

/** Drops files onto the page, as a person does, and waits until the first of them is open. */
async function drop(page, texts) {
  await page.evaluate((texts) => {
    const data = new DataTransfer();
    for (const [name, text] of texts) data.items.add(new File([text], name));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, texts);
  await page.locator(".top__doc", { hasText: texts[0][0] }).waitFor({ timeout: 120_000 });
}

/** Nodes of 30 pods each behind so many Services: the files of benches/measure/clusters.rs. */
function nodesAndServices(nodes, services) {
  const cluster = [
    `{type: Microsoft.ContainerService/managedClusters, name: large, properties: {networkProfile: {networkPlugin: azure, serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10}, agentPoolProfiles: [{name: pool1, count: ${nodes}, maxPods: 35, vnetSubnetID: vnet-a/nodes}]}}`,
    "{type: Microsoft.Network/virtualNetworks, name: vnet-a, properties: {addressSpace: {addressPrefixes: [10.1.0.0/16]}, subnets: [{name: nodes, properties: {addressPrefix: 10.1.0.0/17}}, {name: GatewaySubnet, properties: {addressPrefix: 10.1.255.0/27}}], virtualNetworkPeerings: [{name: a-to-b, properties: {remoteVirtualNetwork: {id: vnet-b}}}]}}",
    "{type: Microsoft.Network/virtualNetworks, name: vnet-b, properties: {addressSpace: {addressPrefixes: [10.2.0.0/16]}, subnets: [{name: default, properties: {addressPrefix: 10.2.0.0/24}}], virtualNetworkPeerings: [{name: b-to-a, properties: {remoteVirtualNetwork: {id: vnet-a}}}]}}",
    "{type: Microsoft.Network/virtualNetworkGateways, name: vpn, properties: {gatewayType: Vpn, ipConfigurations: [{name: d, properties: {subnet: {id: vnet-a/GatewaySubnet}}}]}}",
    "{type: Microsoft.Network/localNetworkGateways, name: office, properties: {localNetworkAddressSpace: {addressPrefixes: [192.168.10.0/24]}}}",
    "{type: Microsoft.Network/connections, name: c, properties: {virtualNetworkGateway1: {id: vpn}, localNetworkGateway2: {id: office}}}",
  ];
  const kinds = ["LoadBalancer", "LoadBalancer", "LoadBalancer", "NodePort", "NodePort"];
  const texts = [];
  for (let number = 0; number < services; number++) {
    const [digit, app] = [number % 10, `d${number}`];
    const internal = digit === 1 ? ", annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}" : "";
    const local = digit === 2 ? ", externalTrafficPolicy: Local" : "";
    texts.push(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${app}}, spec: {replicas: ${Math.floor((nodes * 30) / services)}, selector: {matchLabels: {app: ${app}}}, template: {metadata: {labels: {app: ${app}}}, spec: {containers: [{name: c, image: i}]}}}}`);
    texts.push(`{apiVersion: v1, kind: Service, metadata: {name: ${app}${internal}}, spec: {type: ${kinds[digit] ?? "ClusterIP"}${local}, selector: {app: ${app}}, ports: [{port: 80, targetPort: 8080}]}}`);
  }
  return [["cluster.yaml", cluster.join("\n---\n")], ["services.yaml", texts.map((text) => `${text}\n---\n`).join("")]];
}

/** 400 nodes of 30 pods behind 1,000 Services: all that follows from the files, and what does from an edited Service. */
async function large(browser, origin) {
  const files = nodesAndServices(400, 1000);
  const times = (page, name) => page.evaluate((name) => performance.getEntriesByName(name).map((entry) => entry.duration), name);
  const opened = [];
  let page;
  for (let round = 0; round < OPENINGS; round++) {
    await page?.context().close();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
    page = await context.newPage();
    await page.goto(`${origin}${NESTED}`);
    await page.locator("#page").waitFor();
    await drop(page, files);
    opened.push(Math.max(...(await times(page, "kubehop:derive"))));
  }
  await page.getByRole("tab", { name: "YAML" }).click();
  await page.locator(".yaml__bar select").first().selectOption({ label: "services.yaml" });
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.press("ControlOrMeta+f");
  await page.locator(".cm-search input[name=search]").waitFor();
  await page.keyboard.type("app: d600}, ports: [{port: 8");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await page.evaluate(() => performance.clearMeasures());
  // The first edits are those with which the browser compiles the engine well.
  for (let round = 0; round < 2 * EDITS; round++) {
    await page.keyboard.press(round % 2 ? "Backspace" : "1");
    await page.waitForFunction((count) => performance.getEntriesByName("kubehop:edit-to-draw").length > count, round, { timeout: 60_000 });
  }
  const derived = (await times(page, "kubehop:derive")).slice(EDITS);
  const drawn = (await times(page, "kubehop:edit-to-draw")).slice(EDITS);
  await page.context().close();
  if (derived.length < EDITS) throw new Error(`only ${derived.length} edits of a Service were measured`);
  console.log(`400 nodes x 30 pods, 1,000 Services, read and derived, median of ${OPENINGS}: ${ms(quantile(opened, 0.5))}, longest ${ms(Math.max(...opened))} (at most 1500 ms)`);
  console.log(`the same after an edited Service, median of ${derived.length}:   ${ms(quantile(derived, 0.5))}, longest ${ms(Math.max(...derived))} (goal 16 ms)`);
  console.log(`from that edit to the redrawn page, median:    ${ms(quantile(drawn, 0.5))}`);
  if (quantile(opened, 0.5) > 1500) throw new Error("a large cluster takes too long to derive");
}

/** The matrix of 1,000 pods and 100 policies: computing it, and drawing it anew after an edited policy. */
async function matrix(browser, origin) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`${origin}${NESTED}`);
  await page.locator("#page").waitFor();
  const { objects, policies } = cluster(1000, 100);
  await drop(page, [["objects.yaml", objects], ["policies.yaml", policies]]);
  await page.evaluate(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, entry.duration);
    }).observe({ entryTypes: ["longtask"] });
  });
  const opened = [];
  for (let round = 0; round < EDITS; round++) {
    await page.evaluate(() => document.activeElement?.blur?.());
    await page.keyboard.press("m");
    await page.getByRole("grid").waitFor();
    await page.waitForTimeout(300);
    await page.keyboard.press("m");
    await page.getByRole("grid").waitFor({ state: "detached" });
    opened.push(await page.evaluate(() => performance.getEntriesByName("kubehop:matrix").at(-1).duration));
    if (round === 0) await page.evaluate(() => (globalThis.longest = 0));
  }
  // Back to the diagram is a task of its own; what counts is the matrix.
  await page.keyboard.press("m");
  await page.getByRole("grid").waitFor();
  await page.getByRole("tab", { name: "YAML" }).click();
  await page.locator(".yaml__bar select").first().selectOption({ label: "policies.yaml" });
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.type("port: 80");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await page.evaluate(() => performance.clearMeasures());
  for (let round = 0; round < EDITS; round++) {
    await page.keyboard.press(round % 2 ? "Backspace" : "1");
    await page.waitForTimeout(1500);
  }
  const times = (name) => page.evaluate((name) => performance.getEntriesByName(name).map((entry) => entry.duration), name);
  const [computed, drawn] = [await times("kubehop:matrix"), await times("kubehop:edit-to-draw")];
  const longest = await page.evaluate(() => globalThis.longest);
  await context.close();
  if (computed.length < EDITS / 2) throw new Error(`only ${computed.length} edits of a policy reached the matrix`);
  console.log(`matrix of 1,000 pods / 100 policies, computed, median of ${opened.length}: ${ms(quantile(opened, 0.5))}, longest ${ms(Math.max(...opened))} (at most 40 ms)`);
  console.log(`the same after an edited policy, median of ${computed.length}:     ${ms(quantile(computed, 0.5))}, longest ${ms(Math.max(...computed))}`);
  console.log(`from that edit to the redrawn page, reading all files included, median of ${drawn.length}: ${ms(quantile(drawn, 0.5))} (goal 16 ms)`);
  console.log(`longest task of all that:                      ${longest ? ms(longest) : "none over 50 ms"}`);
  if (quantile(opened, 0.5) > 40) throw new Error("the matrix takes too long to compute");
}

const only = process.argv[2];
const problems = [];
const attempt = (what) => what.catch((error) => problems.push(error.message.split("\n")[0]));

if (!only) await buildMermaid();
const server = await serve({ [NESTED]: DIST, "/mermaid/": OUT });
const browser = await launch();
console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}, ${new Date().toISOString().slice(0, 10)}`);
const { total, later } = await firstLoad(DIST);
console.log(`first load, brotli:                            ${kB(total)} (goal ${BUDGET_KB} kB)`);
console.log(`editor, on demand, brotli:                     ${kB(later.reduce((sum, file) => sum + file.brotli, 0))}`);
if (!only) await attempt(firstPicture(browser, server.origin));
if (!only) await attempt(edits(browser, server.origin));
if (only !== "large") await attempt(matrix(browser, server.origin));
if (only !== "matrix") await attempt(large(browser, server.origin));
await browser.close();
await server.close();
problems.forEach((problem) => console.error(`FAILED: ${problem}`));
process.exitCode = problems.length > 0 ? 1 : 0;
