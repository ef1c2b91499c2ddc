// The purchase in WebKit, the size of a phone: customers open links on what they have at hand
// (PUR-1, PUR-3).
import { password, people, signIn } from "../support/people.ts";
import { Person } from "../support/person.ts";
import { expect, test as base } from "../support/test.ts";
import { WebKit } from "../support/webkit.ts";

const test = base.extend<{ phone: WebKit }>({
  phone: async ({}, use, info) => {
    const phone = await WebKit.start({ width: 390, height: 844 });
    await use(phone);
    if (info.status !== info.expectedStatus) {
      await info.attach("webkit", { body: await phone.screenshot(), contentType: "image/png" });
    }
    await phone.stop();
  },
});

const customer = "澄川环保工程";

test("pur1 pur3 a customer's admin opens the link in WebKit and buys", async ({ page, phone }) => {
  test.setTimeout(180_000);
  const link = await newLink(page);
  await buys(phone, link, { login: people.customer, organisation: customer });

  // Whoever comes again sees what was bought, and buys nothing more.
  await phone.refresh();
  await phone.sees("购买完成");
  await phone.navigate(link);
  await phone.sees("购买完成", customer);
});

/** Makes a link to an app for the customer, as the provider's admin does. */
async function newLink(page: Person["page"]): Promise<string> {
  await signIn(page, people.provider);
  const admin = new Person(page, "zh-CN");
  await admin.open("/manage/provider/projects?state=approved");
  await admin.row(customer).follow("获取分发链接");
  await admin.place.locator('input[name="application"]:enabled').first().check();
  await admin.press("获取分发链接");
  return admin.copies("分发链接");
}

/** What somebody does who was sent a link, from opening it to the end. Only words are named, so it
 * makes no difference whether a step is another page. */
async function buys(phone: WebKit, link: string, buyer: { login: string; organisation: string }): Promise<void> {
  const step = async (words: string, next: () => Promise<void>) => {
    await phone.sees(words);
    expect(await excess(phone), `“${words}” fits the screen`).toBeLessThanOrEqual(0);
    await next();
  };
  await phone.navigate(link);
  await step(buyer.organisation, () => phone.press("登录并继续"));
  await step("密码", async () => {
    await phone.fill("邮箱或手机号", buyer.login);
    await phone.fill("密码", password);
    await phone.press("登录");
  });
  await step("选择购买的组织", () => phone.press(buyer.organisation));
  await step("确认购买", () => phone.press("购买应用"));
  await step("购买完成", async () => {});
}

/** How many pixels are cut off at the side. */
function excess(phone: WebKit): Promise<number> {
  return phone.execute("return document.documentElement.scrollWidth - innerWidth");
}
