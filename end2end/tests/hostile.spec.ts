// What somebody hostile, or a clumsy program, types: markup, control characters, text that runs the
// other way, far too much. It is shown as text and never runs; a refusal keeps it.
import type { Locator, Page } from "@playwright/test";
import { people, signIn } from "../support/people.ts";
import { expect, hydrated, on, test, usesJavaScript } from "../support/test.ts";

const attacks = {
  markup: `</textarea></title><img src=x onerror="document.body.dataset.ran=1"><script>document.body.dataset.ran=1</script>"'&lt;<b>粗`,
  control: "合同\u0007\u001b[31m\u0008甲",
  "right-to-left": "合同\u202Egnp.exe\u2067ש\u2069",
  "over-long": "长".repeat(70_000),
} as const;

type Target = {
  who: keyof typeof people | "nobody";
  path: string;
  /** The command of the button that submits the form, or the function that the form names. */
  command: string;
};

/** The main forms, and who gets to fill them in. */
const targets: Target[] = [
  { who: "nobody", path: "/sign-in", command: "/api/account/sign-in" },
  { who: "customer", path: "/manage", command: "change" },
  { who: "customer", path: "/manage/members", command: "/api/organisation/invite" },
  { who: "employee", path: "/me/preferences", command: "preferences" },
  { who: "operator", path: "/operations/organisations/new", command: "create" },
  { who: "operator", path: "/operations/calendar", command: "calendar" },
  { who: "customer", path: "/manage/provider", command: "/api/programme/apply" },
  { who: "provider", path: "/manage/provider/projects/new", command: "submit" },
  { who: "provider", path: "/manage/provider/checker", command: "check" },
  { who: "developer", path: "/apps/new", command: "create" },
];

for (const target of targets) {
  test(`${target.path} takes anything typed as text`, on("desk-zh", "desk-en-plain"), async ({ page }) => {
    test.setTimeout(180_000);
    if (target.who !== "nobody") await signIn(page, people[target.who]);
    for (const [name, text] of Object.entries(attacks)) {
      await test.step(name, async () => {
        await page.goto(target.path);
        await hydrated(page);
        await attack(page, target.command, text);
      });
    }
  });
}

test("a record's fields take anything typed as text", on("desk-zh", "desk-en-plain"), async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, people.developer);
  const app = page.locator("main li").getByRole("link", { name: /^(打开|Open)/ }).first();
  await page.goto((await app.getAttribute("href")) ?? "");
  const form = await page.locator("main a[href*='/forms/']").first().getAttribute("href");
  for (const [name, text] of Object.entries(attacks)) {
    await test.step(name, async () => {
      await page.goto(`${form}/new`);
      await hydrated(page);
      await attack(page, "save", text);
    });
  }
});

/** Types the text into every field of a form and submits it. */
async function attack(page: Page, command: string, text: string): Promise<void> {
  const named = command.startsWith("/");
  const mark = page.locator(named ? `input[name="_fn"][value="${command}"]` : `button[name="_do"][value="${command}"]`);
  const form = page.locator("form").filter({ has: mark }).first();
  const button = named ? form.getByRole("button", { name: /^(登录|Sign in|生成邀请链接|Make the link|提交申请|Submit the application)$/ }) : mark;
  const fields = await textFields(form);
  expect(fields.length, "the form has fields to type into").toBeGreaterThan(0);
  for (const field of fields) await field.fill(text);
  const typed = await Promise.all(fields.map((field) => field.inputValue()));
  const place = page.url();
  // A form may begin with a hidden twin, which the Enter key presses.
  await submit(page, form, button.last());
  await harmless(page);
  if (page.url() !== place || !(await form.locator("[data-summary]").isVisible().catch(() => false))) return;
  // Refused: everything typed is still there, to be mended. Passwords are typed again.
  const kept = await textFields(form);
  for (const [index, field] of kept.entries()) {
    const secret = (await field.getAttribute("type")) === "password";
    if (!secret) expect(await field.inputValue(), "what was typed is kept").toBe(typed[index]);
  }
}

async function textFields(form: Locator): Promise<Locator[]> {
  const all = await form
    .locator("input:not([type]), input[type=text], input[type=tel], input[type=email], input[type=password], input[type=url], textarea")
    .all();
  const open: Locator[] = [];
  for (const field of all) if ((await field.isVisible()) && (await field.isEditable())) open.push(field);
  return open;
}

/** Submits, and waits for the next page or for the refusal in place. */
async function submit(page: Page, form: Locator, button: Locator): Promise<void> {
  const loaded = page.waitForEvent("load");
  loaded.catch(() => {});
  await button.click();
  if (usesJavaScript()) await Promise.race([loaded, form.locator("[data-summary]").waitFor({ state: "visible" })]);
  else await loaded;
  await hydrated(page);
}

/** Nothing typed became part of the page, and the page is one of ours. */
async function harmless(page: Page): Promise<void> {
  await expect(page.locator("main h1, main [data-summary]:visible").first()).toBeVisible();
  await expect(page.locator("img[src='x']")).toHaveCount(0);
  await expect(page.locator("body[data-ran]")).toHaveCount(0);
  expect(await page.title()).not.toBe("");
}
