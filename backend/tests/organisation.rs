//! Organisations, members, invitations, and the operators' view (Source: ORG-1 to ORG-4).

mod common;

use backend::{
    Backend, account, audit,
    db::testing::on_both,
    notice,
    organisation::{self, ChangeForm},
};
use common::{Somebody, code, operator, organisation as found, person, stranger};
use domain::{
    account::AccountForm,
    audit::sentence,
    authority::Actor,
    organisation::{Edition, InvitationForm, OrganisationForm, Role},
    time::Timestamp,
};
use futures::future::join_all;

fn invitation(role: Role) -> InvitationForm {
    InvitationForm { invitee: "周敏".into(), role: role.code().into() }
}

async fn actions(backend: &Backend, actor: &Actor) -> Vec<String> {
    let entries = audit::list(backend, actor, &audit::Wanted::default()).await.expect("entries");
    entries.into_iter().map(|entry| entry.action).collect()
}

async fn told(backend: &Backend, somebody: &Somebody) -> Vec<String> {
    let notices = notice::list(backend, &somebody.actor, None).await.expect("notices");
    notices.into_iter().map(|notice| notice.text.zh.into_owned()).collect()
}

#[tokio::test]
async fn org4_an_invitation_lets_one_person_join_once() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let form = invitation(Role::Developer);
        let invited = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        let offer =
            organisation::offer(&backend, &stranger(), &invited.token).await.expect("an offer");
        assert_eq!((offer.role, offer.inviter.as_str()), (Role::Developer, "陈静"));

        let zhou = person(&backend, "周敏", &[]).await;
        organisation::accept_with_account(&backend, &zhou.actor, &invited.token)
            .await
            .expect("joined");
        let actor = zhou.now(&backend).await;
        assert_eq!(
            actor.membership().map(|m| (m.organisation, m.role)),
            Ok((home, Role::Developer))
        );
        assert_eq!(told(&backend, &admin).await, ["周敏 已接受邀请，加入「组织 1」"]);
        assert_eq!(actions(&backend, &admin.actor).await, ["member.joined", "invitation.created"]);

        let late = person(&backend, "吴迟", &[]).await;
        let again = organisation::accept_with_account(&backend, &late.actor, &invited.token).await;
        assert_eq!(code(again), "invitation.used");
        let listed = organisation::invitations(&backend, &admin.actor, "").await.expect("a list");
        assert_eq!(listed.items[0].joined.as_deref(), Some("周敏"));
    })
    .await;
}

#[tokio::test]
async fn org4_two_people_with_one_link_at_once_are_one_too_many() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let form = invitation(Role::Member);
        let invited = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        let mut people = Vec::new();
        for number in 0..6 {
            people.push(person(&backend, &format!("同事 {number}"), &[]).await);
        }
        let tries = people
            .iter()
            .map(|one| organisation::accept_with_account(&backend, &one.actor, &invited.token));
        let mut codes: Vec<String> = join_all(tries).await.into_iter().map(code).collect();
        codes.sort();
        let mut expected = vec!["done".to_owned()];
        expected.resize(6, "invitation.used".into());
        assert_eq!(codes, expected);
        let members =
            organisation::members(&backend, &admin.actor, "", None).await.expect("members");
        assert_eq!(members.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn org4_a_newcomer_joins_with_a_new_account() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let form = invitation(Role::Admin);
        let invited = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        let mut new =
            AccountForm {
                login: "no login".into(), name: "周敏".into(), password: "short".into()
            };
        let join = async |new: &AccountForm| {
            organisation::accept_with_new_account(&backend, &stranger(), &invited.token, new, "")
                .await
        };
        let refused = join(&new).await.expect_err("two fields are wrong");
        assert!(refused.at("login").is_some() && refused.at("password").is_some());
        (new.login, new.password) = ("zhou@example.cn".into(), "一个很长的口令 42".into());
        let session = join(&new).await.expect("a session");
        let actor = account::actor(&backend, Some(&session.token), "").await.expect("an actor");
        assert_eq!(actor.membership().map(|m| m.role), Ok(Role::Admin));
        assert_eq!(code(join(&new).await), "invitation.used");

        let second = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        let nobody = stranger();
        let taken =
            organisation::accept_with_new_account(&backend, &nobody, &second.token, &new, "").await;
        assert_eq!(code(taken), "account.login_taken");
        let there = organisation::accept_with_account(&backend, &actor, &second.token).await;
        assert_eq!(code(there), "invitation.already_member");
        assert!(
            organisation::offer(&backend, &nobody, &second.token).await.is_ok(),
            "still usable"
        );
    })
    .await;
}

