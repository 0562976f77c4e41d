// The npm side of a build; Trunk runs it as its hooks (Trunk.toml).
//
//   node web/build.mjs before   bundles the style sheet and the scripts into web/out
//   node web/build.mjs after    bakes the first answer into the program, parts it in two (web/split), and puts the editor into the finished folder and
//                               the sizes into the page

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { firstLoad, kilobytes } from "./size.mjs";

export const OUT = "web/out";
/** The program before it is parted, and the memory that it starts with. */
export const [WHOLE, MEMORY] = [`${OUT}/whole.wasm`, `${OUT}/memory.bin`];
// What the oldest browsers that we promise can run; WebAssembly features ask for about the same age.
const BROWSERS = ["chrome111", "firefox114", "safari16.4"];

async function before() {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const common = { bundle: true, minify: true, legalComments: "none", logLevel: "warning", target: BROWSERS };
  for (const style of ["main", "later"]) await build({ ...common, entryPoints: [`styles/${style}.css`], outfile: `${OUT}/${style}.css` });
  const scripts = { "web/boot.js": "boot.js", "web/editor.js": "editor.js" };
  for (const [from, to] of Object.entries(scripts)) {
    await build({ ...common, entryPoints: [from], outfile: `${OUT}/${to}`, format: "esm" });
  }
}

/** Puts a file into the folder under a name that holds its hash, and returns that name and the integrity value. */
async function place(name, content, folder) {
  const hash = createHash("sha384").update(content).digest();
  const hashed = name.replace(/(\.[a-z]+)$/, `-${hash.toString("hex").slice(0, 16)}$1`);
  await writeFile(join(folder, hashed), content);
  return { name: hashed, integrity: `sha384-${hash.toString("base64")}` };
}

/** Replaces each `[pattern, replacement]`, a text wherever it stands; each must be found. */
export function replaceAll(where, text, changes) {
  return changes.reduce((text, [pattern, replacement]) => {
    const changed = typeof pattern === "string" ? text.replaceAll(pattern, replacement) : text.replace(pattern, replacement);
    if (changed === text) throw new Error(`${where}: ${pattern} was not found`);
    return changed;
  }, text);
}

/** What wasm-bindgen's glue must do for a program in two parts: `imports` is what the first one needs besides. */
export const glueFor = (imports, attach) => [
  ["const imports = __wbg_get_imports();", `const imports = { ...__wbg_get_imports(), later: ${imports} };`],
  ["wasm = instance.exports;", `wasm = instance.exports;${attach}`],
];

/** Calls web/split. */
export function split(...words) {
  execFileSync("cargo", ["run", "--quiet", "--locked", "--package", "kubehop-split", "--", ...words], { stdio: "inherit" });
}

/**
 * Has the program work out what everybody sees first (src/ui/baked.rs), and keeps its memory.
 *
 * Nothing of a page is there: a call that leaves the program ends the build.
 */
async function bake() {
  const wiping = `${OUT}/wiping.wasm`;
  split("wipe", WHOLE, wiping);
  const program = await WebAssembly.compile(await readFile(wiping));
  const imports = {};
  for (const [number, { module, name }] of (await importsOf(WHOLE)).entries()) {
    imports[module] ??= {};
    imports[module][number] = () => { throw new Error(`the first picture must be worked out without ${name}`); };
  }
  const { exports } = await WebAssembly.instantiate(program, imports);
  exports.bake();
  const memory = Buffer.from(exports.memory.buffer);
  const ranges = await lighten(memory);
  await writeFile(MEMORY, memory);
  await rm(wiping);
  return ranges;
}

/** What a program imports, in order: web/split calls each by its number. */
async function importsOf(path) {
  return WebAssembly.Module.imports(await WebAssembly.compile(await readFile(path)));
}

