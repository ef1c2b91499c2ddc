//! Uploads that nothing came of: they are forgotten, and contents that no file names are removed
//! (Source: quality, "Operation").

mod common;
mod provider_stage;

use std::time::Duration;

use backend::{db::testing::on_both, file, project};
use bytes::Bytes;
use common::code;
use domain::{project::ProjectForm, time::Timestamp};
use futures::stream;
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

#[tokio::test]
async fn all4_a_file_comes_piece_by_piece_whole_or_not_at_all() {
    on_both(async |backend| {
        let stage = Stage::granted(backend).await;
        let (backend, who) = (&stage.backend, &stage.lin.actor);
        let come = async |pieces: Vec<Result<Bytes, &'static str>>| {
            file::receive(backend, who, "合同.pdf", stream::iter(pieces)).await
        };
        let whole = come(PDF.chunks(5).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect());
        let whole = whole.await.expect("a file");
        let size = i64::try_from(PDF.len()).expect("a small file");
        assert_eq!((whole.media_type.as_str(), whole.size), ("application/pdf", size));
        assert_eq!(file::content(backend, &whole).await.expect("its content"), PDF);
        let same = come(vec![Ok(Bytes::from_static(PDF))]).await.expect("the same once more");
        assert_eq!(same.digest, whole.digest);

        let piece = || Ok(Bytes::from(vec![b'x'; 1024 * 1024]));
        let large = come((0..=file::MAX_BYTES / (1024 * 1024)).map(|_| piece()).collect()).await;
        assert_eq!(code(large), "file.too_large");
        assert_eq!(code(come(vec![piece(), Err("gone")]).await), "file.broken_off");
        assert_eq!(come(vec![]).await.expect("an empty file").size, 0);

        // Nothing is left of what did not arrive: all that lies there has a name.
        let left = std::fs::read_dir(backend.folder.path().join("files/arriving"));
        assert_eq!(left.map_or(0, Iterator::count), 0);
        assert_eq!(file::sweep(backend, Duration::ZERO).await.expect("swept"), 0);
    })
    .await;
}
