//! From bytes to a form definition, whatever it is wrapped in.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::{Map, Value, error::Category};

use super::{i18n::Entries, limits::is_filled, problems, texts::Foreign, walk};
use crate::{application::Digest, problem::Problem};

/// A form definition as it was read.
pub(super) struct Definition {
    /// The file's name, fit to be shown.
    pub file: String,
    /// Which of the files it came from.
    pub source: usize,
    /// The form's id on the other platform.
    pub id: Option<String>,
    /// Whether the definition says its id, rather than that it follows from what it holds.
    pub says_id: bool,
    /// What the objects around it call the form.
    pub name: Value,
    /// What is there.
    pub kind: Kind,
    /// What stands beside the pages: scripts, settings.
    pub content: Map<String, Value>,
    /// The roots of the component trees.
    pub roots: Vec<Value>,
    /// How many pages there were.
    pub pages: usize,
    /// Whether a page used connectors.
    pub connects: bool,
    /// How many entries of its list of texts no field refers to.
    pub unused_texts: usize,
}

/// What a definition is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A form.
    Form,
    /// A form whose records go through an approval.
    Process,
    /// A page that people look at, or a report.
    Page,
    /// Nothing: the answer of a call that failed.
    Failed,
}

impl Definition {
    /// Whether there is a form in it.
    pub fn is_form(&self) -> bool {
        matches!(self.kind, Kind::Form | Kind::Process)
    }

    fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(&self.roots).unwrap_or_default())
    }
}

/// The forms that were read, to find those that are given twice.
#[derive(Default)]
pub(super) struct Seen {
    ids: BTreeMap<String, String>,
    nameless: BTreeMap<Digest, String>,
    all: BTreeMap<Digest, String>,
}

impl Seen {
    /// Notes a form; gives the file of one that is the same: by its id, or where one of the two
    /// does not say its id, by what is in it.
    pub fn note(&mut self, definition: &Definition) -> Option<String> {
        if !definition.is_form() {
            return None;
        }
        let digest = definition.digest();
        let file = definition.file.clone();
        let id = definition.id.clone().filter(|_| definition.says_id);
        let earlier = match &id {
            Some(id) => self.ids.get(id).or_else(|| self.nameless.get(&digest)),
            None => self.all.get(&digest),
        };
        let earlier = earlier.cloned();
        self.all.entry(digest).or_insert_with(|| file.clone());
        match id {
            Some(id) => self.ids.entry(id).or_insert(file),
            None => self.nameless.entry(digest).or_insert(file),
        };
        earlier
    }
}

/// Wrappers around a definition, in answers and exports.
const WRAPPERS: &[&str] = &[
    "content",
    "data",
    "result",
    "schema",
    "formSchema",
    "body",
    "forms",
    "list",
    "items",
    "form",
    "response",
    "payload",
    "value",
];
/// No real wrapping is deeper.
const DEPTH: u8 = 6;

/// What the objects around a definition say of the form.
#[derive(Clone, Default)]
struct Around {
    id: Option<String>,
    name: Value,
    kind: String,
}

impl Around {
    /// What an object says itself, and what those around it said.
    fn and(&self, object: &Map<String, Value>) -> Self {
        let said =
            |names: &[&str]| names.iter().find_map(|n| object.get(*n).filter(|v| is_filled(v)));
        let kind = said(&["formType"]).and_then(Value::as_str);
        Self {
            id: form_id(object).or_else(|| self.id.clone()),
            name: said(TITLES).unwrap_or(&self.name).clone(),
            kind: kind.unwrap_or(&self.kind).to_owned(),
        }
    }

    /// What holds for one of several in a list. What is said of one form is said of the only item.
    fn of_item(&self, items: usize) -> Self {
        if items == 1 && self.id.is_some() { self.clone() } else { Self::default() }
    }
}

/// Under which names a form's title stands, beside its pages or around them.
pub(super) const TITLES: &[&str] = &["title", "formTitle", "formName", "formLabel", "name"];

/// What is found in a file.
struct Search<'a> {
    file: &'a str,
    /// Objects that hold pages or a component tree; none where a call for one failed.
    found: Vec<(Around, Option<Map<String, Value>>)>,
    /// What is to be said of it if nothing is found.
    broken: Option<Problem>,
}

