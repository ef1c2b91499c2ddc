//! Forms with JavaScript: the same post by `fetch`, so that nothing typed is lost when the
//! connection is, problems are shown in place, and a button cannot be pressed twice.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use domain::{
    lang::{Lang, Text},
    problem::{FieldProblem, Kind, Problem},
};
use js_sys::{Array, Reflect};
use leptos::prelude::set_timeout;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Document, Element, Event, FormData, HtmlButtonElement, HtmlElement, HtmlFormElement,
    HtmlTextAreaElement, RequestInit, Response, SubmitEvent,
};

/// What the server answers: `{"go": url}` or `{"problem": …}`.
enum Answer {
    Go(String),
    Problem(Problem),
}

impl Answer {
    /// Reads it by the browser's own means: a reader of JSON in WASM would double what a page without
    /// an island loads.
    fn read(answer: &JsValue) -> Option<Self> {
        match get(answer, "go").as_string() {
            Some(url) => Some(Self::Go(url)),
            None => problem(&get(answer, "problem")).map(Self::Problem),
        }
    }
}

fn problem(value: &JsValue) -> Option<Problem> {
    let kind = match get(value, "kind").as_string()?.as_str() {
        "unauthenticated" => Kind::Unauthenticated,
        // The others are shown alike.
        _ => Kind::Invalid,
    };
    let fields = get(value, "fields").dyn_into::<Array>().unwrap_or_default();
    let field = |field: JsValue| {
        Some(FieldProblem {
            name: get(&field, "name").as_string()?,
            text: text(&get(&field, "text")),
        })
    };
    let mut problem = Problem::with(kind, "", "", text(&get(value, "text")));
    problem.code = get(value, "code").as_string()?.into();
    problem.remedy = text(&get(value, "remedy"));
    problem.fields = fields.iter().filter_map(field).collect();
    Some(problem)
}

fn text(value: &JsValue) -> Text {
    let part = |name: &str| get(value, name).as_string().unwrap_or_default();
    Text::new(part("zh"), part("en"))
}

/// A member of an object; undefined where there is none, or no object.
fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or_default()
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn lang() -> Lang {
    document()
        .and_then(|document| document.document_element())
        .and_then(|root| Lang::parse(&root.get_attribute("lang")?))
        .unwrap_or_default()
}

/// Takes over every form of the page that says `data-form`, also those that come later.
pub fn start() {
    let Some(document) = document() else { return };
    let submit = Closure::<dyn FnMut(Event)>::new(on_submit);
    let _ = document.add_event_listener_with_callback("submit", submit.as_ref().unchecked_ref());
    submit.forget();
    watch_pointer(&document);
    watch_leaving();
    focus_summary(&document);
    show_current_tabs(&document);
    keep_typed(&document);
}

thread_local! {
    /// Whether a button of the pointer, or a finger, is down.
    static PRESSED: Cell<bool> = const { Cell::new(false) };
    /// What waits until it is up again.
    static WAITING: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `change` when nothing is being pressed: a sentence that appears between press and release
/// would move the button away from under the pointer.
pub fn when_released(change: impl FnOnce() + 'static) {
    if PRESSED.get() {
        WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(change)));
    } else {
        change();
    }
}

fn watch_pointer(document: &Document) {
    for (event, down) in [("pointerdown", true), ("pointerup", false), ("pointercancel", false)] {
        let listener = Closure::<dyn FnMut(Event)>::new(move |_| {
            PRESSED.set(down);
            if !down {
                // The click comes first.
                set_timeout(run_waiting, Duration::ZERO);
            }
        });
        let heard = listener.as_ref().unchecked_ref();
        let _ = document.add_event_listener_with_callback_and_bool(event, heard, true);
        listener.forget();
    }
}

fn run_waiting() {
    for change in WAITING.with_borrow_mut(std::mem::take) {
        change();
    }
}

/// Asks before a form is left that says `data-guarded` and holds what was typed and not sent.
fn watch_leaving() {
    let Some(window) = web_sys::window() else { return };
    let typed = Closure::<dyn FnMut(Event)>::new(|event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let form = input.and_then(|input| input.closest("form[data-guarded]").ok().flatten());
        if let Some(form) = form {
            let _ = form.set_attribute("data-guarded", "typed");
        }
    });
    let leaving = Closure::<dyn FnMut(Event)>::new(|event: Event| {
        let selector = "form[data-guarded=typed]:not([data-sent])";
        let open = document().and_then(|document| document.query_selector(selector).ok().flatten());
        if open.is_some() {
            event.prevent_default();
        }
    });
    let _ = window.add_event_listener_with_callback("input", typed.as_ref().unchecked_ref());
    let _ =
        window.add_event_listener_with_callback("beforeunload", leaving.as_ref().unchecked_ref());
    typed.forget();
    leaving.forget();
}

