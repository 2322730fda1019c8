// Bundles the two entry points into a directory, each also packed by Brotli and gzip, prints
// their sizes and fails where one is over its budget: `node build.js DIRECTORY`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), "src");
const BUDGETS = JSON.parse(readFileSync(join(SOURCES, "..", "budgets.json"), "utf8"));

const directory = process.argv[2];
if (!directory) {
  console.error("Name the directory to build into: node build.js DIRECTORY");
  process.exit(2);
}
mkdirSync(directory, { recursive: true });

for (const [name, budget] of Object.entries(BUDGETS)) {
  const built = await build({
    entryPoints: [join(SOURCES, "entries", name.replace(/js$/, "ts"))],
    bundle: true,
    charset: "utf8",
    format: "iife",
    legalComments: "none",
    target: "es2018",
    tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
    write: false,
  });
  // Nothing that goes wrong while it starts may reach the page.
  const { code } = await minify(`try{${built.outputFiles[0].text}}catch(e){}`, {
    ecma: 2018,
    format: { ascii_only: true },
    compress: {
      ecma: 2018,
      passes: 3,
      unsafe_arrows: true,
      unsafe_methods: true,
      // Longer, but smaller once packed.
      conditionals: false,
      hoist_funs: true,
    },
  });
  const script = Buffer.from(`${code}\n`);
  const brotli = brotliCompressSync(script, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: script.length,
    },
  });
  const gzip = gzipSync(script, { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(join(directory, name), script);
  writeFileSync(join(directory, `${name}.br`), brotli);
  writeFileSync(join(directory, `${name}.gz`), gzip);
  console.log(
    `${name}: ${brotli.length} bytes brotli (budget ${budget}), ` +
      `${gzip.length} gzip, ${script.length} plain`,
  );
  if (brotli.length > budget) {
    console.error(`${name} is ${brotli.length - budget} bytes over its budget.`);
    process.exitCode = 1;
  }
}
