// Commands are done in the organisation they were made in or not at all (ALL-5); forms that were posted
// before their scripts were there, and sign-ins that the browser does not keep (ALL-4).
import { chromium } from "@playwright/test";
import { password, people, signIn } from "../support/people.ts";
import { Person } from "../support/person.ts";
import { drop, test } from "../support/proxy.ts";
import { crossed, expect, hydrated, on } from "../support/test.ts";

const own = "澄川环保工程";
const other = "禾木家居连锁";
const make = ["生成邀请链接", "Make the link"] as const;
const whom = ["邀请谁", "Whom do you invite"] as const;

test("all5 org1 a form made in one organisation is done there, not in the one of a second tab", crossed, async ({ visitor, ownServer, locale }) => {
  test.setTimeout(180_000);
  const baseURL = (await ownServer({ demo: true })).url;
  const person = async (login: string) => {
    const page = await visitor({ baseURL });
    await signIn(page, login);
    return new Person(page, locale ?? "zh-CN");
  };
  const host = await person(people.otherCustomer);
  await host.open("/manage/members");
  await host.fill(whom, "陈默");
  await host.tick(["平台管理员", "Platform admin"]);
  await host.press(make);
  const link = await host.copies(["邀请链接", "Invitation link"]);
  const admin = await person(people.customer);
  await admin.open(link);
  await admin.press(["以此账号加入", "Join with this account"]);

  // Wherever joining has led, the first tab is in their own organisation.
  const acts = async (who: Person, organisation: string) => {
    await who.open("/");
    const menu = who.page.locator("header summary").filter({ hasText: new RegExp(`${own}|${other}`) });
    if ((await menu.innerText()).includes(organisation)) return;
    await menu.click();
    await who.goes(() => who.page.locator("header").getByRole("button", { name: organisation }).click());
    await expect(menu).toContainText(organisation);
  };
  const invitations = async (who: Person) => {
    await who.open("/manage/members");
    return who.page.locator("tr").filter({ hasText: "王五" }).count();
  };
  await acts(admin, own);
  await admin.open("/manage/members");
  await admin.fill(whom, "王五");
  await admin.tick(["开发者", "Developer"]);

  const second = new Person(await admin.page.context().newPage(), locale ?? "zh-CN");
  await acts(second, other);
  await admin.isRefused(make, [`您现在代表「${other}」操作`, `You now act in “${other}”`]);
  await expect(admin.field(whom)).toHaveValue("王五");
  await expect(admin.page.getByRole("radio", { name: /^(开发者|Developer)/ })).toBeChecked();
  await admin.findsItGood();
  expect(await invitations(second), "nothing was done here").toBe(0);

  await admin.press([`回到「${own}」并执行`, `Go back to “${own}” and do it there`]);
  expect(await admin.copies(["邀请链接", "Invitation link"])).toMatch(/\/invitation\/[\w-]+$/);
  expect(await invitations(admin)).toBe(1);
  await expect(admin.page.locator("header")).toContainText(own);
  await acts(second, other);
  expect(await invitations(second), "nor later").toBe(0);
});

test("all4 a form that was posted before its script was there keeps its values and its refusal when that comes", on("desk-zh", "phone-en"), async ({ page, between, locale }) => {
  const person = new Person(page, locale ?? "zh-CN");
  const login = person.field(["邮箱或手机号", "E-mail or mobile number"]);
  const secret = person.field(["密码", "Password"]);
  const signsIn = person.button(["登录", "Sign in"]);
  const rule = between.when({ path: /\.wasm$/ }, drop);
  await page.goto("/sign-in");
  await expect(page.locator("leptos-island[data-plain]").first()).toBeAttached();
  await login.fill(people.customer);
  await secret.fill("不对的口令 00");
  rule.lift();
  const [answered] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    signsIn.click(),
  ]);
  expect(answered.status()).toBeGreaterThanOrEqual(400);
  expect(answered.request().resourceType()).toBe("document");
  await hydrated(page);
  const summary = page.getByRole("alert").filter({ visible: true });
  await expect(summary).toHaveCount(1);
  await expect(summary).toContainText(person.say(["密码", "password"]));
  await expect(login).toHaveValue(people.customer);
  await expect(secret).toHaveValue("");
  await secret.fill(password);
  await signsIn.click();
  await expect(page).not.toHaveURL(/\/sign-in/);
  expect(between.seen({ method: "POST", path: "/api/account/sign-in" }), "by script").toHaveLength(1);
});

