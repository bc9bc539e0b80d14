//! Writes `src/generated/`: the API's types from its OpenAPI document, the program's client from its IDL.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderVisitor } from "@codama/renderers-js";
import openapiTS, { astToString } from "openapi-typescript";

import { program } from "./program.ts";
import { repeatable } from "./repeatable.ts";

const repository = new URL("../../../", import.meta.url);
const generated = fileURLToPath(new URL("../src/generated/", import.meta.url));

/** Codama imports folders and files without an ending, as bundlers read them; Node reads whole paths. */
async function completeImports(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter((entry) => entry.endsWith(".ts")).map((entry) => join(folder, entry));
  const all = new Set(files);
  for (const file of files) {
    const code = await readFile(file, "utf8");
    const complete = code.replace(/from (['"])(\.[^'"]*)\1/g, (_, quote: string, path: string) => {
      const target = all.has(join(dirname(file), `${path}.ts`)) ? `${path}.js` : `${path}/index.js`;
      return `from ${quote}${target}${quote}`;
    });
    await writeFile(file, complete);
  }
}

await rm(generated, { recursive: true, force: true });

const codama = await program(new URL("programs/till/idl.json", repository));
await codama.accept(renderVisitor(join(generated, "program"), { formatCode: false }));
await completeImports(join(generated, "program"));

const openapi = new URL("api/openapi.json", repository);
await writeFile(join(generated, "api.ts"), astToString(await openapiTS(openapi, { defaultNonNullable: false })));
await writeFile(join(generated, "repeatable.ts"), repeatable(JSON.parse(await readFile(openapi, "utf8"))));
