//! Reading what the server wrote, in the browser: by a reader that knows each type from the start and
//! keeps no words for its errors, because every byte of it is loaded before a screen comes alive.

use serde::de::DeserializeOwned;

/// Why a text is not what it should be.
pub use serde_json_core::de::Error as Unreadable;

/// Reads a value from JSON, as our server writes it. What a page or an answer carries has structs, lists
/// and pairs: the reader knows no maps with texts as keys, and no types whose shape the text itself tells
/// (untagged, internally tagged).
///
/// # Errors
/// The text is not JSON, or of another type.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    // No text is longer once its escapes are undone.
    let mut unescaped = vec![0; json.len()];
    serde_json_core::from_str_escaped(json, &mut unescaped).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{
        call::lost,
        problem::{Again, FieldProblem, Problem},
    };

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        text: String,
        number: i64,
        flag: bool,
        maybe: Option<String>,
        pairs: Vec<(String, u32)>,
    }

    proptest! {
        #[test]
        fn what_the_server_writes_is_read(
            text in ".*", number: i64, flag: bool, maybe in prop::option::of(".*"),
            pairs in prop::collection::vec((".*", any::<u32>()), 0..3),
        ) {
            let sample = Sample { text, number, flag, maybe, pairs };
            let json = serde_json::to_string(&sample).unwrap();
            prop_assert_eq!(read::<Sample>(&json).unwrap(), sample);
        }

        #[test]
        fn other_texts_are_refused_without_a_crash(text in ".*") {
            let _ = read::<Sample>(&text);
            let _ = read::<Problem>(&format!("{{\"code\":\"{text}"));
        }
    }

    #[test]
    fn refusals_are_read_with_all_they_carry() {
        let mut problem = lost();
        problem.reference = Some("7\u{1}\"\\".into());
        problem.fields = vec![FieldProblem { name: "a".into(), text: problem.text.clone() }];
        problem.again = Some(Again { organisation: None, label: problem.remedy.clone() });
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(read::<Problem>(&json).unwrap(), problem);
        // What a newer server adds is passed over.
        let newer = json.replacen('{', "{\"new\":[{\"a\":[1.5e3,null]},\"}\\\"\"],", 1);
        assert_eq!(read::<Problem>(&newer).unwrap(), problem);
        assert!(read::<Problem>(&json[..json.len() - 1]).is_err());
        assert!(read::<Problem>(&format!("{json}x")).is_err());
        assert!(read::<Problem>("<html>").is_err());
        read::<()>("null").unwrap();
    }
}
