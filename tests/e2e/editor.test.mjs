// The YAML editor on its own: loaded on demand, under the page's policy, usable by keyboard alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessible, eventually, site } from "./helpers.mjs";

const open = site();
const TEXT = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web # 名前\nspec:\n  type: LoadBalancer\n";

/** The page with nothing on it but an editor; `window.editor` is its handle, `window.told` what it told. */
async function openEditor(t, options = {}) {
  const page = await open(t, options);
  await page.evaluate(async ([text, lang]) => {
    const { create } = await window.kubehop.loadEditor();
    document.body.textContent = "";
    const main = document.createElement("main");
    const [before, parent, after] = ["button", "div", "button"].map((name) => document.createElement(name));
    before.textContent = "before";
    after.textContent = "after";
    parent.style.height = "400px";
    main.append(before, parent, after);
    document.body.append(main);
    window.told = { changes: [], cursor: null, keys: [] };
    document.addEventListener("keydown", (event) => window.told.keys.push(event.key));
    window.editor = create(parent, text, {
      onChange: (text) => window.told.changes.push(text),
      onCursor: (line, column) => (window.told.cursor = [line, column]),
      ariaLabel: "web.yaml",
      lang,
    });
  }, [TEXT, options.lang ?? "en"]);
  return page;
}

test("the editor is fetched only when it is asked for", async (t) => {
  const seen = [];
  const page = await open(t, { before: (page) => page.on("request", (request) => seen.push(request.url())) });
  await page.waitForLoadState("networkidle");
  assert.ok(!seen.some((url) => url.includes("/editor-")));
  await page.evaluate(() => window.kubehop.loadEditor());
  assert.equal(seen.filter((url) => url.includes("/editor-")).length, 1);
});

