//! The browser's side of every call: looks at status and content type before anything is decoded, and
//! repeats what got no answer under the same key (Source: ALL-4, ALL-5).

/// The server calls its functions directly.
#[cfg(not(feature = "hydrate"))]
pub type Caller = leptos::server_fn::client::browser::BrowserClient;

#[cfg(feature = "hydrate")]
pub use browser::{Caller, send};

#[cfg(feature = "hydrate")]
mod browser {
    use std::{future::Future, time::Duration};

    use domain::{
        call::{Heard, judge, lost, unreadable},
        problem::Problem,
    };
    use futures::{Sink, Stream};
    use http::Method;
    use leptos::{
        __reexports::send_wrapper::SendWrapper,
        prelude::window,
        server_fn::{
            Bytes,
            client::{Client, browser::BrowserClient},
            request::browser::BrowserRequest,
            response::ClientRes,
        },
    };
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Headers, RequestInit, Response};

    use crate::browser::{outdated, sleep};

    /// How long until a call that got no answer is made again; after the last it is told as lost.
    const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

    /// Makes the calls of all server functions.
    pub struct Caller;

    impl Client<Problem> for Caller {
        type Request = BrowserRequest;
        type Response = Answer;

        fn send(request: BrowserRequest) -> impl Future<Output = Result<Answer, Problem>> + Send {
            SendWrapper::new(async move { Call::of(&request).await.answered().await })
        }

        fn open_websocket(
            url: &str,
        ) -> impl Future<
            Output = Result<
                (
                    impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                    impl Sink<Bytes> + Send + 'static,
                ),
                Problem,
            >,
        > + Send {
            <BrowserClient as Client<Problem>>::open_websocket(url)
        }

        fn spawn(future: impl Future<Output = ()> + Send + 'static) {
            <BrowserClient as Client<Problem>>::spawn(future);
        }
    }

    /// What is asked, apart from the request that asks it: that one serves once.
    struct Call {
        url: String,
        /// What a form would post; nothing where something is only read.
        form: Option<String>,
    }

    /// Sends what a form would post to a server function; gives its answer in JSON.
    pub async fn send(path: &'static str, form: String) -> Result<String, Problem> {
        let call = Call { url: path.to_owned(), form: Some(form) };
        let answer = call.answered().await?;
        if answer.status < 400 {
            return Ok(answer.body);
        }
        Err(serde_json::from_str(&answer.body).unwrap_or_else(|_| unreadable()))
    }

    impl Call {
        /// The answer. A call that gets none is made again.
        async fn answered(&self) -> Result<Answer, Problem> {
            let mut pauses = AGAIN.iter();
            loop {
                let problem = match self.make().await {
                    Ok(answer) => return Ok(answer),
                    Err(problem) => problem,
                };
                match pauses.next() {
                    Some(pause) if problem.is_unanswered() => sleep(*pause).await,
                    _ => return Err(problem),
                }
            }
        }

        async fn of(request: &BrowserRequest) -> Self {
            let form = request.text().await.unwrap_or_default();
            Self { url: request.url(), form: (request.method() == Method::POST).then_some(form) }
        }

        async fn make(&self) -> Result<Answer, Problem> {
            let headers = Headers::new().map_err(|_| lost())?;
            let _ = headers.set("accept", "application/json");
            let init = RequestInit::new();
            if let Some(form) = &self.form {
                let _ = headers.set("content-type", "application/x-www-form-urlencoded");
                init.set_method("POST");
                init.set_body(&form.as_str().into());
            }
            init.set_headers(&headers);
            let response = window().fetch_with_str_and_init(&self.url, &init);
            read(JsFuture::from(response).await.map_err(|_| lost())?).await
        }
    }

    async fn read(response: JsValue) -> Result<Answer, Problem> {
        let response: Response = response.dyn_into().map_err(|_| lost())?;
        let header = |name| response.headers().get(name).ok().flatten();
        outdated(header("x-fenfa-build").as_deref());
        let heard = Heard {
            status: response.status(),
            content_type: header("content-type").unwrap_or_default(),
            retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
        };
        judge(&heard)?;
        // An answer that breaks off is no answer.
        let text = response.text().map_err(|_| lost())?;
        let body = JsFuture::from(text).await.map_err(|_| lost())?.as_string().unwrap_or_default();
        Ok(Answer { status: heard.status, body })
    }

    /// An answer in JSON that has arrived whole.
    pub struct Answer {
        status: u16,
        body: String,
    }

    impl ClientRes<Problem> for Answer {
        async fn try_into_string(self) -> Result<String, Problem> {
            Ok(self.body)
        }

        async fn try_into_bytes(self) -> Result<Bytes, Problem> {
            Ok(self.body.into())
        }

        fn try_into_stream(
            self,
        ) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, Problem>
        {
            Ok(futures::stream::iter([Ok(self.body.into())]))
        }

        fn status(&self) -> u16 {
            self.status
        }

        fn status_text(&self) -> String {
            String::new()
        }

        /// Where to go next is told by the screens, not by redirects.
        fn location(&self) -> String {
            String::new()
        }

        fn has_redirect(&self) -> bool {
            false
        }
    }
}
