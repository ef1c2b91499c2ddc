// After the delivery: the provider's one way in, the agreement that changes while somebody reads it,
// acceptance with open points, closing and reopening maintenance, enabling and disabling, and what a
// developer may do in the settings (APP-1 to APP-5, ORD-2).
import type { Page } from "@playwright/test";
import { people, signIn } from "../support/people.ts";
import { Person } from "../support/person.ts";
import { expect, on, test } from "../support/test.ts";

const views = on("desk-zh", "phone-en-plain");

/** Somebody of the demo, signed in. */
async function somebody(page: Page, login: string, locale: string | undefined): Promise<Person> {
  await signIn(page, login);
  return new Person(page, locale ?? "zh-CN");
}

/** The customer's app that its provider maintains, as its path. */
async function maintained(developer: Person): Promise<string> {
  await developer.open("/");
  const entrance = developer.page.locator('form[action$="/maintenance"]').first();
  return ((await entrance.getAttribute("action")) ?? "").replace("/maintenance", "");
}

test("APP-5 the provider enters by one way, and each visit is noted", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const developer = await somebody(await visitor({ baseURL }), people.developer, locale);
  const customer = await somebody(await visitor({ baseURL }), people.customer, locale);
  const app = await maintained(developer);

  await developer.open(app);
  await developer.sees(["请先从远程维护的入口进入这个应用", "Enter this app through remote maintenance first"]);
  await developer.findsItGood();
  await developer.open(`${app}/design`);
  await developer.sees(["请先从远程维护的入口进入这个应用", "Enter this app through remote maintenance first"]);
  await customer.open(`${app}/maintenance`);
  await customer.doesNotSee("林晓");

  await developer.press(["进入远程维护", "Enter for maintenance"]);
  await expect(developer.page.locator("[data-maintenance]")).toBeVisible();
  await developer.open(`${app}/design`);
  await expect(developer.page.locator("[data-maintenance]")).toBeVisible();
  await customer.open(`${app}/maintenance`);
  await customer.sees("林晓");
});

test("ORD-2 an agreement that changed meanwhile is read and ticked anew", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const admin = await somebody(await visitor({ baseURL }), people.provider, locale);
  const operator = await somebody(await visitor({ baseURL }), people.operator, locale);
  const tick = "我已阅读并同意《服务商分发协议》";
  const english = "I have read the service provider distribution agreement and agree to it";

  await admin.open("/manage/provider/orders");
  await admin.follow(["发送应用", "Send app"]);
  await admin.group(["是否携带表单示例数据", "Carry the forms' sample data?"]).tick(["否", "No"]);
  await admin.group(["是否发送连接器", "Send the connectors?"]).tick(["否", "No"]);
  await admin.group(["是否开放应用全部编辑权限", "Open full edit permission?"]).tick(["是", "Yes"]);
  await admin.tick([tick, english]);

  await operator.open("/operations/agreement");
  await operator.fill(["中文文本", "Chinese text"], "新的协议：每次发送前重新阅读。");
  await operator.fill(["英文文本", "English text"], "The new agreement: to be read before each send.");
  await operator.press(["保存为新版本", "Save as a new version"]);

  await admin.goes(() => admin.button(["发送应用", "Send app"]).click());
  await expect(admin.page.getByRole("alert").filter({ visible: true })).toBeVisible();
  await admin.sees(["新的协议：每次发送前重新阅读。", "The new agreement: to be read before each send."]);
  await expect(admin.page.locator('input[name="agreed"][type="checkbox"]')).not.toBeChecked();
  const edit = admin.group(["是否开放应用全部编辑权限", "Open full edit permission?"]);
  await expect(edit.place.locator('input[value="yes"]')).toBeChecked();
  await admin.findsItGood();
  await admin.tick([tick, english]);
  await admin.press(["发送应用", "Send app"]);
  await admin.sees(["同意协议第 2 版", "agreed to version 2"]);
});

test("APP-2 APP-3 accepted with open points, closed, enabled, disabled, reopened", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const developer = await somebody(await visitor({ baseURL }), people.developer, locale);
  const admin = await somebody(await visitor({ baseURL }), people.customer, locale);
  const employee = await somebody(await visitor({ baseURL }), people.employee, locale);
  const app = await maintained(developer);
  const card = (person: Person) => person.page.locator(`[data-app="${app.replace("/apps/", "")}"]`);

  await admin.open(`${app}/settings`);
  await expect(admin.button(["启用", "Enable"])).toBeDisabled();
  await admin.open(`${app}/acceptance`);
  await admin.fill(["遗留问题", "Open points"], "巡检表缺少英文标签。");
  const item = admin.row(/示例数据：|Sample data:/).place.getByRole("button").first();
  await admin.goes(() => item.click());
  await expect(item).toHaveAttribute("aria-pressed", "true");
  await expect(admin.field(["遗留问题", "Open points"]), "what is typed stays").toHaveValue("巡检表缺少英文标签。");
  await admin.press(["验收通过", "Accept the app"]);
  await admin.sees(["验收完成", "Accepted; the provider has been told"], "巡检表缺少英文标签。");
  await admin.findsItGood();

  await admin.open(`${app}/settings`);
  await admin.press(["关闭-开发维护", "Close maintenance"]);
  await admin.sees(["开发维护已关闭", "Maintenance is closed"]);
  await admin.press(["启用", "Enable"]);
  await admin.sees(["应用已启用", "The app is enabled"]);
  await employee.open("/");
  await expect(card(employee)).toBeVisible();
  await developer.open("/");
  await expect(card(developer)).toHaveCount(0);
  await developer.open(app);
  await expect(developer.page.locator('[data-problem="maintenance.closed"]')).toBeVisible();

  await admin.unfold(["停用应用", "Disable the app"]);
  await admin.press(["停用", "Disable"]);
  await admin.sees(["应用已停用", "The app is disabled"]);
  await employee.open("/");
  await expect(card(employee)).toHaveCount(0);
  await employee.open(app);
  await employee.sees(["这个应用已停用", "This app is disabled"]);

  await admin.unfold(["开启-开发维护", "Open maintenance"]);
  await admin.press(["开启-开发维护", "Open maintenance"]);
  await admin.sees(["开发维护已开启", "Maintenance is open"]);
  await developer.open("/");
  await expect(card(developer)).toBeVisible();
});

test("APP-3 a developer sees the settings, and who may publish", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const developer = await somebody(await visitor({ baseURL }), people.otherDeveloper, locale);
  await developer.open("/");
  const own = developer.page.locator('main a[href^="/apps/"]').filter({ hasText: developer.say(["打开", "Open"]) }).first();
  const app = (await own.getAttribute("href")) ?? "";
  await developer.open(`${app}/settings`);
  await expect(developer.page.locator("main button[disabled]")).toBeVisible();
  await developer.sees("许宁");
  await developer.findsItGood();
  for (const tab of ["info", "people", "versions"]) {
    await developer.open(`${app}/settings?tab=${tab}`);
    await developer.findsItGood();
  }
});
