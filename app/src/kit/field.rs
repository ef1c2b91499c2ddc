//! Form fields: label, hint, what was typed, the problem at the field. Names are the domain's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{lang::Lang, problem::Problem};
use leptos::prelude::*;

use crate::{
    kit::{Icon, icon},
    page::{Echo, Form, Visit},
};

/// What the fields of one form on a page know: what was typed before, and what was wrong with it.
#[derive(Clone)]
pub struct Fields {
    lang: Lang,
    command: String,
    action: String,
    form: Option<Form>,
    problem: Option<Problem>,
    echo: Option<Arc<Echo>>,
    /// What the fields built so far are called, for the summary over the form.
    labels: Arc<Mutex<HashMap<String, String>>>,
}

impl Fields {
    /// The fields of the form for `command` (its hidden `_do`) on this page.
    pub fn of(visit: &Visit, command: &str) -> Self {
        let echo = visit.echo().filter(|echo| {
            let posted = echo.form.text("_form");
            posted == command || (posted.is_empty() && echo.form.command() == command)
        });
        Self {
            lang: visit.lang,
            command: command.to_owned(),
            action: visit.here(),
            form: echo.map(|echo| echo.form.clone()),
            problem: echo.and_then(|echo| echo.problem.clone()),
            echo: echo.cloned(),
            labels: Arc::default(),
        }
    }

    /// The same, without what was posted under `name`, so that it has to be given anew.
    #[must_use]
    pub fn forgetting(&self, name: &str) -> Self {
        let mut fields = self.clone();
        if let Some(form) = &mut fields.form {
            form.pairs.retain(|(key, _)| key != name);
        }
        fields
    }

    /// Notes what the field `name` is called on the page; [`Field::view`] does so by itself.
    pub fn call(&self, name: &str, label: impl Into<String>) {
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        labels.insert(name.to_owned(), label.into());
    }

    fn called(&self, name: &str) -> String {
        let labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        labels.get(name).cloned().unwrap_or_default()
    }

    /// What was typed into `name`, or `default` where nothing was posted.
    pub fn value(&self, name: &str, default: impl Into<String>) -> String {
        match &self.form {
            Some(form) => form.text(name).to_owned(),
            None => default.into(),
        }
    }

    /// All values posted under `name`, or the defaults.
    pub fn values(&self, name: &str, default: Vec<String>) -> Vec<String> {
        match &self.form {
            Some(form) => form.all(name).map(str::to_owned).collect(),
            None => default,
        }
    }

    /// What the form starts from, in its hidden input `name`. Shown again because of a slip it stays
    /// what it was; shown again because somebody else was faster it is the present state, so that
    /// whoever has looked at that can save.
    pub fn started(&self, name: &str, now: impl Into<String>) -> String {
        let kept = self.form.as_ref().filter(|_| !self.overtaken()).and_then(|form| form.get(name));
        kept.map_or_else(|| now.into(), str::to_owned)
    }

    /// Whether somebody else changed the thing while this form was being filled in.
    pub fn overtaken(&self) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.code == "changed_meanwhile")
    }

    /// The form that was posted, if it was this one.
    pub fn posted(&self) -> Option<&Form> {
        self.form.as_ref()
    }

    /// The hidden input `name` that says what the form starts from; see [`Self::started`].
    pub fn seen(&self, name: &'static str, now: impl Into<String>) -> AnyView {
        view! { <input type="hidden" name=name value=self.started(name, now)/> }.into_any()
    }

    /// The sentence at the field `name`.
    pub fn error(&self, name: &str) -> Option<String> {
        self.problem.as_ref()?.at(name).map(|text| text.get(self.lang).to_owned())
    }

    /// The summary over the form, which takes the focus. Empty and hidden when all is well; the
    /// browser's code fills it for problems that arrive without a new page.
    fn summary(&self) -> AnyView {
        if let Some(echo) = &self.echo {
            echo.tell();
        }
        let problem = self.problem.as_ref();
        let sentence = problem.map(|problem| problem.sentence(self.lang).to_owned());
        let remedy = problem.map(|problem| problem.remedy.get(self.lang).to_owned());
        let links = problem.map(|problem| {
            problem.fields.iter().map(|field| {
                let target = format!("#f-{}-{}", self.command, field.name);
                let line = field.line(&self.called(&field.name), self.lang);
                view! { <li><a class="link inline-block py-0.5 leading-6" href=target>{line}</a></li> }
            }).collect_view()
        });
        view! {
            <div class="alert alert-error alert-soft mb-6 items-start" role="alert" tabindex="-1" data-summary autofocus=problem.is_some() hidden=problem.is_none()>
                {icon(Icon::Alert)}
                <div>
                    <p class="font-medium" data-summary-text>{sentence}</p>
                    <p class="text-sm" data-summary-remedy>{remedy}</p>
                    <ul class="mt-1 list-disc pl-5 text-sm" data-summary-list>{links}</ul>
                </div>
            </div>
        }
        .into_any()
    }
}

