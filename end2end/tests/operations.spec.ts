// The operators' console: an application for the distribution permission with its proof, editions,
// the premium mark and what it forbids (PRV-1, ORG-1, ORG-3, LNK-2).
import type { Page } from "@playwright/test";
import { pdf } from "../support/files.ts";
import { people, signIn } from "../support/people.ts";
import { Person } from "../support/person.ts";
import { expect, on, test } from "../support/test.ts";

const views = on("desk-zh", "phone-en-plain");

async function somebody(page: Page, login: string, locale: string | undefined): Promise<Person> {
  await signIn(page, login);
  return new Person(page, locale ?? "zh-CN");
}

test("PRV-1 an application is rejected with its reason, sent again and granted", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const admin = await somebody(await visitor({ baseURL }), people.otherCustomer, locale);
  const operator = await somebody(await visitor({ baseURL }), people.operator, locale);
  const decides = async (act: (operator: Person) => Promise<void>) => {
    await operator.open("/operations/programme");
    await operator.row("禾木家居连锁").follow(["审核", "Review"]);
    await operator.findsItGood();
    await act(operator);
  };

  // The demo's organisation has applied already.
  await decides(async (operator) => {
    await operator.isRefused(["驳回", "Reject"], ["请填写", "Fill in"]);
    await operator.fill(["驳回原因", "Reason for a rejection"], "证明已过期");
    await operator.press(["驳回", "Reject"]);
  });
  await admin.open("/manage/provider");
  await admin.sees("证明已过期");
  await admin.findsItGood();
  await admin.fill(["钉钉合作伙伴编号", "DingTalk partner number"], "DTP-2026-02001");
  await admin.attach(["合作伙伴证明", "Proof of partnership"], pdf("proof.pdf", "Partner"));
  await admin.press(["提交申请", "Submit the application"]);
  await decides((operator) => operator.press(["通过", "Grant"]));
  await admin.open("/manage/provider/projects");
  await admin.sees(["新建项目", "New project"]);
});

test("LNK-2 a premium app is not offered for links, and says why", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const operator = await somebody(await visitor({ baseURL }), people.operator, locale);
  const admin = await somebody(await visitor({ baseURL }), people.provider, locale);
  await operator.open("/operations/apps?q=%E9%94%80%E5%94%AE");
  await operator.row("云启数字科技").press(["设为精品", "Mark as premium"]);
  await operator.sees(["取消精品", "Take the mark away"]);
  await operator.findsItGood();

  await admin.open("/manage/provider/projects");
  await admin.row("澄川环保设备巡检").follow(["获取分发链接", "Get link"]);
  await admin.sees(["精品应用，暂不支持分发", "Premium app; it cannot be distributed"]);
  const choice = admin.page.locator("label").filter({ hasText: admin.say(["销售合同管理", "Sales contracts"]) });
  await expect(choice.locator("input")).toBeDisabled();
  await admin.findsItGood();
});

test("ORG-1 an organisation's edition changes at once, and its admins are told", views, async ({ visitor, ownServer, locale }) => {
  const baseURL = (await ownServer({ demo: true })).url;
  const operator = await somebody(await visitor({ baseURL }), people.operator, locale);
  const admin = await somebody(await visitor({ baseURL }), people.customer, locale);
  await operator.open("/operations/organisations");
  await operator.follow("澄川环保工程");
  await operator.findsItGood();
  await operator.field(["版本", "Edition"]).selectOption("professional");
  await operator.press(["更改版本", "Change the edition"]);
  await expect(operator.field(["版本", "Edition"])).toHaveValue("professional");
  await admin.open("/me/notices");
  await admin.sees(["专业版", "Professional"]);
  await admin.findsItGood();
});
