/**
 * A whole vote in Firefox, at the width of a telephone: from the sign-in to the check of the ballot.
 *
 * `node journey.js '{"browser":path,"url":s,"identifier":s,"voting_code":s,"choice":s}'`. Where the one-time code is
 * needed it prints `code?` and reads a line. At the end it prints the tracker; anything else fails it.
 */
import { createInterface } from "node:readline/promises";
import puppeteer from "puppeteer-core";

const { browser: executablePath, url, identifier, voting_code, choice } = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const page = await browser.newPage();
await page.setViewport({ width: 360, height: 740 });
page.setDefaultTimeout(60_000);
/** @type {string[]} */
const faults = [];
page.on("pageerror", (error) => faults.push(String(error)));
page.on("console", (message) => message.type() === "error" && faults.push(message.text()));

const press = (/** @type {string} */ name) => page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
const follow = (/** @type {string} */ name) => page.locator(`::-p-aria([name="${name}"][role="link"])`).click();
const sees = (/** @type {string} */ stage) => page.locator(`[data-stage="${stage}"]:not([hidden])`).wait();
const settled = (/** @type {Promise<void>} */ act) => Promise.all([page.waitForNavigation(), act]);

await page.goto(url);
await page.locator("input[name=identifier]").fill(identifier);
await settled(press("Recevoir mon code"));
process.stdout.write("code?\n");
const lines = createInterface({ input: process.stdin });
const [code] = await new Promise((resolve) => lines.once("line", (line) => resolve([line])));
lines.close();
await page.locator("input[name=code]").fill(code);
await settled(press("Me connecter"));
await settled(page.locator("main a.button").click());
await sees("choice");
await page.locator(`::-p-aria([name="${choice}"][role="radio"])`).click();
await press("Continuer");
await sees("code");
await page.locator("#code").fill(voting_code);
await press("Continuer");
await sees("review");
await press("Voter définitivement");
await sees("done");
const tracker = await page.$eval("[data-fill='tracker']", (shown) => shown.textContent);
const check = await page.$eval("[data-link='check']", (link) => /** @type {HTMLAnchorElement} */ (link).href);
await page.goto(check);
await page.locator('[data-stage="waiting"]:not([hidden]), [data-stage="found"]:not([hidden])').wait();
const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
if (width[0] > width[1]) faults.push(`scrolls sideways: ${width}`);
await browser.close();
if (faults.length) throw new Error(faults.join("\n"));
process.stdout.write(`${tracker}\n`);
