//! The address under which people reach this site: the configured one, or this machine's own. Links
//! go out to customers, so their host is never guessed from a request (Source: LNK-3).

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Uri, header, uri::Authority},
    middleware::Next,
    response::Response,
};

use crate::turned_away;

/// Reads `scheme://host[:port]` and gives it as browsers write it: in small letters, without the
/// scheme's own port.
pub fn parse(text: &str) -> Result<String, String> {
    let wrong = || {
        format!(
            "--origin (FENFA_ORIGIN) must be http:// or https://, a host and perhaps a port, with \
             nothing after it, such as https://fenfa.example.cn; it is `{text}`"
        )
    };
    // A fragment would be dropped without a word.
    let uri: Uri = text.parse().ok().filter(|_| !text.contains('#')).ok_or_else(wrong)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong());
    };
    let bare = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains('@');
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(wrong()),
    };
    let host = authority.host().to_ascii_lowercase();
    let port = match authority.as_str().get(host.len()..) {
        None | Some("") => usual,
        Some(port) => {
            let port = port.strip_prefix(':').and_then(|port| port.parse::<u16>().ok());
            port.filter(|port| *port > 0).ok_or_else(wrong)?
        }
    };
    if !bare || host.is_empty() {
        return Err(wrong());
    }
    Ok(if port == usual {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{port}")
    })
}

/// Lets only requests through that were sent to this machine by its own names, for a site that was
/// not told its address.
pub async fn this_machine_only(mut request: Request, next: Next) -> Response {
    let asked = asked(request.uri(), request.headers());
    let Some(host) = asked.filter(|host| is_this_machine(host)) else {
        return turned_away::misdirected();
    };
    if let Ok(host) = HeaderValue::from_str(&host) {
        // What is asked for may stand in the request's target; from here on it stands here alone.
        request.headers_mut().insert(header::HOST, host);
    }
    next.run(request).await
}

/// The host and port that were asked for; those of the request's target outrank the header.
fn asked(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    if let Some(authority) = uri.authority() {
        return Some(authority.to_string());
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().map(str::to_owned),
        _ => None,
    }
}

/// True for `localhost`, 127.0.0.0/8 and `[::1]`, with any port.
fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if host.contains('@') {
        return false;
    }
    let name = authority.host();
    let v6 = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match (v6, name.parse::<std::net::Ipv4Addr>()) {
        (Some(v6), _) => {
            v6.parse::<std::net::Ipv6Addr>().is_ok_and(|address| address.is_loopback())
        }
        (None, Ok(v4)) => v4.is_loopback(),
        (None, Err(_)) => name.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        for (text, read) in [
            ("https://fenfa.example.cn", "https://fenfa.example.cn"),
            ("https://fenfa.example.cn/", "https://fenfa.example.cn"),
            ("HTTPS://Fenfa.Example.cn:443", "https://fenfa.example.cn"),
            ("http://192.168.1.7:3210", "http://192.168.1.7:3210"),
            ("http://fenfa:80", "http://fenfa"),
            ("http://fenfa:443", "http://fenfa:443"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(read), "{text}");
        }
        for text in [
            "",
            "fenfa.example.cn",
            "fenfa.example.cn:443",
            "//fenfa.example.cn",
            "ftp://fenfa.example.cn",
            "https://",
            "https://:443",
            "https://fenfa.example.cn/app",
            "https://fenfa.example.cn//",
            "https://fenfa.example.cn?a=b",
            "https://fenfa.example.cn/#a",
            "https://fenfa.example.cn:port",
            "https://fenfa.example.cn:70000",
            "https://fenfa.example.cn:0",
            "https://fenfa.example.cn:",
            "https://me@fenfa.example.cn",
            "https://fenfa.example.cn https://other.example",
            "https://分发.example",
        ] {
            let refused = parse(text).expect_err(text);
            assert!(refused.contains("--origin") && refused.contains("FENFA_ORIGIN"), "{refused}");
        }
    }

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for own in [
            "127.0.0.1",
            "127.0.0.1:3210",
            "127.9.8.7:1",
            "[::1]",
            "[::1]:80",
            "localhost",
            "LocalHost:3210",
        ] {
            assert!(is_this_machine(own), "{own}");
        }
        for other in [
            "",
            "fenfa.example",
            "localhost.example",
            "127.0.0.1.example",
            "0.0.0.0:3210",
            "[::]",
            "[::ffff:192.0.2.1]",
            "10.0.0.1",
            "me@127.0.0.1",
            "127.0.0.1/a",
            "127.0.0.1 ",
        ] {
            assert!(!is_this_machine(other), "{other}");
        }
    }

    #[test]
    fn the_target_of_a_request_outranks_its_header_and_two_headers_are_none() {
        let of = |uri: &str, hosts: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, HeaderValue::from_static(host));
            }
            asked(&uri.parse().unwrap(), &headers)
        };
        assert_eq!(of("/", &["localhost"]).as_deref(), Some("localhost"));
        let target = of("http://fenfa.example/", &["localhost"]);
        assert_eq!(target.as_deref(), Some("fenfa.example"));
        assert_eq!(of("/", &[]), None);
        assert_eq!(of("/", &["localhost", "fenfa.example"]), None);
    }
}
