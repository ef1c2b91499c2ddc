// The order centre after the purchase: sample records that are searched for and chosen, the edit
// permission opened and closed, and newer pages sent (ORD-5, ORD-6, APP-4).
import type { Page } from "@playwright/test";
import { addField, addForm } from "../support/designer.ts";
import { people, signIn } from "../support/people.ts";
import { Person } from "../support/person.ts";
import { expect, on, test } from "../support/test.ts";

const views = on("desk-zh", "phone-en-plain");
const agreement = ["我已阅读并同意《服务商分发协议》", "I have read the service provider distribution agreement and agree to it"] as const;
const inspection = ["设备巡检", "Equipment inspection"] as const;

async function somebody(page: Page, login: string, locale: string | undefined): Promise<Person> {
  await signIn(page, login);
  return new Person(page, locale ?? "zh-CN");
}

test("ORD-5 sample records are searched for, ticked and sent, and nothing else", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const admin = await somebody(await visitor({ baseURL }), people.provider, locale);
  const customer = await somebody(await visitor({ baseURL }), people.customer, locale);
  const page = admin.page;
  await admin.open("/manage/provider/orders");
  await admin.follow(["发送应用", "Send app"]);
  await admin.group(["是否携带表单示例数据", "Carry the forms' sample data?"]).tick(["是", "Yes"]);
  await admin.unfold(["每个表单带几条、哪几条示例数据", "How many and which sample records per form"]);
  await page.locator("summary").filter({ hasText: admin.say(["指定「设备台账」的记录", "Choose records of"]) }).first().click();
  const first = page.locator('input[name^="record."]').first();
  const name = await first.locator("xpath=..").innerText();
  await first.check();
  const search = page.locator('input[name^="find."]').first();
  await search.fill("没有这样的记录");
  await admin.goes(() => page.locator('button[value="find"]').first().click());
  await expect(first, "what is ticked stays listed").toBeChecked();
  await expect(search).toHaveValue("没有这样的记录");
  await admin.findsItGood();
  await admin.group(["是否发送连接器", "Send the connectors?"]).tick(["否", "No"]);
  await admin.group(["是否开放应用全部编辑权限", "Open full edit permission?"]).tick(["否", "No"]);
  await admin.tick(agreement);
  await admin.press(["发送应用", "Send app"]);
  await admin.sees(["接下来由客户验收", "the customer accepts it next"]);

  await customer.open("/purchased");
  await customer.goes(() => customer.page.locator("main li a").first().click());
  await customer.follow(["去验收", "Accept it"]);
  const app = new URL(customer.page.url()).pathname.replace("/acceptance", "");
  await customer.open(`${app}/forms/equipment`);
  await customer.sees(name.split("\n")[0]?.split(" · ")[0]?.trim() ?? "");
  await expect(customer.page.locator("[data-record], tbody tr")).toHaveCount(1);
});

test("APP-4 ORD-6 the edit permission is opened and closed, and newer pages are sent", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const admin = await somebody(await visitor({ baseURL }), people.provider, locale);
  const developer = await somebody(await visitor({ baseURL }), people.developer, locale);
  const customer = await somebody(await visitor({ baseURL }), people.customer, locale);
  await admin.open("/manage/provider/orders");
  await admin.goes(() => admin.page.locator("main tr, main li").filter({ hasText: admin.say(["开发维护中", "In development"]) }).locator("a").first().click());
  const order = admin.page.url();
  await customer.open("/");
  const card = customer.page.locator("[data-app]").first();
  const app = `/apps/${await card.getAttribute("data-app")}`;

  const mayDesign = customer.page.locator("form[data-form='add-form']");
  await customer.open(`${app}/design`);
  await expect(mayDesign).toHaveCount(0);
  await customer.findsItGood();
  await admin.press(["开放编辑权限", "Open edit permission"]);
  await admin.sees(["客户可以修改应用的页面", "The customer can change the app's pages"]);
  await customer.open(`${app}/design`);
  await expect(mayDesign).toBeVisible();
  await admin.press(["收回编辑权限", "Close edit permission"]);
  await customer.open(`${app}/design`);
  await expect(mayDesign).toHaveCount(0);

  // A newer release has one page more to send.
  await developer.open("/");
  const own = developer.page.locator("[data-app]").filter({ hasText: developer.say(["搭建中", "Building"]) });
  const source = `/apps/${await own.filter({ hasText: developer.say(inspection) }).first().getAttribute("data-app")}`;
  await developer.open(`${source}/design`);
  await addForm(developer.page, "备件领用", "Spare parts");
  await addField(developer.page, "Part", "text");
  await developer.open(`${source}/releases`);
  await developer.fill(["版本说明", "Release note"], "增加备件领用");
  await developer.press(["发布", "Publish"]);

  await admin.open(order);
  await admin.follow(["发送页面", "Send pages"]);
  await admin.findsItGood();
  await admin.tick(["备件领用", "Spare parts"]);
  await admin.isRefused(["发送页面", "Send pages"], ["请阅读并勾选同意", "tick that you agree"]);
  await admin.tick(agreement);
  await admin.press(["发送页面", "Send pages"]);
  await admin.sees(["页面发送状态", "Sends of pages"]);
  await customer.open(app);
  await customer.sees(["备件领用", "Spare parts"]);
});