test("a changed editor is refused and may be tried again", async (t) => {
  const page = await open(t, { allow: [/integrity|hash|Failed to fetch|request failed|preload/i] });
  await page.route(/\/editor-/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()};` });
  }, { times: 1 });
  assert.match(await page.evaluate(() => window.kubehop.loadEditor().then(() => "loaded", String)), /could not load/);
  assert.equal(await page.evaluate(() => window.kubehop.loadEditor().then((editor) => typeof editor.create, String)), "function");
});

test("typing tells the page the text and the cursor", async (t) => {
  const page = await openEditor(t);
  await page.evaluate(() => (window.editor.reveal(4, 12), window.editor.focus()));
  await page.keyboard.type("2");
  await eventually(async () => assert.equal(await page.evaluate(() => window.told.changes.at(-1)), TEXT.replace("web #", "web2 #")));
  assert.deepEqual(await page.evaluate(() => window.told.cursor), [4, 13]);
});

test("columns count characters, not UTF-16 units or bytes", async (t) => {
  const page = await openEditor(t);
  await page.evaluate(() => {
    window.editor.open("a: 𠮷名x\n");
    window.editor.reveal(1, 6);
    window.editor.focus();
  });
  await page.keyboard.type("!");
  assert.equal(await page.evaluate(() => window.editor.text()), "a: 𠮷名!x\n");
  assert.deepEqual(await page.evaluate(() => window.told.cursor), [1, 7]);
});

test("a text from the page keeps the cursor and is told to nobody", async (t) => {
  const page = await openEditor(t);
  await page.evaluate((text) => {
    window.editor.reveal(6, 9);
    window.editor.setText(text.replace("kind: Service", "kind: Pod"));
    window.editor.focus();
  }, TEXT);
  assert.deepEqual(await page.evaluate(() => window.told.changes), []);
  await page.keyboard.type("x");
  assert.match(await page.evaluate(() => window.editor.text()), /kind: Pod\n[^]*type: xLoadBalancer/);
});

test("a file with carriage returns keeps them", async (t) => {
  const page = await openEditor(t);
  const text = await page.evaluate(() => {
    window.editor.open("a: 1\r\nb: 2\r\n");
    window.editor.setText("a: 1\r\nb: 23\r\n");
    window.editor.reveal(2, 6);
    window.editor.focus();
    return window.editor.text();
  });
  assert.equal(text, "a: 1\r\nb: 23\r\n");
  await page.keyboard.type("4");
  assert.deepEqual(await page.evaluate(() => window.told.changes), ["a: 1\r\nb: 234\r\n"]);
});

test("undo takes back what was typed and leaves what the page changed", async (t) => {
  const page = await openEditor(t);
  await page.evaluate(() => (window.editor.reveal(1, 1), window.editor.focus()));
  await page.keyboard.type("# ");
  await page.evaluate(() => window.editor.setText(window.editor.text().replace("LoadBalancer", "NodePort")));
  await page.keyboard.press("ControlOrMeta+z");
  assert.equal(await page.evaluate(() => window.editor.text()), TEXT.replace("LoadBalancer", "NodePort"));
});

test("problems are underlined, stand in the gutter and are read on hover", async (t) => {
  const page = await openEditor(t);
  await page.evaluate(() =>
    window.editor.setDiagnostics([
      { line: 6, column: 9, endLine: 6, endColumn: 21, severity: "error", message: "expected `ClusterIP`" },
      { line: 99, column: 9, severity: "warning", message: "<b>outside</b> of the text" },
    ]),
  );
  assert.equal(await page.locator(".cm-lintRange-error").innerText(), "LoadBalancer");
  assert.equal(await page.locator(".cm-lint-marker-error").count(), 1);
  await page.locator(".cm-lint-marker-error").hover();
  await page.getByText("expected `ClusterIP`").waitFor();
  await page.evaluate(() => window.editor.setDiagnostics([]));
  assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
});

test("chosen lines stand out and move with the text", async (t) => {
  const page = await openEditor(t);
  await page.evaluate(() => window.editor.highlightLines([2, 2, 0, 99]));
  assert.deepEqual(await page.locator(".cm-kubehop-line").allInnerTexts(), ["kind: Service"]);
  await page.evaluate((text) => window.editor.setText(`# first\n${text}`), TEXT);
  assert.deepEqual(await page.locator(".cm-kubehop-line").allInnerTexts(), ["kind: Service"]);
});

test("Tab indents, and Escape and then Tab leaves the editor", async (t) => {
  const page = await openEditor(t);
  await page.evaluate(() => (window.editor.reveal(1, 1), window.editor.focus()));
  await page.keyboard.press("Tab");
  assert.ok((await page.evaluate(() => window.editor.text())).startsWith("  apiVersion"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "after");
});

test("keys that the editor uses do not reach the page's shortcuts", async (t) => {
  const page = await openEditor(t);
  await page.evaluate(() => window.editor.focus());
  for (const key of ["a", " ", ",", "Delete", "ArrowDown", "ControlOrMeta+z", "Escape", "F6", "ControlOrMeta+Enter"]) {
    await page.keyboard.press(key === " " ? "Space" : key);
  }
  const keys = await page.evaluate(() => window.told.keys);
  assert.deepEqual(keys.filter((key) => !["Control", "Meta"].includes(key)), ["Escape", "F6", "Enter"]);
});

test("the editor has no serious accessibility problem, light and dark, in both languages", async (t) => {
  for (const [dark, lang] of [[false, "en"], [true, "ja"]]) {
    const page = await openEditor(t, { dark, lang });
    await page.evaluate(() => {
      window.editor.setDiagnostics([{ line: 6, column: 9, severity: "error", message: "wrong" }]);
      window.editor.highlightLines([3]);
      window.editor.focus();
    });
    await page.keyboard.press("ControlOrMeta+f");
    await page.getByPlaceholder(lang === "ja" ? "検索" : "Find").waitFor();
    // The page around the editor is made up for this test and has no title of its own.
    await checkAccessible(page, { disable: ["page-has-heading-one", "region"] });
  }
});
