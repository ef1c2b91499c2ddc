// People: the first operator, an organisation, invitations, members, sessions, preferences, the
// audit trail (ORG-1 to ORG-4, ALL-1 to ALL-4).
import type { Page } from "@playwright/test";
import { look } from "../support/look.ts";
import { crossed, expect, hydrated, on, test, usesJavaScript } from "../support/test.ts";

test.use({ demo: false });

const password = "一个很长的口令 42";

/** Fills fields by their names and presses the button of a command. */
async function submit(page: Page, command: string, fields: Record<string, string> = {}): Promise<void> {
  await hydrated(page);
  const form = page.locator(`form[data-form="${command}"]`);
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`:is(input:not([type=hidden]), select, textarea)[name="${name}"]`);
    const kind = await field.first().evaluate((element) => element.tagName + ((element as HTMLInputElement).type ?? ""));
    if (kind.startsWith("SELECT")) await field.selectOption(value);
    else if (kind.endsWith("radio")) await form.locator(`[name="${name}"][value="${value}"]`).check();
    else await field.fill(value);
  }
  await form.locator(`button[name="_do"][value="${command}"]`).click();
}

/** Fills fields by what they are called and presses a button. */
async function give(page: Page, button: RegExp, fields: [RegExp, string][]): Promise<void> {
  await hydrated(page);
  for (const [label, value] of fields) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: button }).click();
}

const signIn = /^(登录|Sign in)$/;
const loginField = /^(邮箱或手机号|E-mail or mobile number)/;
const passwordField = /^(密码|Password)/;
const current = /^(当前密码|Current password)/;

/** The refusal stands over its form, whichever way it came, and takes the focus. */
async function refused(page: Page, field?: string): Promise<void> {
  await expect(page.locator("[data-summary]:not([hidden])")).toBeVisible();
  if (field) await expect(page.locator(`[data-error-for="${field}"]:not([hidden])`).first()).not.toBeEmpty();
}