/// Reads one file, which may hold several definitions.
pub(super) fn definitions(
    source: usize,
    name: &str,
    bytes: &[u8],
) -> Result<Vec<Definition>, Problem> {
    let file = problems::file_name(name);
    if bytes.len() > super::BYTES_LIMIT {
        return Err(problems::too_large(&file));
    }
    let text = decoded(bytes).ok_or_else(|| problems::encoding(&file))?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(problems::empty(&file));
    }
    if start.starts_with('<') {
        return Err(problems::web_page(&file));
    }
    let value = serde_json::from_str(&text).map_err(|error| refusal(&file, &error))?;
    let value = unwrap_string(value, &file)?;
    let mut search = Search { file: &file, found: Vec::new(), broken: None };
    search.contents(value, 0, &Around::default());
    let Search { found, broken, .. } = search;
    if found.is_empty() {
        return Err(broken.unwrap_or_else(|| problems::not_a_form(&file)));
    }
    let several = found.len() > 1;
    let read = (1..).zip(found).map(|(number, (around, content))| {
        let named = if several { format!("{file} #{number}") } else { file.clone() };
        let mut definition = from_content(named, around, content);
        definition.source = source;
        if !several && definition.id.is_none() {
            definition.id = form_id_in(&file);
        }
        definition
    });
    Ok(read.collect())
}

/// The text, without a mark of its byte order; some editors save in UTF-16.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Option<String> = char::decode_utf16(units).map(Result::ok).collect();
        text.filter(|_| odd.is_empty()).map(Cow::Owned)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
    }
}

fn refusal(file: &str, error: &serde_json::Error) -> Problem {
    // The parser has no code of its own for this.
    if error.classify() == Category::Syntax && error.to_string().starts_with("recursion limit") {
        return problems::too_deep(file);
    }
    if error.classify() == Category::Eof {
        return problems::cut_off(file);
    }
    problems::not_json(file, error.line(), error.column())
}

/// A definition that was encoded as JSON text once more, or twice.
fn unwrap_string(mut value: Value, file: &str) -> Result<Value, Problem> {
    for _ in 0..3 {
        let Value::String(text) = &value else { break };
        value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| refusal(file, &error))?;
    }
    Ok(value)
}

impl Search<'_> {
    /// Finds the objects that hold pages or a component tree.
    fn contents(&mut self, value: Value, depth: u8, around: &Around) {
        if depth > DEPTH || self.found.len() > super::FILE_LIMIT {
            return;
        }
        match value {
            Value::String(text) if text.trim_start().starts_with(['{', '[', '"']) => {
                match unwrap_string(Value::String(text), self.file) {
                    Ok(inner) if !inner.is_string() => self.contents(inner, depth + 1, around),
                    Ok(_) => {}
                    Err(problem) => self.broken = self.broken.take().or(Some(problem)),
                }
            }
            Value::Array(items) if items.iter().any(is_listed_field) => {
                self.broken = Some(problems::field_list(self.file));
            }
            Value::Array(items) if !items.is_empty() && items.iter().all(is_component) => {
                let mut content = Map::new();
                content.insert("componentsTree".to_owned(), Value::Array(items));
                self.found.push((around.clone(), Some(content)));
            }
            Value::Array(items) => {
                let around = around.of_item(items.len());
                for item in items {
                    self.contents(item, depth + 1, &around);
                }
            }
            Value::Object(object) if is_content(&object) => {
                self.found.push((around.and(&object), Some(object)));
            }
            Value::Object(object) => self.inside(object, depth, around),
            _ => {}
        }
    }

    /// Looks into the wrappers that are known; where nothing is in them, into all that is there.
    fn inside(&mut self, mut object: Map<String, Value>, depth: u8, around: &Around) {
        let before = self.found.len();
        let failed = object.get("success") == Some(&Value::Bool(false));
        let around = around.and(&object);
        for inner in WRAPPERS.iter().filter_map(|name| object.remove(*name)) {
            self.contents(inner, depth + 1, &around);
            if self.found.len() > before {
                return;
            }
        }
        for (name, inner) in object {
            // `{"FORM-…": {…}}`: each under its id.
            match form_id_in(&name).filter(|id| *id == name) {
                Some(id) => {
                    let around = Around { id: Some(id), ..Around::default() };
                    self.contents(inner, depth + 1, &around);
                }
                None if !TITLES.contains(&name.as_str()) => {
                    self.contents(inner, depth + 1, &around);
                }
                None => {}
            }
        }
        if failed && self.found.len() == before {
            self.found.push((around, None));
        }
    }
}

