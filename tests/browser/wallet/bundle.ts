/** The wallet's half for the page as one script, made once a process. */
import { build } from "esbuild";

import { BUNDLE } from "./protocol.ts";

let bundled: Promise<string> | undefined;

export function bundle(): Promise<string> {
  bundled ??= build({
    entryPoints: [new URL("page.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    globalName: BUNDLE,
    target: "es2022",
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  return bundled;
}
