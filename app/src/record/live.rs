//! What the browser does with a record's form; see [`super::islands`].

use std::rc::Rc;

use domain::{
    application::FormDocument,
    identity::AccountId,
    lang::Lang,
    problem::Problem,
    record::{Filling, Pairs, RecordValues, next_row, read},
    when::When,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement,
    Response,
};

use crate::enhance::{show_at, when_released};

/// The rules of one form.
struct Rules {
    form: FormDocument,
    now: When,
    me: Option<AccountId>,
    before: Option<RecordValues>,
    lang: Lang,
}

impl Rules {
    fn problem(&self, pairs: &Pairs) -> Option<Problem> {
        let filling = Filling { now: self.now, me: self.me, before: self.before.as_ref() };
        read(&self.form, pairs, &filling).err()
    }

    /// Says at the input `name`, and at its parts, what is wrong, or that nothing is any more.
    fn check(&self, element: &HtmlFormElement, name: &str) {
        let problem = self.problem(&typed(element));
        let base = [".from", ".to", ".other"].iter().find_map(|part| name.strip_suffix(part));
        let base = base.unwrap_or(name);
        for name in ["", ".from", ".to", ".other"].map(|part| format!("{base}{part}")) {
            let text = problem.as_ref().and_then(|problem| problem.at(&name));
            show_at(element, &name, text.map_or("", |text| text.get(self.lang)));
        }
    }
}

/// What stands in the form. A file that was chosen counts as an id, since it will get one.
fn typed(element: &HtmlFormElement) -> Pairs {
    const COMING: &str = "00000000-0000-7000-8000-000000000000";
    let mut pairs = Pairs::default();
    let Ok(data) = FormData::new_with_form(element) else { return pairs };
    let entries = js_sys::try_iter(&data).ok().flatten().into_iter().flatten();
    for entry in entries.flatten() {
        let entry: js_sys::Array = entry.unchecked_into();
        let Some(name) = entry.get(0).as_string().filter(|name| name.starts_with("f.")) else {
            continue;
        };
        match entry.get(1).dyn_into::<web_sys::File>() {
            Ok(file) if file.size() > 0.0 => pairs.add(name, COMING),
            Ok(_) => {}
            Err(text) => pairs.add(name, text.as_string().unwrap_or_default()),
        }
    }
    pairs
}

