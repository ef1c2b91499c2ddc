//! What the provider's and the customer's people read on the pages of an order and of a link, in the
//! demo (Source: APP-2, APP-5, LNK-3, ORD-2, ORD-6, PUR-3).

use crate::{
    conditions::{ADMIN, waiting_order},
    program::{Database, Served, demo},
};

/// The demo's provider's developer.
const DEVELOPER: &str = "lin.xiao@yunqi.example";
/// The customer's admin of the app that is in use.
const CUSTOMER: &str = "xu.ning@hemu.example";
/// What the customer accepted that app with.
const OPEN_POINTS: &str = "历史合同的附件由我方自行补录";

/// A column of the order whose app the customer accepted with open points.
fn of_accepted(database: &Database, column: &str) -> String {
    database.text(&format!(
        "select o.{column} from purchase_order o join application a \
         on a.id = o.delivered_application where a.state_data like '%{OPEN_POINTS}%'"
    ))
}

#[test]
fn app2_both_sides_read_the_open_points_on_the_order() {
    let folder = demo();
    let (database, served) = (Database::of(folder.path()), Served::over(folder.path()));
    let order = of_accepted(&database, "id");
    let pages = [
        (ADMIN, format!("/manage/provider/orders/{order}")),
        (CUSTOMER, format!("/purchased/{order}")),
    ];
    for (login, page) in pages {
        let shown = served.signed_in(login).get(&page).body;
        assert!(shown.contains("遗留问题") && shown.contains(OPEN_POINTS), "{login}: {shown}");
    }
}

#[test]
fn app5_the_provider_reads_that_the_customer_has_closed_maintenance() {
    let folder = demo();
    let (database, served) = (Database::of(folder.path()), Served::over(folder.path()));
    let app = format!("/apps/{}", of_accepted(&database, "delivered_application"));
    let refused = served.signed_in(DEVELOPER).get(&app);
    assert!(refused.body.contains("data-problem=\"maintenance.closed\""), "{}", refused.body);
    let stranger = served.signed_in("chen.mo@chengchuan.example").get(&app);
    assert_eq!(stranger.status, 404);
}

#[test]
fn ord2_a_developer_is_led_to_no_send_and_reads_who_can() {
    let folder = demo();
    let (database, served) = (Database::of(folder.path()), Served::over(folder.path()));
    let send = format!("/manage/provider/orders/{}/send", waiting_order(&database));
    let (mut admin, mut developer) = (served.signed_in(ADMIN), served.signed_in(DEVELOPER));
    let list = "/manage/provider/orders";
    assert!(admin.get(list).body.contains(&send));
    assert!(!developer.get(list).body.contains(&send));
    let order = developer.get(send.trim_end_matches("/send")).body;
    assert!(order.contains("只有平台管理员可以发送应用：周颖"), "{order}");
    let refused = developer.get(&send);
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("周颖"), "{}", refused.body);
}

#[test]
fn ord6_the_form_sends_the_release_that_was_compared() {
    let folder = demo();
    let database = Database::of(folder.path());
    let open = "o.state = 'sent' and j.state = 'approved'";
    let order = database.text(&format!(
        "select o.id from purchase_order o join project j on j.id = o.project_id where {open} limit 1"
    ));
    // What the customer has of one page is what was sent, and the release has another.
    database.run(&format!(
        "insert into sent_page (application_id, key, digest, delivery_id) \
         select c.application_id, c.key, (select d.digest from document d where d.kind = 'form' \
         and d.digest <> c.digest limit 1), o.id from application_component c \
         join purchase_order x on x.delivered_application = c.application_id \
         join delivery o on o.order_id = x.id where x.id = '{order}' and c.kind = 'form' limit 1"
    ));
    database.run(
        "update application_component set digest = (select s.digest from sent_page s \
         where s.application_id = application_component.application_id \
         and s.key = application_component.key) where exists (select 1 from sent_page s \
         where s.application_id = application_component.application_id \
         and s.key = application_component.key)",
    );
    let newest = database.text(&format!(
        "select r.id from app_release r join purchase_order o on o.application_id = r.application_id \
         where o.id = '{order}' order by r.number desc limit 1"
    ));
    let served = Served::over(folder.path());
    let page = served.signed_in(ADMIN).get(&format!("/manage/provider/orders/{order}/pages"));
    assert_eq!(page.field("release"), Some(newest), "{}", page.body);
}

#[test]
fn lnk3_pur3_a_bought_link_is_not_passed_on_and_leads_its_buyer_to_the_order() {
    let folder = demo();
    let database = Database::of(folder.path());
    let order = waiting_order(&database);
    let of = |column: &str| {
        database.text(&format!("select {column} from purchase_order where id = '{order}'"))
    };
    let (link, project) = (of("link_id"), of("project_id"));
    let token = database.text(&format!("select token from link where id = '{link}'"));
    // The buyer has an organisation more, and acts in it.
    let (buyer, customer) = (of("buyer"), of("customer_id"));
    let login = database.text(&format!("select login from account where id = '{buyer}'"));
    database.run(&format!(
        "insert into member (organisation_id, account_id, role, joined_at) \
         select id, '{buyer}', 'admin', 1 from organisation o where o.id <> '{customer}' \
         and not exists (select 1 from member m where m.organisation_id = o.id \
         and m.account_id = '{buyer}') limit 1"
    ));
    let served = Served::over(folder.path());
    let links = format!("/manage/provider/projects/{project}/links");
    let shown = served.signed_in(ADMIN).get(&format!("{links}?made={link}")).body;
    assert!(shown.contains("已购买"), "{shown}");
    assert!(!shown.contains(&token), "there is nothing to copy");

    let mut buyer = served.signed_in(&login);
    database.run(&format!(
        "update session set organisation_id = (select m.organisation_id from member m \
         where m.account_id = session.account_id and m.organisation_id <> '{customer}' limit 1)"
    ));
    let page = buyer.get(&format!("/l/{token}")).text();
    assert!(page.contains("切换到") && !page.contains("一个链接只能购买一次"), "{page}");
    let typed = [("command[organisation]", customer.as_str())];
    let switch = "/api/account/switch-organisation";
    let chosen = buyer.give(&format!("/l/{token}/organisation"), switch, &typed);
    let there = format!("/purchased/{order}");
    assert_eq!(chosen.header("location"), Some(there.as_str()), "{}", chosen.body);
    assert_eq!(buyer.get(&there).status, 200);
}