/// What is typed into `data-kept` is there again when people come back from another page, until its
/// form is sent.
fn keep_typed(document: &Document) {
    let found = document.query_selector("textarea[data-kept]").ok().flatten();
    let Some(area) = found.and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok()) else {
        return;
    };
    let kept = area.value();
    if let (Some(name), Some(storage)) = (area.get_attribute("data-kept"), storage())
        && let (true, Ok(Some(text))) = (kept.is_empty(), storage.get_item(&name))
    {
        area.set_value(&text);
    }
    let listener = Closure::<dyn FnMut(Event)>::new({
        let area = area.clone();
        move |_| {
            if let (Some(name), Some(storage)) = (area.get_attribute("data-kept"), storage()) {
                let _ = storage.set_item(&name, &area.value());
            }
        }
    });
    let _ = area.add_event_listener_with_callback("input", listener.as_ref().unchecked_ref());
    listener.forget();
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// What was kept of a form is not needed once it is sent.
fn forget_kept(form: &Element) {
    let area = form.query_selector("textarea[data-kept]").ok().flatten();
    let name = area.and_then(|area| area.get_attribute("data-kept"));
    if let (Some(name), Some(storage)) = (name, storage()) {
        let _ = storage.remove_item(&name);
    }
}

/// Tabs that do not fit the screen show the one that is open.
fn show_current_tabs(document: &Document) {
    let Ok(tabs) = document.query_selector_all("nav.overflow-x-auto > [aria-current]") else {
        return;
    };
    for index in 0..tabs.length() {
        let tab = tabs.item(index).and_then(|tab| tab.dyn_into::<HtmlElement>().ok());
        let Some((tab, list)) = tab.and_then(|tab| Some((tab.clone(), tab.parent_element()?)))
        else {
            continue;
        };
        let beyond = tab.offset_left() + tab.offset_width() - list.client_width();
        if beyond > list.scroll_left() {
            list.set_scroll_left(beyond + 16);
        }
    }
}

/// A problem that came with the page takes the focus.
fn focus_summary(document: &Document) {
    let shown = document.query_selector("[data-summary]:not([hidden])").ok().flatten();
    if let Some(summary) = shown.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
        let _ = summary.focus();
    }
}

fn on_submit(event: Event) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form.filter(|form| form.has_attribute("data-form")) else { return };
    let button = event
        .dyn_ref::<SubmitEvent>()
        .and_then(SubmitEvent::submitter)
        .and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
    // Buttons that change the form itself ("add a row") come back as a page.
    let plain = form.has_attribute("data-as-page")
        || button.as_ref().is_some_and(|button| button.has_attribute("data-plain"));
    if plain && !event.default_prevented() {
        let _ = form.set_attribute("data-sent", "");
    }
    if plain || event.default_prevented() {
        return;
    }
    event.prevent_default();
    if form.has_attribute("data-busy") {
        return;
    }
    spawn_local(async move {
        set_busy(&form, true);
        match post(&form, button.as_ref()).await {
            Ok(Answer::Go(url)) => {
                let _ = form.set_attribute("data-sent", "");
                forget_kept(&form);
                leave(&url);
            }
            Ok(Answer::Problem(problem)) => {
                set_busy(&form, false);
                if matches!(&*problem.code, "changed_meanwhile" | "agreement.changed") {
                    as_page(&form, button.as_ref());
                } else {
                    show(&form, &problem);
                }
            }
            Err(_) => {
                set_busy(&form, false);
                show(&form, &lost());
            }
        }
    });
}

/// Posts the form once more as browsers do by themselves. Where somebody else was faster the answer
/// is the page as it stands now with what was typed, so that it can be looked at and saved; where
/// the agreement is another by now, the page with its new text.
fn as_page(form: &HtmlFormElement, button: Option<&HtmlButtonElement>) {
    let _ = form.set_attribute("data-as-page", "true");
    let _ = match button {
        Some(button) => form.request_submit_with_submitter(Some(button)),
        None => form.request_submit(),
    };
}

fn set_busy(form: &HtmlFormElement, busy: bool) {
    let _ = form.toggle_attribute_with_force("data-busy", busy);
    let _ = form.set_attribute("aria-busy", if busy { "true" } else { "false" });
}