fn post(fields: &Fields, enctype: Option<&'static str>, content: AnyView) -> AnyView {
    view! {
        <form method="post" action=fields.action.clone() enctype=enctype novalidate data-form=fields.command.clone()>
            <input type="hidden" name="_form" value=fields.command.clone()/>
            {fields.summary()}
            {content}
        </form>
    }
    .into_any()
}

/// A form that posts to this page. Its `content` is built before the summary over it, which says by
/// name which fields are at fault. Its submit button carries `name="_do"` with the command, or
/// there is a hidden field of that name; [`Field::submit`] makes the button.
pub fn form_post(fields: &Fields, content: impl IntoView + 'static) -> AnyView {
    post(fields, None, content.into_any())
}

/// Like [`form_post`], for forms with files.
pub fn form_multipart(fields: &Fields, content: impl IntoView + 'static) -> AnyView {
    post(fields, Some("multipart/form-data"), content.into_any())
}

/// A small form that posts to another URL, such as the header's switches.
pub fn postback(action: &str, class: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! { <form method="post" action=action.to_owned() class=class>{content.into_any()}</form> }
        .into_any()
}

enum Kind {
    Input(&'static str),
    Area(u32),
    Select(Vec<(String, String)>),
    Radios(Vec<(String, String, String)>),
    Check,
    File(&'static str),
}

/// One field of a form.
pub struct Field {
    name: String,
    kind: Kind,
    label: String,
    hint: String,
    value: String,
    required: bool,
    bare: bool,
    placeholder: String,
    input_mode: Option<&'static str>,
    autocomplete: Option<&'static str>,
    file: Option<(String, String)>,
}

impl Field {
    fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            label: String::new(),
            hint: String::new(),
            value: String::new(),
            required: false,
            bare: false,
            placeholder: String::new(),
            input_mode: None,
            autocomplete: None,
            file: None,
        }
    }

    /// One line of text.
    pub fn text(name: impl Into<String>) -> Self {
        Self::new(name, Kind::Input("text"))
    }

    /// An input of another type: `email`, `tel`, `password`, `date`, `number`, `search`.
    pub fn input(name: impl Into<String>, kind: &'static str) -> Self {
        Self::new(name, Kind::Input(kind))
    }

    /// Several lines of text.
    pub fn area(name: impl Into<String>, rows: u32) -> Self {
        Self::new(name, Kind::Area(rows))
    }

    /// One of `(value, label)` in a list.
    pub fn select(name: impl Into<String>, options: Vec<(String, String)>) -> Self {
        Self::new(name, Kind::Select(options))
    }

    /// One of `(value, label, explanation)`, all of them visible.
    pub fn radios(name: impl Into<String>, options: Vec<(String, String, String)>) -> Self {
        Self::new(name, Kind::Radios(options))
    }

    /// Yes or no; `value("on")` ticks it.
    pub fn check(name: impl Into<String>) -> Self {
        Self::new(name, Kind::Check)
    }

    /// A file; `accept` as in HTML.
    pub fn file(name: impl Into<String>, accept: &'static str) -> Self {
        Self::new(name, Kind::File(accept))
    }

