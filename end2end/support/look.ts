// Looks at a page as a whole: accessibility in both themes, and screenshots to be looked at.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import type { AxeResults, RunOnly } from "axe-core";
import { expect, test, usesJavaScript } from "./test.ts";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = join(dirname(fileURLToPath(import.meta.url)), "..", "shots");
const themes = ["light", "dark"] as const;
type Theme = (typeof themes)[number];

const everyRule: RunOnly = {
  type: "tag",
  values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};
const colourRules: RunOnly = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

/** What is wrong with the page as a whole, a line each: violations of WCAG 2.2 AA in either theme,
 * and being wider than the screen, which on a phone cuts things off. */
export async function faults(page: Page): Promise<string[]> {
  const found = [];
  const seen = usesJavaScript() ? page : await twin(page);
  for (const theme of themes) {
    // A theme changes nothing but colours: the second needs only the rules about those.
    const rules = theme === themes[0] ? everyRule : colourRules;
    const violated = await inTheme(seen, theme, () => violations(seen, rules));
    found.push(...violated.map((violation) => `${theme}: ${violation}`));
  }
  if (seen !== page) await seen.context().close();
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (excess > 0) found.push(`${excess} px wider than the screen`);
  return found;
}

/** Fails where axe finds a violation or the page does not fit. */
export async function axe(page: Page): Promise<void> {
  expect(await faults(page), page.url()).toEqual([]);
}

/** axe needs JavaScript: where the page has none, it sees a copy of the page without its scripts. */
async function twin(page: Page): Promise<Page> {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page has no browser of its own.");
  const context = await browser.newContext({ javaScriptEnabled: true });
  const copy = await context.newPage();
  await copy.goto(new URL("/healthz", page.url()).href);
  const html = await page.content();
  await copy.setContent(html.replace(/<script\b[^>]*src[^>]*><\/script>/g, ""));
  return copy;
}

/** Where FENFA_SHOTS asks for it, keeps the whole page in both themes below `end2end/shots/<view>/`. */
export async function shot(page: Page, name: string): Promise<void> {
  if (!process.env.FENFA_SHOTS) return;
  for (const theme of themes) {
    await inTheme(page, theme, async () => {
      const path = join(shots, test.info().project.name, `${name}-${theme}.png`);
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    });
  }
}

/** Both for one page. */
export async function look(page: Page, name: string): Promise<void> {
  await axe(page);
  await shot(page, name);
}

async function inTheme<T>(page: Page, theme: Theme, work: () => Promise<T>): Promise<T> {
  const chosen = await page.evaluate((theme) => {
    const before = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = theme;
    return before;
  }, theme);
  try {
    return await work();
  } finally {
    await page.evaluate((before) => {
      if (before === undefined) delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = before;
    }, chosen);
  }
}

async function violations(page: Page, rules: RunOnly): Promise<string[]> {
  const loaded = await page.evaluate(() => "axe" in window);
  if (!loaded) await page.evaluate(source);
  const results = (await page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    return axe.run(document, { runOnly });
  }, rules)) as AxeResults;
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html} (${node.failureSummary?.replace(/\s+/g, " ")})`),
  );
}