/** The link shown for passing on. */
async function link(page: Page): Promise<string> {
  const shown = page.locator("input[readonly]").first();
  await expect(shown).toHaveValue(/\/invitation\//);
  return new URL(await shown.inputValue()).pathname;
}

test("ORG-3 ORG-4 from an empty installation to people at work", crossed, async ({ visitor, ownServer }) => {
  test.setTimeout(240_000);
  const server = await ownServer({ demo: false });
  const at = (path: string) => `${server.url}${path}`;

  const operator = await visitor();
  await operator.goto(at("/sign-in"));
  await look(operator, "people-welcome");
  await operator.locator('a[href="/setup"]').click();
  await submit(operator, "set-up", { login: "ops", name: "方芸" });
  await refused(operator, "login");
  await expect(operator.locator("[name=name]")).toHaveValue("方芸");
  await look(operator, "people-setup-refused");
  await submit(operator, "set-up", { login: "ops@example.cn", password });
  await expect(operator).toHaveURL(at("/operations"));
  await look(operator, "people-operations");
  await operator.goto(at("/setup"));
  await expect(operator.locator('[data-problem="account.already_set_up"]')).toBeVisible();

  await operator.goto(at("/operations/organisations"));
  await look(operator, "people-no-organisations");
  await operator.goto(at("/operations/organisations/new"));
  const organisation = { organisation: "远山制造集团", edition: "professional", admin: "陈静" };
  await submit(operator, "create", { ...organisation, corp_id: "ding123" });
  await refused(operator, "corp_id");
  await submit(operator, "create", { corp_id: "DING9a0954b4f9d9d40ef5bf40eda33b7ba0" });
  await expect(operator).toHaveURL(/organisations\/[0-9a-f-]{36}$/);
  await look(operator, "people-organisation-created");
  const first = await link(operator);
  await operator.goto(at("/operations/organisations/new"));
  await submit(operator, "create", { ...organisation, corp_id: "ding9A0954b4f9d9d40ef5bf40eda33b7ba0" });
  await refused(operator, "corp_id");
  await operator.goto(at("/operations/organisations?q=远山"));
  await expect(operator.locator("td a")).toHaveCount(1);

  const admin = await visitor();
  await admin.goto(at(`${first}x`));
  await expect(admin.locator('[data-problem="invitation.unknown"]')).toBeVisible();
  await admin.goto(at(first));
  await look(admin, "people-invitation");
  await submit(admin, "new", { login: "chen@example.cn", password: "short" });
  await refused(admin, "password");
  await submit(admin, "new", { password });
  await expect(admin).toHaveURL(at("/"));
  await admin.goto(at(first));
  await expect(admin.locator('[data-problem="invitation.used"]')).toBeVisible();

  await admin.goto(at("/manage"));
  await look(admin, "people-manage");
  await submit(admin, "change", { name: "远山制造", time_zone: "Asia/Tokyo" });
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText("远山制造");
  await admin.locator("details summary", { hasText: /离开组织|Leave the organisation/ }).click();
  await submit(admin, "leave");
  await refused(admin);

  await admin.goto(at("/manage/members"));
  await admin.getByRole("radio", { name: /^(开发者|Developer)/ }).check();
  await give(admin, /^(生成邀请链接|Make the link)$/, [[/^(邀请谁|Whom do you invite)/, "李娜"]]);
  await expect(admin).toHaveURL(at("/manage/members/invited"));
  await look(admin, "people-invited");
  const second = await link(admin);
  await admin.reload();
  await expect(admin.locator("main")).not.toContainText(second);
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText(/已经显示过|was shown/);
  const developer = await visitor();
  await developer.goto(at(second));
  await submit(developer, "new", { login: "13800138000", name: "李娜", password });
  await expect(developer).toHaveURL(at("/"));

  await admin.goto(at("/manage/members"));
  await look(admin, "people-members");
  const row = admin.locator("tr", { hasText: "13800138000" });
  await row.locator("summary").first().click();
  await row.locator("select").selectOption("member");
  await row.locator('button[value="role"]').click();
  await expect(admin.getByRole("status")).toBeVisible();
  await developer.goto(at("/manage/members"));
  await expect(developer.locator("table").first()).not.toContainText("chen@example.cn");
  await developer.goto(at("/me/notices"));
  await look(developer, "people-notices");
  await developer.locator('button[value="open"]').first().click();
  await expect(developer).toHaveURL(at("/manage/members"));
  await developer.goto(at("/manage/audit"));
  await expect(developer.locator('[data-problem="authority.role"]')).toBeVisible();

  await admin.goto(at("/manage/members"));
  await row.locator("summary").first().click();
  await row.locator("summary").last().click();
  await row.locator('button[value="remove"]').click();
  await expect(admin.getByRole("status")).toBeVisible();
  await developer.goto(at("/manage"));
  await expect(developer.locator('[data-problem="organisation.none"]')).toBeVisible();

  await admin.goto(at("/manage/audit"));
  await look(admin, "people-audit");
  await expect(admin.locator("tbody tr").first()).toContainText("李娜");
  await expect(admin.locator("tbody")).not.toContainText(/[a-z]+\.[a-z_]+ed/);
  const file = admin.waitForEvent("download");
  await admin.locator('a[href$="audit.csv"]').click();
  expect((await file).suggestedFilename()).toMatch(/^audit-\d+\.csv$/);
});

test("ORG-4 ALL-3 sessions, password, language and look", on("desk-zh", "phone-en-plain"), async ({ visitor, ownServer }) => {
  test.setTimeout(180_000);
  const server = await ownServer({ demo: false });
  const at = (path: string) => `${server.url}${path}`;
  const here = await visitor();
  await here.goto(at("/setup"));
  await submit(here, "set-up", { login: "ops@example.cn", name: "方芸", password });
  await expect(here).toHaveURL(at("/operations"));
  const there = await visitor();
  await there.goto(at("/sign-in?next=/me/preferences"));
  await give(there, signIn, [[loginField, "ops@example.cn"], [passwordField, "不对的口令 00"]]);
  await refused(there);
  await expect(there.getByLabel(loginField)).toHaveValue("ops@example.cn");
  await give(there, signIn, [[passwordField, password]]);
  await expect(there).toHaveURL(at("/me/preferences"));

  await here.goto(at("/me/sessions"));
  await expect(here.locator("tbody tr")).toHaveCount(2);
  await look(here, "people-sessions");
  await here.locator('button[value="end"]').click();
  await expect(here.locator("tbody tr")).toHaveCount(1);
  await there.goto(at("/me/sessions"));
  await expect(there).toHaveURL(/\/sign-in/);

  await here.goto(at("/me/preferences"));
  await look(here, "people-preferences");
  await give(here, /^(修改密码|Change password)$/, [[current, "不对的口令 00"], [/^(新密码|New password)/, "另一个很长的口令 43"]]);
  await refused(here);
  await expect(here.getByLabel(current)).toHaveAttribute("aria-invalid", "true");
  await expect(here.getByLabel(current)).toHaveAccessibleDescription(/./);
  if (!usesJavaScript()) await expect(here.getByLabel(current)).toHaveValue("");
  await submit(here, "preferences", { name: "方云", language: "en", theme: "dark" });
  await expect(here.locator("html")).toHaveAttribute("lang", "en");
  await expect(here.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(here.getByRole("textbox", { name: "Name" })).toHaveValue("方云");
});
