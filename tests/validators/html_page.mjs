// Opens each page in Chromium, in light and dark and on a narrow screen: nothing is fetched, said on the console, refused by the page's own policy or
// run but its own script; nothing sticks out; axe finds no barrier; the filter, links to findings and the keyboard do what they should; and all of it
// can be read without script.
//
// node html_page.mjs NODE_MODULES CHROMIUM PAGE…

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, executablePath, ...pages] = process.argv.slice(2);
const require = createRequire(`${modules}/x.js`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const wrong = [];
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

async function open(path, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const tell = (what) => wrong.push(`${path} ${JSON.stringify(options)}: ${what}`);
  const url = pathToFileURL(path).href;
  page.on("console", (message) => tell(`console: ${message.text()}`));
  page.on("pageerror", (error) => tell(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    tell(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:,")) tell(`asks for ${request.url()}`);
  });
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(`${event.violatedDirective} ${event.sample}`));
  });
  await page.goto(url);
  return { page, tell, url, close: () => context.close() };
}

const shown = (page) => page.evaluate(() => [...document.querySelectorAll("details.finding")].filter((finding) => finding.checkVisibility()).length);

for (const path of pages) {
  const title = /<title>(.*?)<\/title>/.exec(readFileSync(path, "utf8"))?.[1];
  for (const options of [
    { colorScheme: "light", viewport: { width: 1200, height: 900 } },
    { colorScheme: "dark", viewport: { width: 1200, height: 900 } },
    { colorScheme: "light", viewport: { width: 420, height: 900 } },
  ]) {
    const { page, tell, close } = await open(path, options);
    const state = await page.evaluate(() => ({
      title: document.title,
      violations: globalThis.violations,
      scripts: document.scripts.length,
      strangers: document.querySelectorAll("img, iframe, object, embed, base, video, audio, [style], a:not([href^='#'], [href^='http'])").length,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      styled: getComputedStyle(document.body).marginTop === "0px",
    }));
    if (state.title !== title) tell(`the title became ${state.title}`);
    if (state.violations.length > 0) tell(`refused by its own policy: ${state.violations}`);
    if (state.scripts !== 1 || state.strangers !== 0) tell(`${state.scripts} scripts, ${state.strangers} strange elements`);
    if (state.wide > 0) tell(`${state.wide} pixels stick out`);
    if (!state.styled) tell("its style does not apply");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { impact, id, nodes } of violations) tell(`axe: ${impact} ${id}: ${nodes[0].html}`);
    await close();
  }

  const { page, tell, url, close } = await open(path, { viewport: { width: 1200, height: 900 } });
  await page.keyboard.press("Tab");
  if (!(await page.evaluate(() => document.activeElement.matches("a.skip")))) tell("the keyboard does not begin at the link to the findings");
  const last = await page.evaluate(() => [...document.querySelectorAll("details.finding")].at(-1)?.id);
  if (last) {
    const count = page.locator("#count");
    const all = await page.evaluate(() => document.querySelectorAll("details.finding").length);
    await page.fill("#text", "no such text in any finding");
    await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("0 of "));
    if ((await shown(page)) !== 0) tell("the filter leaves something");
    await page.goto(`${url}#${last}`);
    const opened = await page.evaluate((id) => document.getElementById(id).open && document.getElementById(id).checkVisibility(), last);
    if (!opened) tell("a link to a finding does not show it");
    await page.click("button[type=reset]");
    await page.waitForFunction(() => !document.getElementById("count").textContent.includes(" of "));
    if (!(await count.textContent()).startsWith(`${all} finding`)) tell("the filter does not end");
    await page.fill("#text", await page.evaluate((id) => id.slice(2).split("-")[0], last));
    await page.waitForFunction(() => /^[1-9]\d* of /.test(document.getElementById("count").textContent));
    if ((await shown(page)) === 0) tell("a finding is not found by its fingerprint");
    await page.focus("details.finding:not([hidden]) > summary");
    const before = await page.evaluate(() => document.activeElement.parentElement.open);
    await page.keyboard.press("Enter");
    if ((await page.evaluate(() => document.activeElement.parentElement.open)) === before) tell("the keyboard does not unfold a finding");
  }
  await close();

  const bare = await open(path, { javaScriptEnabled: false, viewport: { width: 1200, height: 900 } });
  const hidden = await bare.page.evaluate(() => !document.getElementById("filter")?.checkVisibility());
  if (!hidden) bare.tell("a filter that does nothing is shown");
  await bare.page.pdf({ format: "A4" });
  await bare.close();
}
await browser.close();
if (wrong.length > 0) {
  console.log(wrong.join("\n"));
  process.exitCode = 1;
}
