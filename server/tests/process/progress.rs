//! What people see while a send is under way, with and without scripts (Source: ORD-3).

use crate::{
    conditions::ADMIN,
    program::{Database, Served, demo},
};

#[test]
fn ord3_a_send_under_way_is_told_as_it_moves_and_the_page_loads_itself_again_without_scripts() {
    let folder = demo();
    let database = Database::of(folder.path());
    let one = |column: &str| {
        database.text(&format!(
            "select {column} from delivery where state = 'succeeded' order by id limit 1"
        ))
    };
    let (id, order, arrived) = (one("id"), one("order_id"), one("state_data"));
    let put = |state: &str, data: &str| {
        database.run(&format!(
            "update delivery set state = '{state}', state_data = '{data}' where id = '{id}'"
        ));
    };
    put("running", r#"{"state":"running","since":1}"#);

    let served = Served::over(folder.path());
    let mut zhou = served.signed_in(ADMIN);
    let page = zhou.get(&format!("/manage/provider/orders/{order}"));
    assert!(page.body.contains("<progress"), "{}", page.body);
    assert!(page.body.contains(r#"<noscript><meta http-equiv="refresh""#), "{}", page.body);

    let events = format!("/events/deliveries/{id}");
    let mut told = zhou.listen(&events);
    let first = told.next().expect("where the send stands");
    put("succeeded", &arrived);
    let last = told.next().expect("that it has arrived");
    assert_ne!(first, last);
    assert_eq!(told.next(), None, "nothing more will come");
    let page = zhou.get(&format!("/manage/provider/orders/{order}"));
    assert!(!page.body.contains("http-equiv"), "what has arrived stays as it is");
    assert_eq!(served.browser().get(&events).status, 303, "strangers sign in first");
}
