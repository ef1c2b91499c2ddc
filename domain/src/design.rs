//! What people say about an app when they make or rename it.

use serde::{Deserialize, Serialize};

use crate::{
    account::optional_line,
    lang::Text,
    problem::{FieldCheck, Kind, Problem},
};

/// The name, the description and the symbol of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naming {
    /// What people call it, in one language at least.
    pub name: Text,
    /// A sentence about it.
    pub description: String,
    /// A symbol of at most two characters; empty for the first character of the name.
    pub icon: String,
}

impl Naming {
    /// An app called this and nothing more.
    pub fn of(name: Text) -> Self {
        Self { name, ..Self::default() }
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// A [`Problem`] that names the fields `name_zh`, `name_en`, `description` and `icon`.
    pub fn read(zh: &str, en: &str, description: &str, icon: &str) -> Result<Self, Problem> {
        let mut check = FieldCheck::new();
        let zh = check.take("name_zh", optional_line(zh, 60));
        let en = check.take("name_en", optional_line(en, 60));
        let description = check.optional_text("description", description, 500);
        let icon = check.optional_text("icon", icon, 2);
        if let (Some(zh), Some(en)) = (&zh, &en)
            && zh.is_empty()
            && en.is_empty()
        {
            check.fail("name_zh", Text::of("请填写应用名称", "Give the app a name"));
        }
        let naming =
            zh.zip(en).zip(description.zip(icon)).map(|((zh, en), (description, icon))| Self {
                name: Text::new(zh, en),
                description,
                icon,
            });
        check.conclude(naming)
    }

    /// The symbol people see.
    pub fn symbol(name: &Text, icon: &str) -> String {
        if icon.trim().is_empty() {
            name.get(crate::lang::Lang::Zh).chars().take(1).collect()
        } else {
            icon.chars().take(2).collect()
        }
    }
}

/// The refusal to publish a delivered app: it cannot be distributed again.
pub fn delivered_app() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.delivered",
        "APP-6",
        "这是服务商分发的应用，不能再次发布和分发",
        "A provider delivered this app; it cannot be published and distributed again",
    )
}

/// The refusal to publish what is published already.
pub fn nothing_new(number: i64) -> Problem {
    Problem::with(
        Kind::Conflict,
        "application.nothing_new",
        "ALL-4",
        Text::new(
            format!("与第 {number} 版相比没有变化，无需再次发布"),
            format!("Nothing has changed since release {number}"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all4_an_app_has_a_name_in_one_language_at_least() {
        assert!(Naming::read("合同管理", "", "", "").is_ok());
        assert!(Naming::read("", "Contracts", "", "").is_ok());
        let problem = Naming::read(" ", "", &"长".repeat(501), "").expect_err("no name");
        let names: Vec<_> = problem.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["description", "name_zh"]);
        assert!(Naming::read("\u{200B}", "", "", "").is_err(), "a name that shows as nothing");
        assert_eq!(Naming::symbol(&Text::of("合同", "Contract"), ""), "合");
    }
}
