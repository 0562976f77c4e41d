// Sizes of what a visitor downloads. Also a program: `node web/size.mjs dist` prints the table and fails over budget.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

/** What everything of the first load may weigh, brotli, in kB (1 kB = 1,000 bytes). */
export const BUDGET_KB = 350;

/** Fetched when a reader first acts (the program's second part) or opens the editor, so not part of the first load. */
const LATER = /^(editor|later)-/;

export const kilobytes = (bytes) => Math.ceil(bytes / 1000);

/** Bytes after brotli at its highest quality: what a host that compresses ahead of time would send. */
export function brotli(content) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  return brotliCompressSync(content, { params }).length;
}

/** Every file below `folder` with its plain and its compressed size, largest first. */
export async function files(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const list = entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const content = await readFile(path);
    return { name: path.slice(folder.length + 1), plain: content.length, brotli: brotli(content) };
  });
  return (await Promise.all(list)).sort((a, b) => b.brotli - a.brotli);
}

/** The files of the first load and the sum of their compressed sizes. */
export async function firstLoad(folder) {
  const all = await files(folder);
  const list = all.filter((file) => !LATER.test(file.name));
  return { list, later: all.filter((file) => LATER.test(file.name)), total: list.reduce((sum, f) => sum + f.brotli, 0) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { list, later, total } = await firstLoad(process.argv[2] ?? "dist");
  const row = (file, note = "") =>
    console.log(`${String(file.plain).padStart(9)} ${String(file.brotli).padStart(9)}  ${file.name}${note}`);
  console.log("    plain    brotli  file");
  list.forEach((file) => row(file));
  later.forEach((file) => row(file, "  (later, not counted)"));
  console.log(`first load: ${(total / 1000).toFixed(1)} kB brotli, budget ${BUDGET_KB} kB`);
  if (total > BUDGET_KB * 1000) {
    console.error(`over budget by ${((total - BUDGET_KB * 1000) / 1000).toFixed(1)} kB`);
    process.exitCode = 1;
  }
}