#[tokio::test]
async fn org4_dead_invitations_each_say_why() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let other = found(&backend, 2, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let elsewhere = person(&backend, "赵强", &[(other, Role::Admin)]).await;
        let zhou = person(&backend, "周敏", &[]).await;
        let form = invitation(Role::Member);
        let accept = async |token: &str| {
            code(organisation::accept_with_account(&backend, &zhou.actor, token).await)
        };
        assert_eq!(accept("never-was").await, "invitation.unknown");

        let taken_back = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        let theirs =
            organisation::revoke_invitation(&backend, &elsewhere.actor, taken_back.id).await;
        assert_eq!(code(theirs), "missing");
        organisation::revoke_invitation(&backend, &admin.actor, taken_back.id)
            .await
            .expect("revoked");
        assert_eq!(accept(&taken_back.token).await, "invitation.revoked");
        let twice = organisation::revoke_invitation(&backend, &admin.actor, taken_back.id).await;
        assert_eq!(code(twice), "invitation.revoked");

        let slow = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        backend.clock.advance(7 * Timestamp::DAY + Timestamp::SECOND);
        assert_eq!(accept(&slow.token).await, "invitation.expired");
        let shown = organisation::offer(&backend, &stranger(), &slow.token).await;
        assert_eq!(code(shown), "invitation.expired");
    })
    .await;
}

#[tokio::test]
async fn org4_leaving_ends_everything_there_at_once() {
    on_both(async |backend| {
        let (home, second) =
            (found(&backend, 1, Edition::Free).await, found(&backend, 2, Edition::Free).await);
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let li = person(&backend, "李娜", &[(home, Role::Developer), (second, Role::Member)]).await;
        let liu = person(&backend, "刘洋", &[(home, Role::Member)]).await;
        organisation::leave(&backend, &li.actor).await.expect("left");
        let actor = li.now(&backend).await;
        assert_eq!(actor.membership().map(|m| m.organisation), Ok(second), "goes on in the other");
        let back = common::switch(&backend, &actor, home).await;
        assert_eq!(code(back), "missing");

        organisation::remove_member(&backend, &admin.actor, liu.account).await.expect("removed");
        assert_eq!(code(liu.now(&backend).await.membership()), "organisation.none");
        let read = organisation::current(&backend, &liu.now(&backend).await).await;
        assert_eq!(code(read), "organisation.none");
        assert_eq!(told(&backend, &liu).await, ["您已不再是「组织 1」的成员"]);
        assert_eq!(told(&backend, &admin).await, ["李娜 已离开组织"]);
        assert_eq!(actions(&backend, &admin.actor).await, ["member.removed", "member.left"]);
    })
    .await;
}

#[tokio::test]
async fn org4_who_goes_or_is_demoted_leaves_no_open_invitation_behind() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let invite = async |who: &Actor| {
            let form = invitation(Role::Admin);
            common::invite(&backend, who, &form).await.map(|invited| invited.token)
        };
        let offered =
            async |token: &str| code(organisation::offer(&backend, &stranger(), token).await);
        let own = invite(&admin.actor).await.expect("a link");
        let names = ["被移出的人", "离开的人", "被降级的人"];
        for (number, name) in names.into_iter().enumerate() {
            let gone = person(&backend, name, &[(home, Role::Admin)]).await;
            let first = invite(&gone.actor).await.expect("a link");
            let second = invite(&gone.actor).await.expect("a link");
            let went = match number {
                0 => organisation::remove_member(&backend, &admin.actor, gone.account).await,
                1 => organisation::leave(&backend, &gone.actor).await,
                _ => {
                    let role = Role::Developer;
                    organisation::change_role(&backend, &admin.actor, gone.account, role).await
                }
            };
            went.expect("gone");
            for token in [first, second] {
                assert_eq!(offered(&token).await, "invitation.revoked", "{name}");
                let back = organisation::accept_with_account(&backend, &gone.actor, &token).await;
                assert_eq!(code(back), "invitation.revoked", "{name}");
            }
            let late = code(invite(&gone.actor).await);
            assert_eq!(late, "authority.role", "{name}: the request began while they were one");
            let entries = audit::list(&backend, &admin.actor, &audit::Wanted::default()).await;
            let said: Vec<String> = entries
                .expect("entries")
                .iter()
                .filter(|entry| entry.action == "invitation.all_revoked")
                .map(|entry| sentence(&entry.action, &entry.detail).zh.into_owned())
                .collect();
            assert_eq!(said.len(), number + 1, "once each time");
            assert_eq!(said[0], format!("撤回了{name} 发出的 2 个未使用的邀请"));
        }
        assert_eq!(offered(&own).await, "done", "those of others stay");
    })
    .await;
}

