//! What a designer does to an app. Every operation either happens or leaves the app as it was; and
//! none makes old records unreadable: keys are never given to something else.

use super::{
    check::{Severity, field_findings, not_worse_than},
    document::Document,
    field::{Association, AssociationTarget, Field, FieldKind},
    form::FormDocument,
    key::{FieldPath, Key},
    navigation::{NavigationDocument, NavigationEntry},
    tree::Tree,
};
use crate::{
    account::optional_line,
    lang::{Lang, Text},
    problem::{Kind, Problem},
};

fn no_form() -> Problem {
    Problem::new(
        Kind::Missing,
        "application.no_form",
        "ALL-4",
        "应用中没有这个表单，可能已被删除",
        "The app has no such form; it may have been removed",
    )
}

fn no_field() -> Problem {
    Problem::new(
        Kind::Missing,
        "application.no_field",
        "ALL-4",
        "表单中没有这个字段，可能已被删除",
        "The form has no such field; it may have been removed",
    )
}

fn no_group() -> Problem {
    Problem::new(
        Kind::Missing,
        "application.no_group",
        "ALL-4",
        "导航中没有这个分组，可能已被删除",
        "The navigation has no such group; it may have been removed",
    )
}

fn unnamed(text: Text) -> Problem {
    let mut problem = Problem::with(Kind::Invalid, "application.unnamed", "ALL-4", text.clone());
    problem.fields.push(crate::problem::FieldProblem { name: "title".into(), text });
    problem
}

fn full(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Kind::Conflict, "application.full", "ALL-4", zh, en)
}

fn other_kind(before: &FieldKind) -> Problem {
    let label = before.label();
    Problem::with(
        Kind::Conflict,
        "application.field_kind",
        "ALL-4",
        Text::new(
            format!("“{}”字段不能改成这种类型，否则已有记录将无法阅读", label.get(Lang::Zh)),
            format!(
                "A field of the kind “{}” cannot become this; existing records could not be read",
                label.get(Lang::En)
            ),
        ),
    )
    .remedy("请新增一个字段，并删除原字段", "Add a new field and remove this one")
}

fn form_in_use(users: &[String]) -> Problem {
    Problem::with(
        Kind::Conflict,
        "application.form_in_use",
        "ALL-4",
        Text::new(
            format!("此表单仍被关联：{}", users.join("、")),
            format!("This form is still associated by {}", users.join(", ")),
        ),
    )
    .remedy("请先删除这些关联字段", "Remove those association fields first")
}

fn title(text: Text) -> Result<Text, Problem> {
    let line = |text: &str| optional_line(text, 100).map_err(unnamed);
    let text = Text::new(line(&text.zh)?, line(&text.en)?);
    if text.is_empty() {
        return Err(unnamed(Text::of("请填写名称", "Give it a name")));
    }
    Ok(text)
}

/// Moves an item to a place; places beyond the end mean the end.
fn shift<T>(items: &mut Vec<T>, from: usize, to: usize) {
    let item = items.remove(from);
    items.insert(to.min(items.len()), item);
}

impl Tree {
    fn edit_navigation(&mut self, edit: impl FnOnce(&mut NavigationDocument)) {
        let mut navigation = self.navigation().cloned().unwrap_or_default();
        edit(&mut navigation);
        self.put(Self::navigation_key(), navigation.into());
    }

    /// Applies an edit to one form.
    ///
    /// # Errors
    /// Where there is no such form, or the edit itself refuses; the app stays as it was.
    pub fn edit_form<T>(
        &mut self,
        key: &Key,
        edit: impl FnOnce(&mut FormDocument) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut form = self.form(key.as_str()).ok_or_else(no_form)?.clone();
        let outcome = edit(&mut form)?;
        self.put(key.clone(), form.into());
        Ok(outcome)
    }

    /// Adds an empty form at the end of the navigation.
    ///
    /// # Errors
    /// Without a title, or when the app is full.
    pub fn add_form(&mut self, name: Text) -> Result<Key, Problem> {
        let name = title(name)?;
        if self.forms().len() >= Self::FORM_LIMIT {
            return Err(full("一个应用最多 500 个表单", "An app has at most 500 forms"));
        }
        let retired = self.navigation().map(|n| n.retired.clone()).unwrap_or_default();
        let taken = |key: &str| self.get(key).is_some() || retired.iter().any(|k| k == key);
        let key = Key::derive(&name, "form", taken);
        self.put(key.clone(), FormDocument::titled(name).into());
        let form = key.clone();
        self.edit_navigation(|n| n.entries.push(NavigationEntry::Form { form }));
        Ok(key)
    }

