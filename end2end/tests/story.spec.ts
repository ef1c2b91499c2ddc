// The whole story, on an empty installation: from the first visit to the closed project, each step
// done by the person whose turn it is. Runs on both screens, in both languages, with and without
// JavaScript.
import { inDays } from "../support/days.ts";
import { contractAndOpportunity } from "../support/definitions.ts";
import { pdf, png } from "../support/files.ts";
import { Person } from "../support/person.ts";
import { crossed, expect, test } from "../support/test.ts";

test.use({ demo: false });

const secret = "晴天去爬山 and drink tea";
const provider = { name: "云启数字科技", corpId: "ding3a7f19c2e4b80d56" };
const customer = { name: "澄川环保工程", corpId: "ding77a7af8924a84af035c2f4657eb6378f" };
const stranger = { name: "禾木家居连锁", corpId: "dingb90c41de5f2a7836" };
const amount = "128000.00";
/** Options of the forms, which name them in both languages. */
const stage = ["方案报价", "Proposal & Quotation"] as const;
const source = ["老客户", "Existing Customer"] as const;
const way = ["上门", "Visit"] as const;

/** The story's people, each at a screen of their own. */
type Cast = Record<"operator" | "provider" | "customer" | "employee" | "stranger", Person>;

test("from the contract to the closed project", crossed, async ({ visitor, locale }) => {
  test.setTimeout(300_000);
  const person = async () => new Person(await visitor(), locale ?? "zh-CN");
  const cast: Cast = {
    operator: await person(),
    provider: await person(),
    customer: await person(),
    employee: await person(),
    stranger: await person(),
  };
  const step = (title: string, work: () => Promise<void>) => test.step(title, work);

  await step("the first visit creates the operator", () => setUp(cast.operator));
  await step("the operator creates the organisations", async () => {
    await joins(cast.provider, await organisation(cast.operator, provider, "professional", "周颖"), "zhou.ying@yunqi.example");
    await joins(cast.customer, await organisation(cast.operator, customer, "light", "陈默"), "chen.mo@chengchuan.example");
    await joins(cast.stranger, await organisation(cast.operator, stranger, "exclusive", "许宁"), "xu.ning@hemu.example");
  });
  await step("the customer's admin invites an employee", async () => {
    await joins(cast.employee, await invite(cast.customer, "方岚"), "fang.lan@chengchuan.example");
  });
  await step("the provider applies for the permission", () => apply(cast.provider));
  await step("the operator grants it", () => grant(cast.operator));
  const app = await test.step("the provider imports two forms as one app", () => importForms(cast.provider));
  await step("the provider files records", () => fileRecords(cast.provider, app));
  await step("the provider publishes a release", () => publish(cast.provider, app));
  await step("the provider files the project", () => fileProject(cast.provider));
  await step("the operator reviews it", () => review(cast.operator));
  const link = await test.step("the provider gets a link", () => getLink(cast.provider));
  await step("those who may not buy are told why", () => refusals(cast, link));
  await step("the customer's admin buys", () => buy(cast.customer, link));
  await step("the provider sends the app", () => send(cast.provider));
  await step("an employee does not see the app yet", () => seesNoApp(cast.employee));
  const sent = await test.step("the customer's admin accepts it", () => accept(cast.customer));
  await step("the customer's admin closes maintenance and enables it", () => enable(cast.customer, sent));
  await step("an employee files a contract in it", () => fileInDelivered(cast.employee, sent));
  await step("the customer's admin deletes the sample data", () => deleteSamples(cast.customer, sent));
  await step("the project is closed, and its link says why", async () => {
    await closeProject(cast.provider);
    await deadLink(cast.stranger, link);
  });
});

