/*
 * A clerk's morning in a real browser, with the keyboard: a capture is handed in, its fields are looked at, corrected
 * and confirmed, the copy is certified, downloaded, and verified on a page without script.
 * node clicks.mjs URL SAMPLES SHOTS PROFILE BLURRED
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [url, samples, shots, profile, blurred] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const capture = "birth-certificate-flatbed.jpg";
const sizes = [{ width: 1366, height: 768 }, { width: 360, height: 740 }];
const WAIT = 60_000;
mkdirSync(shots, { recursive: true });

async function open(name, options) {
  const context = await chromium.launchPersistentContext(join(profile, name), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    acceptDownloads: true,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...options,
  });
  context.setDefaultTimeout(WAIT);
  const page = context.pages()[0] ?? await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") troubles.push(message.text()); });
  return { context, page, troubles };
}

/* No serious violation, nothing wider than the window; and a picture of what it looked like. */
async function look(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${name} is ${over} pixels wider than the window`);
  await page.screenshot({ path: join(shots, `${name}.png`) });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Runtime.evaluate", { expression: axe });
  const violations = await page.evaluate(async () => (await window.axe.run()).violations
    .filter((found) => found.impact === "serious" || found.impact === "critical")
    .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`));
  assert.deepEqual(violations, [], `${name}: accessibility`);
}

async function lookAtAll(page, name, address) {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const language of ["en", "vi"]) {
      await page.goto(`${url}${address}?lang=${language}`);
      await page.waitForLoadState("networkidle");
      assert.equal(await page.getAttribute("html", "lang"), language);
      await look(page, `${name}-${size.width}-${language}`);
    }
  }
  await page.setViewportSize(sizes[0]);
}

async function handIn(page) {
  await page.goto(`${url}/?lang=vi`);
  await page.setInputFiles("#captures", join(samples, capture));
  const link = page.locator(".uploads a");
  await link.waitFor();
  await page.locator(".records .tag-check, .records .tag-sure").first().waitFor();
  await lookAtAll(page, "list", "/");
  await page.fill("#q", "birth-certificate");
  await page.locator(".records tbody tr").first().waitFor();
  return page.locator(".records tbody th a").first().getAttribute("href");
}

/* While the citizen still stands there: beside the file, and on the record's page. */
async function complainOfBlurred(page) {
  await page.goto(`${url}/?lang=en`);
  await page.locator("#type option[value=land_use_certificate]").waitFor({ state: "attached" });
  await page.setInputFiles("#captures", blurred);
  const flaw = page.locator(".upload-flaw").first();
  await flaw.waitFor();
  assert.match(await flaw.textContent(), /blurred/);
  await look(page, "list-blurred");
  await page.goto(url + await page.locator(".uploads a").getAttribute("href"));
  await page.locator(".complaints").waitFor();
  await look(page, "record-blurred");
}

async function workThroughFields(page, record) {
  await page.goto(`${url}${record}?lang=vi`);
  await page.locator(".box").first().waitFor();
  await page.waitForLoadState("networkidle");
  assert.ok(await page.locator(".box").count() > 10, "boxes over the page");
  await lookAtAll(page, "record", record);
  const waiting = await page.locator(".field-waits").count();
  assert.equal(await page.evaluate(() => document.activeElement?.closest(".field-waits") !== null), true);
  await page.keyboard.press("Control+Enter"); /* too early: not everything was looked at */
  assert.ok(await page.locator("#status.problem").isVisible());
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Nguyễn Thử Mẫu");
  const edited = await page.evaluate(() => document.activeElement?.id);
  for (let i = 0; i < waiting; i++) await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "confirm");
  await look(page, "record-seen");
  await page.keyboard.press("Enter");
  await page.locator("#certifier-name").waitFor();
  const value = page.locator(".field-value", { hasText: "Nguyễn Thử Mẫu" });
  assert.equal(await value.count(), 1, `the value of ${edited}`);
}

async function certify(page) {
  await page.fill("#certifier-name", "Trần Thị Mẫu");
  await page.fill("#certifier-title", "Công chức tư pháp");
  await page.focus("#held");
  await page.keyboard.press("Space");
  await look(page, "record-confirmed");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("#download").waitFor();
  await look(page, "record-certified");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  assert.match(download.suggestedFilename(), /^[A-Za-z0-9._-]+\.pdf$/);
  const file = join(profile, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

async function verifyWithoutScript(file) {
  const { context, page } = await open("plain", { javaScriptEnabled: false, locale: "vi-VN" });
  for (const size of sizes) {
    await page.setViewportSize(size);
    await page.goto(`${url}/verify`);
    await page.setInputFiles("#file", file);
    await page.click("button[type=submit]");
    await page.locator(".verdict").waitFor();
    assert.ok(await page.locator(".verdict-valid").isVisible(), await page.textContent("main"));
    assert.equal(await page.locator(".answers .answer").count(), 4);
    await page.screenshot({ path: join(shots, `verified-${size.width}.png`), fullPage: true });
    await page.setInputFiles("#file", file);
    const [report] = await Promise.all([page.waitForEvent("download"), page.click("#report")]);
    assert.equal(report.suggestedFilename(), "report.pdf");
  }
  await context.close();
}

const { context, page, troubles } = await open("desk", { locale: "vi-VN" });
const record = await handIn(page);
await complainOfBlurred(page);
await workThroughFields(page, record);
const file = await certify(page);
await lookAtAll(page, "certified", record);
await lookAtAll(page, "verify", "/verify");
await lookAtAll(page, "standing", record.replace("/records/", "/v/"));
assert.deepEqual(troubles, [], "errors in the browser");
await context.close();
await verifyWithoutScript(file);
console.log("browser: list, record, certification, download and verification are well");
