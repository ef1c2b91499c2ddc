//! Distribution links and the link checker on both engines (Source: LNK-1 to LNK-3, PUR-4).

mod common;
mod provider_stage;

use backend::{args, db::testing::on_both, link, project, purchase};
use common::{code, stranger};
use domain::{
    link::{CheckForm, LinkState, Verdict},
    project::ClosingForm,
};
use provider_stage::Stage;

fn token(path: &str) -> String {
    path.split(['/', '?']).nth(2).expect("a token").to_owned()
}

async fn close(stage: &Stage, id: domain::identity::ProjectId) {
    let form =
        ClosingForm { outcome: "misfiled".into(), summary: "x".into(), ..ClosingForm::default() };
    project::close(&stage.backend, &stage.lin.actor, id, &form).await.expect("closed");
}

/// The causes that the checker names.
async fn causes(stage: &Stage, link: &str, corp_id: &str) -> Vec<String> {
    let form = CheckForm { link: link.into(), corp_id: corp_id.into() };
    let report = link::check(&stage.backend, &stage.zhao.actor, &form).await.expect("a report");
    report
        .findings
        .into_iter()
        .filter(|finding| finding.verdict == Verdict::Cause)
        .map(|finding| finding.text.zh.into_owned())
        .collect()
}

#[tokio::test]
async fn lnk1_any_admin_makes_links_as_often_as_wanted_while_the_project_is_open() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let waiting = stage.submitted().await;
        let app = stage.released_app("合同", false).await;
        let early = link::create(&stage.backend, &stage.lin.actor, waiting, app).await;
        assert_eq!(code(early), "project.not_open");
        let open = stage.approved().await;
        let first =
            link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        let second =
            link::create(&stage.backend, &stage.zhao.actor, open, app).await.expect("a link");
        assert_ne!(first.path, second.path);
        let by_developer = link::create(&stage.backend, &stage.developer.actor, open, app).await;
        assert_eq!(code(by_developer), "authority.role");
        let by_customer = link::create(&stage.backend, &stage.wang.actor, open, app).await;
        assert_eq!(code(by_customer), "missing");
        close(&stage, open).await;
        let late = link::create(&stage.backend, &stage.lin.actor, open, app).await;
        assert_eq!(code(late), "project.closed");
    })
    .await;
}

#[tokio::test]
async fn lnk2_what_cannot_be_picked_says_why_and_is_refused_with_the_rules_sentence() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let open = stage.approved().await;
        let plain = stage.released_app("普通", false).await;
        let premium = stage.released_app("精品", true).await;
        let unreleased = stage.app(stage.provider, "未发布", false).await;
        let delivered = stage.released_app("买来的", false).await;
        let order = stage.order(open, "DD-1", "pending", r#"{"state":"pending"}"#).await;
        let mark = "update application set origin_order = $1 where id = $2";
        stage.run(mark, args![order, delivered]).await;
        let foreign = stage.app(stage.customer, "别家的", false).await;
        stage.release(foreign).await;

        let offers =
            link::offers(&stage.backend, &stage.zhao.actor, open, "").await.expect("offers");
        let reason = |app| {
            let choice = offers.choices.iter().find(|choice| choice.application == app)?;
            Some(choice.reason.as_ref().map_or("", |text| text.zh.as_ref()).to_owned())
        };
        assert_eq!(reason(plain).as_deref(), Some(""));
        assert!(reason(premium).expect("listed").contains("精品应用"));
        assert!(reason(delivered).expect("listed").contains("二次分发"));
        assert!(reason(unreleased).expect("listed").contains("还没有发布"));
        assert_eq!(reason(foreign), None, "only apps of the own organisation");
        assert!(offers.choices[0].reason.is_none(), "what can be picked comes first");

        for app in [premium, delivered] {
            let refused = link::create(&stage.backend, &stage.lin.actor, open, app).await;
            let refused = refused.expect_err("refused");
            assert_eq!(refused.text.zh, "当前选择的应用不支持获取分发链接");
        }
        let refused = link::create(&stage.backend, &stage.lin.actor, open, unreleased).await;
        assert_eq!(code(refused), "link.not_released");
        let refused = link::create(&stage.backend, &stage.lin.actor, open, foreign).await;
        assert_eq!(code(refused), "missing");
    })
    .await;
}

#[tokio::test]
async fn lnk3_links_are_unguessable_listed_with_their_purchases_and_revocable() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let open = stage.approved().await;
        stage.order(open, "DD-1", "pending", r#"{"state":"pending"}"#).await;
        let app = stage.released_app("合同", false).await;
        stage.tick();
        let made = link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        assert_eq!(token(&made.path).len(), 43);
        assert!(
            made.path.ends_with("?corpName=%E8%BF%9C%E5%B1%B1%E6%9C%BA%E6%A2%B0"),
            "{}",
            made.path
        );
        let listed =
            link::list(&stage.backend, &stage.zhao.actor, open, None).await.expect("a list").items;
        assert_eq!((listed.len(), listed[0].order.is_some()), (2, false));
        assert_eq!(listed[1].order.as_ref().map(|order| order.1.as_str()), Some("DD-1"));
        assert_eq!((listed[0].created_by_name.as_str(), &listed[0].path), ("林晓", &made.path));
        assert!(
            link::qr_svg(&format!("https://fenfa.example{}", made.path))
                .expect("a code")
                .contains("<svg")
        );

        let stranger = link::revoke(&stage.backend, &stage.wang.actor, open, made.id).await;
        assert_eq!(code(stranger), "missing");
        link::revoke(&stage.backend, &stage.zhao.actor, open, made.id).await.expect("revoked");
        assert_eq!(
            code(link::revoke(&stage.backend, &stage.lin.actor, open, made.id).await),
            "link.revoked"
        );
        let listed =
            link::list(&stage.backend, &stage.lin.actor, open, None).await.expect("a list").items;
        assert!(matches!(&listed[0].state, LinkState::Revoked(step) if step.name == "赵敏"));
        assert_eq!(stage.recorded(&stage.lin).await[0], "link.revoked");
    })
    .await;
}

