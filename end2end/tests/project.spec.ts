// The provider's pages where they resist: drafts that survive, refusals at their fields, details for
// the creator only, apps that cannot be distributed, the checker.
import type { Page } from "@playwright/test";
import { inDays } from "../support/days.ts";
import { pdf } from "../support/files.ts";
import { look } from "../support/look.ts";
import { people, signIn } from "../support/people.ts";
import { crossed, expect, hydrated, live, on, test, usesJavaScript } from "../support/test.ts";

const projects = "/manage/provider/projects";

/** The field `name` of the project form. */
function field(page: Page, name: string) {
  return page.locator(`form[data-form="submit"] [name="${name}"]:not([type="hidden"])`);
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** Fills in all but the file. */
async function fill(page: Page): Promise<void> {
  const values = {
    name: "客户回访应用",
    amount: "36,000",
    expected_on: inDays(120),
    customer_name: "澄川环保工程",
    customer_corp_id: "ding77a7af8924a84af035c2f4657eb6378f",
    contact: "陈默",
    phone: "13800571208",
  };
  for (const [name, value] of Object.entries(values)) await field(page, name).fill(value);
}

test("prj1 what is typed survives a reload in the browser", live, async ({ page }) => {
  await signIn(page, people.provider);
  await open(page, `${projects}/new`);
  await fill(page);
  await page.reload();
  await hydrated(page);
  await expect(field(page, "name")).toHaveValue("客户回访应用");
  await expect(field(page, "customer_corp_id")).toHaveValue("ding77a7af8924a84af035c2f4657eb6378f");
  await look(page, "project-restored");
  await page.getByRole("button", { name: /放弃恢复的内容|Discard what was restored/ }).click();
  await expect(field(page, "name")).toHaveValue("");
});

test("prj1 a field says at once what the domain thinks of it", live, async ({ page }) => {
  await signIn(page, people.provider);
  await open(page, `${projects}/new`);
  await field(page, "customer_corp_id").fill("ding123");
  await field(page, "contact").focus();
  await expect(page.locator('[data-error-for="customer_corp_id"]')).toContainText(/CorpID/);
  await field(page, "customer_corp_id").fill("ding77a7af8924a84af0");
  await field(page, "contact").focus();
  await expect(page.locator('[data-error-for="customer_corp_id"]')).toBeHidden();
});

test("prj1 a draft is kept on the server, a refusal keeps what was typed", crossed, async ({ page }) => {
  await signIn(page, people.provider);
  await open(page, `${projects}/new`);
  await fill(page);
  await field(page, "amount").fill("很多钱");
  await page.locator('button[value="save"]').click();
  await expect(page).toHaveURL(/draft=/);
  await hydrated(page);
  await expect(field(page, "amount")).toHaveValue("很多钱");
  await page.locator('button[value="submit"]').click();
  await expect(page.locator('[data-error-for="amount"]')).toBeVisible();
  await expect(page.locator('[data-error-for="file"]')).toBeVisible();
  await expect(field(page, "name")).toHaveValue("客户回访应用");
  await field(page, "amount").fill("36,000");
  await field(page, "file").setInputFiles({ ...pdf("contract.pdf", "36,000"), name: "contract.png" });
  await page.locator('button[value="submit"]').click();
  await expect(page.locator('[data-error-for="file"]')).toContainText("contract.png");
  await field(page, "file").setInputFiles(pdf("contract.pdf", "36,000"));
  await page.locator('button[value="submit"]').click();
  await expect(page).toHaveURL(/projects\/[0-9a-f-]{36}$/);
  await hydrated(page);
  await look(page, "project-submitted");
  await open(page, `${projects}/new`);
  await expect(field(page, "name"), "what was submitted is forgotten").toHaveValue("");
});

test("all4 a form whose session has ended waits until its owner has signed in again", on("desk-zh", "phone-en-plain"), async ({ page, context }) => {
  await signIn(page, people.provider);
  await open(page, `${projects}/new`);
  await fill(page);
  await field(page, "file").setInputFiles(pdf("contract.pdf", "36,000"));
  await context.clearCookies({ name: "fenfa_session" });
  await page.locator('button[value="submit"]').click();
  const way = page.getByRole("link", { name: /在新窗口登录|Sign in in a new window/ });
  await expect(way).toBeVisible();
  await look(page, "project-session-ended");
  const again = context.waitForEvent("page");
  await way.click();
  await signIn(await again, people.provider);
  if (usesJavaScript()) {
    await expect(field(page, "name")).toHaveValue("客户回访应用");
    await page.locator('button[value="submit"]').click();
  } else {
    await page.locator('input[type="file"]').setInputFiles(pdf("contract.pdf", "36,000"));
    await page.getByRole("button", { name: /再次提交|Submit again/ }).click();
  }
  await expect(page).toHaveURL(/projects\/[0-9a-f-]{36}$/);
  await expect(page.getByText("客户回访应用").first()).toBeVisible();
});

test("prj5 only the creator opens the details, others read whom to ask", crossed, async ({ page }) => {
  await signIn(page, people.colleague);
  await open(page, projects);
  await expect(page.getByRole("button", { name: /查看详情|Details/, disabled: true }).first()).toBeVisible();
  await expect(page.getByText(/请联系创建人 周颖|Ask 周颖/).first()).toBeVisible();
  await look(page, "projects-of-others");
});

test("prj4 a rejected project is copied into a new draft", async ({ page }) => {
  await signIn(page, people.colleague);
  await open(page, `${projects}?state=rejected`);
  await page.getByRole("link", { name: /查看详情/ }).first().click();
  await hydrated(page);
  await look(page, "project-rejected");
  await page.locator('button[value="copy"]').click();
  await expect(page).toHaveURL(/draft=/);
  await expect(field(page, "customer_name")).not.toHaveValue("");
});

test("lnk2 pur4 links are made, and the checker explains", crossed, async ({ page }) => {
  await signIn(page, people.provider);
  await open(page, `${projects}?state=approved`);
  await page.locator('a[href$="/links"]').first().click();
  await hydrated(page);
  await page.locator('button[value="create"]').click();
  await expect(page.locator('[data-error-for="application"]')).toBeVisible();
  await page.locator('input[name="application"]:enabled').first().check();
  await page.locator('button[value="create"]').click();
  await expect(page).toHaveURL(/made=/);
  await hydrated(page);
  await look(page, "link-made");
  const code = page.getByRole("img", { name: /^(分发链接的二维码|QR code of the link)/ });
  const module = await code.evaluate((svg) => svg.getBoundingClientRect().width / Number(svg.getAttribute("viewBox")?.split(" ")[2]));
  expect(Number.isInteger(module) && module > 1, `a module of the code is ${module} px wide`).toBe(true);
  const link = await page.locator('input[readonly][value*="/l/"]').first().inputValue();
  expect(link).toMatch(/\/l\/[\w-]{43}\?corpName=%/);
  await open(page, "/manage/provider/checker");
  await page.locator('[name="link"]').fill(link);
  await page.locator('[name="corp_id"]').fill("ding0000000000000000");
  await page.locator('button[value="check"]').click();
  await expect(page.getByText(/发现 1 个原因|1 cause found/)).toBeVisible();
  await hydrated(page);
  await look(page, "checker");
});

test("prj3 the reviewer sees the contract beside the form", crossed, async ({ page }) => {
  await signIn(page, people.operator);
  await open(page, "/operations/reviews");
  await look(page, "reviews");
  await page.locator('a[href^="/operations/reviews/"]').first().click();
  await hydrated(page);
  const contract = page.locator('main iframe[src^="/files/"], main img[src^="/files/"]');
  await expect(contract).toBeVisible();
  const [form, file] = [await page.locator('[name="amount_found"]').boundingBox(), await contract.boundingBox()];
  // On the desk they stand side by side, on the phone one below the other.
  if ((page.viewportSize()?.width ?? 0) > 1000) expect(file!.x > form!.x + form!.width || form!.x > file!.x + file!.width).toBe(true);
  const served = await page.request.get((await contract.getAttribute("src")) ?? "");
  expect([served.status(), served.headers()["content-type"]]).toEqual([200, expect.stringMatching(/^(application\/pdf|image\/)/)]);
  await page.locator('[name="amount_found"]').fill("1");
  await page.locator('button[value="approve"]').click();
  await expect(page.locator('[data-error-for="amount_found"]')).toBeVisible();
  await expect(page.locator('[name="amount_found"]')).toHaveValue("1");
  await look(page, "review");
});
