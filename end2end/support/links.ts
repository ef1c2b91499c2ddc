// Distribution links of the demo's provider.
import type { Page } from "@playwright/test";
import { people, signIn } from "./people.ts";
import { Person } from "./person.ts";

/** Makes a link for the customer, as its provider does. */
export async function newLink(page: Page, locale: string): Promise<string> {
  await signIn(page, people.provider);
  const admin = new Person(page, locale);
  await admin.open("/manage/provider/projects?state=approved");
  await admin.row("澄川环保工程").follow("获取分发链接");
  await admin.place.locator('input[name="application"]:enabled').first().check();
  await admin.press("获取分发链接");
  return new URL(await admin.copies("分发链接")).pathname;
}
