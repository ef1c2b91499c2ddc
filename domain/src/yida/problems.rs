//! The refusals of an import; each names the file (Source: ALL-4).

use super::{BYTES_LIMIT, FILE_LIMIT, TOTAL_BYTES_LIMIT};
use crate::{
    lang::{Lang, Text},
    problem::{Kind, Problem},
};

const RULE: &str = "ALL-4";
const MEGABYTE: usize = 1024 * 1024;

/// A file's name as it may stand in a sentence.
pub(super) fn file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn invalid(code: &'static str, zh: String, en: String) -> Problem {
    Problem::with(Kind::Invalid, code, RULE, Text::new(zh, en))
}

fn get_schema(problem: Problem) -> Problem {
    problem.remedy(
        "请上传宜搭 getFormSchema 接口返回的 JSON 文件",
        "Upload the JSON that Yida's getFormSchema returns",
    )
}

pub(super) fn no_files() -> Problem {
    get_schema(Problem::new(
        Kind::Invalid,
        "yida.no_files",
        RULE,
        "请选择要导入的表单定义文件",
        "Choose the form definitions to import",
    ))
}

pub(super) fn too_many_files() -> Problem {
    too_large_because(
        "yida.too_many_files",
        format!("一次最多导入 {FILE_LIMIT} 个表单"),
        format!("At most {FILE_LIMIT} forms can be imported at once"),
    )
}

pub(super) fn too_large_together() -> Problem {
    let limit = TOTAL_BYTES_LIMIT / MEGABYTE;
    too_large_because(
        "yida.too_large",
        format!("文件总共超过 {limit} MB"),
        format!("The files exceed {limit} MB together"),
    )
}

pub(super) fn too_large(file: &str) -> Problem {
    let limit = BYTES_LIMIT / MEGABYTE;
    let text =
        Text::new(format!("“{file}”超过 {limit} MB"), format!("“{file}” exceeds {limit} MB"));
    Problem::with(Kind::TooLarge, "yida.too_large", RULE, text)
}

fn too_large_because(code: &'static str, zh: String, en: String) -> Problem {
    Problem::with(Kind::TooLarge, code, RULE, Text::new(zh, en)).remedy(
        "请分次导入；互相关联的表单放在同一次",
        "Import fewer at once; keep forms that refer to each other together",
    )
}

/// One refusal for all; the first few are named.
pub(super) fn all(mut refusals: Vec<Problem>) -> Result<(), Problem> {
    const NAMED: usize = 10;
    if refusals.len() < 2 {
        return refusals.pop().map_or(Ok(()), Err);
    }
    let count = refusals.len();
    let named = |lang: Lang, gap: &str| {
        let texts: Vec<&str> = refusals.iter().take(NAMED).map(|r| r.sentence(lang)).collect();
        texts.join(gap)
    };
    let (zh, en) = (named(Lang::Zh, "；"), named(Lang::En, "; "));
    let (and_zh, and_en) = if count > NAMED { (" 等", " and more") } else { ("", "") };
    let text = Text::new(
        format!("有 {count} 个文件不能导入：{zh}{and_zh}"),
        format!("{count} files cannot be imported: {en}{and_en}"),
    );
    Err(Problem::with(Kind::Invalid, "yida.refused", RULE, text).remedy(
        "请更正或去掉这些文件；没有导入任何内容",
        "Mend or remove these files; nothing was imported",
    ))
}

pub(super) fn empty(file: &str) -> Problem {
    get_schema(invalid("yida.empty", format!("“{file}”是空文件"), format!("“{file}” is empty")))
}

pub(super) fn web_page(file: &str) -> Problem {
    get_schema(invalid(
        "yida.web_page",
        format!("“{file}”是网页而不是 JSON，可能是登录过期时保存的"),
        format!("“{file}” is a web page, not JSON; perhaps the sign-in had run out"),
    ))
}

pub(super) fn encoding(file: &str) -> Problem {
    invalid(
        "yida.encoding",
        format!("“{file}”不是 UTF-8 文本"),
        format!("“{file}” is not text in UTF-8"),
    )
    .remedy("请另存为 UTF-8 编码的 JSON 文件", "Save it as JSON in UTF-8")
}

pub(super) fn cut_off(file: &str) -> Problem {
    get_schema(invalid(
        "yida.cut_off",
        format!("“{file}”的内容不完整，中途断开"),
        format!("“{file}” is not complete; it breaks off"),
    ))
}

pub(super) fn not_json(file: &str, line: usize, column: usize) -> Problem {
    get_schema(invalid(
        "yida.not_json",
        format!("“{file}”不是有效的 JSON（第 {line} 行第 {column} 列）"),
        format!("“{file}” is not valid JSON (line {line}, column {column})"),
    ))
}

pub(super) fn too_deep(file: &str) -> Problem {
    invalid(
        "yida.too_deep",
        format!("“{file}”的内容嵌套过深"),
        format!("“{file}” is nested too deeply"),
    )
}

pub(super) fn not_a_form(file: &str) -> Problem {
    get_schema(invalid(
        "yida.not_a_form",
        format!("“{file}”不是宜搭表单定义"),
        format!("“{file}” is not a Yida form definition"),
    ))
}

pub(super) fn field_list(file: &str) -> Problem {
    get_schema(invalid(
        "yida.field_list",
        format!("“{file}”是字段列表（formFields），没有字段的设置"),
        format!("“{file}” is a list of fields (formFields), without their settings"),
    ))
}

pub(super) fn not_a_form_page(file: &str) -> Problem {
    invalid(
        "yida.page",
        format!("“{file}”是展示页或报表，不是表单"),
        format!("“{file}” is a display page or a report, not a form"),
    )
    .remedy("请只导入表单页和流程表单", "Import form pages and process forms only")
}

pub(super) fn failed_answer(file: &str) -> Problem {
    get_schema(invalid(
        "yida.failed_answer",
        format!("“{file}”是一次失败的接口返回，其中没有表单"),
        format!("“{file}” is the answer of a call that failed; there is no form in it"),
    ))
}

pub(super) fn no_fields(file: &str) -> Problem {
    invalid(
        "yida.no_fields",
        format!("“{file}”中没有可以导入的字段"),
        format!("“{file}” holds no field that can be imported"),
    )
}

pub(super) fn duplicate(first: &str, second: &str) -> Problem {
    invalid(
        "yida.duplicate",
        format!("“{first}”和“{second}”是同一个表单"),
        format!("“{first}” and “{second}” are the same form"),
    )
    .remedy("请只保留其中一个", "Keep only one of them")
}
