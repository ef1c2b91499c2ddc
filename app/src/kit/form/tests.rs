//! What was posted comes back as text, whatever stands in it (Source: ALL-4).

use domain::{
    command::Posting,
    lang::Text,
    problem::{Again, FieldProblem, Kind, Problem},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{Area, Check, Choices, CommandForm, FileField, Hidden, Input, Select, Submit};
use crate::{
    call::{Echo, Sends as _},
    programme::api::Apply,
};

/// What would end any place it stands in.
const HOSTILE: &str = "\"'></textarea></option></title><script>alert(1)</script>&lt;<!--";

fn hostile() -> Text {
    Text::new(HOSTILE, HOSTILE)
}

fn echo(values: &[(&str, &str)]) -> Echo {
    let mut problem =
        Problem::with(Kind::Unauthenticated, HOSTILE, HOSTILE, hostile()).remedy(HOSTILE, HOSTILE);
    problem.fields = ["line", "lines", "one", "each", "agreed", "file", HOSTILE]
        .map(|name| FieldProblem { name: name.into(), text: hostile() })
        .into();
    problem.reference = Some(HOSTILE.into());
    problem.again = Some(Again { organisation: None, label: hostile() });
    let pairs = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Echo {
        function: Apply::PATH.to_owned(),
        pairs: pairs.collect(),
        problem,
        files: vec![(HOSTILE.to_owned(), HOSTILE.to_owned())],
    }
}

fn render(echo: Echo) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        provide_context(echo);
        let option = || (HOSTILE.to_owned(), HOSTILE.to_owned());
        let choice = || (HOSTILE.to_owned(), HOSTILE.to_owned(), HOSTILE.to_owned());
        let to = Apply::target();
        let posting = Posting::new([7; 16], None);
        view! {
            <CommandForm to posting page=HOSTILE done=HOSTILE>
                <Input name="line" label=HOSTILE hint=HOSTILE/>
                <Area name="lines" label=HOSTILE hint=HOSTILE/>
                <Select name="one" label=HOSTILE hint=HOSTILE options=vec![option()]/>
                <Choices name="each" label=HOSTILE options=vec![choice()]/>
                <Check name="agreed" label=HOSTILE hint=HOSTILE/>
                <Hidden name="hidden" value=HOSTILE/>
                <FileField name="file" label=HOSTILE hint=HOSTILE accept=".pdf"/>
                <Submit label=HOSTILE sends=("pressed", HOSTILE.to_owned())/>
            </CommandForm>
        }
        .to_html()
    });
    owner.unset_with_forced_cleanup();
    // How the framework marks the place of a part that is empty.
    html.replace("<!--<() />-->", "")
}

/// Everything that stands between `<` and `>`.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|piece| piece.split('>').next()).collect()
}

#[test]
fn all4_every_control_shows_what_was_posted_as_text() {
    let names = ["line", "lines", "one", "each", "agreed", "hidden", "file"];
    let names = names.map(|name| format!("command[{name}]"));
    let mut values = names.each_ref().map(|name| (name.as_str(), HOSTILE)).to_vec();
    values.extend([
        ("posting[key]", HOSTILE),
        ("posting[organisation]", HOSTILE),
        (HOSTILE, HOSTILE),
    ]);
    let html = render(echo(&values));

    // The same number of tags as with nothing that could end them, and none of other kinds.
    let plain = values.iter().map(|(name, _)| (*name, "plain")).collect::<Vec<_>>();
    let mut quiet = echo(&plain);
    quiet.files = vec![("plain".to_owned(), "plain".to_owned())];
    let kinds = |html: &str| {
        let mut kinds: Vec<String> = tags(html)
            .iter()
            .map(|tag| tag.split([' ', '/']).find(|word| !word.is_empty()).unwrap_or("").to_owned())
            .filter(|kind| !kind.starts_with('!'))
            .collect();
        kinds.sort();
        kinds
    };
    let (hostile, quiet) = (kinds(&html), kinds(&render(quiet)));
    assert_eq!(hostile, quiet, "{html}");
    assert!(!html.contains("<script") && !html.contains("<!--"), "{html}");
    assert_eq!(html.matches("</textarea").count(), 1, "{html}");
    for tag in tags(&html) {
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }

    // And it is there: in the line, the lines, the chosen ones, the file's name and id, and at each field.
    let of_line = "name=\"command[line]\"";
    let line = tags(&html).into_iter().find(|tag| tag.contains(of_line)).expect("the line");
    assert!(line.contains("alert(1)") && line.contains("value=\"&quot;"), "{line}");
    let area = html.split("<textarea").nth(1).and_then(|rest| rest.split("</textarea").next());
    assert!(
        area.is_some_and(|area| area.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;")),
        "{html}"
    );
    assert_eq!(html.matches(" selected").count(), 1, "{html}");
    assert_eq!(html.matches(" checked").count(), 2, "{html}");
    let file =
        tags(&html).into_iter().find(|tag| tag.contains("hidden") && tag.contains("command[file]"));
    assert!(file.is_some_and(|tag| tag.contains("alert(1)")), "{html}");
    assert!(html.matches("alert(1)").count() > 30, "{html}");
}
