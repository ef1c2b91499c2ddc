//! Notices: told to those whose turn it is, read by them alone (Source: ALL-2).

mod common;

use backend::{
    db::testing::on_both,
    notice::{self, To},
};
use common::{operator, organisation, person, stranger};
use domain::{
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
            To::Account(developer.account),
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
            notice::tell(&backend, &mut tx, To::Account(li.account), &text, "/")
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
