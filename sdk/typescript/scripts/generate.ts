//! Writes `src/generated/`: the API's types from its OpenAPI document, the program's client from its IDL.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { renderVisitor } from "@codama/renderers-js";
import openapiTS, { astToString } from "openapi-typescript";

import { program } from "./program.ts";

const repository = new URL("../../../", import.meta.url);
const generated = new URL("../src/generated/", import.meta.url);

await rm(generated, { recursive: true, force: true });
await mkdir(generated, { recursive: true });

const types = await openapiTS(new URL("api/openapi.json", repository));
await writeFile(new URL("api.ts", generated), astToString(types));

const codama = await program(new URL("programs/till/idl.json", repository));
await codama.accept(renderVisitor(fileURLToPath(new URL("program/", generated))));