/** Forms with JavaScript answer in place; either way the person ends up signed in. */
async function setUp(operator: Person): Promise<void> {
  await operator.open("/");
  await operator.sees(["欢迎使用分发", "Welcome to Fenfa"]);
  await operator.findsItGood();
  await operator.follow(["创建运营账号", "Create the operator"]);
  await operator.fill(["邮箱或手机号", "E-mail or mobile number"], "operator@fenfa.example");
  await operator.fill(["姓名", "Name"], "运营小组");
  await operator.fill(["密码", "Password"], "short");
  await operator.isRefused(["完成初始化并登录", "Set up and sign in"], ["密码须为 10 至 200 个字符", "A password has 10 to 200 characters"]);
  await expect(operator.field(["姓名", "Name"])).toHaveValue("运营小组");
  await operator.findsItGood();
  await operator.fill(["密码", "Password"], secret);
  await operator.press(["完成初始化并登录", "Set up and sign in"]);
  await operator.sees(["平台已就绪", "The installation is ready"]);
  await operator.findsItGood();
}

/** Creates an organisation, and copies the link for its first admin. */
async function organisation(
  operator: Person,
  one: { name: string; corpId: string },
  edition: string,
  admin: string,
): Promise<string> {
  await operator.open("/operations/organisations");
  await operator.follow(["新建组织", "New organisation"]);
  await operator.fill(["组织名称", "Name"], one.name);
  await operator.fill("CorpID", ` ${one.corpId.toUpperCase()} `);
  await operator.field(["版本", "Edition"]).selectOption(edition);
  await operator.fill(["第一位平台管理员", "First platform admin"], admin);
  await operator.press(["创建组织", "Create the organisation"]);
  await operator.sees(["组织已创建", "The organisation is created"], one.name);
  return operator.copies(["邀请链接", "Invitation link"]);
}

async function invite(admin: Person, who: string): Promise<string> {
  await admin.open("/manage/members");
  await admin.fill(["邀请谁", "Whom do you invite"], who);
  await admin.tick(["普通员工", "Member"]);
  await admin.press(["生成邀请链接", "Make the link"]);
  await admin.findsItGood();
  return admin.copies(["邀请链接", "Invitation link"]);
}

/** Opens an invitation, and joins with a new account. */
async function joins(person: Person, link: string, login: string): Promise<void> {
  await person.open(link);
  await person.findsItGood();
  await person.fill(["邮箱或手机号", "E-mail or mobile number"], login);
  await person.fill(["密码", "Password"], secret);
  await person.press(["创建账号并加入", "Create the account and join"]);
  await person.sees(["欢迎加入", "Welcome"]);
}

async function apply(admin: Person): Promise<void> {
  await admin.open("/manage/provider/projects");
  await admin.follow(["去申请", "Apply"]);
  await admin.fill(["钉钉合作伙伴编号", "DingTalk partner number"], "DP-2026-0117");
  await admin.attach(["合作伙伴证明", "Proof of partnership"], png("proof.png"));
  await admin.press(["提交申请", "Submit the application"]);
  await admin.sees(["申请已提交", "The application is submitted"]);
}

async function grant(operator: Person): Promise<void> {
  await operator.open("/operations/programme");
  await operator.row(provider.name).follow(["审核", "Review"]);
  await operator.press(["通过", "Grant"]);
  await operator.sees(["权限已开通", "Granted"]);
}

/** Both forms become one app; the report says what each field became. */
async function importForms(admin: Person): Promise<string> {
  await admin.open("/apps/import");
  await admin.attach(["表单定义文件", "Form definitions"], contractAndOpportunity());
  await admin.fill(["应用名称（中文）", "Name of the app (Chinese)"], "合同管理");
  await admin.fill(["应用名称（英文）", "Name of the app (English)"], "Contracts");
  await admin.press(["导入为新应用", "Import as a new app"]);
  await admin.sees(["导入报告", "Import report"]);
  await expect(admin.row("contract-schema.json").place).toContainText("11");
  await expect(admin.row("opportunity-schema.json").place).toContainText("12");
  await admin.findsItGood();
  await admin.follow(["打开应用", "Open the app"]);
  return new URL(admin.page.url()).pathname;
}

