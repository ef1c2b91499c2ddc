// Files of a form: sent as soon as they are chosen, with a bar and a way to cancel, kept through
// refusals, and told as what they are where they do not arrive (PRV-1, ALL-4, ALL-6).
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { pdf, png } from "../support/files.ts";
import { people, signIn } from "../support/people.ts";
import { Person } from "../support/person.ts";
import { type Fate, delay, drop, foreign, pass, test } from "../support/proxy.ts";
import { expect, on } from "../support/test.ts";

const number = ["钉钉合作伙伴编号", "DingTalk partner number"] as const;
const proof = ["合作伙伴证明", "Proof of partnership"] as const;
const submit = ["提交申请", "Submit the application"] as const;
const staging = { method: "POST", path: /^\/api\/files\/stage/ };

async function applicant(page: Page, locale = "zh-CN"): Promise<Person> {
  await signIn(page, people.customer);
  const admin = new Person(page, locale);
  await admin.open("/manage/provider");
  return admin;
}

/** The list of what was chosen, by name. */
const row = (page: Page, name: string): Locator => page.locator("form li").filter({ hasText: name });

/** Chooses a file on the disk itself, not a copy of its content. */
async function choose(page: Page, path: string): Promise<void> {
  const driver = await page.context().newCDPSession(page);
  const { result } = await driver.send("Runtime.evaluate", { expression: "document.querySelector('main input[type=file]')" });
  await driver.send("DOM.setFileInputFiles", { files: [path], objectId: result.objectId ?? "" });
  await driver.detach();
}

/** Something that can be let happen later. */
function gate(): { open: () => void; until: Promise<void> } {
  let open = () => {};
  const until = new Promise<void>((opened) => (open = opened));
  return { open: () => open(), until };
}

