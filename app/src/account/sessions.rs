//! The devices a person is signed in on, and ending those sessions (Source: ORG-4).

use backend::account::Session;
use domain::problem::Problem;
use leptos::prelude::*;

use crate::{
    kit::{Field, Fields, Tone, badge, form_post, heading, moment, pager, table},
    page::{Form, Go, Page, SESSION_COOKIE, Visit},
};

/// Lists the person's own sessions.
pub async fn page(visit: Visit) -> Result<Page, Problem> {
    let cursor = visit.query("after").unwrap_or("");
    let sessions = backend::account::sessions(visit.backend(), &visit.actor, cursor).await?;
    let title = visit.t("登录的设备", "Signed-in devices").to_owned();
    Ok(Page::new(title.clone(), move || {
        let first = visit.query("after").map(|_| visit.with_query(&[("after", "")]));
        let next = sessions.next.as_deref().map(|next| visit.with_query(&[("after", next)]));
        let others = sessions.items.len() > 1 || first.is_some();
        let end_others = others.then(|| {
            let fields = Fields::of(&visit, "others");
            form_post(
                &fields,
                Field::danger("others", visit.t("结束其他所有登录", "End all others")),
            )
        });
        let columns = [
            visit.t("设备", "Device"),
            visit.t("地址", "Address"),
            visit.t("登录时间", "Signed in"),
            visit.t("最近使用", "Last used"),
            "",
        ];
        let rows = sessions.items.iter().map(|session| row(&visit, session)).collect();
        let lead = visit.t(
            "看到不认识的设备时，请结束它的登录并修改密码。",
            "If you do not recognise a device, end its session and change your password.",
        );
        view! {
            {heading(title.clone(), lead, end_others)}
            {table(title, columns.map(str::to_owned).to_vec(), rows)}
            {pager(&visit, first, next)}
            <p class="text-sm"><a class="link" href="/me/preferences#password">{visit.t("修改密码", "Change password")}</a></p>
        }
    }))
}

fn row(visit: &Visit, session: &Session) -> Vec<AnyView> {
    let id = session.id.to_string();
    let fields = Fields::of(visit, &format!("end-{id}"));
    let action = if session.current {
        badge(Tone::Good, visit.t("当前设备", "This device"))
    } else {
        form_post(
            &fields,
            view! {
                <input type="hidden" name="session" value=id/>
                <button class="btn btn-sm" name="_do" value="end">{visit.t("结束登录", "End session")}</button>
            },
        )
    };
    vec![
        device(visit, &session.agent).into_any(),
        session.address.clone().into_any(),
        moment(visit, session.created_at),
        moment(visit, session.seen_at),
        action,
    ]
}

/// A browser's name for itself in few words.
fn device(visit: &Visit, agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // Edge and Chrome call themselves Safari too: the special ones come first.
    let browser = find(&[
        ("DingTalk", "DingTalk"),
        ("MicroMessenger", "WeChat"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("HarmonyOS", "HarmonyOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => visit.t("未知设备", "Unknown device").to_owned(),
    }
}

/// Ends one session, or all others.
pub async fn act(visit: Visit, form: Form) -> Result<Go, Problem> {
    let (backend, actor) = (visit.backend(), &visit.actor);
    if form.command() == "others" {
        let count = backend::account::end_other_sessions(backend, actor).await?;
        return Ok(Go::to("/me/sessions")
            .say(format!("已结束其他 {count} 处登录"), format!("{count} other sessions ended")));
    }
    let session = form.parse("session")?;
    backend::account::end_session(backend, actor, session).await?;
    if actor.person().is_ok_and(|person| person.session == session) {
        return Ok(Go::to("/sign-in").cookie(visit.cookie(SESSION_COOKIE, "", 0)));
    }
    Ok(Go::to("/me/sessions").say("已结束登录", "The session has ended"))
}
