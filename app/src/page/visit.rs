//! A visit: who asks for which page, in which language, at what time, with what typed before.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    ops::Deref,
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Path, Request},
    http::{HeaderMap, Uri, header, request::Parts},
};
use backend::{Backend, account::Presence};
use domain::{
    authority::Actor,
    identity::OrganisationId,
    lang::{Lang, Text},
    problem::Problem,
    time::{Timestamp, Zone},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Form;
use crate::{assets::AssetMap, call::server::Told};

/// What every page needs of the running program.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub backend: Arc<Backend>,
    /// Where the browser finds the client.
    pub assets: AssetMap,
    /// The site's own origin, such as `https://fenfa.example.cn`; else it is told from the request.
    pub origin: Option<String>,
    /// True behind TLS: cookies are `Secure`.
    pub secure: bool,
    /// True when there is a demo to show: the sign-in page offers its accounts.
    pub demo: bool,
    /// Believe `X-Forwarded-For` of a proxy in front.
    pub trust_proxy: bool,
}

/// The name of the session's cookie.
pub const SESSION_COOKIE: &str = "fenfa_session";
/// How long storage may take to say who asks, before the visitor is told that it does not answer.
const PATIENCE: Duration = Duration::from_secs(3);
const LANGUAGE_COOKIE: &str = "fenfa_language";
const THEME_COOKIE: &str = "fenfa_theme";
const FLASH_COOKIE: &str = "fenfa_said";
const HANDED_COOKIE: &str = "fenfa_handed";
/// Says that somebody has just signed in. It comes back where the session's cookie does not.
const CAME_COOKIE: &str = "fenfa_came";

/// What was posted, and why it was not accepted.
#[derive(Debug)]
pub struct Echo {
    /// The form as typed.
    pub form: Form,
    /// The refusal; none when a button only changed the form.
    pub problem: Option<Problem>,
    /// The same for the form of a server function.
    pub call: Option<crate::call::Echo>,
    /// Whether a form on the page tells the refusal.
    pub told: Told,
}

impl Echo {
    pub(super) fn new(
        form: Form,
        problem: Option<Problem>,
        call: Option<crate::call::Echo>,
    ) -> Self {
        Self { form, problem, call, told: Told::default() }
    }

    /// Notes that a form on the page tells the refusal.
    pub fn tell(&self) {
        self.told.tell();
    }

    /// The refusal, where no form built so far tells it.
    pub fn untold(&self) -> Option<&Problem> {
        self.problem.as_ref().filter(|_| !self.told.is_told())
    }
}

/// What one request brings; see the fields.
#[derive(Clone)]
pub struct Inner {
    /// The running program.
    pub state: AppState,
    /// Who asks.
    pub actor: Actor,
    /// The language of the answer.
    pub lang: Lang,
    /// `light` or `dark`, when chosen by hand.
    pub theme: Option<String>,
    /// The time zone in which times are shown.
    pub zone: Zone,
    /// How many organisations the person belongs to.
    pub organisations: i64,
    /// How many notices are unread, counted up to 100.
    pub unread: i64,
    /// Whether the organisation acted in is or was a provider.
    pub provider: bool,
    /// The present moment, the same for the whole page.
    pub now: Timestamp,
    /// The path, such as `/apps/new`.
    pub path: String,
    /// The query's pairs, decoded.
    pub query: Vec<(String, String)>,
    /// The session's token.
    pub token: Option<String>,
    /// The browser's name for itself.
    pub agent: String,
    /// The origin of this site as the browser sees it.
    pub origin: String,
    /// What the page before left to be said.
    pub said: Option<Text>,
    /// A secret that the command before handed to this page, to be shown once.
    pub handed: Option<String>,
    /// Whether the browser has dropped the session's cookie: it keeps a `Secure` one only over https.
    pub dropped: bool,
    params: HashMap<String, String>,
}

/// A visit, cheap to clone.
#[derive(Clone)]
pub struct Visit {
    inner: Arc<Inner>,
    echo: Option<Arc<Echo>>,
}

impl Deref for Visit {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl Visit {
    /// Reads the request up to its body. Where storage does not say who asks, the visit is a
    /// stranger's, good for telling so, and the problem comes along.
    pub(crate) async fn of(
        state: AppState,
        request: Request,
    ) -> (Self, Request, Result<(), Problem>) {
        let (mut parts, body) = request.into_parts();
        let (inner, known) = Inner::read(state, &mut parts).await;
        let visit = Self { inner: Arc::new(inner), echo: None };
        (visit, Request::from_parts(parts, body), known)
    }

