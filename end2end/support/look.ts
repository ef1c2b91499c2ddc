// Looks at a page as a whole: accessibility in both themes, and screenshots to be looked at.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { expect, test, usesJavaScript } from "./test.ts";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = join(dirname(fileURLToPath(import.meta.url)), "..", "shots");
const themes = ["light", "dark"] as const;
type Theme = (typeof themes)[number];

/** Fails on any violation of WCAG 2.2 AA that axe finds, in either theme. */
export async function axe(page: Page): Promise<void> {
  const seen = usesJavaScript() ? page : await twin(page);
  for (const theme of themes) {
    await inTheme(seen, theme, async () => {
      expect(await violations(seen), `${page.url()} in the ${theme} theme`).toEqual([]);
    });
  }
  if (seen !== page) await seen.context().close();
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

/** Fails where the page is wider than the screen: on a phone something is then cut off. */
export async function fits(page: Page): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(width, `${page.url()} is wider than the screen`).toBeLessThanOrEqual(0);
}

/** Stores the whole page in both themes below `end2end/shots/<view>/`. */
export async function shot(page: Page, name: string): Promise<void> {
  for (const theme of themes) {
    await inTheme(page, theme, async () => {
      const path = join(shots, test.info().project.name, `${name}-${theme}.png`);
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    });
  }
}

/** All of the above for one page. */
export async function look(page: Page, name: string): Promise<void> {
  await axe(page);
  await fits(page);
  await shot(page, name);
}

async function inTheme(page: Page, theme: Theme, work: () => Promise<void>): Promise<void> {
  const chosen = await page.evaluate((theme) => {
    const before = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = theme;
    return before;
  }, theme);
  try {
    await work();
  } finally {
    await page.evaluate((before) => {
      if (before === undefined) delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = before;
    }, chosen);
  }
}

async function violations(page: Page): Promise<string[]> {
  const loaded = await page.evaluate(() => "axe" in window);
  if (!loaded) await page.evaluate(source);
  const results = (await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return axe.run(document, { runOnly: { type: "tag", values: tags } });
  })) as AxeResults;
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")} ${node.html} ${node.failureSummary}`),
  );
}
