// Importing Yida form definitions: what cannot be read is named and nothing else is lost, what could
// not be carried over is reported by field, and an association whose form is missing waits.
import { type Node, definition, words } from "../support/definitions.ts";
import { Person } from "../support/person.ts";
import { people, signIn } from "../support/people.ts";
import { expect, on, test } from "../support/test.ts";

const text = (id: string, zh: string, en: string): Node => ({
  componentName: "TextField",
  props: { fieldId: id, label: words(zh, en) },
});

const visit = definition("visit.json", "FORM-AB12CD34EF56AB12CD34EF56AB12CD34", ["拜访", "Visit"], [
  text("textField_k1a2b3c4", "拜访主题", "Subject"),
  { componentName: "DigitalSignatureField", props: { fieldId: "digitalSignatureField_k1a2b3c5", label: words("客户签字", "Signature") } },
  {
    componentName: "AssociationFormField",
    props: {
      fieldId: "associationFormField_k1a2b3c6",
      label: words("相关客户", "Customer"),
      associationForm: { formUuid: "FORM-FF12CD34EF56AB12CD34EF56AB12CDFF", mainFieldId: "textField_zz11yy22" },
    },
  },
]);

const views = on("desk-zh", "phone-en", "phone-zh-plain");

test("what cannot be read is named, what is left out is reported, and no foreign id is shown", views, async ({ page, locale }) => {
  await signIn(page, people.developer);
  const person = new Person(page, locale ?? "zh-CN");
  await person.open("/apps/import");
  await person.fill(["应用名称（中文）", "Name of the app (Chinese)"], "客户拜访");
  const broken = { name: "broken.json", mimeType: "application/json", buffer: Buffer.from("{ not json") };
  await person.attach(["表单定义文件", "Form definitions"], [visit, broken]);
  await person.isRefused(["导入为新应用", "Import as a new app"], "broken.json");
  await expect(person.field(["应用名称（中文）", "Name of the app (Chinese)"])).toHaveValue("客户拜访");
  await person.findsItGood();

  await person.open("/apps/import");
  await person.fill(["应用名称（中文）", "Name of the app (Chinese)"], "客户拜访");
  await person.attach(["表单定义文件", "Form definitions"], [visit]);
  await person.press(["导入为新应用", "Import as a new app"]);
  await person.sees(["导入报告", "Import report"], ["客户签字", "Signature"], ["相关客户", "Customer"]);
  await person.sees(["待指定的关联", "Associations without a form"]);
  await person.findsItGood();
  const shown = await page.locator("main").innerText();
  expect(shown).not.toMatch(/FORM-|Field_|APP_/i);

  await person.follow(["打开应用", "Open the app"]);
  await person.sees("客户拜访", ["拜访", "Visit"]);
});
