//! A field for files. With scripts each is sent as soon as it is chosen, with a bar and a way to cancel,
//! and the form carries its id; without them the page's handler does the same with what is posted.

use domain::problem::{Kind, Problem};
#[cfg(feature = "hydrate")]
use domain::{
    file::{MAX_BYTES, MEGABYTES},
    lang::Text,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{FormState, text};
use crate::kit::{Icon, attrs, icon, t};

/// A file that was staged: it waits for the form that carries its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// The id that the form sends.
    pub id: String,
    /// The name, as it was cleaned.
    pub name: String,
}

/// A file in the list below the control.
#[derive(Clone)]
struct Chosen {
    key: u32,
    name: String,
    size: Option<u64>,
    /// A picture's address within this page.
    preview: Option<String>,
    stage: RwSignal<Stage>,
    #[cfg(feature = "hydrate")]
    file: Option<leptos::__reexports::send_wrapper::SendWrapper<web_sys::File>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only scripts send a file by itself")
)]
enum Stage {
    /// On its way: so many of a hundred parts.
    Sending(u32),
    /// It arrived, under this id.
    Kept(String),
    Failed(Problem),
}

/// The refusal of a form whose file is still on its way.
#[cfg(feature = "hydrate")]
pub(super) fn under_way() -> Problem {
    Problem::new(
        Kind::Conflict,
        "file.under_way",
        "ALL-4",
        "文件还在上传，请稍等",
        "A file is still on its way; wait a moment",
    )
    .remedy("上传完成后再提交，或取消这个文件", "Submit when it has arrived, or cancel it")
}

/// The refusal of a form one of whose files did not arrive.
#[cfg(feature = "hydrate")]
pub(super) fn not_arrived() -> Problem {
    Problem::new(
        Kind::Conflict,
        "file.not_arrived",
        "ALL-4",
        "有文件没有上传成功",
        "A file did not arrive",
    )
    .remedy("请重新上传或移除它，然后再提交", "Send it again or remove it, then submit")
}

/// The refusal of a file over the limit; told when it is chosen.
#[cfg(feature = "hydrate")]
fn too_large(size: u64) -> Problem {
    let size = megabytes(size);
    Problem::with(
        Kind::TooLarge,
        "file.too_large",
        "PRJ-1",
        Text::new(
            format!("这个文件有 {size}，超过了 {MEGABYTES} MiB"),
            format!("This file has {size}, more than {MEGABYTES} MiB"),
        ),
    )
    .remedy("请压缩后再选择", "Make it smaller and choose it again")
}

/// The refusal of a file that is no longer as it was chosen.
#[cfg(feature = "hydrate")]
fn changed() -> Problem {
    Problem::new(
        Kind::Conflict,
        "file.changed",
        "ALL-4",
        "这个文件在选择之后被修改、移动或删除了",
        "This file was changed, moved or deleted after it was chosen",
    )
    .remedy("请重新选择它", "Choose it again")
}

/// A size in bytes, as people read it.
fn megabytes(size: u64) -> String {
    const MEGABYTE: u64 = 1024 * 1024;
    if size < MEGABYTE {
        return format!("{} KiB", size.div_ceil(1024));
    }
    format!("{}.{} MiB", size / MEGABYTE, size % MEGABYTE * 10 / MEGABYTE)
}