#[tokio::test]
async fn org4_all_admins_are_told_who_joins() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let other = person(&backend, "赵强", &[(home, Role::Admin)]).await;
        let member = person(&backend, "刘洋", &[(home, Role::Member)]).await;
        let form = invitation(Role::Admin);
        let invited = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        let zhou = person(&backend, "周敏", &[]).await;
        organisation::accept_with_account(&backend, &zhou.actor, &invited.token)
            .await
            .expect("joined");
        for one in [&admin, &other] {
            assert_eq!(told(&backend, one).await, ["周敏 已接受邀请，加入「组织 1」"]);
        }
        for one in [&member, &zhou] {
            assert!(told(&backend, one).await.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn org4_creating_accounts_by_an_invitation_is_slowed_down() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let form = invitation(Role::Member);
        let invited = common::invite(&backend, &admin.actor, &form).await.expect("a link");
        let taken = account::profile(&backend, &admin.actor).await.expect("a profile").login;
        let join = async |login: &str| {
            let new = AccountForm {
                login: login.into(),
                name: "周敏".into(),
                password: "一个很长的口令 42".into(),
            };
            let (nobody, token) = (stranger(), &invited.token);
            code(organisation::accept_with_new_account(&backend, &nobody, token, &new, "").await)
        };
        for _ in 0..5 {
            assert_eq!(join(&taken).await, "account.login_taken");
        }
        assert_eq!(join("zhou@example.cn").await, "account.blocked");
        backend.clock.advance(31 * Timestamp::SECOND);
        assert_eq!(join("zhou@example.cn").await, "done");
    })
    .await;
}

#[tokio::test]
async fn org4_old_invitations_are_reached_page_by_page() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let form = invitation(Role::Member);
        for _ in 0..30 {
            common::invite(&backend, &admin.actor, &form).await.expect("a link");
        }
        let page = async |cursor: &str| {
            organisation::invitations(&backend, &admin.actor, cursor).await.expect("a page")
        };
        let first = page("").await;
        let second = page(first.next.as_deref().expect("more")).await;
        assert_eq!((first.items.len(), second.items.len(), second.next), (25, 5, None));
        assert!(first.items.iter().all(|one| second.items.iter().all(|two| two.id != one.id)));
    })
    .await;
}

#[tokio::test]
async fn org2_head_count_and_admins_cover_more_than_a_page_of_members() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        for number in 0..55 {
            person(&backend, &format!("员工 {number}"), &[(home, Role::Member)]).await;
        }
        let developer = person(&backend, "李娜", &[(home, Role::Developer)]).await;
        person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let mut counts =
            organisation::head_count(&backend, &developer.actor).await.expect("counts");
        counts.sort();
        assert_eq!(counts, [(Role::Member, 55), (Role::Developer, 1), (Role::Admin, 1)]);
        let admins = organisation::admins(&backend, &developer.actor).await.expect("names");
        assert_eq!(admins, ["陈静"]);
    })
    .await;
}

#[tokio::test]
async fn org2_roles_change_and_the_last_admin_stays() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let li = person(&backend, "李娜", &[(home, Role::Member)]).await;
        let outsider = person(&backend, "外人", &[]).await;
        let change = async |who: &Actor, whom: &Somebody, role| {
            code(organisation::change_role(&backend, who, whom.account, role).await)
        };
        assert_eq!(change(&admin.actor, &admin, Role::Member).await, "organisation.last_admin");
        assert_eq!(
            code(organisation::leave(&backend, &admin.actor).await),
            "organisation.last_admin"
        );
        let gone = organisation::remove_member(&backend, &admin.actor, admin.account).await;
        assert_eq!(code(gone), "organisation.last_admin");
        assert_eq!(change(&li.actor, &admin, Role::Member).await, "authority.role");
        assert_eq!(change(&admin.actor, &outsider, Role::Admin).await, "missing");

        assert_eq!(change(&admin.actor, &li, Role::Admin).await, "done");
        assert_eq!(told(&backend, &li).await, ["您在「组织 1」的身份已改为平台管理员"]);
        let promoted = li.now(&backend).await;
        assert_eq!(change(&promoted, &admin, Role::Developer).await, "done");
        // The demoted admin's request began while they still were one.
        assert_eq!(change(&admin.actor, &li, Role::Member).await, "authority.role");
    })
    .await;
}