/** An opportunity with two rows in its sub-table, and a contract that leads to it. */
async function fileRecords(person: Person, app: string): Promise<void> {
  await person.open(app);
  await openForm(person, "商机");
  await person.follow(["新增", "New"]);
  await person.fill("商机名称", "污水站改造");
  await person.choose("商机阶段", stage);
  await person.fill("预计金额", "128000");
  await person.fill("预计成交日期", "2026-12-20");
  await person.tick(source);
  await person.fill("跟进日期", "2026-11-02");
  await person.choose("跟进方式", way);
  await person.fill("跟进内容", "看了现场，\n管道需要更换。");
  await person.press(["保存", "Save"]);
  await person.sees("污水站改造", stage, source, way, "管道需要更换");
  await person.findsItGood();

  await openForm(person, "合同");
  await person.follow(["新增", "New"]);
  await person.isRefused(["保存", "Save"], ["处需要修改", "another look"]);
  await fillContract(person, "污水站改造合同", amount);
  await person.press(["保存", "Save"]);
  await person.sees("污水站改造合同", "污水站改造", "销售合同");
  await person.follow("污水站改造");
  await person.sees(stage);
}

async function fillContract(person: Person, name: string, amount: string): Promise<void> {
  await person.fill("合同名称", name);
  await person.choose("关联商机", "污水站改造");
  await person.choose("合同类型", "销售合同");
  await person.fill("合同金额", amount);
  await person.fill("签订日期", "2026-11-20");
  await person.fill("合同备注", "按进度付款。");
}

/** Opens a form from the app's first page, or by its navigation, which is folded on a phone. */
async function openForm(person: Person, title: string): Promise<void> {
  const folded = person.page.locator("main details:has(nav) > summary").filter({ visible: true }).first();
  if (await folded.isVisible()) await folded.click();
  const link = person.page.locator("main a[href*='/forms/']").filter({ hasText: title, visible: true });
  await person.within(person.page.locator("main")).goes(() => link.first().click());
}

async function publish(admin: Person, app: string): Promise<void> {
  await admin.open(`${app}/releases`);
  await admin.fill(["版本说明", "Release note"], "第一次交付");
  await admin.press(["发布", "Publish"]);
  await admin.sees(["第 1 版", "Release 1"]);
  await admin.findsItGood();
}

async function fileProject(admin: Person): Promise<void> {
  await admin.open("/manage/provider/projects");
  await admin.follow(["新建项目", "New project"]);
  await admin.fill(["项目名称", "Project name"], "澄川合同管理交付");
  await admin.attach(["项目合同", "Contract file"], pdf("contract.pdf", `Contract amount: CNY ${amount}`));
  await admin.fill(["项目合同金额", "Contract amount"], amount);
  await admin.fill(["预计交付日期", "Expected delivery"], inDays(34));
  await admin.fill(["客户名称", "Customer name"], customer.name);
  await admin.fill(["客户组织 CorpID", "Customer CorpID"], "not a CorpID");
  await admin.fill(["客户联系人", "Contact"], "陈默");
  await admin.fill(["联系电话", "Phone"], "13800138000");
  await admin.isRefused(["提交审批", "Submit for review"], ["处需要修改", "another look"]);
  await admin.sees(["16 至 40 位十六进制", "16 to 40 hex digits"]);
  await expect(admin.field(["项目名称", "Project name"])).toHaveValue("澄川合同管理交付");
  await admin.fill(["客户组织 CorpID", "Customer CorpID"], customer.corpId.toUpperCase());
  await admin.press(["提交审批", "Submit for review"]);
  await admin.sees(["已提交，等待审批", "is submitted for review"], customer.corpId);
}

/** Only the amount that stands in the file can be approved. */
async function review(operator: Person): Promise<void> {
  await operator.open("/operations/reviews");
  await operator.row("澄川合同管理交付").follow(["审批", "Review"]);
  await operator.fill(["文件中的金额", "Amount found in the file"], "99000");
  await operator.isRefused(["通过", "Approve"], ["不一致，不能通过", "it cannot be approved"]);
  await operator.fill(["文件中的金额", "Amount found in the file"], amount);
  await operator.press(["通过", "Approve"]);
  await operator.sees(["已通过", "Approved"]);
}

