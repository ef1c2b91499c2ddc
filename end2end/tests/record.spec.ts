// Using an app: lists, filling in a form, reading, changing and deleting a record, in every view.
import type { Page } from "@playwright/test";
import { look } from "../support/look.ts";
import { everywhere, expect, hydrated, live, test, usesJavaScript } from "../support/test.ts";

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto("/sign-in");
  await hydrated(page);
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await expect(page).toHaveURL("/");
}

async function openForm(page: Page, app: RegExp, form: RegExp): Promise<void> {
  await page.locator("main a[href^='/apps/']").filter({ hasText: app }).first().click();
  await hydrated(page);
  await page.locator("main a[href*='/forms/']:visible").filter({ hasText: form }).first().click();
  await hydrated(page);
}

test("a record is filed, refused with what was typed kept, read, changed and deleted", everywhere, async ({ page, locale }) => {
  const t = (zh: string, en: string) => (locale === "zh-CN" ? zh : en);
  await signIn(page, "林晓");
  await look(page, "workbench");
  await page.locator("main a[href^='/apps/']").filter({ hasText: /销售|合同|Sales|Contract/ }).first().click();
  await hydrated(page);
  await look(page, "app-home");
  await page.locator("main a[href*='/forms/contract']:visible").first().click();
  await hydrated(page);
  await look(page, "record-list");

  await page.getByRole("link", { name: t("新增", "New"), exact: true }).click();
  await hydrated(page);
  await look(page, "record-new");
  const name = `A<b>"&</textarea><script>alert(1)</script>`;
  await page.locator("[name='f.name']").fill(name);
  await page.getByRole("button", { name: t("保存", "Save"), exact: true }).last().click();
  await expect(page.locator("[data-summary]")).toBeVisible();
  await expect(page.locator("[name='f.name']")).toHaveValue(name);
  await hydrated(page);
  await look(page, "record-refused");

  await page.locator("[name='f.customer']").selectOption({ index: 1 });
  await page.locator("[name='f.type']").selectOption({ index: 1 });
  await page.locator("[name='f.amount']").fill("128,000.5");
  await page.locator("[data-subtable='items'] [data-row] input[type=text]").first().fill("服务器");
  const save = () => page.getByRole("button", { name: t("保存", "Save"), exact: true }).last().click();
  await save();
  await expect(page).toHaveURL(/\/records\/[0-9a-f-]+$/);
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
  await expect(page.locator("main")).toContainText("128,000.50");
  await expect(page.locator("main")).toContainText("服务器");
  await look(page, "record-view");

  await page.getByRole("link", { name: t("编辑", "Edit"), exact: true }).click();
  await hydrated(page);
  await look(page, "record-edit");
  await page.locator("[name='f.amount']").fill("64000");
  await save();
  await expect(page.locator("main")).toContainText("64,000.00");
  await hydrated(page);

  await page.getByRole("link", { name: t("删除", "Delete"), exact: true }).click();
  await hydrated(page);
  await look(page, "record-delete");
  await page.getByRole("button", { name: t("删除", "Delete"), exact: true }).click();
  await expect(page).toHaveURL(/\/forms\/contract$/);
  await expect(page.locator("main tbody")).not.toContainText("64,000.00");
});

test("when two people change a record, the second sees what the first saved and can save after it", everywhere, async ({ page, locale }) => {
  const t = (zh: string, en: string) => (locale === "zh-CN" ? zh : en);
  await signIn(page, "林晓");
  await openForm(page, /销售|合同|Sales|Contract/, /客户|Customer/);
  await page.getByRole("link", { name: t("新增", "New"), exact: true }).click();
  await hydrated(page);
  const save = (on: Page) => on.getByRole("button", { name: t("保存", "Save"), exact: true }).last().click();
  await page.locator("[name='f.name']").fill("两人同改");
  await page.locator("[name='f.contact']").fill("王工");
  await save(page);
  await expect(page).toHaveURL(/\/records\/[0-9a-f-]+$/);
  await hydrated(page);
  await page.getByRole("link", { name: t("编辑", "Edit"), exact: true }).click();
  await hydrated(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await hydrated(other);
  await other.locator("[name='f.name']").fill("别人改的");
  await save(other);
  await expect(other).toHaveURL(/\/records\/[0-9a-f-]+$/);
  await page.locator("[name='f.name']").fill("我改的");
  await save(page);
  await expect(page.locator("[data-summary]")).toContainText(t("别人刚刚修改过", "Somebody else changed"));
  await expect(page.locator("[data-overtaken]")).toContainText("别人改的");
  await expect(page.locator("[name='f.name']")).toHaveValue("我改的");
  await hydrated(page);
  await look(page, "record-overtaken");
  await save(page);
  await expect(page).toHaveURL(/\/records\/[0-9a-f-]+$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("我改的");
});

test("the list is searched, sorted, filtered and exported", everywhere, async ({ page, locale }) => {
  const t = (zh: string, en: string) => (locale === "zh-CN" ? zh : en);
  await signIn(page, "林晓");
  await openForm(page, /销售|Sales/, /合同|Contract/);
  const rows = page.locator("main tbody tr");
  const all = await rows.count();
  expect(all).toBeGreaterThan(2);
  await page.getByRole("searchbox").fill("没有这样的记录");
  await page.getByRole("button", { name: t("搜索", "Search"), exact: true }).click();
  await hydrated(page);
  await expect(rows).toHaveCount(0);
  await look(page, "record-none-found");
  await page.getByRole("link", { name: t("查看全部记录", "Show all records") }).click();
  await hydrated(page);
  await expect(rows).toHaveCount(all);
  await page.locator("main details summary", { hasText: t("筛选", "Filter") }).click();
  await look(page, "record-filters");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: t("导出 CSV", "Export CSV") }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test("with scripts, a field is checked when it is left and rows come and go in place", live, async ({ page, locale }) => {
  const t = (zh: string, en: string) => (locale === "zh-CN" ? zh : en);
  await signIn(page, "林晓");
  await openForm(page, /销售|Sales/, /合同|Contract/);
  await page.getByRole("link", { name: t("新增", "New"), exact: true }).click();
  await hydrated(page);
  const here = page.url();
  await page.locator("[name='f.name']").focus();
  await page.locator("[name='f.name']").blur();
  await expect(page.locator("[data-error-for='f.name']")).toBeVisible();
  await page.locator("[name='f.name']").fill("合同");
  await page.locator("[name='f.name']").blur();
  await expect(page.locator("[data-error-for='f.name']")).toBeHidden();
  const rows = page.locator("[data-subtable] [data-row]");
  if ((await rows.count()) > 0) {
    const before = await rows.count();
    await page.getByRole("button", { name: t("添加一行", "Add a row") }).click();
    await expect(rows).toHaveCount(before + 1);
    await rows.last().getByRole("button", { name: t("移除此行", "Remove this row") }).click();
    await expect(rows).toHaveCount(before);
  }
  expect(page.url()).toBe(here);
  expect(usesJavaScript()).toBe(true);
});