async fn post(
    form: &HtmlFormElement,
    button: Option<&HtmlButtonElement>,
) -> Result<Answer, JsValue> {
    let data = FormData::new_with_form(form)?;
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value())?;
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&data);
    let headers = web_sys::Headers::new()?;
    headers.set("accept", "application/json")?;
    request.set_headers(&headers);
    let response = JsFuture::from(window.fetch_with_str_and_init(&form.action(), &request)).await?;
    let response: Response = response.dyn_into()?;
    Answer::read(&JsFuture::from(response.json()?).await?).ok_or(JsValue::NULL)
}

fn leave(url: &str) {
    let Some(window) = web_sys::window() else { return };
    let location = window.location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let (page, fragment) = url.split_once('#').unwrap_or((url, ""));
    let _ = if here == page {
        // Another fragment of the same page would only scroll, and show what was there before.
        let _ = location.set_hash(fragment);
        location.reload()
    } else {
        location.assign(url)
    };
}

fn lost() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "connection.lost",
        "ALL-4",
        "没有收到服务器的回应，您填写的内容都还在",
        "The server did not answer; everything you typed is still here",
    )
    .remedy("请检查网络后再提交一次", "Check the connection, then submit again")
}

/// Shows a problem in its form: the summary takes the focus, each sentence stands at its field.
pub fn show(form: &Element, problem: &Problem) {
    let lang = lang();
    clear(form);
    let set = |selector: &str, text: &str| {
        if let Ok(Some(element)) = form.query_selector(selector) {
            element.set_text_content(Some(text));
        }
    };
    set("[data-summary-text]", problem.sentence(lang));
    set("[data-summary-remedy]", problem.remedy.get(lang));
    set("[data-summary-list]", "");
    for field in &problem.fields {
        show_at(form, &field.name, field.text.get(lang));
        let _ = list(form, field, lang);
    }
    if problem.kind == Kind::Unauthenticated {
        let words = lang.t("在新窗口登录", "Sign in in a new window");
        let link = add_link(form, "/sign-in", words);
        let _ = link.and_then(|link| link.set_attribute("target", "_blank").ok());
    }
    if let Ok(Some(summary)) = form.query_selector("[data-summary]") {
        let _ = summary.remove_attribute("hidden");
        if let Some(summary) = summary.dyn_ref::<HtmlElement>() {
            let _ = summary.focus();
        }
    }
}

/// Adds a line to the summary that says which field is at fault and leads there.
fn list(form: &Element, field: &FieldProblem, lang: Lang) -> Option<()> {
    let command = form.get_attribute("data-form").unwrap_or_default();
    let id = format!("f-{command}-{}", field.name);
    let label = label(&document()?, &id).unwrap_or_default();
    add_link(form, &format!("#{id}"), &field.line(&label, lang)).map(|_| ())
}

/// Adds a link to the summary's list.
fn add_link(form: &Element, target: &str, words: &str) -> Option<Element> {
    let document = document()?;
    let place = form.query_selector("[data-summary-list]").ok()??;
    let link = document.create_element("a").ok()?;
    link.set_attribute("href", target).ok()?;
    link.set_class_name("link inline-block py-0.5 align-top leading-6");
    link.set_text_content(Some(words));
    let line = document.create_element("li").ok()?;
    line.append_child(&link).ok()?;
    place.append_child(&line).ok()?;
    Some(link)
}

/// What the field with this id is called: the first words of its label or legend, without marks.
fn label(document: &Document, id: &str) -> Option<String> {
    let selector = format!("label[for=\"{id}\"], [id=\"{id}\"] > legend");
    let label = document.query_selector(&selector).ok()??;
    let words = label.child_nodes();
    (0..words.length())
        .filter_map(|index| words.item(index)?.text_content())
        .map(|text| text.trim().to_owned())
        .find(|text| !text.is_empty())
}

/// Shows a sentence at the field `name`.
pub fn show_at(form: &Element, name: &str, text: &str) {
    if let Ok(Some(place)) = form.query_selector(&format!("[data-error-for=\"{name}\"]")) {
        place.set_text_content(Some(text));
        let _ = place.toggle_attribute_with_force("hidden", text.is_empty());
    }
    let control = form.query_selector(&format!("[name=\"{name}\"]:not([type=hidden])"));
    if let Ok(Some(control)) = control {
        let _ = if text.is_empty() {
            control.remove_attribute("aria-invalid")
        } else {
            control.set_attribute("aria-invalid", "true")
        };
    }
}

fn clear(form: &Element) {
    let Ok(places) = form.query_selector_all("[data-error-for]") else { return };
    for index in 0..places.length() {
        let place = places.item(index).and_then(|place| place.dyn_into::<Element>().ok());
        if let Some(name) = place.and_then(|place| place.get_attribute("data-error-for")) {
            show_at(form, &name, "");
        }
    }
}
