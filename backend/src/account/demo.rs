//! The demo's accounts, offered on the sign-in page where the demo is loaded.

use domain::{lang::Text, organisation::Role, problem::Problem};

use crate::{Backend, args, sql};

/// The password of every demo account; without `--demo` none of them signs in.
pub const DEMO_PASSWORD: &str = "fenfa-demo-2026";

/// An account of the demo, offered on the sign-in page.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Where the person works and as what.
    pub role: Text,
}

/// The demo's accounts, operators first.
pub async fn demo_accounts(backend: &Backend) -> Result<Vec<DemoAccount>, Problem> {
    let rows = backend
        .read()
        .await?
        .all(
            sql!(
                "select a.login, a.name, a.operator, m.role, o.name as organisation from account a \
                 left join member m on m.account_id = a.id \
                 left join organisation o on o.id = m.organisation_id \
                 where a.demo = 1 order by a.operator desc, a.created_at, a.id, m.joined_at limit 60"
            ),
            args![],
        )
        .await?;
    let mut accounts = Vec::<DemoAccount>::new();
    for row in rows {
        let login: String = row.get("login")?;
        if accounts.last().is_some_and(|last| last.login == login) {
            continue;
        }
        let role = row.get::<Option<String>>("role")?.and_then(|code| Role::parse(&code));
        let role = match (role, row.get::<Option<String>>("organisation")?) {
            (Some(role), Some(organisation)) => {
                let label = role.label();
                Text::new(
                    format!("{organisation} · {}", label.zh),
                    format!("{organisation} · {}", label.en),
                )
            }
            _ => Text::of("平台运营", "Platform operator"),
        };
        accounts.push(DemoAccount { login, name: row.get("name")?, role });
    }
    Ok(accounts)
}