    /// The same visit with what this person may do by now: uploading a file takes time in which a
    /// session can end and a role be taken away (Source: ORG-4).
    pub(crate) async fn anew(self) -> (Self, Result<(), Problem>) {
        let address = self.actor.address().to_owned();
        let (presence, known) =
            presence(&self.state.backend, self.token.as_deref(), &address).await;
        let mut inner = Inner::clone(&self.inner);
        inner.now = self.state.backend.now();
        (inner.actor, inner.zone) = (presence.actor, presence.zone);
        (inner.organisations, inner.unread) = (presence.organisations, presence.unread);
        inner.provider = presence.provider;
        (Self { inner: Arc::new(inner), echo: self.echo }, known)
    }

    /// The same visit, acting in the organisation that a command was made in.
    #[must_use]
    pub(crate) fn acting_as(self, actor: Actor) -> Self {
        if actor == self.actor {
            return self;
        }
        let inner = Inner { actor, ..Inner::clone(&self.inner) };
        Self { inner: Arc::new(inner), echo: self.echo }
    }

    pub(super) fn with_echo(mut self, echo: Echo) -> Self {
        self.echo = Some(Arc::new(echo));
        self
    }

    /// What was posted to this page and not accepted, if that is why it is shown.
    pub fn echo(&self) -> Option<&Arc<Echo>> {
        self.echo.as_ref()
    }

    /// The organisation acted in.
    pub fn acting(&self) -> Option<OrganisationId> {
        self.actor.membership().ok().map(|membership| membership.organisation)
    }

    /// The use cases.
    pub fn backend(&self) -> &Backend {
        &self.state.backend
    }

    /// One of two texts written side by side.
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.t(zh, en)
    }

    /// The parameter `name` of the path, parsed.
    pub fn param<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        let found = self.params.get(name).and_then(|text| text.parse().ok());
        found.ok_or_else(|| backend::problem::missing("这一项", "item"))
    }

    /// The query's value `name`; empty ones count as absent.
    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// This URL, path and query.
    pub fn here(&self) -> String {
        self.with_query(&[])
    }

    /// This URL with some of the query's values replaced; an empty value removes one.
    pub fn with_query(&self, changes: &[(&str, &str)]) -> String {
        let kept = self
            .query
            .iter()
            .filter(|(key, _)| !changes.iter().any(|(name, _)| name == key))
            .map(|(key, value)| (key.as_str(), value.as_str()));
        let pairs: Vec<String> = kept
            .chain(changes.iter().copied().filter(|(_, value)| !value.is_empty()))
            .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
            .collect();
        if pairs.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, pairs.join("&"))
        }
    }

    /// A cookie of this site that scripts cannot read, for `days`; 0 ends it.
    pub fn cookie(&self, name: &str, value: &str, days: i64) -> String {
        let secure = if self.state.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", days * 86_400)
    }

    /// The cookie that hands a secret over to the page at `url`, and to no other: an address stands in
    /// histories and in the logs of proxies, a cookie does not.
    pub(crate) fn handed_cookie(&self, url: &str, secret: &str) -> String {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let (secret, lives) = (encode(secret), if secret.is_empty() { 0 } else { 60 });
        let secure = if self.state.secure { "; Secure" } else { "" };
        format!(
            "{HANDED_COOKIE}={secret}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={lives}{secure}"
        )
    }

    /// The cookie that signs a person in.
    pub fn session_cookie(&self, token: &str) -> String {
        self.cookie(SESSION_COOKIE, token, 30)
    }

    /// The cookie that says for a minute that somebody has signed in; every connection carries it.
    pub fn came_cookie(&self, came: bool) -> String {
        let lives = if came { 60 } else { 0 };
        format!("{CAME_COOKIE}=1; Path=/; HttpOnly; SameSite=Lax; Max-Age={lives}")
    }

    /// The cookie that remembers a language chosen by hand.
    pub fn language_cookie(&self, lang: Option<Lang>) -> String {
        self.cookie(
            LANGUAGE_COOKIE,
            lang.map_or("", Lang::code),
            if lang.is_some() { 365 } else { 0 },
        )
    }

    /// The cookie that remembers a theme chosen by hand.
    pub fn theme_cookie(&self, theme: Option<&str>) -> String {
        self.cookie(THEME_COOKIE, theme.unwrap_or(""), if theme.is_some() { 365 } else { 0 })
    }
}