async function getLink(admin: Person): Promise<string> {
  await admin.open("/manage/provider/projects");
  await admin.row("澄川合同管理交付").follow(["获取分发链接", "Get link"]);
  await admin.tick(["合同管理", "Contracts"]);
  await admin.press(["获取分发链接", "Get the link"]);
  const link = await admin.copies(["分发链接", "Distribution link"]);
  expect(new URL(link).searchParams.get("corpName"), "people can compare the customer's name").toBe(customer.name);
  return link;
}

/** PUR-2: a member has no permission, another organisation cannot buy, and neither learns more. */
async function refusals({ employee, stranger }: Cast, link: string): Promise<void> {
  await organisations(employee, link);
  await employee.row(customer.name).sees(["没有权限", "No permission"], "陈默");
  await expect(employee.button(customer.name)).toHaveCount(0);
  await employee.findsItGood();
  await employee.open(`${new URL(link).pathname}/confirm`);
  await employee.sees(["没有权限", "No permission"], "陈默", provider.name);
  expect(await employee.copies(["分发链接", "Distribution link"]), "to pass on").toContain(new URL(link).pathname);
  await employee.findsItGood();
  await organisations(stranger, link);
  await stranger.row("禾木家居连锁").sees(["当前组织无法购买，请联系服务商", "This organisation cannot buy; contact the provider"]);
  await expect(stranger.button("禾木家居连锁")).toHaveCount(0);
  await stranger.doesNotSee(customer.corpId);
  await stranger.open(`${new URL(link).pathname}/confirm`);
  await stranger.sees(["当前组织无法购买，请联系服务商", "This organisation cannot buy; contact the provider"]);
  await stranger.sees(provider.name);
  await stranger.doesNotSee(customer.corpId, ["换一个组织", "Choose another organisation"]);
  await stranger.findsItGood();
}

/** Opens the link and goes on to the organisations to buy for. */
async function organisations(person: Person, link: string): Promise<void> {
  await person.open(link);
  await person.sees(["合同管理", "Contracts"], provider.name, customer.name);
  const on = person.link(["继续：选择购买的组织", "Go on: choose the organisation"]);
  await person.steps(() => on.click(), ["选择购买的组织", "Choose the organisation"]);
}

async function buy(admin: Person, link: string): Promise<void> {
  await organisations(admin, link);
  await admin.steps(() => admin.button(customer.name).click(), ["确认购买", "Confirm the purchase"]);
  await admin.sees(["贵组织与服务商的版本不同", "Your edition differs"]);
  await admin.findsItGood();
  await admin.steps(() => admin.button(["购买应用", "Buy the app"]).click(), ["购买完成", "Bought"]);
  await admin.page.reload();
  await admin.sees(["购买完成", "Bought"]);
  await admin.findsItGood();
}

/** ORD-2: nothing is sent before the three questions are answered and the agreement is ticked. */
async function send(admin: Person): Promise<void> {
  await admin.open("/manage/provider/orders");
  await admin.row(customer.name).follow(["发送应用", "Send app"]);
  await admin.findsItGood();
  await admin.group(["是否携带表单示例数据", "Carry the forms' sample data?"]).tick(["是", "Yes"]);
  await admin.isRefused(["发送应用", "Send app"], ["请选择「是」或「否」", "Choose yes or no"]);
  await expect(admin.group(["是否携带表单示例数据", "Carry the forms' sample data?"]).place.locator("input").first()).toBeChecked();
  await admin.group(["是否发送连接器", "Send the connectors?"]).tick(["否", "No"]);
  await admin.group(["是否开放应用全部编辑权限", "Open full edit permission?"]).tick(["否", "No"]);
  await admin.tick([
    "我已阅读并同意《服务商分发协议》",
    "I have read the service provider distribution agreement and agree to it",
  ]);
  await admin.press(["发送应用", "Send app"]);
  await admin.sees(["接下来由客户验收", "the customer accepts it next"]);
  await admin.sees(["同意协议第 1 版", "agreed to version 1"]);
  await admin.findsItGood();
}

async function seesNoApp(employee: Person): Promise<void> {
  await employee.open("/");
  await employee.sees(["还没有可用的应用", "No app to use yet"]);
  await employee.findsItGood();
}

