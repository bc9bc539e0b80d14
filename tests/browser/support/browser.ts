/** The distribution's Chromium: one a spec file, and a context of its own for each visitor. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { after } from "node:test";

import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** `TILL_CHROMIUM`, or the first Chromium of the path. */
function executable(): string {
  const chosen = process.env["TILL_CHROMIUM"];
  if (chosen) return chosen;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const path of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next one may be there.
    }
  }
  throw new Error("there is no Chromium here: `tools/setup test` installs it");
}

let launched: Promise<Browser> | undefined;

export function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: executable(),
    // No other host can be reached, whoever asks for it: a page, a worker, or the browser itself.
    args: ["--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
  });
  return launched;
}

after(async () => {
  await (await launched)?.close();
});
