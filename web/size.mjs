/** What the first visit to the checkout page takes, and whether that is little enough: phones pay by it. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const dist = join(import.meta.dirname, "dist");
const PAGE = "checkout.html";
/** In bytes, as sent to a browser that takes gzip; most take Brotli, which is less. */
const MOST = 150_000;

const html = readFileSync(join(dist, PAGE), "utf8");
const loaded = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file);
if (!loaded.some((file) => file.endsWith(".js"))) {
  throw new Error(`${PAGE} loads no script: this check does not know how it is built any more`);
}

const sizes = [PAGE, ...loaded].map((file) => ({
  file,
  gzip: statSync(join(dist, `${file}.gz`)).size,
  brotli: statSync(join(dist, `${file}.br`)).size,
}));
const sum = (of) => sizes.reduce((total, size) => total + size[of], 0);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

for (const { file, gzip, brotli } of sizes) {
  console.log(`${file}: ${kB(gzip)} (Brotli ${kB(brotli)})`);
}
console.log(`the checkout's first load: ${kB(sum("gzip"))} (Brotli ${kB(sum("brotli"))}) of at most ${kB(MOST)}`);
if (sum("gzip") > MOST) {
  console.error("that is too much");
  process.exitCode = 1;
}