    /// Names and describes a form anew; its key stays.
    ///
    /// # Errors
    /// Without a title, or where there is no such form.
    pub fn rename_form(&mut self, key: &Key, name: Text, description: Text) -> Result<(), Problem> {
        let name = title(name)?;
        self.edit_form(key, |form| {
            form.title = name;
            form.description = description;
            Ok(())
        })
    }

    /// Removes a form that no other form is associated with. Its key is not given again.
    ///
    /// # Errors
    /// Where there is no such form, or it is still associated.
    pub fn remove_form(&mut self, key: &Key) -> Result<(), Problem> {
        self.form(key.as_str()).ok_or_else(no_form)?;
        let users = self.users_of(key);
        if !users.is_empty() {
            return Err(form_in_use(&users));
        }
        self.take(key.as_str());
        self.edit_navigation(|navigation| {
            navigation.drop_form(key);
            navigation.retired.push(key.clone());
        });
        Ok(())
    }

    /// The fields of other forms that are associated with a form, in words.
    fn users_of(&self, form_key: &Key) -> Vec<String> {
        let mut users = Vec::new();
        for (key, form) in self.forms().into_iter().filter(|(key, _)| *key != form_key) {
            for (_, field) in form.all_fields(key) {
                if let FieldKind::Association(association) = &field.kind
                    && association.target.form() == Some(form_key)
                {
                    let (form, field) = (form.title.get(Lang::Zh), field.label.get(Lang::Zh));
                    users.push(format!("{form} / {field}"));
                }
            }
        }
        users
    }

    /// Puts a form at a place in the navigation, or of a group in it.
    ///
    /// # Errors
    /// Where there is no such form or group.
    pub fn place_form(
        &mut self,
        form: &Key,
        group: Option<&Key>,
        to: usize,
    ) -> Result<(), Problem> {
        self.form(form.as_str()).ok_or_else(no_form)?;
        let mut navigation = self.navigation().cloned().unwrap_or_default();
        navigation.drop_form(form);
        match group {
            None => {
                let to = to.min(navigation.entries.len());
                navigation.entries.insert(to, NavigationEntry::Form { form: form.clone() });
            }
            Some(group) => {
                let forms = navigation.group_mut(group).ok_or_else(no_group)?.1;
                forms.insert(to.min(forms.len()), form.clone());
            }
        }
        self.put(Self::navigation_key(), navigation.into());
        Ok(())
    }

    /// Adds a group at the end of the navigation.
    ///
    /// # Errors
    /// Without a title, or when there are too many.
    pub fn add_group(&mut self, name: Text) -> Result<Key, Problem> {
        let name = title(name)?;
        let mut navigation = self.navigation().cloned().unwrap_or_default();
        if navigation.entries.len() >= Self::FORM_LIMIT * 2 {
            return Err(full("导航的条目太多", "The navigation has too many entries"));
        }
        let key = Key::derive(&name, "group", |key| navigation.group(key).is_some());
        let forms = Vec::new();
        navigation.entries.push(NavigationEntry::Group { key: key.clone(), title: name, forms });
        self.put(Self::navigation_key(), navigation.into());
        Ok(key)
    }

    /// Names a group anew.
    ///
    /// # Errors
    /// Without a title, or where there is no such group.
    pub fn rename_group(&mut self, group: &Key, name: Text) -> Result<(), Problem> {
        let name = title(name)?;
        let mut navigation = self.navigation().cloned().unwrap_or_default();
        *navigation.group_mut(group).ok_or_else(no_group)?.0 = name;
        self.put(Self::navigation_key(), navigation.into());
        Ok(())
    }

    /// Moves a group, with its forms, to another place.
    ///
    /// # Errors
    /// Where there is no such group.
    pub fn move_group(&mut self, group: &Key, to: usize) -> Result<(), Problem> {
        let mut navigation = self.navigation().cloned().unwrap_or_default();
        let from = navigation.group(group.as_str()).ok_or_else(no_group)?;
        shift(&mut navigation.entries, from, to);
        self.put(Self::navigation_key(), navigation.into());
        Ok(())
    }

    /// Removes a group; its forms stay in its place.
    ///
    /// # Errors
    /// Where there is no such group.
    pub fn remove_group(&mut self, group: &Key) -> Result<(), Problem> {
        let mut navigation = self.navigation().cloned().unwrap_or_default();
        let at = navigation.group(group.as_str()).ok_or_else(no_group)?;
        let removed = navigation.entries.remove(at);
        let forms = removed.forms().iter().map(|form| NavigationEntry::Form { form: form.clone() });
        navigation.entries.splice(at..at, forms);
        self.put(Self::navigation_key(), navigation.into());
        Ok(())
    }

