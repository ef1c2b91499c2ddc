//! Definitions bent in many ways, made ones and where they are at hand real ones: never a panic,
//! never a foreign id in a document.

use std::sync::LazyLock;

use super::*;

static FILES: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
    let parsed =
        |(name, bytes): (String, Vec<u8>)| (name, serde_json::from_slice(&bytes).expect("JSON"));
    let real = real_files().into_iter().flatten().map(parsed);
    made::files().into_iter().chain(real).collect()
});

/// All places in a value, as steps from its root.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{i}"), found);
            }
        }
        Value::Object(object) => {
            for (name, item) in object {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(item, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// One change: what stands at one place is put at another, or something strange is.
#[derive(Clone, Debug)]
enum Change {
    Copy(prop::sample::Index, prop::sample::Index),
    Put(prop::sample::Index, Value),
    Twice(prop::sample::Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let strange = prop::sample::select(vec![
        json!(null),
        json!([]),
        json!({}),
        json!(-1),
        json!(1e300),
        json!(""),
        json!(true),
        json!("FORM-66D473275377454DB51AC8577788E536UB4R"),
        json!("看 textField_rvid2vb2q 和 APP_MRNQXYA404IHD2P6JHSD"),
        json!(
            "https://www.aliwork.com/APP_MRNQXYA404IHD2P6JHSD/admin/REPORT-M3D66HD1RX2QW5K0B8J3R4X2ABMN2CT5P9Y7L"
        ),
        json!({"zh_CN": "dingx7k2m9p4q8r1t5v3", "en_US": "key dingoadebvlzmbnzfzpq"}),
        json!([{"text": "PROC-6C0D1D5C-9B3B-4A47-B6A4-21D3C1B0F7E2"}, "6c0d1d5c-9b3b-4a47-b6a4-21d3c1b0f7e2"]),
        json!({"type": "i18n", "zh_CN": "ding9a0954b4f9d9d40ef5bf40eda33b7ba0", "key": "k"}),
        json!({"type": "JSExpression", "value": "this.$('numberField_ozj651thb')"}),
        json!({"complexType": "formula", "formula": "SUM(#{numberField_ozj651thb}) + #{textField_rvid2vb2q}"}),
        json!(["node_ocmn89rvid1", {"value": "selectField_rvie5xxfu", "text": "tableField_ozj7cibrf"}]),
        json!("TableField"),
        json!("x".repeat(3_000)),
    ]);
    let place = any::<prop::sample::Index>;
    let change = prop_oneof![
        3 => (place(), place()).prop_map(|(from, to)| Change::Copy(from, to)),
        2 => (place(), strange).prop_map(|(at, value)| Change::Put(at, value)),
        1 => place().prop_map(Change::Twice),
    ];
    prop::collection::vec(change, 1..12)
}

fn apply(value: &mut Value, changes: &[Change]) {
    for change in changes {
        let mut all = Vec::new();
        places(value, "", &mut all);
        let at = |index: &prop::sample::Index| all[index.index(all.len())].clone();
        match change {
            Change::Copy(from, to) => {
                let copied = value.pointer(&at(from)).cloned().unwrap_or_default();
                // The whole in one of its parts, again and again, would be of any size.
                if copied.to_string().len() < 20_000
                    && let Some(place) = value.pointer_mut(&at(to))
                {
                    *place = copied;
                }
            }
            Change::Put(to, strange) => {
                if let Some(place) = value.pointer_mut(&at(to)) {
                    place.clone_from(strange);
                }
            }
            Change::Twice(of) => {
                if let Some(Value::Array(items)) = value.pointer_mut(&at(of)) {
                    let again = items.clone();
                    items.extend(again);
                }
            }
        }
    }
}

/// Whether a text holds anything in the shape of an id of the other platform, in any case.
fn foreign(text: &str) -> Option<String> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let text = text.to_ascii_lowercase();
    let mut words = text.split(word).filter(|word| {
        let after = |prefix: &str| word.split_once(prefix).map_or("", |(_, rest)| rest);
        let run = |rest: &str, fits: fn(&u8) -> bool| rest.bytes().take_while(fits).count();
        run(after("form-"), u8::is_ascii_alphanumeric) >= 12
            || run(after("app_"), u8::is_ascii_alphanumeric) >= 10
            || run(after("proc-"), |b| b.is_ascii_alphanumeric() || *b == b'-') >= 10
            || run(after("report-"), u8::is_ascii_alphanumeric) >= 16
            || run(after("ding"), u8::is_ascii_alphanumeric) >= 16
            || word.split('-').map(str::len).collect::<Vec<_>>().ends_with(&[4, 4, 4, 12])
            || run(after("node_"), u8::is_ascii_alphanumeric) >= 8
            || run(after("field_"), u8::is_ascii_alphanumeric) >= 6
    });
    words.next().map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn ord4_definitions_bent_in_many_ways_leave_no_foreign_id(changes in changes(), which in any::<prop::sample::Index>()) {
        let mut files = FILES.clone();
        let which = which.index(files.len());
        apply(&mut files[which].1, &changes);
        let files: Vec<(String, Vec<u8>)> =
            files.into_iter().map(|(name, value)| (name, value.to_string().into_bytes())).collect();
        let Ok(import) = import_all(&files) else { return Ok(()) };
        let invalid: Vec<_> = import.tree.findings().into_iter().filter(|f| f.severity == Severity::Invalid).collect();
        prop_assert_eq!(invalid, vec![]);
        for (_, document) in import.tree.components() {
            let canonical = document.canonical();
            prop_assert_eq!(foreign(&canonical), None);
        }
        for line in &import.report {
            prop_assert!(line.field.is_some() || !line.form_title.is_empty());
            prop_assert_eq!(foreign(&line.text.zh), None);
            prop_assert_eq!(foreign(&line.text.en), None);
        }
        for form in &import.forms {
            prop_assert_eq!(foreign(&form.file), None);
        }
    }
}