#[tokio::test]
async fn org2_admins_who_all_go_at_once_leave_one_behind() {
    on_both(async |backend| {
        for round in 0..8_u32 {
            let home = found(&backend, 100 + round, Edition::Free).await;
            let mut people = Vec::new();
            for number in 0..4 {
                people.push(
                    person(&backend, &format!("管理员 {number}"), &[(home, Role::Admin)]).await,
                );
            }
            let goings = people.iter().enumerate().map(async |(index, one)| {
                match (index + round as usize) % 3 {
                    0 => organisation::leave(&backend, &one.actor).await,
                    1 => organisation::remove_member(&backend, &one.actor, one.account).await,
                    _ => {
                        organisation::change_role(&backend, &one.actor, one.account, Role::Member)
                            .await
                    }
                }
            });
            let mut codes: Vec<String> = join_all(goings).await.into_iter().map(code).collect();
            codes.sort();
            assert_eq!(codes, ["done", "done", "done", "organisation.last_admin"]);
        }
    })
    .await;
}

#[tokio::test]
async fn org2_whatever_admins_do_there_is_always_one() {
    let backend = backend::db::testing::sqlite().await;
    let mut bytes = [0_u8; 400];
    for round in 0..4_u32 {
        let home = found(&backend, 200 + round, Edition::Free).await;
        let mut people = Vec::new();
        for role in [Role::Admin, Role::Admin, Role::Developer, Role::Member] {
            people.push(person(&backend, "某人", &[(home, role)]).await);
        }
        backend.random(&mut bytes);
        for step in bytes.chunks(4) {
            let (who, whom) =
                (&people[usize::from(step[0]) % 4], &people[usize::from(step[1]) % 4]);
            let actor = who.now(&backend).await;
            let _refused_or_not = match step[2] % 8 {
                0 => organisation::leave(&backend, &actor).await,
                1 => organisation::remove_member(&backend, &actor, whom.account).await,
                _ => {
                    let role = Role::ALL[usize::from(step[3]) % 3];
                    organisation::change_role(&backend, &actor, whom.account, role).await
                }
            };
            let mut admins = 0;
            for one in &people {
                let actor = one.now(&backend).await;
                admins += u32::from(actor.membership().is_ok_and(|m| m.role == Role::Admin));
            }
            assert!(admins >= 1, "round {round}");
        }
    }
}

#[tokio::test]
async fn org1_members_are_paged_searched_and_their_logins_kept_from_colleagues() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let mut last = None;
        for number in 0..60 {
            last = Some(person(&backend, &format!("员工_{number}"), &[(home, Role::Member)]).await);
        }
        let page = async |search: &str, after| {
            organisation::members(&backend, &admin.actor, search, after).await.expect("members")
        };
        let first = page("", None).await;
        let second = page("", first.last().map(|member| member.account)).await;
        assert_eq!((first.len(), second.len()), (50, 11));
        assert_eq!(page("工_5", None).await.len(), 11, "_ is a sign like any other");
        assert!(page("%", None).await.is_empty());
        assert!(first.iter().all(|member| member.login.is_some()));
        let colleague = last.expect("a member");
        let seen =
            organisation::members(&backend, &colleague.actor, "", None).await.expect("members");
        assert!(seen.iter().all(|member| member.login.is_none()));
    })
    .await;
}

