//! Uploads that nothing came of: they are forgotten, and contents that no file names are removed
//! (Source: quality, "Operation").

mod common;
mod provider_stage;

use std::time::Duration;

use backend::{db::testing::on_both, file, project};
use common::code;
use domain::{project::ProjectForm, time::Timestamp};
use provider_stage::Stage;

/// A contract that nobody else has uploaded.
const PDF: &[u8] = b"%PDF-1.7\nnobody else has this";

#[tokio::test]
async fn what_no_file_names_any_more_is_removed_and_nothing_else() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let who = &stage.lin.actor;
        let draft = stage.backend.id();
        let kept = stage.upload(who, "合同.pdf", PDF).await;
        let form = ProjectForm { file: kept.to_string(), ..ProjectForm::default() };
        project::save_draft(&stage.backend, who, draft, &form).await.expect("saved");
        let same = stage.upload(who, "同一份合同.pdf", PDF).await;
        let lone = stage.upload(who, "未提交.txt", b"never sent").await;
        let content = async |id| {
            let found = file::read(&stage.backend, who, id).await?;
            file::content(&stage.backend, &found).await
        };
        assert_eq!(file::sweep(&stage.backend, Duration::ZERO).await.expect("swept"), 0);

        stage.backend.clock.advance(31 * Timestamp::DAY);
        assert_eq!(
            file::sweep(&stage.backend, file::UNNAMED).await.expect("swept"),
            0,
            "too young"
        );
        assert_eq!(file::sweep(&stage.backend, Duration::ZERO).await.expect("swept"), 1);
        assert_eq!(code(content(lone).await), "missing");
        assert_eq!(code(content(same).await), "missing", "an upload that was never sent");
        assert_eq!(content(kept).await.expect("the draft's file"), PDF, "its content is shared");

        project::delete_draft(&stage.backend, who, draft).await.expect("deleted");
        assert_eq!(code(content(kept).await), "missing");
        assert_eq!(file::sweep(&stage.backend, Duration::ZERO).await.expect("swept"), 1);
        let again = stage.upload(who, "合同.pdf", PDF).await;
        assert_eq!(content(again).await.expect("put once more"), PDF);
    })
    .await;
}
