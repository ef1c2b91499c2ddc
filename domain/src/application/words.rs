//! Business words in English, so that keys made from Chinese labels can be read by people.

/// Chinese words and their English, as they appear in form and field labels.
#[rustfmt::skip] // a table
const WORDS: &[(&str, &str)] = &[
    ("合同", "contract"), ("商机", "opportunity"), ("客户", "customer"), ("供应商", "supplier"),
    ("项目", "project"), ("产品", "product"), ("商品", "product"), ("订单", "order"),
    ("采购", "purchase"), ("销售", "sales"), ("库存", "stock"), ("仓库", "warehouse"),
    ("发票", "invoice"), ("付款", "payment"), ("收款", "receipt"), ("回款", "collection"),
    ("报销", "expense"), ("费用", "cost"), ("预算", "budget"), ("报价", "quotation"),
    ("员工", "employee"), ("人员", "person"), ("部门", "department"), ("岗位", "position"),
    ("职位", "position"), ("入职", "onboarding"), ("离职", "leaving"), ("请假", "leave"),
    ("出差", "trip"), ("加班", "overtime"), ("考勤", "attendance"), ("培训", "training"),
    ("会议", "meeting"), ("设备", "equipment"), ("资产", "asset"), ("车辆", "vehicle"),
    ("任务", "task"), ("工单", "ticket"), ("问题", "issue"), ("需求", "requirement"),
    ("跟进", "follow_up"), ("审批", "approval"), ("申请", "application"), ("验收", "acceptance"),
    ("检查", "inspection"), ("巡检", "inspection"), ("维修", "repair"), ("维护", "maintenance"),
    ("服务", "service"), ("投诉", "complaint"), ("反馈", "feedback"), ("评价", "rating"),
    ("联系人", "contact"), ("联系方式", "contact_details"), ("联系电话", "phone"),
    ("公司", "company"), ("企业", "company"), ("组织", "organisation"), ("单位", "unit"),
    ("名称", "name"), ("姓名", "name"), ("编号", "number"), ("编码", "code"), ("单号", "number"),
    ("代码", "code"), ("标题", "title"), ("主题", "subject"), ("类型", "type"), ("类别", "category"),
    ("分类", "category"), ("级别", "level"), ("等级", "level"), ("阶段", "stage"),
    ("状态", "status"), ("来源", "source"), ("方式", "method"), ("渠道", "channel"),
    ("金额", "amount"), ("总额", "total"), ("总价", "total_price"), ("单价", "unit_price"),
    ("价格", "price"), ("数量", "quantity"), ("税率", "tax_rate"), ("折扣", "discount"),
    ("合计", "total"), ("小计", "subtotal"), ("规格", "specification"), ("型号", "model"),
    ("品牌", "brand"), ("日期", "date"), ("时间", "time"), ("期限", "term"), ("开始", "start"),
    ("结束", "end"), ("截止", "deadline"), ("签订", "signing"), ("签署", "signing"),
    ("生效", "effective"), ("到期", "expiry"), ("成交", "closing"), ("概率", "probability"),
    ("预计", "expected"), ("计划", "planned"), ("实际", "actual"), ("交付", "delivery"),
    ("创建", "created"), ("提交", "submitted"), ("更新", "updated"), ("负责人", "owner"),
    ("申请人", "applicant"), ("经办人", "handler"), ("审批人", "approver"), ("创建人", "creator"),
    ("成员", "member"), ("电话", "phone"), ("手机", "mobile"), ("手机号", "mobile"),
    ("邮箱", "email"), ("邮件", "email"), ("地址", "address"), ("城市", "city"), ("省份", "province"),
    ("地区", "region"), ("国家", "country"), ("行业", "industry"), ("规模", "size"),
    ("网址", "website"), ("附件", "attachment"), ("图片", "image"), ("照片", "photo"),
    ("文件", "file"), ("备注", "remarks"), ("说明", "notes"), ("描述", "description"),
    ("内容", "content"), ("原因", "reason"), ("结果", "result"), ("意见", "opinion"),
    ("记录", "records"), ("明细", "items"), ("清单", "list"), ("详情", "details"),
    ("信息", "information"), ("资料", "documents"), ("关联", "related"), ("管理", "management"),
    ("登记", "registration"), ("档案", "file"), ("报告", "report"), ("总结", "summary"),
    ("进度", "progress"), ("优先级", "priority"), ("是否", "is"), ("性别", "gender"),
    ("年龄", "age"), ("生日", "birthday"), ("身份证", "id_card"), ("身份证号", "id_card"),
    ("学历", "education"), ("银行", "bank"), ("账号", "account"), ("账户", "account"),
    ("开户", "account"), ("目标", "target"), ("重要", "importance"), ("紧急", "urgency"),
    ("程度", "degree"), ("表", "form"), ("单", "form"), ("号", "number"), ("人", "person"),
    ("我方", "our"), ("对方", "their"), ("甲方", "party_a"), ("乙方", "party_b"),
];

const LONGEST_SLUG: usize = 40;

/// The label as a key: ASCII words as they are, known Chinese words in English. `None` where
/// something in it can be written neither way, or nothing is left.
pub(super) fn slug(label: &str) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = label.trim();
    let mut open = false; // an ASCII word that may go on
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_alphanumeric() {
            match words.last_mut() {
                Some(word) if open => word.push(c.to_ascii_lowercase()),
                _ => words.push(c.to_ascii_lowercase().to_string()),
            }
            open = true;
        } else if c.is_alphanumeric() {
            let (zh, en) = longest_word(rest)?;
            words.push(en.to_owned());
            open = false;
            rest = rest.get(zh.len()..)?;
            continue;
        } else {
            open = false; // punctuation and spaces part words
        }
        if words.len() > LONGEST_SLUG {
            break;
        }
        rest = rest.get(c.len_utf8()..)?;
    }
    let mut slug = words.join("_");
    slug.truncate(LONGEST_SLUG); // ASCII throughout
    let slug = slug.trim_end_matches('_');
    slug.starts_with(|c: char| c.is_ascii_lowercase()).then(|| slug.to_owned())
}

fn longest_word(text: &str) -> Option<(&'static str, &'static str)> {
    WORDS.iter().filter(|(zh, _)| text.starts_with(zh)).max_by_key(|(zh, _)| zh.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_readable_slugs() {
        for (label, expected) in [
            ("合同金额", Some("contract_amount")),
            ("预计成交日期", Some("expected_closing_date")),
            ("CRM 客户", Some("crm_customer")),
            ("Due date", Some("due_date")),
            ("客户（重要）", Some("customer_importance")),
            ("麒麟", None),
            ("合同麒麟", None),
            ("---", None),
            ("2026", None),
        ] {
            assert_eq!(slug(label).as_deref(), expected, "{label}");
        }
    }

    #[test]
    fn slugs_are_bounded() {
        let slug = slug(&"合同 name ".repeat(1000)).expect("slug");
        assert!(slug.len() <= LONGEST_SLUG);
    }
}
