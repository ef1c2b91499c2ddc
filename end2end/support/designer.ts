// What people do in the designer of forms, by its commands.
import { type Page, expect } from "@playwright/test";
import { hydrated } from "./test.ts";

/** Presses a button by its command and waits for the page that comes of it. */
export async function press(page: Page, command: string): Promise<void> {
  const loaded = page.waitForEvent("load");
  await page.locator(`button[name="_do"][value="${command}"]:visible`).first().click();
  await loaded;
  await hydrated(page);
}

/** Adds a form to the app, and goes to it. */
export async function addForm(page: Page, zh: string, en: string): Promise<void> {
  const form = page.locator("form[data-form='add-form']");
  await form.locator("[name='title_zh']").fill(zh);
  await form.locator("[name='title_en']").fill(en);
  await press(page, "add-form");
}

/** Adds a field, whose properties are then shown. */
export async function addField(page: Page, name: string, kind: string): Promise<void> {
  await page.locator("form[data-form='add'] [name='name']").fill(name);
  await press(page, `add:${kind}`);
  await expect(page.locator("form[data-form='field']")).toBeVisible();
}
