//! The refusals of an import; each names the file (Source: ALL-4).

use crate::{
    lang::Text,
    problem::{Kind, Problem},
};

const RULE: &str = "ALL-4";

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
    Problem::new(
        Kind::TooLarge,
        "yida.too_many_files",
        RULE,
        "一次最多导入 100 个文件",
        "At most 100 files can be imported at once",
    )
}

pub(super) fn too_large_together() -> Problem {
    Problem::new(
        Kind::TooLarge,
        "yida.too_large",
        RULE,
        "文件总共超过 32 MB，请分次导入",
        "The files exceed 32 MB together; import fewer at once",
    )
}

pub(super) fn too_large(file: &str) -> Problem {
    Problem::with(
        Kind::TooLarge,
        "yida.too_large",
        RULE,
        Text::new(format!("“{file}”超过 8 MB"), format!("“{file}” exceeds 8 MB")),
    )
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
