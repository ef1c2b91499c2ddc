//! Notices: told to those whose turn it is, read by them alone (Source: ALL-2).

mod common;

use backend::{
    args,
    db::{Tx, testing::on_both},
    notice::{self, To},
};
use common::{operator, organisation, person, stranger};
use domain::{
    identity::AccountId,
    lang::Text,
    organisation::{Edition, Role},
};

#[tokio::test]
async fn all2_notices_reach_those_they_are_for_and_are_marked_by_them_alone() {
    on_both(async |backend| {
        let home = organisation(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let developer = person(&backend, "李娜", &[(home, Role::Developer)]).await;
        let fang = operator(&backend, "方芸").await;
        let mut tx = backend.begin().await.expect("a unit of work");
        for to in [
            To::Members(home, Role::Admin),
            To::Members(home, Role::Developer),
            To::Operators,
            To::Account(developer.account, Some(home)),
        ] {
            let text = Text::of("轮到您了", "It is your turn");
            notice::tell(&backend, &mut tx, to, &text, "/manage").await.expect("told");
        }
        tx.commit().await.expect("a commit");
        let unread = async |actor| notice::unread(&backend, actor).await.expect("a count");
        assert_eq!(
            (unread(&admin.actor).await, unread(&developer.actor).await, unread(&fang.actor).await),
            (2, 2, 1)
        );
        let own = notice::list(&backend, &developer.actor, None).await.expect("notices");
        assert!(
            own.iter().all(|notice| notice.organisation == Some(home)),
            "opened where it holds"
        );
        notice::mark(&backend, &admin.actor, Some(own[0].id)).await.expect("nothing of theirs");
        assert_eq!(unread(&developer.actor).await, 2, "nobody else marks them");
        notice::mark(&backend, &developer.actor, Some(own[0].id)).await.expect("marked");
        assert_eq!(unread(&developer.actor).await, 1);
        notice::mark(&backend, &developer.actor, None).await.expect("marked");
        assert_eq!((unread(&developer.actor).await, unread(&admin.actor).await), (0, 2));
        assert!(notice::list(&backend, &stranger(), None).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn all2_old_notices_are_reached_page_by_page() {
    on_both(async |backend| {
        let li = person(&backend, "李娜", &[]).await;
        let mut tx = backend.begin().await.expect("a unit of work");
        for number in 0..60 {
            let text = Text::new(format!("第 {number} 条"), format!("No. {number}"));
            notice::tell(&backend, &mut tx, To::Account(li.account, None), &text, "/")
                .await
                .expect("told");
        }
        tx.commit().await.expect("a commit");
        let first = notice::list(&backend, &li.actor, None).await.expect("notices");
        let rest =
            notice::list(&backend, &li.actor, first.last().map(|n| n.id)).await.expect("more");
        assert_eq!((first.len(), rest.len()), (50, 10));
    })
    .await;
}

#[tokio::test]
async fn all2_of_many_members_nobody_whose_turn_it_is_is_left_out() {
    on_both(async |backend| {
        let home = organisation(&backend, 1, Edition::Free).await;
        let mut tx = backend.begin().await.expect("a unit of work");
        let (mut accounts, mut members) = (Vec::new(), Vec::new());
        for number in 0..2_400 {
            let (id, now) = (backend.id::<AccountId>(), backend.now());
            let role = if number % 2 == 0 { Role::Member } else { Role::Developer };
            accounts.push(args![id, format!("{number}@example.cn"), "某人", "none", 0, 0, now]);
            members.push(args![home, id, role.code(), now]);
        }
        let head =
            "insert into account (id, login, name, password_hash, operator, demo, created_at)";
        tx.insert_many(head, accounts, "").await.expect("accounts");
        let head = "insert into member (organisation_id, account_id, role, joined_at)";
        tx.insert_many(head, members, "").await.expect("members");
        tx.commit().await.expect("a commit");
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;

        let mut tx = backend.begin().await.expect("a unit of work");
        let told = async |tx: &mut Tx, role| {
            let text = Text::of("轮到您了", "It is your turn");
            notice::tell(&backend, tx, To::Members(home, role), &text, "/").await.expect("told");
            let row = tx.one("select count(*) as count from notice", args![]).await.expect("rows");
            row.expect("a row").get::<i64>("count").expect("a count")
        };
        assert_eq!(told(&mut tx, Role::Admin).await, 1);
        assert_eq!(told(&mut tx, Role::Developer).await, 1 + 1_201);
        assert_eq!(told(&mut tx, Role::Member).await, 1 + 1_201 + 2_401);
        tx.commit().await.expect("a commit");
        assert_eq!(notice::unread(&backend, &admin.actor).await.expect("a count"), 3);
    })
    .await;
}