    /// What the field is, in the visitor's language.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// What helps to fill it in.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What stands in it at first.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// An example.
    #[must_use]
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = text.into();
        self
    }

    /// It must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It may stay empty, and saying so at each such field would be noise.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Which keyboard a phone shows.
    #[must_use]
    pub fn input_mode(mut self, mode: &'static str) -> Self {
        self.input_mode = Some(mode);
        self
    }

    /// What the browser may fill in.
    #[must_use]
    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = Some(what);
        self
    }

    /// The file that is there already: its id and name.
    #[must_use]
    pub fn stored(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.file = Some((id.into(), name.into()));
        self
    }

    /// The field with its label, hint and problem.
    pub fn view(self, fields: &Fields) -> AnyView {
        let id = format!("f-{}-{}", fields.command, self.name);
        fields.call(&self.name, self.label.clone());
        let error = fields.error(&self.name);
        let described = format!("{id}-hint {id}-error");
        let invalid = error.is_some().then_some("true");
        let fine = error.is_none();
        let value = fields.value(&self.name, self.value.clone());
        let input = self.control(fields, &id, &described, invalid, value);
        let optional = (!self.required && !self.bare && !matches!(self.kind, Kind::Check))
            .then(|| fields.lang.t("（选填）", " (optional)").to_owned());
        let hint =
            view! { <p id=format!("{id}-hint") class="mt-1 text-sm text-muted">{self.hint}</p> };
        let problem = view! {
            <p id=format!("{id}-error") class="mt-1 text-sm text-error" data-error-for=self.name.clone() hidden=fine>{error}</p>
        };
        match self.kind {
            Kind::Check => view! {
                <div class="mb-4"><label class="flex cursor-pointer items-start gap-3">{input}<span>{self.label}</span></label>{hint}{problem}</div>
            }
            .into_any(),
            Kind::Radios(_) => view! {
                <fieldset class="mb-5" id=id tabindex="-1"><legend class="mb-1 font-medium">{self.label}{optional}</legend>{hint}{problem}{input}</fieldset>
            }
            .into_any(),
            _ => view! {
                <div class="mb-5"><label class="mb-1 block font-medium" for=id>{self.label}<span class="font-normal text-muted">{optional}</span></label>{input}{hint}{problem}</div>
            }
            .into_any(),
        }
    }

    fn control(
        &self,
        fields: &Fields,
        id: &str,
        described: &str,
        invalid: Option<&'static str>,
        value: String,
    ) -> AnyView {
        let (id, name, described) = (id.to_owned(), self.name.clone(), described.to_owned());
        let required = self.required.then_some("true");
        match &self.kind {
            Kind::Input(kind) => {
                let value = if *kind == "password" { String::new() } else { value };
                view! {
                    <input id=id name=name type=*kind class="input w-full" value=value placeholder=self.placeholder.clone() inputmode=self.input_mode
                        autocomplete=self.autocomplete aria-describedby=described aria-invalid=invalid aria-required=required/>
                }
                .into_any()
            }
            Kind::Area(rows) => view! {
                <textarea id=id name=name rows=rows.to_string() class="textarea w-full" placeholder=self.placeholder.clone()
                    aria-describedby=described aria-invalid=invalid aria-required=required inner_html=area_content(&value)></textarea>
            }
            .into_any(),
            Kind::Select(options) => {
                let options = options.iter().map(|(key, label)| view! { <option value=key.clone() selected=*key == value>{label.clone()}</option> });
                view! {
                    <select id=id name=name class="select w-full" aria-describedby=described aria-invalid=invalid aria-required=required>{options.collect_view()}</select>
                }
                .into_any()
            }
            Kind::Radios(options) => options
                .iter()
                .map(|(key, label, explanation)| {
                    view! {
                        <label class="mt-2 flex cursor-pointer items-start gap-3 rounded-field border border-base-300 p-3 has-checked:border-primary">
                            <input type="radio" class="radio radio-primary radio-sm mt-0.5" name=name.clone() value=key.clone() checked=*key == value/>
                            <span><span class="block">{label.clone()}</span><span class="block text-sm text-muted">{explanation.clone()}</span></span>
                        </label>
                    }
                })
                .collect_view()
                .into_any(),
            Kind::Check => view! {
                <input id=id name=name type="checkbox" class="checkbox checkbox-primary checkbox-sm mt-1" value="on" checked=matches!(value.as_str(), "on" | "true" | "1")
                    aria-describedby=described aria-invalid=invalid aria-required=required/>
            }
            .into_any(),
            Kind::File(accept) => {
                let kept = fields.posted().and_then(|form| form.get(&self.name).map(str::to_owned)).filter(|id| !id.is_empty());
                let stored = match (kept, &self.file) {
                    (Some(id), Some((known, name))) if id == *known => Some((id, name.clone())),
                    (Some(id), _) => Some((id, fields.lang.t("刚才上传的文件已保留", "The file you uploaded is kept").to_owned())),
                    (None, stored) => stored.clone(),
                };
                let kept = stored.map(|(value, label)| view! {
                    <input type="hidden" name=name.clone() value=value.clone()/>
                    <p class="mb-2 flex items-center gap-2 text-sm">{icon(Icon::File)}<a class="link" href=format!("/files/{value}")>{label}</a></p>
                });
                view! {
                    {kept}
                    <input id=id name=name type="file" class="file-input w-full" accept=*accept aria-describedby=described aria-invalid=invalid aria-required=required/>
                }
                .into_any()
            }
        }
    }

    /// The button that submits the form for `command`.
    pub fn submit(command: &str, label: impl Into<String>) -> AnyView {
        view! { <button type="submit" class="btn btn-primary" name="_do" value=command.to_owned()>{label.into()}</button> }.into_any()
    }

    /// A second, quieter button.
    pub fn button(command: &str, label: impl Into<String>) -> AnyView {
        view! { <button type="submit" class="btn" name="_do" value=command.to_owned()>{label.into()}</button> }.into_any()
    }

    /// A button for what cannot be taken back.
    pub fn danger(command: &str, label: impl Into<String>) -> AnyView {
        view! { <button type="submit" class="btn btn-error btn-soft" name="_do" value=command.to_owned()>{label.into()}</button> }.into_any()
    }
}