/** APP-2: each page is opened; what stays unticked is recorded. Tells where the delivered app is. */
async function accept(admin: Person): Promise<string> {
  await admin.open("/purchased");
  await admin.findsItGood();
  await admin.goes(() => admin.page.locator("main li a").filter({ hasText: provider.name }).click());
  await admin.sees(["应用已送达", "The app has arrived"]);
  await admin.findsItGood();
  await admin.follow(["去验收", "Accept it"]);
  const app = new URL(admin.page.url()).pathname.replace("/acceptance", "");
  await admin.findsItGood();
  await admin.row("合同").press(["打开并勾选", "Open and tick"]);
  await admin.sees("污水站改造合同", ["示例", "Sample"]);
  await admin.open(`${app}/acceptance`);
  await admin.fill(["遗留问题", "Open points"], "请补充英文标签。");
  await admin.press(["验收通过", "Accept the app"]);
  await admin.sees(["验收完成", "Accepted; the provider has been told"], "请补充英文标签。");
  return app;
}

/** APP-3: ··· → 关闭-开发维护, then ··· → 应用设置 → 启用. */
async function enable(admin: Person, app: string): Promise<void> {
  await admin.open(app);
  await admin.unfoldMenu(["更多操作", "More"]);
  await admin.press(["关闭-开发维护", "Close maintenance"]);
  await admin.sees(["开发维护已关闭", "Maintenance is closed"]);
  await admin.open(app);
  await admin.unfoldMenu(["更多操作", "More"]);
  await admin.follow(["应用设置", "App settings"]);
  await admin.findsItGood();
  await admin.press(["启用", "Enable"]);
  await admin.sees(["应用已启用", "The app is enabled"]);
}

async function fileInDelivered(employee: Person, app: string): Promise<void> {
  await employee.open("/");
  await employee.goes(() => employee.page.locator(`main a[href="${app}"]`).click());
  await openForm(employee, "合同");
  await employee.follow(["新增", "New"]);
  await employee.findsItGood();
  await fillContract(employee, "年度运维合同", "36000");
  await employee.press(["保存", "Save"]);
  await employee.sees("年度运维合同", "污水站改造");
  await openForm(employee, "合同");
  await employee.sees("年度运维合同", "污水站改造合同");
  await employee.findsItGood();
}

/** ORD-5: one action deletes all that was sample, and nothing else. */
async function deleteSamples(admin: Person, app: string): Promise<void> {
  await admin.open(`${app}/acceptance`);
  await admin.unfold(["删除全部示例数据", "Delete all sample data"]);
  await admin.press(["全部删除", "Delete all"]);
  await admin.sees(["已删除 2 条示例数据", "2 sample records deleted"]);
  await admin.open(app);
  await openForm(admin, "合同");
  await admin.sees("年度运维合同");
  await admin.doesNotSee("污水站改造合同");
}

async function closeProject(admin: Person): Promise<void> {
  await admin.open("/manage/provider/projects");
  await admin.row("澄川合同管理交付").follow(["查看详情", "Details"]);
  await admin.follow(["结项", "Close the project"]);
  await admin.tick(["已交付", "Delivered"]);
  await admin.isRefused(["确认结束项目", "Confirm and close the project"], ["请填写此项", "Fill in this field"]);
  await admin.fill(["交付日期", "Delivered on"], inDays(0));
  await admin.fill(["项目总结", "Summary"], "两个表单已交付，客户已启用。");
  await admin.attach(["验收文件", "Acceptance file"], pdf("acceptance.pdf", "Accepted"));
  await admin.press(["确认结束项目", "Confirm and close the project"]);
  await admin.sees(["项目已结项", "The project is closed"], "acceptance.pdf");
  await admin.findsItGood();
}

/** PRJ-6: existing links say why they are dead. */
async function deadLink(person: Person, link: string): Promise<void> {
  await person.open(link);
  await person.sees(["这个分发链接所属的项目已结项", "The project of this link is closed"]);
  await person.findsItGood();
}
