/*
 * Each file is handed in on the page that verifies, without script, in both languages: what the page says first is
 * whether the file can be used, and what to do next.
 * node verdicts.mjs URL EXPECTED SHOTS PROFILE; EXPECTED: {file: row of reasons.json}
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { chromium } from "playwright-core";

const [url, table, shots, profile] = process.argv.slice(2);
const expected = Object.entries(JSON.parse(readFileSync(table, "utf8")));
mkdirSync(shots, { recursive: true });
assert.equal(expected.length, 10);

const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  javaScriptEnabled: false,
  viewport: { width: 900, height: 760 },
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
context.setDefaultTimeout(120_000);
const page = context.pages()[0] ?? await context.newPage();
const wrong = [];
for (const [file, words] of expected) {
  for (const language of ["vi", "en"]) {
    await page.goto(`${url}/verify?lang=${language}`);
    await page.setInputFiles("#file", file);
    await page.click("button[type=submit]");
    await page.locator(".verdict").waitFor();
    const first = await page.textContent(".verdict h2");
    const next = await page.textContent(".verdict p");
    await page.screenshot({ path: join(shots, `${basename(file, ".pdf")}-${language}.png`) });
    if (first !== words[language] || next !== words[`next_${language}`])
      wrong.push(`${basename(file)} (${language}): ${first} | ${next}`);
  }
}
await context.close();
assert.deepEqual(wrong, []);
console.log("verdicts: ten files in two languages");