/// The field.
#[component]
pub fn FileField(
    /// The command's field.
    name: &'static str,
    /// What it is.
    #[prop(into)]
    label: String,
    /// What helps to choose.
    #[prop(into, default = String::new())]
    hint: String,
    /// The endings offered, as in HTML.
    accept: &'static str,
    /// Whether several files add up; else the next one takes the place of the first.
    #[prop(default = false)]
    several: bool,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    state.call(name, &label);
    state.set_has_files();
    let id = state.id(name);
    let said = format!("{id}-said");
    let problem = state.problem(name);
    let control = NodeRef::<leptos::html::Input>::new();
    let kept = state.files_kept(name).into_iter().zip(0..);
    let kept = kept.map(|((id, name), key)| Chosen::kept(key, id, name)).collect::<Vec<_>>();
    let chosen = RwSignal::new(kept);
    // From then on ids are sent, and the control speaks the page's language.
    let live = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(control) = control.get() {
            let _ = control.remove_attribute("name");
            live.set(true);
        }
    });
    let word = if several {
        t("选择文件（可多选）", "Choose files")
    } else {
        t("选择文件", "Choose a file")
    };
    let (button, shape) =
        (id.clone(), move || if live.get() { "peer sr-only" } else { "file-input w-full" });
    let button = move || {
        live.get().then(|| view! {
        <label {..attrs!["for" = button.clone()]} class="btn peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-primary">{icon(Icon::Upload)}{word}</label>
    })
    };
    let choose = move |_| {
        #[cfg(feature = "hydrate")]
        browser::choose(&browser::Place { state, name, several, chosen }, control.get_untracked());
        #[cfg(not(feature = "hydrate"))]
        let _ = several;
    };
    let invalid = Signal::derive(move || problem.with(Option::is_some).then(|| "true".to_owned()));
    let sent_as = StoredValue::new(state.name(name));
    let rows =
        move |one: Chosen| view! { <Row one name=sent_as.get_value() state field=name chosen/> };
    view! {
        <div class="mb-5">
            <label {..attrs!["for" = id.clone()]} class="mb-1 block font-medium">{label}</label>
            <ul class="mb-2 grid gap-2 empty:hidden">
                <For each=move || chosen.get() key=|one| one.key children=rows/>
            </ul>
            <input {..attrs!["id" = id, "name" = state.name(name), "type" = "file", "multiple" = several, "accept" = accept,
                    "aria-describedby" = said.clone(), "aria-invalid" = invalid]} node_ref=control class=shape on:change=choose/>
            {button}
            <div {..attrs!["id" = said]}>
                {(!hint.is_empty()).then(|| view! { <p class="mt-1 text-sm text-muted">{hint}</p> })}
                <p class="mt-1 text-sm text-error empty:hidden">{problem}</p>
            </div>
        </div>
    }
}

impl Chosen {
    fn kept(key: u32, id: String, name: String) -> Self {
        Self {
            key,
            name,
            size: None,
            preview: None,
            stage: RwSignal::new(Stage::Kept(id)),
            #[cfg(feature = "hydrate")]
            file: None,
        }
    }
}

/// A chosen file: what it is, how far it has come, and the ways to be rid of it.
#[component]
fn Row(
    one: Chosen,
    name: String,
    state: FormState,
    field: &'static str,
    chosen: RwSignal<Vec<Chosen>>,
) -> impl IntoView {
    let stage = one.stage;
    let key = one.key;
    let remove = move |_| {
        #[cfg(feature = "hydrate")]
        browser::remove(state, chosen, key);
        #[cfg(not(feature = "hydrate"))]
        let _ = (state, chosen, key);
    };
    let file = one.clone();
    let retry = move |_| {
        #[cfg(feature = "hydrate")]
        browser::send(state, field, &file);
        #[cfg(not(feature = "hydrate"))]
        let _ = (&file, field);
    };
    let sends = Signal::derive(move || match stage.get() {
        Stage::Kept(id) => Some(id),
        _ => Some(String::new()),
    });
    let percent = move || match stage.get() {
        Stage::Sending(percent) => Some(percent),
        _ => None,
    };
    let bar = move || {
        let percent = percent()?;
        let words = t("上传中", "Sending");
        Some(view! {
            <progress {..attrs!["max" = "100", "value" = percent.to_string(), "aria-label" = words]} class="progress progress-primary mt-1 w-full"></progress>
            <span {..attrs!["translate" = "no"]} class="block text-sm text-muted">{format!("{words} {percent}%")}</span>
        })
    };
    let failure = move || match stage.get() {
        Stage::Failed(problem) => Some(view! {
            <span {..attrs!["role" = "alert"]} class="block text-sm text-error">{text(&problem.text)}" "{text(&problem.remedy)}</span>
        }),
        _ => None,
    };
    let arrived = move || {
        matches!(stage.get(), Stage::Kept(_))
            .then(|| view! { <span {..attrs!["aria-hidden" = "true"]} class="text-success">{icon(Icon::Check)}</span><span class="sr-only">{t("已上传", "Arrived")}</span> })
    };
    let again = move || {
        matches!(stage.get(), Stage::Failed(problem) if may_go_well(&problem))
            .then(|| view! { <button {..attrs!["type" = "button"]} class="btn btn-sm js-only" on:click=retry.clone()>{t("重试", "Retry")}</button> })
    };
    let word =
        move || if percent().is_some() { t("取消", "Cancel") } else { t("移除", "Remove") };
    let name_of_file = one.name.clone();
    let label = Signal::derive(move || Some(format!("{} {name_of_file}", word())));
    let mark = match one.preview.clone() {
        Some(preview) => view! { <img {..attrs!["src" = preview, "alt" = ""]} class="size-12 shrink-0 rounded-field border border-base-300 object-cover"/> }.into_any(),
        None => view! { <span class="text-muted">{icon(Icon::File)}</span> }.into_any(),
    };
    view! {
        <li class="flex items-center gap-3 rounded-field border border-base-300 p-2">
            <input {..attrs!["type" = "hidden", "name" = name, "value" = sends]}/>
            {mark}
            <span class="min-w-0 flex-1">
                <span class="flex items-center gap-2"><span {..attrs!["translate" = "no"]} class="truncate">{one.name.clone()}</span>{arrived}</span>
                {one.size.map(|size| view! { <span class="block text-sm text-muted">{megabytes(size)}</span> })}
                {bar}{failure}
            </span>
            {again}
            <button {..attrs!["type" = "button", "aria-label" = label]} class="btn btn-ghost btn-sm js-only" on:click=remove>{word}</button>
        </li>
    }
}