/// The text of a `<textarea>` as HTML. The renderer does not escape a textarea's children, and the
/// parser drops one line break at the start.
pub fn area_content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// A stored file as a link with its size.
pub fn file_summary(name: &str, size: i64, url: &str) -> AnyView {
    let size = if size >= 1_048_576 {
        format!("{}.{} MiB", size / 1_048_576, size % 1_048_576 * 10 / 1_048_576)
    } else {
        format!("{} KiB", (size + 1023) / 1024)
    };
    view! {
        <a class="inline-flex max-w-full items-center gap-2" href=url.to_owned()>{icon(Icon::File)}<span class="link truncate">{name.to_owned()}</span><span class="text-sm whitespace-nowrap text-muted">{size}</span></a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::problem::{Kind, Problem};

    use super::{Fields, area_content};
    use crate::page::Form;

    fn posted(code: &'static str) -> Fields {
        let pairs = vec![("revision".to_owned(), "1".to_owned())];
        Fields {
            lang: domain::lang::Lang::Zh,
            command: "rename".into(),
            action: "/".into(),
            form: Some(Form { pairs, unstaged: vec![] }),
            problem: Some(Problem::new(Kind::Conflict, code, "ALL-4", "有问题", "A problem")),
            echo: None,
            labels: std::sync::Arc::default(),
        }
    }

    #[test]
    fn all4_what_somebody_else_changed_meanwhile_can_be_saved_over_once_it_was_shown() {
        assert_eq!(posted("form.invalid").started("revision", "2"), "1", "a slip changes nothing");
        assert_eq!(posted("changed_meanwhile").started("revision", "2"), "2");
    }

    #[test]
    fn markup_in_a_textarea_stays_text() {
        assert_eq!(area_content("</textarea><script>"), "\n&lt;/textarea&gt;&lt;script&gt;");
    }
}