impl Inner {
    async fn read(state: AppState, parts: &mut Parts) -> (Self, Result<(), Problem>) {
        let mut params = Path::<HashMap<String, String>>::from_request_parts(parts, &())
            .await
            .map(|Path(params)| params)
            .unwrap_or_default();
        params.values_mut().for_each(without_nul);
        let cookies = cookies(&parts.headers);
        let cookie = |name: &str| cookies.get(name).filter(|value| !value.is_empty()).cloned();
        let token = cookie(SESSION_COOKIE);
        let address = address(&state, parts);
        let (presence, known) = presence(&state.backend, token.as_deref(), &address).await;
        let actor = presence.actor;
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let chosen = cookie(LANGUAGE_COOKIE).and_then(|code| Lang::parse(&code));
        let of_account = actor.person().ok().and_then(|person| person.language);
        let lang = of_account
            .or(chosen)
            .or_else(|| text(header::ACCEPT_LANGUAGE).and_then(Lang::accept))
            .unwrap_or_default();
        let look = actor.person().ok().and_then(|person| person.theme);
        let theme = look
            .map(|theme| theme.code().to_owned())
            .or_else(|| cookie(THEME_COOKIE).filter(|theme| theme == "light" || theme == "dark"));
        let inner = Self {
            now: state.backend.now(),
            actor,
            lang,
            theme,
            zone: presence.zone,
            organisations: presence.organisations,
            unread: presence.unread,
            provider: presence.provider,
            path: parts.uri.path().to_owned(),
            query: query_pairs(&parts.uri),
            agent: text(header::USER_AGENT).unwrap_or("").to_owned(),
            origin: origin(&state, parts),
            dropped: token.is_none() && state.secure && cookie(CAME_COOKIE).is_some(),
            said: cookie(FLASH_COOKIE).and_then(|text| serde_json::from_str(&decode(&text)).ok()),
            handed: cookie(HANDED_COOKIE).map(|text| decode(&text)),
            token,
            params,
            state,
        };
        (inner, known)
    }
}

/// Who asks; a stranger, with the problem, where storage does not answer in time.
async fn presence(
    backend: &Backend,
    token: Option<&str>,
    address: &str,
) -> (Presence, Result<(), Problem>) {
    let asked = backend::account::presence(backend, token, address);
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    match answer.unwrap_or_else(|late| Err(backend::problem::internal(&late))) {
        Ok(presence) => (presence, Ok(())),
        Err(problem) => (Presence::stranger(address), Err(problem)),
    }
}

fn cookies(headers: &HeaderMap) -> HashMap<String, String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn address(state: &AppState, parts: &Parts) -> String {
    let forwarded = state.trust_proxy.then(|| forwarded(&parts.headers)).flatten();
    let peer = || parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    forwarded.or_else(peer).map_or_else(String::new, |address| address.to_string())
}

/// The address that the proxy in front wrote itself: the last entry of the last line, since some
/// proxies add to the visitor's line and some add a line of their own.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// Puts the sign for what cannot be shown in the place of NUL, which PostgreSQL does not store.
pub(super) fn without_nul(text: &mut String) {
    if text.contains('\0') {
        *text = text.replace('\0', "\u{fffd}");
    }
}

fn origin(state: &AppState, parts: &Parts) -> String {
    let host = || parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    state.origin.clone().unwrap_or_else(|| {
        let scheme = if state.secure { "https" } else { "http" };
        format!("{scheme}://{}", host().unwrap_or("localhost"))
    })
}

fn query_pairs(uri: &Uri) -> Vec<(String, String)> {
    let query = uri.query().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    pairs.iter_mut().flat_map(|(name, value)| [name, value]).for_each(without_nul);
    pairs
}

/// Percent-encodes a query's value; letters and digits of every script stay readable when decoded.
pub fn encode(text: &str) -> String {
    const KEPT: AsciiSet =
        NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
    utf8_percent_encode(text, &KEPT).to_string()
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The cookie that carries what the next page says first.
pub(crate) fn flash_cookie(text: &Text) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    format!("{FLASH_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60", encode(&json))
}

/// The cookie that ends what was said.
pub(super) fn spoken_cookie() -> String {
    format!("{FLASH_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_one_the_proxy_in_front_wrote() {
        let of = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", header::HeaderValue::from_static(line));
            }
            forwarded(&headers).map(|address| address.to_string())
        };
        assert_eq!(of(&["10.0.0.1, 192.0.2.7"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(of(&["10.0.0.1", " 2001:db8::1 "]).as_deref(), Some("2001:db8::1"));
        assert_eq!(of(&["192.0.2.7, nonsense"]), None);
        assert_eq!(of(&[]), None);
    }
}