#[tokio::test]
async fn lnk3_only_a_link_that_can_be_bought_through_is_passed_on_and_counted() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let open = stage.approved().await;
        stage.order(open, "DD-1", "pending", r#"{"state":"pending"}"#).await;
        let app = stage.released_app("合同", false).await;
        stage.tick();
        let made = link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        let listed =
            link::list(&stage.backend, &stage.zhao.actor, open, None).await.expect("a list").items;
        let shown = async |id| {
            let found = link::get(&stage.backend, &stage.zhao.actor, open, id).await;
            found.expect("one's own").is_some()
        };
        let valid = async || {
            let typed = CheckForm { link: made.path.clone(), corp_id: String::new() };
            let report = link::check(&stage.backend, &stage.zhao.actor, &typed).await;
            let detail = project::detail(&stage.backend, &stage.lin.actor, open).await;
            let links = report.expect("a report").projects[0].links;
            assert_eq!(links, detail.expect("the project").progress.links);
            links
        };
        assert!(shown(made.id).await && valid().await == 1);
        assert!(!shown(listed[1].id).await, "one link makes one order");
        link::revoke(&stage.backend, &stage.zhao.actor, open, made.id).await.expect("revoked");
        assert!(!shown(made.id).await && valid().await == 0);
    })
    .await;
}

#[tokio::test]
async fn lnk3_dead_links_say_why() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let open = stage.approved().await;
        let app = stage.released_app("合同", false).await;
        let revoked =
            link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        let other =
            link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        link::revoke(&stage.backend, &stage.lin.actor, open, revoked.id).await.expect("revoked");
        let alive = async |token: &str| {
            let found = purchase::look(&stage.backend, &stranger(), token).await;
            code(found.and_then(|found| found.offer.dead.map_or(Ok(()), Err)))
        };
        assert_eq!(alive(&token(&other.path)).await, "done");
        assert_eq!(alive(&token(&revoked.path)).await, "link.revoked");
        assert_eq!(alive("nobody-knows-this-token").await, "link.unknown");
        close(&stage, open).await;
        assert_eq!(alive(&token(&other.path)).await, "link.project_closed");
        assert_eq!(alive(&token(&revoked.path)).await, "link.revoked");
    })
    .await;
}

#[tokio::test]
async fn pur4_the_checker_explains_each_cause() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let open = stage.approved().await;
        let app = stage.released_app("合同", false).await;
        let made = link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        let right = "ding0000000000000002";
        assert_eq!(causes(&stage, &made.path, right).await, Vec::<String>::new());

        let wrong = causes(&stage, &made.path, "ding0000000000000009").await;
        assert!(wrong.len() == 1 && wrong[0].contains("CorpID"), "{wrong:?}");
        let bare = token(&made.path);
        let renamed = causes(
            &stage,
            &format!("https://x.example/l/{bare}?corpName=%E5%88%AB%E5%AE%B6"),
            right,
        )
        .await;
        assert!(renamed.len() == 1 && renamed[0].contains("别家"), "{renamed:?}");
        let unknown = causes(&stage, "no-such-token-no-such-token", right).await;
        assert!(unknown[0].contains("没有这个链接"), "{unknown:?}");

        let demote = "update member set role = 'member' where account_id = $1";
        stage.run(demote, args![stage.wang.account]).await;
        let nobody = causes(&stage, &made.path, right).await;
        assert!(nobody.len() == 1 && nobody[0].contains("没有平台管理员"), "{nobody:?}");

        link::revoke(&stage.backend, &stage.lin.actor, open, made.id).await.expect("revoked");
        close(&stage, open).await;
        let dead = causes(&stage, &made.path, "ding0000000000000009").await;
        assert_eq!(dead.len(), 3, "revoked, closed, another organisation: {dead:?}");
    })
    .await;
}

#[tokio::test]
async fn pur4_the_checker_looks_at_ones_own_links_only_and_finds_projects_by_corp_id() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let open = stage.approved().await;
        let by_corp = causes(&stage, "", "ding0000000000000002").await;
        assert!(by_corp[0].contains("没有有效的分发链接"), "{by_corp:?}");
        let none = causes(&stage, "", "ding0000000000000009").await;
        assert!(none[0].contains("没有以这个 CorpID 立项"), "{none:?}");
        let app = stage.released_app("合同", false).await;
        let made = link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        assert!(causes(&stage, "", "ding0000000000000002").await.is_empty());
        let form = CheckForm { link: made.path, corp_id: String::new() };
        let outside = link::check(&stage.backend, &stage.wang.actor, &form).await;
        assert_eq!(code(outside), "programme.needed");
    })
    .await;
}