fn on(element: &Element, event: &str, run: impl FnMut(Event) + 'static) {
    let listener = Closure::<dyn FnMut(Event)>::new(run);
    let _ = element.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Makes the form live.
pub fn enhance(
    element: &HtmlFormElement,
    form: FormDocument,
    now: When,
    me: Option<AccountId>,
    before: Option<RecordValues>,
    lang: Lang,
) {
    let rules = Rc::new(Rules { form, now, me, before, lang });
    for event in ["focusout", "change"] {
        let (element, rules) = (element.clone(), Rc::clone(&rules));
        on(&element.clone(), event, move |event| {
            let name = target(&event).and_then(|control| control.get_attribute("name"));
            let Some(name) = name.filter(|name| name.starts_with("f.")) else { return };
            let (element, rules) = (element.clone(), Rc::clone(&rules));
            when_released(move || rules.check(&element, &name));
        });
    }
    on(element, "change", |event| show_files(&event));
    on(element, "click", |event| rows(&event));
    pickers(element);
}

/// Makes the pickers of a form live.
pub fn pickers(element: &HtmlFormElement) {
    on(element, "click", |event| pick(&event));
    on(element, "input", |event| search(&event));
    on(element, "keydown", |event| stay(&event));
}

/// Enter in a search searches, and does not submit the form.
fn stay(event: &Event) {
    let key =
        js_sys::Reflect::get(event, &JsValue::from_str("key")).ok().and_then(|key| key.as_string());
    let searching = target(event).is_some_and(|at| at.has_attribute("data-picker-search"));
    if searching && key.as_deref() == Some("Enter") {
        event.prevent_default();
    }
}

/// Names the files that were chosen, with their sizes.
fn show_files(event: &Event) {
    let Some(input) = target(event).and_then(|at| at.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    let Some(list) = input
        .parent_element()
        .and_then(|parent| parent.query_selector("[data-chosen-files]").ok().flatten())
    else {
        return;
    };
    let (true, Some(files)) = (input.has_attribute("data-files"), input.files()) else { return };
    list.set_inner_html("");
    let Some(document) = input.owner_document() else { return };
    for index in 0..files.length() {
        let Some(file) = files.get(index) else { continue };
        let Ok(item) = document.create_element("li") else { continue };
        let _ = item.set_attribute("class", "flex items-center gap-2");
        if file.type_().starts_with("image/")
            && let (Ok(picture), Ok(url)) =
                (document.create_element("img"), web_sys::Url::create_object_url_with_blob(&file))
        {
            let _ = picture.set_attribute("src", &url);
            let _ = picture.set_attribute("alt", "");
            let _ = picture.set_attribute("class", "size-12 rounded-field object-cover");
            let _ = item.append_child(&picture);
        }
        let text = document.create_text_node(&format!(
            "{} · {:.0} KiB",
            file.name(),
            (file.size() / 1024.0).ceil()
        ));
        let _ = item.append_child(&text);
        let _ = list.append_child(&item);
    }
}

/// Adds and removes rows of sub-tables in place.
fn rows(event: &Event) {
    let Some(button) =
        target(event).and_then(|at| at.closest("[data-row-add], [data-row-remove]").ok().flatten())
    else {
        return;
    };
    let Some(table) = button.closest("[data-subtable]").ok().flatten() else { return };
    event.prevent_default();
    if button.has_attribute("data-row-remove") {
        if let Some(row) = button.closest("[data-row]").ok().flatten() {
            row.remove();
        }
        return;
    }
    let Ok(Some(template)) = table.query_selector("template[data-row-template]") else { return };
    let Ok(Some(body)) = table.query_selector("[data-rows]") else { return };
    let number = next_number(&table, &body);
    let html = template.inner_html().replace("__row__", &number.to_string());
    let _ = body.insert_adjacent_html("beforeend", &html);
    let first = body.last_element_child().and_then(|row| {
        row.query_selector("input:not([type=hidden]), select, textarea").ok().flatten()
    });
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

/// The number of a row to be added, behind every row that is there or was.
fn next_number(table: &Element, body: &Element) -> usize {
    let held = table.query_selector("[data-rows-held]").ok().flatten();
    let held = held.and_then(|held| held.get_attribute("value")?.parse().ok()).unwrap_or(0);
    let Ok(rows) = body.query_selector_all("[data-row]") else { return held };
    let shown = (0..rows.length()).filter_map(|index| {
        rows.item(index)?.dyn_into::<Element>().ok()?.get_attribute("data-row")?.parse().ok()
    });
    next_row(shown, held)
}

/// Asks for candidates while somebody types.
fn search(event: &Event) {
    let Some(input) = target(event)
        .filter(|at| at.has_attribute("data-picker-search"))
        .and_then(|at| at.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    let Some(picker) = input.closest("[data-picker]").ok().flatten() else { return };
    let asked = input.value();
    spawn_local(async move {
        gloo_wait(180).await;
        // Only the last of quickly typed letters asks.
        if input.value() == asked
            && let Some(url) = picker.get_attribute("data-url")
            && let Ok(found) =
                candidates(&format!("{url}&q={}", js_sys::encode_uri_component(&asked))).await
            && input.value() == asked
        {
            offer(&picker, &found);
            if found.is_empty() && !asked.is_empty() {
                say(&picker, &input.get_attribute("data-none").unwrap_or_default());
            }
        }
    });
}

async fn gloo_wait(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    let _ = JsFuture::from(promise).await;
}

#[derive(serde::Deserialize)]
struct Candidate {
    id: String,
    title: String,
}

async fn candidates(url: &str) -> Result<Vec<Candidate>, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str(url)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| JsValue::from_str(&error.to_string()))
}

fn offer(picker: &Element, found: &[Candidate]) {
    let Ok(Some(list)) = picker.query_selector("[data-picker-results]") else { return };
    list.set_inner_html("");
    let Some(document) = picker.owner_document() else { return };
    for candidate in found {
        let (Ok(item), Ok(button)) =
            (document.create_element("li"), document.create_element("button"))
        else {
            continue;
        };
        let _ = button.set_attribute("type", "button");
        let _ = button.set_attribute("data-id", &candidate.id);
        button.set_text_content(Some(&candidate.title));
        let _ = item.append_child(&button);
        let _ = list.append_child(&item);
    }
    let _ = list.toggle_attribute_with_force("hidden", found.is_empty());
}

/// Says in the place of candidates that there are none.
fn say(picker: &Element, words: &str) {
    if let Ok(Some(list)) = picker.query_selector("[data-picker-results]")
        && let Some(item) = list.owner_document().and_then(|it| it.create_element("li").ok())
    {
        item.set_class_name("px-3 py-2 text-muted");
        item.set_text_content(Some(words));
        let _ = list.append_child(&item);
        let _ = list.toggle_attribute_with_force("hidden", false);
    }
}

/// Takes the candidate that was pressed.
fn pick(event: &Event) {
    let Some(pressed) = target(event) else { return };
    if let Ok(Some(look)) = pressed.closest("[data-picker-look]") {
        event.prevent_default();
        if let Some(input) = look
            .parent_element()
            .and_then(|near| near.query_selector("[data-picker-search]").ok().flatten())
            && let Ok(again) = Event::new_with_event_init_dict("input", &bubbling())
        {
            let _ = input.dispatch_event(&again);
        }
        return;
    }
    let Some(button) = pressed.closest("[data-picker-results] button").ok().flatten() else {
        return;
    };
    let (Some(id), Some(picker)) =
        (button.get_attribute("data-id"), button.closest("[data-picker]").ok().flatten())
    else {
        return;
    };
    choose(&picker, &id, &button.text_content().unwrap_or_default());
    if let Ok(Some(list)) = picker.query_selector("[data-picker-results]") {
        let _ = list.toggle_attribute_with_force("hidden", true);
    }
}

fn bubbling() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}

fn choose(picker: &Element, id: &str, title: &str) {
    let Some(document) = picker.owner_document() else { return };
    let name = picker.get_attribute("data-name").unwrap_or_default();
    let select = picker
        .query_selector("select")
        .ok()
        .flatten()
        .and_then(|found| found.dyn_into::<HtmlSelectElement>().ok());
    let changed: Element = if let Some(select) = select {
        let known = select.query_selector(&format!("option[value=\"{id}\"]")).ok().flatten();
        if known.is_none()
            && let Ok(option) = document.create_element("option")
        {
            let _ = option.set_attribute("value", id);
            option.set_text_content(Some(title));
            let _ = select.append_child(&option);
        }
        select.set_value(id);
        select.into()
    } else {
        let Ok(Some(list)) = picker.query_selector("[data-picker-list] > *") else { return };
        let known = list
            .query_selector(&format!("input[value=\"{id}\"]"))
            .ok()
            .flatten()
            .and_then(|found| found.dyn_into::<HtmlInputElement>().ok());
        if let Some(known) = known {
            known.set_checked(true);
            known.into()
        } else {
            let (Ok(label), Ok(input), Ok(text)) = (
                document.create_element("label"),
                document.create_element("input"),
                document.create_element("span"),
            ) else {
                return;
            };
            let _ = label.set_attribute("class", "flex min-h-9 cursor-pointer items-center gap-3");
            for (attribute, value) in [
                ("type", "checkbox"),
                ("name", &name),
                ("value", id),
                ("class", "checkbox checkbox-primary checkbox-sm"),
                ("checked", ""),
            ] {
                let _ = input.set_attribute(attribute, value);
            }
            text.set_text_content(Some(title));
            let _ = label.append_child(&input);
            let _ = label.append_child(&text);
            let _ = list.prepend_with_node_1(&label);
            input
        }
    };
    if let Ok(event) = Event::new_with_event_init_dict("change", &bubbling()) {
        let _ = changed.dispatch_event(&event);
    }
}