#[tokio::test]
async fn org1_admins_change_name_and_time_zone() {
    on_both(async |backend| {
        let home = found(&backend, 1, Edition::Free).await;
        let admin = person(&backend, "陈静", &[(home, Role::Admin)]).await;
        let form = ChangeForm {
            name: " ".into(),
            time_zone: "Mars/Olympus".into(),
            name_seen: "组织 1".into(),
            time_zone_seen: "Asia/Shanghai".into(),
        };
        let refused =
            organisation::change(&backend, &admin.actor, &form).await.expect_err("both wrong");
        assert!(refused.at("name").is_some() && refused.at("time_zone").is_some());
        let form =
            ChangeForm { name: "新名字".into(), time_zone: "Europe/Berlin".into(), ..form };
        organisation::change(&backend, &admin.actor, &form).await.expect("changed");
        let now = organisation::current(&backend, &admin.actor).await.expect("an organisation");
        assert_eq!((now.name.as_str(), now.zone.name.as_str()), ("新名字", "Europe/Berlin"));

        let mut late = ChangeForm { name: "别的名字".into(), ..form };
        let refused = organisation::change(&backend, &admin.actor, &late).await;
        assert_eq!(code(refused), "changed_meanwhile", "what another admin saved stays");
        (late.name_seen, late.time_zone_seen) = (now.name, now.zone.name);
        organisation::change(&backend, &admin.actor, &late).await.expect("seen, and changed");
    })
    .await;
}

#[tokio::test]
async fn org3_operators_create_organisations_and_invite_their_first_admin() {
    on_both(async |backend| {
        let fang = operator(&backend, "方芸").await;
        let form = OrganisationForm {
            corp_id: " DING77A7AF8924A84AF0 ".into(),
            organisation: "南山软件".into(),
            edition: "free".into(),
        };
        let create =
            async || organisation::create_organisation(&backend, &fang.actor, &form, "陈静").await;
        let (id, invited) = create().await.expect("an organisation");
        let taken = create().await.expect_err("one CorpID, one organisation");
        assert_eq!(taken.code, "organisation.corp_id_taken");
        assert!(taken.at("corp_id").is_some());

        let again =
            organisation::invite_first_admin(&backend, &fang.actor, id, "陈静").await.expect("new");
        let old = organisation::offer(&backend, &stranger(), &invited.token).await;
        assert_eq!(code(old), "invitation.revoked");
        let chen = person(&backend, "陈静", &[]).await;
        organisation::accept_with_account(&backend, &chen.actor, &again.token)
            .await
            .expect("joined");
        assert_eq!(told(&backend, &fang).await, ["陈静 已接受邀请，加入「南山软件」"]);
        let late = organisation::invite_first_admin(&backend, &fang.actor, id, "别人").await;
        assert_eq!(code(late), "organisation.has_admin");
        let seen = organisation::overview(&backend, &fang.actor, id).await.expect("an overview");
        assert_eq!((seen.members, seen.admins, seen.waiting), (1, 1, None));
        let chen = chen.now(&backend).await;
        let revoked = "invitation.all_revoked".to_owned();
        assert!(actions(&backend, &chen).await.contains(&revoked), "the first link's end");
        assert_eq!(code(organisation::overview(&backend, &chen, id).await), "authority.operator");
    })
    .await;
}

#[tokio::test]
async fn org3_operators_find_organisations_and_change_editions() {
    on_both(async |backend| {
        let fang = operator(&backend, "方芸").await;
        let mut ids = Vec::new();
        for number in 0..60 {
            ids.push(found(&backend, number, Edition::Free).await);
        }
        let page = async |search: &str, before| {
            organisation::organisations(&backend, &fang.actor, search, before)
                .await
                .expect("a list")
        };
        let first = page("", None).await;
        let second = page("", first.last().map(|one| one.id)).await;
        assert_eq!((first.len(), second.len()), (50, 10));
        assert_eq!(page("组织 7", None).await.len(), 1);
        assert_eq!(page("ding000000000000000A", None).await.len(), 1);

        let admin = person(&backend, "陈静", &[(ids[0], Role::Admin)]).await;
        let change = async |seen: &str, wanted: &str| {
            code(organisation::change_edition(&backend, &fang.actor, ids[0], seen, wanted).await)
        };
        assert_eq!(change("free", "golden").await, "form.invalid");
        assert_eq!(change("free", "professional").await, "done");
        assert_eq!(change("free", "light").await, "changed_meanwhile");
        assert_eq!(told(&backend, &admin).await, ["「组织 0」的版本已改为专业版"]);
        let theirs =
            organisation::change_edition(&backend, &admin.actor, ids[0], "professional", "free")
                .await;
        assert_eq!(code(theirs), "authority.operator");
    })
    .await;
}