/// One of a form's fields as the call for its list of fields gives it: without its settings.
fn is_listed_field(value: &Value) -> bool {
    is_component(value) && value.get("fieldId").is_some() && value.get("props").is_none()
}

fn is_component(value: &Value) -> bool {
    let holds = |name: &str| value.get(name).is_some();
    value.get("componentName").is_some_and(Value::is_string)
        && !holds("componentsTree")
        && !holds("pages")
}

fn is_content(object: &Map<String, Value>) -> bool {
    ["pages", "componentsTree"].iter().any(|name| object.get(*name).is_some_and(Value::is_array))
        || object.get("componentName").is_some_and(Value::is_string)
}

fn from_content(file: String, around: Around, content: Option<Map<String, Value>>) -> Definition {
    let failed = content.is_none();
    let mut content = content.unwrap_or_default();
    let mut roots = Vec::new();
    let mut id = form_id(&content);
    let mut entries = Entries::default();
    let mut connects = false;
    let mut count = 0;
    let mut kinds = vec![around.kind];
    kinds.extend(["formType", "schemaType"].iter().filter_map(|name| word(&content, name)));
    if let Some(Value::Array(pages)) = content.remove("pages") {
        for page in pages {
            let Value::Object(mut page) = page else { continue };
            count += 1;
            id = id.or_else(|| form_id(&page));
            kinds.extend(word(&page, "formType"));
            connects |= page.get("connectComponent").is_some_and(is_filled);
            texts_of(&page, &mut entries);
            match page.remove("componentsTree") {
                Some(Value::Array(trees)) => roots.extend(trees),
                Some(tree @ Value::Object(_)) => roots.push(tree),
                _ if page.contains_key("componentName") => roots.push(Value::Object(page)),
                _ => {}
            }
        }
    }
    if let Some(Value::Array(trees)) = content.remove("componentsTree") {
        roots.extend(trees);
    }
    if content.contains_key("componentName") {
        roots.push(Value::Object(content.clone()));
    }
    texts_of(&content, &mut entries);
    for root in &mut roots {
        entries.put_in(root);
    }
    let mut name = around.name;
    entries.put_in(&mut name);
    for name in TITLES {
        if let Some(title) = content.get_mut(*name) {
            entries.put_in(title);
        }
    }
    let process = content.get("processCode").is_some_and(is_filled);
    let says = |word: &str| kinds.iter().any(|kind| kind.to_lowercase().contains(word));
    let looked_at = ["display", "report", "dashboard"].iter().any(|word| says(word));
    let bare = count > 0 && !roots.is_empty() && !roots.iter().any(holds_form) && !says("receipt");
    let kind = if failed {
        Kind::Failed
    } else if looked_at || bare {
        Kind::Page
    } else if process || says("process") {
        Kind::Process
    } else {
        Kind::Form
    };
    let stated = id.or(around.id);
    let says_id = stated.is_some();
    let id = stated.or_else(|| roots.iter().find_map(id_in_numbering));
    let unused_texts = entries.unused();
    Definition {
        file,
        source: 0,
        id,
        says_id,
        name,
        kind,
        content,
        roots,
        pages: count,
        connects,
        unused_texts,
    }
}