    /// Removes a field or column; old records still show it, and other forms no longer use it to
    /// recognise a record.
    ///
    /// # Errors
    /// Where there is no such form or field.
    pub fn remove_field(&mut self, form: &Key, path: &FieldPath) -> Result<(), Problem> {
        self.edit_form(form, |document| document.remove_field(path))?;
        if path.table.is_some() {
            return Ok(());
        }
        let keys: Vec<Key> = self.forms().into_iter().map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(Document::Form(document)) = self.get(key.as_str()) {
                let mut edited = document.clone();
                edited.forget_display(form, &path.key);
                if edited != *document {
                    self.put(key, edited.into());
                }
            }
        }
        Ok(())
    }
}

impl NavigationDocument {
    /// The place of the group with this key.
    pub fn group(&self, group: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| matches!(entry, NavigationEntry::Group { key, .. } if *key == *group))
    }

    fn group_mut(&mut self, group: &Key) -> Option<(&mut Text, &mut Vec<Key>)> {
        self.entries.iter_mut().find_map(|entry| match entry {
            NavigationEntry::Group { key, title, forms } if key == group => Some((title, forms)),
            _ => None,
        })
    }

    fn drop_form(&mut self, gone: &Key) {
        self.entries
            .retain(|entry| !matches!(entry, NavigationEntry::Form { form } if form == gone));
        for entry in &mut self.entries {
            if let NavigationEntry::Group { forms, .. } = entry {
                forms.retain(|form| form != gone);
            }
        }
    }
}

/// The fields of a form or the columns of a sub-table, with those that were removed.
struct Fields<'a> {
    live: &'a mut Vec<Field>,
    retired: &'a mut Vec<Field>,
}

impl Fields<'_> {
    fn place(&self, key: &Key) -> Result<usize, Problem> {
        self.live.iter().position(|field| field.key == *key).ok_or_else(no_field)
    }
}

