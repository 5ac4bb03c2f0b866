// Builds the page into dist/: one HTML file, and scripts, styles and fonts with their digest in the name.
import { build } from "esbuild";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const gen = join(here, "src", "gen");
const dist = join(here, "dist");

// the stubs of the contract are those of clients/typescript; here they need this folder's packages
rmSync(gen, { recursive: true, force: true });
cpSync(join(here, "..", "typescript", "src", "gen"), gen, { recursive: true });

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

// Whatever is loaded later is told to need the screens of the first load, which it finds there. Else both are cut into a
// file for each set of screens that share something: a score of small files, each asked for and packed by itself.
const FIRST = join(here, "src", "screens", "app.tsx");
const later = {
  name: "later",
  setup(builder) {
    const opened = new Set();
    builder.onResolve({ filter: /^\..*\.js$/ }, async ({ kind, path, resolveDir }) => {
      if (kind === "dynamic-import") opened.add((await builder.resolve(path, { kind: "import-statement", resolveDir })).path);
      return undefined;
    });
    builder.onLoad({ filter: /\.tsx?$/ }, ({ path }) =>
      opened.has(path) && path !== FIRST
        ? { contents: `import ${JSON.stringify(FIRST)};\n${readFileSync(path, "utf8")}`, loader: path.endsWith("x") ? "tsx" : "ts" }
        : undefined,
    );
  },
};

const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { page: "src/main.tsx", style: "src/style/all.css", theme: "src/theme.ts" },
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  define: { PAGE_VERSION: JSON.stringify(version) },
  loader: { ".woff2": "file", ".svg": "file" },
  plugins: [later],
  logLevel: "warning",
});

/** The built file of an entry point. */
function built(source) {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === source);
  return `/${found[0].replace(/^dist\//, "")}`;
}

/** The built files that a built file cannot begin without. */
function needed(path, found = new Set()) {
  for (const one of metafile.outputs[path].imports)
    if (one.kind === "import-statement" && !found.has(one.path)) needed(one.path, found.add(one.path));
  return found;
}
const screens = `dist${built("src/screens/app.tsx")}`; // asked for by the page at once
const scripts = new Set([...needed(`dist${built("src/main.tsx")}`), screens, ...needed(screens)]);
cpSync(join(here, "icon.svg"), join(dist, "icon.svg"));
for (const font of ["@fontsource-variable/source-sans-3", "@fontsource/source-serif-4"])
  cpSync(join(here, "node_modules", font, "LICENSE"), join(dist, "assets", `${font.split("/")[1]}-license.txt`));
const fonts = readdirSync(join(dist, "assets")).filter((name) => /-latin-(wght|600)-normal-.*woff2$/.test(name));
// the bar stands in the file itself: it is seen while scripts are still on their way
const mark = readFileSync(join(here, "icon.svg"), "utf8").trim().replace(/ xmlns="[^"]*"/, ' aria-hidden="true"').replace(/ stroke="#\w+"/, ' stroke="currentColor"');
writeFileSync(
  join(dist, "index.html"),
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>RMOS</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<script src="${built("src/theme.ts")}"></script>
<link rel="stylesheet" href="${built("src/style/all.css")}">
${fonts.map((name) => `<link rel="preload" href="/assets/${name}" as="font" type="font/woff2" crossorigin>`).join("\n")}
${[...scripts].map((path) => `<link rel="modulepreload" href="${path.replace(/^dist/, "")}">`).join("\n")}
<script type="module" src="${built("src/main.tsx")}"></script>
</head>
<body>
<header class="bar"><div class="bar-in"><span class="mark">${mark}RMOS</span></div></header>
<main id="main" aria-busy="true"></main>
</body>
</html>
`,
);