/// Whether the same file may arrive where it is sent once more.
fn may_go_well(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Unavailable | Kind::Throttled | Kind::Unauthenticated)
}

#[cfg(feature = "hydrate")]
mod browser {
    //! Choosing and sending files.

    use std::cell::{Cell, RefCell};

    use domain::{
        call::{Heard, judge, lost, unreadable},
        json::read,
    };
    use leptos::__reexports::send_wrapper::SendWrapper;
    use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{File, HtmlInputElement, ProgressEvent, Url, XmlHttpRequest};

    use super::{
        Chosen, FormState, GetUntracked as _, MAX_BYTES, Problem, RwSignal, Set as _, Stage,
        Staged, Update as _, WithUntracked as _, changed, too_large,
    };

    thread_local! {
        /// What is on its way, by the file's key, so that it can be cancelled.
        static UNDER_WAY: RefCell<Vec<(u32, XmlHttpRequest)>> = const { RefCell::new(Vec::new()) };
        /// The last key. None is used twice: a file that takes another's place is a row of its own.
        static KEYS: Cell<u32> = const { Cell::new(KEPT) };
    }

    /// The keys up to here are of files that came with the page.
    const KEPT: u32 = 1 << 16;

    /// Where files are chosen for.
    pub struct Place {
        pub state: FormState,
        pub name: &'static str,
        pub several: bool,
        pub chosen: RwSignal<Vec<Chosen>>,
    }

    /// Takes the files over from the control, and sends them.
    pub fn choose(place: &Place, control: Option<HtmlInputElement>) {
        let Some(control) = control else { return };
        let Some(files) = control.files() else { return };
        if !place.several {
            for one in place.chosen.get_untracked() {
                remove(place.state, place.chosen, one.key);
            }
        }
        for index in 0..files.length() {
            let Some(file) = files.get(index) else { continue };
            let one = chosen(file);
            place.chosen.update(|chosen| chosen.push(one.clone()));
            let size = one.size.unwrap_or(0);
            if size > MAX_BYTES as u64 {
                one.stage.set(Stage::Failed(too_large(size)));
                place.state.count_uploads(|counts| counts.1 += 1);
            } else {
                send(place.state, place.name, &one);
            }
        }
        // The same file can be chosen once more.
        control.set_value("");
    }

