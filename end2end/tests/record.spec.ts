// Using an app: lists, filling in a form, reading, changing and deleting a record, in every view.
import { readFile } from "node:fs/promises";
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
  const amounts = async () => {
    const cells = await rows.locator(`td[data-label='${t("合同金额", "Amount")}']`).allInnerTexts();
    return cells.map((text) => Number(text.replace(/[^\d.]/g, "")));
  };
  const all = await rows.count();
  expect(all).toBeGreaterThan(2);
  await page.getByRole("searchbox").first().fill("没有这样的记录");
  await page.getByRole("button", { name: t("搜索", "Search"), exact: true }).click();
  await hydrated(page);
  await expect(rows).toHaveCount(0);
  await look(page, "record-none-found");
  await page.getByRole("link", { name: t("查看全部记录", "Show all records") }).click();
  await hydrated(page);
  await expect(rows).toHaveCount(all);

  const filters = page.locator("main details", { hasText: t("筛选和排序", "Filter and sort") });
  const apply = async () => {
    await page.getByRole("button", { name: t("应用筛选", "Apply"), exact: true }).click();
    await hydrated(page);
  };
  await filters.locator("summary").click();
  await look(page, "record-filters");
  await filters.locator("select[name='sort']").selectOption("amount");
  await filters.locator("select[name='order']").selectOption("asc");
  await apply();
  await expect(page).toHaveURL(/sort=amount/);
  const rising = await amounts();
  expect(rising).toHaveLength(all);
  expect(rising).toEqual([...rising].sort((one, other) => one - other));
  expect(new Set(rising).size).toBeGreaterThan(1);

  // Without filters the panel is closed again.
  await filters.locator("summary").click();
  await filters.locator("[name='where.amount.from']").fill("500000");
  await filters.locator("select[name='order']").selectOption("");
  await apply();
  const large = rising.filter((amount) => amount >= 500_000).reverse();
  expect(large.length).toBeGreaterThan(0);
  expect(large.length).toBeLessThan(all);
  expect(await amounts()).toEqual(large);

  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: t("导出 CSV", "Export CSV") }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  const csv = await readFile(await download.path(), "utf8");
  const [head = "", ...lines] = csv.replace(/^\ufeff/, "").trim().split(/\r?\n(?=HT-)/);
  expect(head).toContain(`,${t("合同金额", "Amount")},`);
  expect(lines).toHaveLength(large.length);
  // Numbers are plain there, in the order of the list.
  lines.forEach((line, place) => expect(line).toContain(`,${large[place]},`));

  // An end that nobody can read is not an open one.
  await filters.locator("[name='where.amount.from']").fill("12,5");
  await apply();
  await expect(filters.getByRole("alert")).toBeVisible();
  await expect(rows).toHaveCount(0);
  await look(page, "record-filter-unread");
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
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: t("添加一行", "Add a row") }).click();
  await expect(rows).toHaveCount(2);
  await rows.last().getByRole("button", { name: t("移除此行", "Remove this row") }).click();
  await expect(rows).toHaveCount(1);
  expect(page.url()).toBe(here);
  expect(usesJavaScript()).toBe(true);
});