impl FormDocument {
    fn list(&mut self, table: Option<&Key>) -> Result<Fields<'_>, Problem> {
        let Some(table) = table else {
            return Ok(Fields { live: &mut self.fields, retired: &mut self.retired });
        };
        let field = self.fields.iter_mut().find(|field| field.key == *table);
        match field.map(|field| &mut field.kind) {
            Some(FieldKind::SubTable(table)) => {
                Ok(Fields { live: &mut table.columns, retired: &mut table.retired })
            }
            _ => Err(no_field()),
        }
    }

    /// Adds a field, or a column to a sub-table, at a place or the end.
    ///
    /// # Errors
    /// Without a label, when the form is full, or where the kind does not fit.
    pub fn add_field(
        &mut self,
        table: Option<&Key>,
        label: Text,
        kind: FieldKind,
        at: Option<usize>,
    ) -> Result<Key, Problem> {
        let limit = if table.is_some() { 100 } else { Self::FIELD_LIMIT };
        if table.is_some() && !kind.fits_sub_table() {
            return Err(Problem::new(
                Kind::Invalid,
                "application.nested",
                "ALL-4",
                "此类型的字段不能放在子表单中",
                "This kind of field does not fit into a sub-table",
            ));
        }
        let fields = self.list(table)?;
        if fields.live.len() >= limit {
            return Err(full("字段已满，不能再添加", "There is no room for another field"));
        }
        let taken =
            |key: &str| fields.live.iter().chain(&*fields.retired).any(|field| field.key == *key);
        let key = Key::derive(&label, kind.code(), taken);
        let field = Field::new(key.clone(), label, kind);
        saveable(&field)?;
        let at = at.unwrap_or(usize::MAX).min(fields.live.len());
        fields.live.insert(at, field);
        Ok(key)
    }

    /// Gives a field its new properties. Options taken away are kept as retired; a sub-table keeps
    /// its columns, which are edited one by one.
    ///
    /// # Errors
    /// Where there is no such field, its properties contradict each other, or its kind changed so
    /// that old records could not be read.
    pub fn change_field(&mut self, path: &FieldPath, mut changed: Field) -> Result<(), Problem> {
        let fields = self.list(path.table.as_ref())?;
        let place = fields.place(&path.key)?;
        let before = fields.live.get(place).ok_or_else(no_field)?;
        if !changed.kind.follows(&before.kind) {
            return Err(other_kind(&before.kind));
        }
        changed.key = path.key.clone();
        changed.kind = keeping(changed.kind, &before.kind)?;
        saveable(&changed)?;
        if let Some(field) = fields.live.get_mut(place) {
            *field = changed;
        }
        Ok(())
    }

    /// Removes a field or column; old records still show it, and its key is not given again.
    ///
    /// # Errors
    /// Where there is no such field.
    pub fn remove_field(&mut self, path: &FieldPath) -> Result<(), Problem> {
        let fields = self.list(path.table.as_ref())?;
        let place = fields.place(&path.key)?;
        let gone = fields.live.remove(place);
        fields.retired.push(gone);
        if path.table.is_none() {
            self.columns.retain(|column| *column != path.key);
        }
        Ok(())
    }

    /// Puts a removed field or column back at the end, with what records hold for it.
    ///
    /// # Errors
    /// Where no such field was removed, or there is no room.
    pub fn restore_field(&mut self, path: &FieldPath) -> Result<(), Problem> {
        let limit = if path.table.is_some() { 100 } else { Self::FIELD_LIMIT };
        let fields = self.list(path.table.as_ref())?;
        if fields.live.len() >= limit {
            return Err(full("字段已满，不能再添加", "There is no room for another field"));
        }
        let place = fields.retired.iter().position(|field| field.key == path.key);
        let field = fields.retired.remove(place.ok_or_else(no_field)?);
        fields.live.push(field);
        Ok(())
    }

    /// Moves a field or column to another place.
    ///
    /// # Errors
    /// Where there is no such field.
    pub fn move_field(&mut self, path: &FieldPath, to: usize) -> Result<(), Problem> {
        let fields = self.list(path.table.as_ref())?;
        let place = fields.place(&path.key)?;
        shift(fields.live, place, to);
        Ok(())
    }

    /// Chooses the columns of the record list; none means the first fields that fit.
    ///
    /// # Errors
    /// Where one of them is not in the form.
    pub fn set_columns(&mut self, columns: Vec<Key>) -> Result<(), Problem> {
        if columns.iter().any(|key| self.field(key.as_str()).is_none()) {
            return Err(no_field());
        }
        self.columns = columns;
        self.columns.dedup();
        Ok(())
    }

    /// Other forms are no longer recognised by a field that is gone.
    fn forget_display(&mut self, form: &Key, field_key: &Key) {
        for field in &mut self.fields {
            match &mut field.kind {
                FieldKind::Association(association) => association.forget(form, field_key),
                FieldKind::SubTable(table) => {
                    for column in &mut table.columns {
                        if let FieldKind::Association(association) = &mut column.kind {
                            association.forget(form, field_key);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

impl Association {
    fn forget(&mut self, form: &Key, field: &Key) {
        if self.target.form() == Some(form) {
            self.display.retain(|key| key != field);
        }
    }
}

fn saveable(field: &Field) -> Result<(), Problem> {
    not_worse_than(Severity::Incomplete, field_findings(field), "application.field", |_| {
        Text::of("字段的设置有误", "The field's properties are not right")
    })
}

/// The kind with what an edit must not lose.
fn keeping(changed: FieldKind, before: &FieldKind) -> Result<FieldKind, Problem> {
    let options = before.choices().cloned().unwrap_or_default();
    Ok(match (changed, before) {
        (FieldKind::Radio(choices), _) => FieldKind::Radio(choices.keeping(&options)),
        (FieldKind::Checkbox(choices), _) => FieldKind::Checkbox(choices.keeping(&options)),
        (FieldKind::Select(choices), _) => FieldKind::Select(choices.keeping(&options)),
        (FieldKind::MultiSelect(choices), _) => FieldKind::MultiSelect(choices.keeping(&options)),
        (FieldKind::SubTable(mut table), FieldKind::SubTable(before)) => {
            table.columns.clone_from(&before.columns);
            table.retired.clone_from(&before.retired);
            FieldKind::SubTable(table)
        }
        (FieldKind::Association(association), FieldKind::Association(before)) => {
            let moved = before.target.form().is_some() && association.target != before.target;
            if moved {
                return Err(other_target());
            }
            FieldKind::Association(association)
        }
        (changed, _) => changed,
    })
}

fn other_target() -> Problem {
    Problem::new(
        Kind::Conflict,
        "application.association_target",
        "ALL-4",
        "关联的表单不能更换，否则已有记录中的关联将失效",
        "An association cannot change its form; existing records would lose what they refer to",
    )
    .remedy("请新增一个关联字段，并删除此字段", "Add a new association field and remove this one")
}

/// The slot that an unresolved association stands for can be filled with a form of the app.
impl From<Key> for AssociationTarget {
    fn from(form: Key) -> Self {
        Self::Form(form)
    }
}