    fn chosen(file: File) -> Chosen {
        let key = KEYS.get() + 1;
        KEYS.set(key);
        let shown =
            matches!(&*file.type_(), "image/png" | "image/jpeg" | "image/webp" | "image/gif");
        let preview = shown.then(|| Url::create_object_url_with_blob(&file).ok()).flatten();
        Chosen {
            key,
            name: file.name(),
            size: Some(bytes(&file)),
            preview,
            stage: RwSignal::new(Stage::Sending(0)),
            file: Some(SendWrapper::new(file)),
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of bytes")]
    fn bytes(file: &File) -> u64 {
        file.size() as u64
    }

    /// Takes a file off the list; one that is on its way is stopped.
    pub fn remove(state: FormState, chosen: RwSignal<Vec<Chosen>>, key: u32) {
        let Some(one) = chosen.with_untracked(|all| all.iter().find(|one| one.key == key).cloned())
        else {
            return;
        };
        match one.stage.get_untracked() {
            Stage::Sending(_) => {
                let found = UNDER_WAY.with_borrow_mut(|all| {
                    let at = all.iter().position(|(of, _)| *of == key)?;
                    Some(all.swap_remove(at).1)
                });
                state.count_uploads(|counts| counts.0 = counts.0.saturating_sub(1));
                if let Some(request) = found {
                    let _ = request.abort();
                }
            }
            Stage::Failed(_) => state.count_uploads(|counts| counts.1 = counts.1.saturating_sub(1)),
            Stage::Kept(_) => {}
        }
        if let Some(preview) = &one.preview {
            let _ = Url::revoke_object_url(preview);
        }
        chosen.update(|all| all.retain(|one| one.key != key));
    }

    /// Sends a file, for the first time or again.
    pub fn send(state: FormState, field: &'static str, one: &Chosen) {
        let Some(file) = one.file.clone() else { return };
        if matches!(one.stage.get_untracked(), Stage::Failed(_)) {
            state.count_uploads(|counts| counts.1 = counts.1.saturating_sub(1));
        }
        state.count_uploads(|counts| counts.0 += 1);
        let (stage, key) = (one.stage, one.key);
        stage.set(Stage::Sending(0));
        leptos::task::spawn_local(async move {
            let outcome = upload(&file, state.command(), field, key, stage).await;
            let mine = UNDER_WAY.with_borrow_mut(|all| {
                let at = all.iter().position(|(of, _)| *of == key);
                at.map(|at| all.swap_remove(at)).is_some()
            });
            // What was cancelled is told to nobody.
            if !mine {
                return;
            }
            state.count_uploads(|counts| counts.0 = counts.0.saturating_sub(1));
            match outcome {
                Ok(staged) => stage.set(Stage::Kept(staged.id)),
                Err(problem) => {
                    state.count_uploads(|counts| counts.1 += 1);
                    stage.set(Stage::Failed(problem));
                }
            }
        });
    }

    async fn upload(
        file: &File,
        command: &str,
        field: &str,
        key: u32,
        stage: RwSignal<Stage>,
    ) -> Result<Staged, Problem> {
        let request = XmlHttpRequest::new().map_err(|_| lost())?;
        let encode =
            |text: &str| js_sys::encode_uri_component(text).as_string().unwrap_or_default();
        let url = format!(
            "/api/files/stage?for={}&field={}&name={}",
            encode(command),
            encode(field),
            encode(&file.name())
        );
        request.open_with_async("POST", &url, true).map_err(|_| lost())?;
        let _ = request.set_request_header("accept", "application/json");
        let _ = request.set_request_header("content-type", "application/octet-stream");
        let moved = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "from 0 to 100"
                )]
                stage.set(Stage::Sending((event.loaded() / event.total() * 100.0) as u32));
            }
        });
        if let Ok(upload) = request.upload() {
            upload.set_onprogress(Some(moved.as_ref().unchecked_ref()));
        }
        UNDER_WAY.with_borrow_mut(|all| all.push((key, request.clone())));
        let ended = js_sys::Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
        request.send_with_opt_blob(Some(file)).map_err(|_| lost())?;
        let _ = JsFuture::from(ended).await;
        drop(moved);
        let status = request.status().unwrap_or(0);
        if status == 0 {
            return Err(if readable(file).await { lost() } else { changed() });
        }
        let header = |name: &str| request.get_response_header(name).ok().flatten();
        judge(&Heard {
            status,
            content_type: header("content-type").unwrap_or_default(),
            retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
        })?;
        let body = request.response_text().ok().flatten().unwrap_or_default();
        if status < 400 {
            read(&body).map_err(|_| unreadable())
        } else {
            Err(read(&body).unwrap_or_else(|_| unreadable()))
        }
    }

    /// Browsers refuse to read a file that is no longer as it was chosen.
    async fn readable(file: &File) -> bool {
        let Ok(first) = file.slice_with_f64_and_f64(0.0, 1.0) else { return false };
        let read: Result<JsValue, JsValue> = JsFuture::from(first.array_buffer()).await;
        read.is_ok()
    }
}
