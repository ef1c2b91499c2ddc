//! What the header's switches do: end the session, change language or organisation.

use domain::{
    account::{SignOut, SwitchOrganisation},
    command::Checked,
    lang::Lang,
    problem::Problem,
};

use crate::page::{Form, Go, SESSION_COOKIE, Visit, encode};

/// A path of this site that a form asks to go to next; anything else leads home.
pub fn next(asked: &str) -> &str {
    let local = asked.starts_with('/')
        && !asked.starts_with("//")
        && !asked.contains(['\\', '\n', '\r', '\t']);
    if local { asked } else { "/" }
}

/// Ends this session; `next` is where whoever signs in after this goes on.
pub async fn sign_out(visit: Visit, form: Form) -> Result<Go, Problem> {
    if visit.actor.person().is_ok() {
        let command = Checked::of(visit.backend().posting(&visit.actor), &SignOut {})?;
        backend::account::sign_out(visit.backend(), &visit.actor, command).await?;
    }
    let url = match form.get("next") {
        Some(asked) => format!("/sign-in?next={}", encode(next(asked))),
        None => "/sign-in".to_owned(),
    };
    Ok(Go::to(url).cookie(visit.cookie(SESSION_COOKIE, "", 0)))
}

/// Chooses a language by hand (Source: ALL-3).
pub async fn language(visit: Visit, form: Form) -> Result<Go, Problem> {
    let lang = Lang::parse(form.text("language"));
    if let (Ok(_), Some(lang)) = (visit.actor.person(), lang) {
        backend::account::set_language(visit.backend(), &visit.actor, Some(lang)).await?;
    }
    Ok(Go::to(next(form.text("next"))).cookie(visit.language_cookie(lang)))
}

/// Acts in another organisation from now on (Source: ORG-1).
pub async fn organisation(visit: Visit, form: Form) -> Result<Go, Problem> {
    let command = SwitchOrganisation { organisation: form.text("organisation").to_owned() };
    let command = Checked::of(visit.backend().posting(&visit.actor), &command)?;
    backend::account::switch_organisation(visit.backend(), &visit.actor, command).await?;
    let next = form.get("next").map_or("/", next);
    Ok(Go::to(next))
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        assert_eq!(next("/l/abc?corpName=x"), "/l/abc?corpName=x");
        for asked in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:x"]
        {
            assert_eq!(next(asked), "/", "{asked}");
        }
    }
}
