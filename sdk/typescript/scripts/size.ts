//! Prints how much a page loads for the checkout button.

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const button = await readFile(new URL("../dist/button.js", import.meta.url));
console.log(`checkout button: ${gzipSync(button).length} bytes compressed`);
