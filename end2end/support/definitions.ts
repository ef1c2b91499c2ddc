// Form definitions as the Yida platform returns them: the real ones beside the repository, or made
// ones of the same shape.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Upload } from "./person.ts";

export type Node = { componentName: string; props: object; children?: Node[] };

type Words = readonly [zh: string, en: string];

export const words = (zh_CN: string, en_US: string) => ({ type: "i18n", zh_CN, en_US });

/** A form definition with these fields. */
export function definition(name: string, id: string, title: Words, fields: Node[]): Upload {
  const form: Node = { componentName: "FormContainer", props: {}, children: fields };
  const tree: Node = { componentName: "Page", props: {}, children: [form] };
  const content = { pages: [{ id, componentsTree: [tree] }], formLabel: words(...title) };
  return { name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify({ success: true, content })) };
}

/** The contract and the opportunity that the story is about. */
export function contractAndOpportunity(): Upload[] | string[] {
  const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  const real = ["contract-schema.json", "opportunity-schema.json"].map((name) =>
    join(repository, "..", "shared", "data", "yida", name),
  );
  return real.every((path) => existsSync(path)) ? real : [contract(), opportunity()];
}

const ids = {
  contract: "FORM-0C12CD34EF56AB12CD34EF56AB12CD31",
  opportunity: "FORM-0C12CD34EF56AB12CD34EF56AB12CD32",
  customer: "FORM-0C12CD34EF56AB12CD34EF56AB12CD33",
};

let fields = 0;

function field(componentName: string, zh: string, props: object = {}, children?: Node[]): Node {
  const fieldId = `${componentName[0]!.toLowerCase()}${componentName.slice(1)}_m${(1000 + fields++).toString(36)}x`;
  return { componentName, props: { fieldId, label: words(zh, componentName), ...props }, ...(children && { children }) };
}

const required = { validation: [{ type: "required" }] };

const options = (...all: Words[]) => ({
  dataSource: all.map(([zh, en]) => ({ value: zh, text: words(zh, en), defaultChecked: false })),
});

const to = (formUuid: string, mainFieldId: string) => ({ associationForm: { formUuid, mainFieldId } });

const name = { fieldId: "textField_m9name01", ...required };

function contract(): Upload {
  return definition("contract-schema.json", ids.contract, ["合同审批", "合同审批"], [
    field("SerialNumberField", "合同编号"),
    field("TextField", "合同名称", required),
    field("AssociationFormField", "关联客户", to(ids.customer, "textField_m9name02")),
    field("AssociationFormField", "关联商机", to(ids.opportunity, name.fieldId)),
    field("SelectField", "合同类型", options(["销售合同", "销售合同"], ["服务合同", "服务合同"])),
    field("NumberField", "合同金额", required),
    field("DateField", "签订日期"),
    field("CascadeDateField", "合同期限"),
    field("EmployeeField", "负责人"),
    field("AttachmentField", "合同附件"),
    field("TextareaField", "合同备注"),
  ]);
}

function opportunity(): Upload {
  const followUps = [
    field("DateField", "跟进日期"),
    field("SelectField", "跟进方式", options(["电话", "Phone"], ["上门", "Visit"])),
    field("TextareaField", "跟进内容"),
  ];
  return definition("opportunity-schema.json", ids.opportunity, ["商机管理", "商机管理"], [
    field("SerialNumberField", "商机编号"),
    field("TextField", "商机名称", name),
    field("AssociationFormField", "关联客户", to(ids.customer, "textField_m9name02")),
    field("SelectField", "商机阶段", options(["初步接触", "Initial Contact"], ["方案报价", "Proposal & Quotation"])),
    field("NumberField", "预计金额"),
    field("NumberField", "成交概率"),
    field("DateField", "预计成交日期"),
    field("EmployeeField", "负责人"),
    field("RadioField", "商机来源", options(["新开发", "New Development"], ["老客户", "Existing Customer"])),
    field("TextareaField", "商机描述"),
    field("ImageField", "产品图片"),
    field("TableField", "跟进记录", {}, followUps),
  ]);
}
