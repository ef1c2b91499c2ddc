// The server runs, and the first page renders in every view.
import { look } from "../support/look.ts";
import { everywhere, expect, hydrated, test } from "../support/test.ts";

test("the server says that it is well", async ({ request }) => {
  const answer = await request.get("/healthz");
  expect(answer.status()).toBe(200);
});

test("sign-in speaks the visitor's language", everywhere, async ({ page, locale }) => {
  await page.goto("/sign-in");
  await expect(page.locator("html")).toHaveAttribute("lang", locale === "zh-CN" ? "zh-CN" : "en");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await hydrated(page);
  await look(page, "sign-in");
});