fn word(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

/// Whether there is a form in a page, rather than only something to look at.
fn holds_form(node: &Value) -> bool {
    walk::name_of(node) == "FormContainer" || walk::children(node).any(holds_form)
}

/// The form that an automatic number says it is in.
fn id_in_numbering(node: &Value) -> Option<String> {
    if walk::name_of(node) == "SerialNumberField" {
        let formula = node.get("props")?.get("formula")?;
        return form_id_in(formula.as_str().or_else(|| formula.get("expression")?.as_str())?);
    }
    walk::children(node).find_map(id_in_numbering)
}

/// The first id of a form in a text.
fn form_id_in(text: &str) -> Option<String> {
    let id = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    text.match_indices("FORM-").find_map(|(at, start)| {
        let rest = text.get(at + start.len()..)?;
        let end = rest.find(|c| !id(c)).unwrap_or(rest.len());
        let whole = text.get(at..at + start.len() + end)?;
        (end >= 12).then(|| whole.to_owned())
    })
}

/// Settles the ids of forms that do not say theirs. What a copied form says of itself in passing
/// may be the id of its original.
pub(super) fn identify(definitions: &mut [Definition]) {
    let ids = definitions.iter().filter(|definition| definition.says_id);
    let mut known: BTreeSet<String> = ids.filter_map(|definition| definition.id.clone()).collect();
    for definition in definitions.iter_mut().filter(|definition| !definition.says_id) {
        definition.id = definition.id.take().filter(|id| known.insert(id.clone()));
    }
    by_fields(definitions, &mut known);
}

/// Identifies forms by the associations that lead to a field of theirs.
fn by_fields(definitions: &mut [Definition], known: &mut BTreeSet<String>) {
    let mut held: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let nameless = |definition: &Definition| definition.id.is_none() && definition.is_form();
    for (at, definition) in definitions.iter().enumerate().filter(|(_, d)| nameless(d)) {
        let mut fields = BTreeSet::new();
        for root in &definition.roots {
            each_field(root, &mut |props| fields.extend(word(props, "fieldId")));
        }
        for field in fields {
            held.entry(field).or_default().push(at);
        }
    }
    if held.is_empty() {
        return;
    }
    let mut led = Vec::new();
    let target = |props: &Map<String, Value>| {
        let target = props.get("associationForm")?.as_object()?;
        Some((word(target, "formUuid")?, word(target, "mainFieldId")?))
    };
    for root in definitions.iter().flat_map(|definition| &definition.roots) {
        each_field(root, &mut |props| led.extend(target(props)));
    }
    for (id, field) in led {
        // A copy of a form has the same fields; then nobody can tell.
        let Some([at]) = held.get(&field).map(Vec::as_slice) else { continue };
        let nameless = definitions.get_mut(*at).filter(|definition| definition.id.is_none());
        if let Some(definition) = nameless.filter(|_| known.insert(id.clone())) {
            definition.id = Some(id);
        }
    }
}

fn each_field(node: &Value, look: &mut impl FnMut(&Map<String, Value>)) {
    if let Some(props) = node.get("props").and_then(Value::as_object) {
        look(props);
    }
    walk::children(node).for_each(|child| each_field(child, look));
}

fn texts_of(object: &Map<String, Value>, entries: &mut Entries) {
    ["i18nData", "i18n"]
        .iter()
        .filter_map(|name| object.get(*name))
        .for_each(|list| entries.add(list));
}

fn form_id(object: &Map<String, Value>) -> Option<String> {
    ["formUuid", "id"]
        .iter()
        .find_map(|name| object.get(*name)?.as_str())
        .filter(|id| id.starts_with("FORM-"))
        .map(str::to_owned)
}

/// Whether a property holds an id of the other platform: `fieldId`, `cspId`, `formUuid`, `__sid__`.
fn names_id(name: &str) -> bool {
    let name = name.trim_end_matches('_').to_ascii_lowercase();
    name.ends_with("id")
        || matches!(
            name.as_str(),
            "appkey" | "apptype" | "classname" | "processcode" | "systemtoken"
        )
}

/// All ids that stand in the definitions.
pub(super) fn foreign_ids(definitions: &[Definition]) -> Foreign {
    let mut foreign = Foreign::new();
    for definition in definitions {
        foreign.extend(definition.id.clone());
        definition.roots.iter().for_each(|root| collect(root, &mut foreign));
        definition.content.values().for_each(|value| collect(value, &mut foreign));
    }
    foreign
}

fn collect(value: &Value, foreign: &mut Foreign) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, foreign)),
        Value::Object(object) => {
            for (name, value) in object {
                match value.as_str() {
                    Some(id) if names_id(name) && is_id(id) => {
                        foreign.insert(id.to_owned());
                    }
                    Some(_) => {}
                    None => collect(value, foreign),
                }
            }
        }
        _ => {}
    }
}

/// An id, rather than a word that happens to stand in its place.
fn is_id(text: &str) -> bool {
    (8..=100).contains(&text.len())
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
