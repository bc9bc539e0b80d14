import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Connect, type Plugin } from "vite";

const root = import.meta.dirname;
const api = process.env.TILL_API ?? "http://127.0.0.1:8080";

/** Which entry is shown at which address, as `api/src/pages` serves them. */
const pages: [RegExp, string][] = [
  [/^\/checkout\/[^/]+$/, "/checkout.html"],
  [/^\/links\/[^/]+$/, "/link.html"],
  [/^\/campaigns\/[^/]+$/, "/campaign.html"],
  [/^\/pools\/[^/]+$/, "/pool.html"],
  [/^\/burns\/[^/]+$/, "/burn.html"],
  [/^\/dashboard(\/.*)?$/, "/dashboard.html"],
];

function entries(): Plugin {
  const rewrite: Connect.NextHandleFunction = (request, _response, next) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const page = pages.find(([address]) => address.test(path));
    if (page) {
      request.url = page[1];
    }
    next();
  };
  return {
    name: "till-entries",
    configureServer: (server) => void server.middlewares.use(rewrite),
    configurePreviewServer: (server) => void server.middlewares.use(rewrite),
  };
}

/** Writes what is text a second and a third time, compressed once and as well as can be. */
function compressed(): Plugin {
  return {
    name: "till-compressed",
    apply: "build",
    closeBundle() {
      for (const name of globSync("**/*.{html,js,css,svg}", { cwd: join(root, "dist") })) {
        const file = join(root, "dist", name);
        const bytes = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
      }
    },
  };
}

const proxied = ["/pay", "/v1", "/auth", "/actions", "/icons", "/icon.svg", "/docs", "^/(links|campaigns|pools|burns)/[^/]+/.+"];

export default defineConfig({
  root,
  appType: "mpa",
  plugins: [entries(), compressed()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2023",
    // Nothing is put into the page itself: the pages' content security policy allows files of this origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: globSync("*.html", { cwd: root }).map((entry) => join(root, entry)) },
  },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, api])) },
  preview: { proxy: Object.fromEntries(proxied.map((path) => [path, api])) },
});