test("all4 a file that was changed after it was chosen is told so", async ({ page, between }) => {
  const admin = await applicant(page);
  const folder = await mkdtemp(join(tmpdir(), "fenfa-file-"));
  try {
    const path = join(folder, "proof.pdf");
    await writeFile(path, pdf("proof.pdf", "Partner").buffer);
    const rule = between.when(staging, drop);
    await choose(page, path);
    await expect(row(page, "proof.pdf")).toContainText("没有收到服务器的回应");
    await admin.fill(number, "DP-2026-9001");
    await admin.button(submit).click();
    await expect(page.getByRole("alert").filter({ hasText: "有文件没有上传成功" })).toBeVisible();
    await expect(admin.field(number)).toHaveValue("DP-2026-9001");
    expect(between.seen({ method: "POST", path: "/api/programme/apply" })).toHaveLength(0);

    await writeFile(path, pdf("proof.pdf", "Another partner altogether").buffer);
    rule.lift();
    await row(page, "proof.pdf").getByRole("button", { name: "重试" }).click();
    await expect(row(page, "proof.pdf")).toContainText("这个文件在选择之后被修改、移动或删除了");
    await expect(row(page, "proof.pdf").getByRole("button", { name: "重试" })).toHaveCount(0);
    await choose(page, path);
    await expect(row(page, "proof.pdf")).toContainText("已上传");
    await expect(row(page, "proof.pdf")).toHaveCount(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("prj1 a file that is too large is told when it is chosen, and nothing is sent", async ({ page, between }) => {
  const admin = await applicant(page);
  const folder = await mkdtemp(join(tmpdir(), "fenfa-file-"));
  try {
    const path = join(folder, "huge.pdf");
    await writeFile(path, Buffer.alloc(21 * 1024 * 1024));
    await admin.field(proof).setInputFiles(path);
    await expect(row(page, "huge.pdf")).toContainText("这个文件有 21.0 MiB，超过了 20 MiB");
    await admin.findsItGood();
    expect(between.seen(staging)).toHaveLength(0);
    await row(page, "huge.pdf").getByRole("button", { name: "移除 huge.pdf" }).click();
    await expect(row(page, "huge.pdf")).toHaveCount(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const refusals: Record<string, { fate: Fate; told: string; again: boolean }> = {
  tooLarge: { fate: foreign.tooLarge, told: "超过了服务器前面代理允许的大小", again: false },
  badGateway: { fate: foreign.badGateway, told: "服务器暂时没有回应（502）", again: true },
  tooMany: { fate: foreign.tooMany, told: "请求太频繁", again: true },
  portal: { fate: foreign.portal, told: "收到的是另一个网页", again: true },
};

for (const [name, { fate, told, again }] of Object.entries(refusals)) {
  test(`all4 sending a file: ${name}`, async ({ page, between }) => {
    const admin = await applicant(page);
    const rule = between.when(staging, fate);
    await admin.attach(proof, pdf("proof.pdf", "Partner"));
    await expect(row(page, "proof.pdf")).toContainText(told);
    rule.lift();
    const retry = row(page, "proof.pdf").getByRole("button", { name: "重试" });
    if (again) await retry.click();
    else await admin.attach(proof, pdf("proof.pdf", "Partner"));
    await expect(row(page, "proof.pdf")).toContainText("已上传");
    await expect(retry).toHaveCount(0);
  });
}

test("all4 a file whose sender's session has ended is told so, and arrives after signing in again", async ({ page, context }) => {
  const admin = await applicant(page);
  await context.clearCookies({ name: "fenfa_session" });
  await admin.attach(proof, pdf("proof.pdf", "Partner"));
  await expect(row(page, "proof.pdf")).toContainText("请先登录");
  const other = await context.newPage();
  await signIn(other, people.customer);
  await row(page, "proof.pdf").getByRole("button", { name: "重试" }).click();
  await expect(row(page, "proof.pdf")).toContainText("已上传");
});

test("all4 without scripts a refused form keeps its file by name", on("desk-zh-plain", "phone-en-plain"), async ({ page, locale }) => {
  const admin = await applicant(page, locale);
  await admin.attach(proof, pdf("proof.pdf", "Partner"));
  await admin.isRefused(submit, ["处需要修改", "another look"]);
  await expect(row(page, "proof.pdf")).toHaveCount(1);
  await admin.findsItGood();
  await admin.fill(number, "DP-2026-9003");
  await admin.press(submit);
  await admin.sees(["申请已提交", "The application is submitted"]);
  await expect(admin.link("proof.pdf")).toBeVisible();
});

// The last one, for it leaves the application with the operators.
test("all4 a file on its way shows how far it is, can be cancelled, and another takes its place", on("desk-zh", "phone-en"), async ({ page, between, locale }) => {
  const admin = await applicant(page, locale);
  const [held, never] = [gate(), gate()];
  const rule = between.when(staging, delay(never.until, drop));
  await admin.attach(proof, pdf("first.pdf", "First"));
  await expect(row(page, "first.pdf").getByRole("progressbar", { name: admin.say(["上传中", "Sending"]) })).toBeVisible();
  await admin.fill(number, "DP-2026-9002");
  await admin.button(submit).click();
  await admin.sees(["文件还在上传，请稍等", "A file is still on its way"]);
  await row(page, "first.pdf").getByRole("button", { name: admin.say(["取消 first.pdf", "Cancel first.pdf"]) }).click();
  await expect(row(page, "first.pdf")).toHaveCount(0);

  // While one is on its way, another is chosen: only that one counts.
  await admin.attach(proof, pdf("second.pdf", "Second"));
  await expect(row(page, "second.pdf").getByRole("progressbar")).toBeVisible();
  rule.lift();
  const slow = between.when(staging, delay(held.until, pass));
  await admin.attach(proof, png("third.png"));
  await expect(row(page, "second.pdf")).toHaveCount(0);
  await expect(row(page, "third.png").getByRole("progressbar")).toBeVisible();
  await expect(row(page, "third.png").locator('img[src^="blob:"]')).toBeVisible();
  await expect.poll(() => row(page, "third.png").locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  held.open();
  slow.lift();
  await expect(row(page, "third.png")).toContainText(admin.say(["已上传", "Arrived"]));
  await admin.findsItGood();
  await admin.press(submit);
  await admin.sees(["申请已提交", "The application is submitted"]);
  await expect(admin.link("third.png")).toBeVisible();
  await expect(page.getByText("first.pdf")).toHaveCount(0);
  never.open();
});
