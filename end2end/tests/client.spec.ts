// What a page does when a part of the client cannot be had: gone with the network or with an older
// version, or broken. The page stays as it was sent, its forms work, and it offers to be loaded again.
import type { Page } from "@playwright/test";
import { people, signIn } from "../support/people.ts";
import { expect, hydrated, live, on, test } from "../support/test.ts";

const form = "/manage/provider/projects/new";
const chunk = /\/assets\/[0-9a-f]{16}\/project_form_keeper\.wasm$/;

const bar = (page: Page) => page.getByRole("status").filter({ hasText: /页面有新版本或网络中断|There is a new version/ });
const islands = (page: Page) => page.locator("leptos-island");
const plain = (page: Page) => page.locator("leptos-island[data-plain]");

/** Takes out what the test itself has broken; everything else still counts. */
function expected(problems: string[], ...patterns: RegExp[]): void {
  const others = problems.filter((problem) => !patterns.some((pattern) => pattern.test(problem)));
  expect(problems.length, "what was broken is noticed").toBeGreaterThan(0);
  problems.splice(0, problems.length, ...others);
}

/** Saves a draft by the form's own button. */
async function saves(page: Page): Promise<void> {
  await page.locator('[name="name"]').fill("断网时的项目");
  await page.locator('button[value="save"]').click();
  await expect(page).toHaveURL(/draft=/);
}

test("a missing chunk leaves plain forms working and offers a reload", live, async ({ page, problems }) => {
  await signIn(page, people.provider);
  await page.route(chunk, (route) => route.abort());
  await page.goto(form);
  await expect(bar(page)).toBeVisible();
  await expect(plain(page)).toHaveCount(1);
  await expect(page.locator("html[data-hydrated]")).toHaveCount(0);
  await saves(page);
  await page.unroute(chunk);
  await page.goto(form);
  await hydrated(page);
  await expect(bar(page)).toHaveCount(0);
  expected(problems, /ERR_FAILED .*project_form_keeper/);
});

test("the reload that is offered brings everything back", on("desk-zh", "phone-en"), async ({ page, problems }) => {
  await signIn(page, people.provider);
  await page.route(chunk, (route) => route.fulfill({ status: 404 }));
  await page.goto(form);
  await expect(bar(page)).toBeVisible();
  await page.unroute(chunk);
  await bar(page).getByRole("button").click();
  await hydrated(page);
  await expect(plain(page)).toHaveCount(0);
  await expect(bar(page)).toHaveCount(0);
  expected(problems, /^404 .*project_form_keeper/);
});

for (const [what, files, answer] of [
  ["no WASM at all", /\.wasm$/, 0],
  ["the WASM of another version", /\/client\.wasm$/, 404],
  ["the script of another version", /\/client\.js$/, 404],
] as const) {
  test(`${what} leaves plain forms working and offers a reload`, on("desk-zh", "phone-en"), async ({ page, problems }) => {
    await signIn(page, people.provider);
    await page.route(files, (route) => (answer ? route.fulfill({ status: answer }) : route.abort()));
    await page.goto(form);
    await expect(bar(page)).toBeVisible();
    await expect(plain(page)).toHaveCount(await islands(page).count());
    await saves(page);
    expected(problems, /^404 .*\/client\./, /ERR_FAILED .*\.wasm/);
  });
}

test("an island that breaks leaves the others live", on("desk-zh", "phone-en"), async ({ page, problems }) => {
  await signIn(page, people.provider);
  await page.goto("/manage/provider/projects?state=approved");
  const links = await page.locator('a[href$="/links"]').first().getAttribute("href");
  await page.goto(links ?? "");
  await page.locator('input[name="application"]:enabled').first().check();
  await page.locator('button[value="create"]').click();
  await expect(page).toHaveURL(/made=/);
  await hydrated(page);
  const count = await islands(page).count();
  expect(count).toBeGreaterThan(1);
  const here = page.url();
  await page.route(here, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/data-props="[^"]*"/, 'data-props="{}"');
    await route.fulfill({ response: answer, body });
  });
  await page.goto(here);
  await expect(bar(page)).toBeVisible();
  await expect(plain(page)).toHaveCount(1);
  await expect(islands(page).first()).toHaveAttribute("data-plain");
  await expect(page.locator("html[data-partly]")).toHaveCount(1);
  await expect(page.locator("leptos-island:not([data-plain]) .js-only").first()).toBeVisible();
  expect(problems.join("\n"), "what went wrong can be read").toContain("could not deserialize props");
  expected(problems, /could not deserialize props/, /unreachable/);
});

test("a page preloads what its islands load, and nothing else", on("desk-zh", "phone-en"), async ({ page }) => {
  await signIn(page, people.provider);
  for (const path of ["/", form]) {
    await page.goto(path);
    await hydrated(page);
    const told = await page.locator('link[rel="preload"], link[rel="modulepreload"]').evaluateAll((links) =>
      links.map((link) => (link as HTMLLinkElement).href).sort(),
    );
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => /\/[0-9a-f]{16}\/|\.wasm$/.test(name)),
    );
    expect([...new Set(loaded)].sort()).toEqual(told);
  }
});
