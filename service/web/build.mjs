#!/usr/bin/env node
/*
 * Makes the folder of pages that the program serves: node build.mjs OUTPUT
 * Scripts are bundled by esbuild; the style sheet is the design system's, without its fonts and emblems, and ours; each
 * page is its content in pages/ within layout.html. What {{places}} hold is filled in by the program, for each language.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const output = resolve(process.argv[2]);
const designSystem = join(here, "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css");

/* Typefaces that every desk and phone has, with all letters of Vietnamese. */
const typefaces = 'system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif';

function esbuild(args, input) {
  return execFileSync("esbuild", [...args, "--log-level=warning"], { cwd: here, input, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });
}

function fetchPackages() {
  try {
    execFileSync(join(here, "../../tools/web-packages"), { stdio: ["ignore", 2, 2] });
  } catch {
    /* The message below says what to do. */
  }
  if (!existsSync(designSystem)) {
    console.error("build of the pages: the npm packages are not there and could not be fetched; " +
                  "run tools/web-packages once where there is a network");
    process.exit(1);
  }
}

function makeStyle() {
  const base = readFileSync(designSystem, "utf8")
    .replace(/@font-face\{[^}]*\}/g, "")
    .replace(/font-family:"?GDS Transport"?,arial,sans-serif/g, `font-family:${typefaces}`)
    .replace(/background-image:url\(["']?\/assets[^)]*\);?/g, "");
  return esbuild(["--loader=css", "--minify"], base + readFileSync(join(here, "style.css"), "utf8"));
}

function makePages() {
  const layout = readFileSync(join(here, "layout.html"), "utf8");
  for (const file of readdirSync(join(here, "pages"))) {
    const main = readFileSync(join(here, "pages", file), "utf8");
    const page = layout.replaceAll("@@name@@", file.replace(".html", "")).replace("@@main@@", () => main.trim());
    writeFileSync(join(output, file), page);
  }
}

fetchPackages();
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
esbuild(["src/list.ts", "src/record.ts", "--bundle", "--minify", "--format=esm", "--target=es2022",
         `--outdir=${output}`]);
writeFileSync(join(output, "style.css"), makeStyle());
makePages();
for (const file of ["words.vi.json", "words.en.json", "icon.svg"])
  copyFileSync(join(here, file), join(output, file));