/** Takes the translators' comments out of the texts in the memory, and tells where those are that the start does not need. */
async function lighten(memory) {
  const ranges = [];
  const find = async (path) => {
    const content = await readFile(path);
    const from = memory.indexOf(content);
    if (from < 0) throw new Error(`${path} was not found in the program`);
    return [from, from + content.length];
  };
  // `arrived` in src/text/locales.rs stands before everything that waits.
  for (const style of ["canvas", "tokens"]) ranges.push(await find(`styles/${style}.css`));
  for (const file of await readdir("src/scenarios", { recursive: true })) {
    if (!file.endsWith(".yaml")) continue;
    const [from, to] = await find(`src/scenarios/${file}`);
    ranges.push([from, to]);
    // The document that everybody sees first keeps its texts as long as the program runs, and nobody reads them before.
    const kept = memory.indexOf(memory.subarray(from, to), to);
    if (kept >= 0) ranges.push([kept, kept + to - from]);
  }
  const areas = /areas! \{ rest: (.*) \}/.exec(await readFile("src/text/locales.rs", "utf8"))[1];
  for (const language of ["en", "ja"]) {
    for (const file of await readdir(`src/text/locales/${language}`)) {
      const [from, to] = await find(`src/text/locales/${language}/${file}`);
      const text = memory.subarray(from, to);
      for (const { index, 0: comment } of text.toString("latin1").matchAll(/^#.*$/gm)) text.fill("\n", index, index + comment.length);
      if (areas.includes(`"${file.replace(".ftl", "")}"`)) ranges.push([from, to]);
    }
  }
  return ranges.map(([from, to]) => `${from}-${to}`);
}

/** Parts the program, and returns for the page what is now called what. */
async function part(folder) {
  const files = await readdir(folder);
  const find = (pattern) => files.find((file) => pattern.test(file));
  const [wasm, glue] = [find(/^kubehop-web-.*_bg\.wasm$/), find(/^kubehop-web-.*\.js$/)];
  // `cargo xtask profile` starts from the whole program.
  await rename(join(folder, wasm), WHOLE);
  const ranges = await bake();
  const parts = [`${OUT}/first.wasm`, `${OUT}/later.wasm`];
  split("part", WHOLE, MEMORY, "web/later.txt", ...parts, ...ranges);
  const text = replaceAll(glue, await readFile(join(folder, glue), "utf8"), [
    ...glueFor("kubehop.later.imports", "kubehop.later.attach(wasm);"),
    ...(await importsOf(WHOLE)).map(({ name }, number) => [`${name}: function`, `${number}: function`]),
  ]);
  await rm(join(folder, glue));
  const minified = await build({ stdin: { contents: text, loader: "js" }, write: false, minify: true, format: "esm", target: BROWSERS });
  return {
    old: { wasm, glue },
    first: await place("kubehop.wasm", await readFile(parts[0]), folder),
    later: await place("later.wasm", await readFile(parts[1]), folder),
    glue: await place("kubehop.js", minified.outputFiles[0].contents, folder),
  };
}

async function after(folder) {
  const parts = await part(folder);
  const editor = await place("editor.js", await readFile(`${OUT}/editor.js`), folder);
  const style = await place("later.css", await readFile(`${OUT}/later.css`), folder);
  const page = join(folder, "index.html");
  const link = (old, file) => [new RegExp(`(href="[^"]*)${old}"([^>]* integrity=)"[^"]*"`), `$1${file.name}"$2"${file.integrity}"`];
  const meta = (name, file, more = "") => `<meta name="kubehop-${name}" content="./${file.name}" data-hash="${file.integrity}"${more}>`;
  const styled = ` data-style="./${style.name}" data-style-hash="${style.integrity}"`;
  const html = replaceAll(page, await readFile(page, "utf8"), [
    link(parts.old.wasm, parts.first),
    link(parts.old.glue, parts.glue),
    // Browsers ignore, loudly, a hash on a preload of this kind; boot.js gives it to the fetch itself.
    [/(<link rel="preload"[^>]*?) integrity=/, "$1 data-integrity="],
    ["</head>", `${meta("editor", editor)}${meta("later", parts.later, styled)}</head>`],
  ]);
  await writeFile(page, html);
  const size = kilobytes((await firstLoad(folder)).total);
  const sized = replaceAll(page, html, [[/(<span class="boot-size">)(<\/span>)/g, `$1 (${size} kB)$2`]]);
  await writeFile(page, sized);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const phase = process.argv[2];
  if (phase === "before") await before();
  else if (phase === "after") await after(process.env.TRUNK_STAGING_DIR ?? "dist");
  else throw new Error(`expected "before" or "after", found ${JSON.stringify(phase)}`);
}