test("all4 a sign-in that the browser does not keep is explained where it was made", on("desk-zh", "phone-en-plain"), async ({ ownServer, locale, javaScriptEnabled, viewport }) => {
  const origin = "https://fenfa.example";
  const server = await ownServer({ demo: true, origin });
  const port = new URL(server.url).port;
  // A name that is no loopback address: there browsers drop what is meant for https only.
  const browser = await chromium.launch({
    ...test.info().project.use.launchOptions,
    args: [...(test.info().project.use.launchOptions?.args ?? []), "--host-resolver-rules=MAP fenfa.example 127.0.0.1"],
  });
  const context = await browser.newContext({ locale, javaScriptEnabled, viewport, baseURL: `http://fenfa.example:${port}` });
  try {
    const person = new Person(await context.newPage(), locale ?? "zh-CN");
    const told = async () => {
      await person.sees(["登录成功了，但浏览器没有保存", "The sign-in went through, but the browser did not keep it"], "--origin");
      await expect(person.link(origin)).toHaveAttribute("href", origin);
    };
    const signsIn = async () => {
      await person.fill(["邮箱或手机号", "E-mail or mobile number"], people.provider);
      await person.fill(["密码", "Password"], password);
      await person.button(["登录", "Sign in"]).click();
    };
    await person.open("/sign-in");
    await person.doesNotSee(["浏览器没有保存", "did not keep it"]);
    await signsIn();
    await told();

    // The same in the midst of a purchase, through a link that the provider has made elsewhere.
    await context.clearCookies();
    const maker = await ownLink(server.url);
    await person.open(`${maker}/organisation`);
    await person.doesNotSee(["浏览器没有保存", "did not keep it"]);
    await signsIn();
    await told();
  } finally {
    await browser.close();
  }
});

/** A link of a server whose cookies no browser here keeps: made by requests that keep them. */
async function ownLink(url: string): Promise<string> {
  let cookie = "";
  const ask = async (path: string, pairs?: Record<string, string>) => {
    const answer = await fetch(`${url}${path}`, {
      redirect: "manual",
      headers: { cookie },
      ...(pairs && { method: "POST", body: new URLSearchParams(pairs) }),
    });
    for (const line of answer.headers.getSetCookie()) cookie = [cookie, line.split(";")[0]].filter(Boolean).join("; ");
    return answer;
  };
  await ask("/sign-in", {
    _fn: "/api/account/sign-in",
    _done: "/",
    "posting[key]": crypto.randomUUID(),
    "posting[organisation]": "",
    "command[login]": people.provider,
    "command[password]": password,
  });
  const list = await (await ask("/manage/provider/projects?state=approved")).text();
  const links = /href="(\/manage\/provider\/projects\/[0-9a-f-]{36}\/links)"/.exec(list)?.[1] ?? "";
  const page = await (await ask(links)).text();
  const inputs = page.match(/<input[^>]*name="application"[^>]*>/g) ?? [];
  const application = inputs.filter((input) => !/ disabled/.test(input)).map((input) => /value="([^"]+)"/.exec(input)?.[1])[0] ?? "";
  const made = await ask(links, { _do: "create", application });
  const shown = await (await ask(made.headers.get("location") ?? "")).text();
  return /(\/l\/[\w-]{43})/.exec(shown)?.[1] ?? "";
}
