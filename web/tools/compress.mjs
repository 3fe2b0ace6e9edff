// Compresses what the server serves (src/http/static_files.cpp reads FILE.gz beside FILE) and counts the first load of
// each bundle: what index.html and the pieces that are imported without waiting for a person weigh, compressed.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, constants } from "node:zlib";

const dist = new URL("../dist/", import.meta.url).pathname;
const text = /\.(html|js|css|svg|json|txt)$/;
const bytesMin = 512;
const sizes = new Map();

function walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path);
    else if (text.test(entry.name)) {
      const bytes = readFileSync(path);
      const small = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
      sizes.set(path.slice(dist.length), small.length);
      // index.html carries a nonce, so each reply is compressed afresh.
      if (bytes.length >= bytesMin && !entry.name.endsWith(".html")) writeFileSync(`${path}.gz`, small);
    }
  }
}
walk(dist);

const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
function collect(key, found) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return;
  found.add(chunk.file);
  for (const style of chunk.css ?? []) found.add(style);
  for (const other of chunk.imports ?? []) collect(other, found);
}
const weigh = (keys) => {
  const found = new Set(["index.html"]);
  for (const key of keys) collect(key, found);
  return { files: found.size, kb: [...found].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0) / 1000 };
};
const sentences = (parts) => Object.keys(manifest).filter((key) => key.endsWith("/zh-Hans.json") && parts.some((part) => key.includes(`/${part}/i18n/`)));
const loads = {
  "back office, Today": ["index.html", "src/shell/app.tsx", "src/modules/today/today_page.tsx", ...sentences(["shell", "today", "documents", "accounts", "operations", "setup"])],
  "sign in": ["index.html", "src/public/entry.tsx", "src/public/sign_in.tsx", ...sentences(["public"])],
  "invitation": ["index.html", "src/public/entry.tsx", "src/public/invite.tsx", ...sentences(["public"])],
};
const limits = { "back office, Today": 500, "sign in": 200, "invitation": 200 };
let heavy = false;
for (const [name, keys] of Object.entries(loads)) {
  for (const key of keys) if (!manifest[key]) throw new Error(`${key} is not in the manifest`);
  const { files, kb } = weigh(keys);
  console.log(`first load, ${name}: ${kb.toFixed(0)} KB compressed in ${files} files (limit ${limits[name]} KB)`);
  if (kb > limits[name]) heavy = true;
}
if (heavy) { console.error("a first load is over its limit"); process.exit(1); }
