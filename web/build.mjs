// The npm side of a build; Trunk runs it as its hooks (Trunk.toml).
//
//   node web/build.mjs before   bundles the style sheet and the scripts into web/out
//   node web/build.mjs after    puts the editor into the finished folder and the sizes into the page

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { firstLoad, kilobytes } from "./size.mjs";

const OUT = "web/out";
// What the oldest browsers that we promise can run; WebAssembly features ask for about the same age.
const BROWSERS = ["chrome111", "firefox114", "safari16.4"];

async function before() {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const common = { bundle: true, minify: true, legalComments: "none", logLevel: "warning", target: BROWSERS };
  await build({ ...common, entryPoints: ["styles/main.css"], outfile: `${OUT}/main.css` });
  const scripts = { "web/boot.js": "boot.js", "web/editor.js": "editor.js" };
  for (const [from, to] of Object.entries(scripts)) {
    await build({ ...common, entryPoints: [from], outfile: `${OUT}/${to}`, format: "esm" });
  }
}

/** Copies a file under a name that holds its hash, and returns that name and the integrity value. */
async function place(from, folder) {
  const content = await readFile(from);
  const hash = createHash("sha384").update(content).digest();
  const name = basename(from).replace(/(\.[a-z]+)$/, `-${hash.toString("hex").slice(0, 16)}$1`);
  await writeFile(join(folder, name), content);
  return { name, integrity: `sha384-${hash.toString("base64")}` };
}

async function after(folder) {
  for (const old of await readdir(folder)) {
    if (old.startsWith("editor-")) await rm(join(folder, old));
  }
  const editor = await place(`${OUT}/editor.js`, folder);
  const page = join(folder, "index.html");
  const html = await readFile(page, "utf8");
  const size = kilobytes((await firstLoad(folder)).total);
  const meta = `<meta name="kubehop-editor" content="./${editor.name}" data-hash="${editor.integrity}">`;
  const finished = html
    // Browsers ignore, loudly, a hash on a preload of this kind; boot.js gives it to the fetch itself.
    .replace(/(<link rel="preload"[^>]*?) integrity=/, "$1 data-integrity=")
    .replace("</head>", `${meta}</head>`)
    .replace(/(<span class="boot-size">)(<\/span>)/g, `$1 (${size} kB)$2`);
  const expected = [meta, `(${size} kB)`, " data-integrity="];
  const missing = expected.filter((part) => !finished.includes(part));
  if (missing.length > 0) throw new Error(`${page}: no place was found for ${missing.join(", ")}`);
  await writeFile(page, finished);
}

const phase = process.argv[2];
if (phase === "before") await before();
else if (phase === "after") await after(process.env.TRUNK_STAGING_DIR ?? "dist");
else throw new Error(`expected "before" or "after", found ${JSON.stringify(phase)}`);
