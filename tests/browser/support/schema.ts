/** Our own schemas, for what the specifications' packages declare and do not check. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });

for (const name of ["solana-pay", "actions"]) {
  const text = readFileSync(new URL(`../schemas/${name}.json`, import.meta.url), "utf8");
  ajv.addSchema(JSON.parse(text) as object, name);
}

/** Fails with what is wrong unless `value` is what `schemas/{specification}.json` defines as `definition`. */
export function accepts(specification: "solana-pay" | "actions", definition: string, value: unknown): void {
  const validate = ajv.getSchema(`${specification}#/$defs/${definition}`);
  assert.ok(validate, `there is no ${definition} in the schema of ${specification}`);
  const told = validate(value) === true ? [] : (validate.errors ?? []);
  assert.deepEqual(told, [], `${definition}: ${JSON.stringify(value, null, 2)}`);
}
