// Answers that are lost, or that somebody else gives in the server's place: each is told as what it
// is, what was typed is kept, and once the way is free the same press does it (ALL-4, ALL-5).
import type { Page } from "@playwright/test";
import { newLink } from "../support/links.ts";
import { password, people, signIn } from "../support/people.ts";
import { Person } from "../support/person.ts";
import { type Asked, type Fate, alter, answer, drop, foreign, lose, pass, test } from "../support/proxy.ts";
import { expect, hydrated, on } from "../support/test.ts";

const signingIn = { method: "POST", path: "/api/account/sign-in" };
const inviting = { method: "POST", path: "/api/organisation/invite" };
const buying = { method: "POST", path: "/api/purchase/buy" };
const lost = ["没有收到服务器的回应，您填写的内容都还在", "同一次提交不会执行两遍"];
const gateway = (status: number) => [`服务器暂时没有回应（${status}）`, "同一次提交不会执行两遍"];

/** What becomes of a call, and what is told of it. */
const fates: Record<string, { fate: Fate; told: string[]; again: boolean }> = {
  lose: { fate: lose, told: lost, again: true },
  drop: { fate: drop, told: lost, again: true },
  badGateway: { fate: foreign.badGateway, told: gateway(502), again: true },
  unavailable: { fate: foreign.unavailable, told: gateway(503), again: true },
  gatewayTimeout: { fate: foreign.gatewayTimeout, told: gateway(504), again: true },
  tooLarge: { fate: foreign.tooLarge, told: ["超过了服务器前面代理允许的大小", "没有保存"], again: false },
  tooMany: { fate: foreign.tooMany, told: ["请求太频繁", "请在 1 秒后再提交"], again: false },
  portal: { fate: foreign.portal, told: ["收到的是另一个网页", "在新窗口打开本站"], again: false },
  firewall: { fate: answer(403, "text/html", "<h1>403 Forbidden</h1>"), told: ["网络中的防护设备拒绝了这次提交"], again: false },
  failure: { fate: answer(500, "text/plain", "oops"), told: ["出错了，没有保存任何内容"], again: false },
  otherSite: {
    fate: alter({ asks: { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" } }),
    told: ["这次提交不是从本站的页面发出的", "请从本站重新打开页面再提交"],
    again: false,
  },
};

/** The keys under which a command was sent. */
function keys(asked: Asked[]): Set<string | null> {
  return new Set(asked.map((one) => new URLSearchParams(one.body).get("posting[key]")));
}

async function isTold(page: Page, words: string[]): Promise<void> {
  const summary = page.getByRole("alert").filter({ visible: true });
  for (const one of words) await expect(summary).toContainText(one);
  await expect(summary, "it takes the focus").toBeFocused();
}

for (const [name, { fate, told, again }] of Object.entries(fates)) {
  test(`all4 signing in: ${name}`, async ({ page, between }) => {
    await page.goto("/sign-in");
    await hydrated(page);
    const login = page.getByLabel(/^邮箱或手机号/);
    const press = () => page.getByRole("button", { name: "登录", exact: true }).click();
    await login.fill(people.customer);
    await page.getByLabel(/^密码/).fill(password);
    const rule = between.when(signingIn, fate);
    await press();
    await isTold(page, told);
    await expect(login).toHaveValue(people.customer);
    await expect(page.getByLabel(/^密码/)).toHaveValue(password);
    const asked = between.seen(signingIn);
    expect(asked.length > 1, "whether it is repeated by itself").toBe(again);
    expect(keys(asked).size, "one command, one key").toBe(1);
    const reached = asked.some((one) => one.status !== undefined && one.status < 400);
    expect(reached, "whether it was done").toBe(name === "lose");

    rule.lift();
    await press();
    if (name === "lose") {
      // The session that nobody heard of is not given away a second time; another press makes another.
      await isTold(page, ["这次登录已经完成，但浏览器没有收到回应", "请再按一次登录"]);
      await press();
    }
    await expect(page).not.toHaveURL(/\/sign-in/);
    expect(keys(between.seen(signingIn)).size).toBe(name === "lose" ? 2 : 1);
  });
}

/** An admin before the form that invites. */
async function inviter(page: Page): Promise<Person> {
  await signIn(page, people.customer);
  const admin = new Person(page, "zh-CN");
  await admin.open("/manage/members");
  return admin;
}

/** How many invitations of this name the list of members has. */
async function invited(admin: Person, name: string): Promise<number> {
  await admin.open("/manage/members");
  return admin.page.locator("tr").filter({ hasText: name }).count();
}

test("all5 an invitation whose answer is lost is made once, and nobody notices", on("desk-zh", "phone-zh"), async ({ page, between }) => {
  const admin = await inviter(page);
  await admin.fill("邀请谁", "苏文");
  between.when(inviting, lose, 1);
  await admin.goes(() => admin.button("生成邀请链接").click());
  await expect(page).toHaveURL(/\/manage\/members\/invited$/);
  expect(await admin.copies("邀请链接")).toMatch(/\/invitation\/[\w-]+$/);
  const asked = between.seen(inviting);
  expect(asked.length).toBeGreaterThan(1);
  expect(keys(asked).size).toBe(1);
  expect(await invited(admin, "苏文")).toBe(1);
});

test("all5 an invitation all of whose answers are lost is told so, and the next press gets the first one's link", async ({ page, between }) => {
  const admin = await inviter(page);
  await admin.fill("邀请谁", "何俊");
  await admin.tick("开发者");
  const rule = between.when(inviting, lose);
  await admin.button("生成邀请链接").click();
  await isTold(page, lost);
  await expect(admin.field("邀请谁")).toHaveValue("何俊");
  await expect(page.getByRole("radio", { name: /^开发者/ })).toBeChecked();
  rule.lift();
  await admin.press("生成邀请链接");
  const link = await admin.copies("邀请链接");
  expect(keys(between.seen(inviting)).size).toBe(1);
  expect(await invited(admin, "何俊"), "one invitation").toBe(1);
  await admin.row("何俊").sees("开发者");
  await admin.open(link);
  await admin.sees("何俊");
});

test("all5 without scripts an invitation whose answer is lost is made once when the page is loaded again", on("desk-zh-plain", "phone-en-plain"), async ({ page, between, locale }) => {
  const admin = new Person(page, locale ?? "zh-CN");
  await signIn(page, people.customer);
  await admin.open("/manage/members");
  await admin.fill(["邀请谁", "Whom do you invite"], "李娜");
  const posting = { method: "POST", path: "/manage/members" };
  const rule = between.when(posting, lose);
  await admin.button(["生成邀请链接", "Make the link"]).click();
  await expect.poll(() => page.url()).toMatch(/^chrome-error:/);
  rule.lift();
  await page.reload();
  expect(await admin.copies(["邀请链接", "Invitation link"])).toMatch(/\/invitation\/[\w-]+$/);
  expect(await invited(admin, "李娜")).toBe(1);
});

test("all5 without scripts going back after an invitation shows it, and an empty form for another", on("desk-zh-plain", "phone-en-plain"), async ({ page, between, locale }) => {
  const admin = new Person(page, locale ?? "zh-CN");
  await signIn(page, people.customer);
  await admin.open("/manage/members");
  await admin.fill(["邀请谁", "Whom do you invite"], "孙七");
  await admin.press(["生成邀请链接", "Make the link"]);
  await page.goBack();
  await expect(admin.page.locator("tr").filter({ hasText: "孙七" })).toHaveCount(1);
  await expect(admin.field(["邀请谁", "Whom do you invite"])).toHaveValue("");
  const used = keys(between.seen({ method: "POST", path: "/manage/members" }));
  const fresh = await page.locator('form:has([name="command[invitee]"]) [name="posting[key]"]').inputValue();
  expect(used.has(fresh), "under a key of its own").toBe(false);
});

/** A buyer before the button, and how many orders there were. */
async function buyer(page: Page, visitor: () => Promise<Page>): Promise<{ buyer: Person; orders: () => Promise<number> }> {
  const link = await newLink(await visitor(), "zh-CN");
  await signIn(page, people.customer);
  const buyer = new Person(page, "zh-CN");
  await buyer.open(`${link}/organisation`);
  await buyer.steps(() => buyer.button("澄川环保工程").click(), "确认购买");
  const other = await page.context().newPage();
  const orders = async () => {
    await other.goto("/purchased");
    return other.locator("main li").filter({ hasText: /DD\d{8}-\d{4}/ }).count();
  };
  return { buyer, orders };
}

test("pur3 all5 a purchase whose answer is lost is one order, and nobody notices", on("desk-zh", "phone-zh"), async ({ page, visitor, between }) => {
  const { buyer: admin, orders } = await buyer(page, visitor);
  const before = await orders();
  between.when(buying, lose, 1);
  await admin.steps(() => admin.button("购买应用").click(), "购买完成");
  await expect(page.getByRole("alert").filter({ visible: true })).toHaveCount(0);
  const asked = between.seen(buying);
  expect(asked.length).toBeGreaterThan(1);
  expect(keys(asked).size).toBe(1);
  expect(await orders()).toBe(before + 1);
});

test("pur3 all5 a purchase all of whose answers are lost is told so, and is one order", async ({ page, visitor, between }) => {
  const { buyer: admin, orders } = await buyer(page, visitor);
  const before = await orders();
  const rule = between.when(buying, lose);
  await admin.button("购买应用").click();
  await isTold(page, lost);
  rule.lift();
  await admin.steps(() => admin.button("购买应用").click(), "购买完成");
  expect(keys(between.seen(buying)).size).toBe(1);
  expect(await orders()).toBe(before + 1);
});

test("all4 an answer that takes long is told to be waited for", async ({ page, between }) => {
  const admin = await inviter(page);
  await admin.fill("邀请谁", "赵六");
  let go = () => {};
  between.when(inviting, { kind: "delay", until: new Promise<void>((free) => (go = free)), then: pass }, 1);
  await admin.button("生成邀请链接").click();
  await expect(page.locator("form[data-busy]")).toBeVisible();
  await admin.sees("服务器还没有回应");
  await admin.button("生成邀请链接").click({ force: true });
  await admin.goes(async () => go());
  expect(between.seen(inviting), "a second press sends nothing").toHaveLength(1);
  expect(await invited(admin, "赵六")).toBe(1);
});

/** A wrong password, which keeps the page. */
async function mistypes(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await hydrated(page);
  await page.getByLabel(/^邮箱或手机号/).fill(people.customer);
  await page.getByLabel(/^密码/).fill("不对的口令 00");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page.getByRole("alert").filter({ visible: true })).toBeVisible();
}

const offer = (page: Page) => page.getByRole("status").getByRole("button", { name: "重新加载" });

test("all4 a page of another version than the server's offers to be loaded again", async ({ page, between }) => {
  await mistypes(page);
  await expect(offer(page)).toHaveCount(0);
  const rule = between.when(signingIn, alter({ answers: { "x-fenfa-build": "another" } }));
  await mistypes(page);
  await expect(page.getByRole("alert").filter({ visible: true }), "its answer is told all the same").toContainText("密码");
  rule.lift();
  await offer(page).click();
  await hydrated(page);
  await expect(offer(page)).toHaveCount(0);
});

test("all4 a function that the server no longer has is told, and loading again is offered", async ({ page, between }) => {
  between.when(signingIn, alter({ path: "/api/account/sign-in-of-old" }));
  await mistypes(page);
  await isTold(page, ["网站已经更新，这个页面读不懂服务器的回应", "请重新加载页面"]);
  await expect(page.getByLabel(/^邮箱或手机号/)).toHaveValue(people.customer);
  await expect(offer(page)).toBeVisible();
});
