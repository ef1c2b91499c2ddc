//! The provider programme on both engines (Source: PRV-1, PRV-2).

mod common;
mod provider_stage;

use backend::{account, db::testing::on_both, file, link, order, programme, project, purchase};
use common::{code, made};
use domain::programme::{ApplicationState, ApplyForm, DecisionForm, Permission, WithdrawForm};
use domain::{authority::Actor, identity::ProgrammeId, problem::Problem};
use provider_stage::{PDF, Stage};

async fn apply(stage: &Stage, actor: &Actor, form: ApplyForm) -> Result<ProgrammeId, Problem> {
    programme::apply(&stage.backend, actor, made(&stage.backend, actor, &form)).await
}

#[tokio::test]
async fn prv1_an_application_is_granted_and_everybody_concerned_is_told() {
    on_both(async |backend| {
        let stage = Stage::new(backend).await;
        let id = stage.apply().await;
        assert!(stage.told(&stage.operator).await[0].contains("申请应用分发权限"));
        let waiting =
            programme::queue(&stage.backend, &stage.operator.actor, "waiting", None).await;
        assert_eq!(waiting.expect("a queue").items[0].partner_number, "DP-2026-001");
        stage.decide(id, "grant", "").await;
        let own = programme::overview(&stage.backend, &stage.developer.actor).await.expect("own");
        assert!(matches!(own.permission, Permission::Granted { senior: true, .. }), "{own:?}");
        assert!(matches!(own.applications[0].state, ApplicationState::Granted { .. }));
        assert!(stage.told(&stage.zhao).await[0].contains("已开通"));
        assert_eq!(stage.recorded(&stage.lin).await, ["programme.granted", "programme.applied"]);
        let waiting =
            programme::queue(&stage.backend, &stage.operator.actor, "waiting", None).await;
        assert!(waiting.expect("a queue").items.is_empty());
        let providers = programme::providers(&stage.backend, &stage.operator.actor, None).await;
        assert_eq!(providers.expect("providers").items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn prv1_a_rejection_has_a_reason_and_leaves_room_for_another_application() {
    on_both(async |backend| {
        let stage = Stage::new(backend).await;
        let id = stage.apply().await;
        let none = DecisionForm { decision: "reject".into(), reason: String::new() };
        let refused = programme::decide(&stage.backend, &stage.operator.actor, id, none).await;
        assert!(refused.expect_err("no reason").at("reason").is_some());
        stage.decide(id, "reject", "证明已过期").await;
        assert!(stage.told(&stage.lin).await[0].contains("证明已过期"));
        let again = DecisionForm { decision: "grant".into(), reason: String::new() };
        let refused = programme::decide(&stage.backend, &stage.operator.actor, id, again).await;
        assert_eq!(code(refused), "programme.decided");
        let second = stage.apply().await;
        stage.decide(second, "grant", "").await;
        let own = programme::overview(&stage.backend, &stage.lin.actor).await.expect("own");
        assert_eq!((own.applications.len(), own.permission.is_granted()), (2, true));
    })
    .await;
}

#[tokio::test]
async fn prv1_one_application_at_a_time_and_none_when_granted() {
    on_both(async |backend| {
        let stage = Stage::new(backend).await;
        let again = async |stage: &Stage| {
            let proof = stage.upload(&stage.zhao.actor, "证明.pdf", PDF).await;
            let form = ApplyForm {
                partner_number: "DP-2".into(),
                senior: String::new(),
                file: proof.to_string(),
            };
            let form = ApplyForm { partner_number: "DP-22".into(), ..form };
            code(apply(stage, &stage.zhao.actor, form).await)
        };
        let id = stage.apply().await;
        assert_eq!(again(&stage).await, "programme.already_waiting");
        stage.decide(id, "grant", "").await;
        assert_eq!(again(&stage).await, "programme.already_granted");
    })
    .await;
}

#[tokio::test]
async fn prv1_the_proof_must_be_ones_own_upload_and_what_it_says() {
    on_both(async |backend| {
        let stage = Stage::new(backend).await;
        let form = |file: String| ApplyForm {
            partner_number: "DP-22".into(),
            senior: String::new(),
            file,
        };
        let theirs = stage.upload(&stage.zhao.actor, "证明.pdf", PDF).await;
        let refused = apply(&stage, &stage.lin.actor, form(theirs.to_string())).await;
        assert!(refused.expect_err("somebody else's").at("file").is_some());
        let lying = stage.upload(&stage.lin.actor, "证明.pdf", b"PK\x03\x04zip").await;
        let refused = apply(&stage, &stage.lin.actor, form(lying.to_string())).await;
        assert_eq!(code(refused), "file.mislabelled");
        let own = programme::overview(&stage.backend, &stage.lin.actor).await.expect("own");
        assert!(own.applications.is_empty(), "nothing half-written");
    })
    .await;
}

#[tokio::test]
async fn prv1_only_admins_apply_and_only_operators_decide() {
    on_both(async |backend| {
        let stage = Stage::new(backend).await;
        let form = ApplyForm {
            partner_number: "DP-22".into(),
            senior: String::new(),
            file: stage.upload(&stage.developer.actor, "证明.pdf", PDF).await.to_string(),
        };
        let applied = apply(&stage, &stage.developer.actor, form).await;
        assert_eq!(code(applied), "authority.role");
        let id = stage.apply().await;
        let grant = DecisionForm { decision: "grant".into(), reason: String::new() };
        let decided = programme::decide(&stage.backend, &stage.lin.actor, id, grant).await;
        assert_eq!(code(decided), "authority.operator");
        let proof =
            programme::get(&stage.backend, &stage.operator.actor, id).await.expect("it").proof;
        let mut tx = stage.backend.read().await.expect("a connection");
        let proof = file::find(&mut tx, proof).await.expect("a file");
        assert!(programme::may_read_file(&stage.operator.actor, &proof));
        assert!(programme::may_read_file(&stage.zhao.actor, &proof));
        assert!(!programme::may_read_file(&stage.wang.actor, &proof));
        assert!(!programme::may_read_file(&stage.developer.actor, &proof));
    })
    .await;
}

/// What every page knows of the provider's admin.
async fn presence(stage: &Stage) -> account::Presence {
    account::presence(&stage.backend, Some(&stage.lin.token), "").await.expect("who asks")
}

#[tokio::test]
async fn prv2_without_the_permission_there_are_no_projects() {
    on_both(async |backend| {
        let stage = Stage::new(backend).await;
        let (id, form) = (stage.backend.id(), stage.form().await);
        let filter = project::Filter::default();
        assert_eq!(
            code(project::list(&stage.backend, &stage.lin.actor, &filter).await),
            "programme.needed"
        );
        let orders = async |who| order::list(&stage.backend, who, &order::Filter::default()).await;
        for who in [&stage.lin.actor, &stage.developer.actor] {
            assert_eq!(code(orders(who).await), "programme.needed");
        }
        let checker = link::require_checker(&stage.backend, &stage.lin.actor).await;
        assert_eq!(code(checker), "programme.needed");
        let submitted = project::submit(&stage.backend, &stage.lin.actor, id, &form).await;
        assert_eq!(code(submitted), "programme.needed");
        assert!(!presence(&stage).await.provider, "the navigation does not show what is closed");
    })
    .await;
}

#[tokio::test]
async fn prv2_losing_the_permission_stops_new_projects_and_links_and_what_was_sold_stays() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let open = stage.approved().await;
        let app = stage.released_app("合同", false).await;
        let sold = link::create(&stage.backend, &stage.lin.actor, open, app).await.expect("a link");
        stage.lose_permission().await;
        assert!(stage.told(&stage.lin).await[0].contains("已被收回"));
        let (id, form) = (stage.backend.id(), stage.form().await);
        let submitted = project::submit(&stage.backend, &stage.lin.actor, id, &form).await;
        assert_eq!(code(submitted), "programme.needed");
        let another = link::create(&stage.backend, &stage.lin.actor, open, app).await;
        assert_eq!(code(another), "programme.needed");
        let filter = project::Filter::default();
        let listed =
            project::list(&stage.backend, &stage.lin.actor, &filter).await.expect("a list");
        assert_eq!(listed.items.len(), 1, "what was sold can still be seen");
        let orders = order::list(&stage.backend, &stage.lin.actor, &order::Filter::default()).await;
        assert!(orders.is_ok() && presence(&stage).await.provider);
        link::require_checker(&stage.backend, &stage.lin.actor).await.expect("the checker");
        let token = sold.path.split(['/', '?']).nth(2).expect("a token").to_owned();
        let found =
            purchase::look(&stage.backend, &common::stranger(), &token).await.expect("the offer");
        assert!(found.offer.dead.is_none(), "a link given out stays");
        let again = WithdrawForm { reason: "x".into() };
        let refused =
            programme::withdraw(&stage.backend, &stage.operator.actor, stage.provider, again).await;
        assert_eq!(code(refused), "programme.not_granted");
    })
    .await;
}

#[tokio::test]
async fn prv1_a_state_that_disagrees_with_its_code_is_an_inconsistency() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let forge = "update organisation set programme = 'withdrawn' where id = $1";
        stage.run(forge, backend::args![stage.provider]).await;
        let read = programme::overview(&stage.backend, &stage.lin.actor).await;
        assert_eq!(code(read), "installation.unavailable");
    })
    .await;
}
