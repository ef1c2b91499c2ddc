//! A browser without JavaScript, small enough to read: it keeps cookies and posts forms.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// Signs in.
pub const SIGN_IN: &str = "/api/account/sign-in";

/// A browser of one person.
pub struct Browser {
    address: String,
    cookies: BTreeMap<String, String>,
    /// The languages it asks for.
    pub language: &'static str,
    /// What it calls the server; without a word it says nothing of it.
    pub host: Option<String>,
    /// Whether it drops cookies that are meant for https only, as browsers do over http.
    pub drops_secure: bool,
    /// A header that it sends besides.
    pub extra: Option<(&'static str, &'static str)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The page's text, without its tags and what stands in them.
    pub fn text(&self) -> String {
        self.body
            .split('<')
            .filter_map(|piece| piece.split_once('>'))
            .map(|(_, text)| text)
            .collect()
    }

    /// The value of the first field called `name`.
    pub fn field(&self, name: &str) -> Option<String> {
        let input = self.body.split("<input").skip(1).find(|input| {
            let tag = input.split('>').next().unwrap_or("");
            tag.contains(&format!("name=\"{name}\""))
        })?;
        attribute(input.split('>').next()?, "value")
    }

    /// What the first form for a server function was made for: its function, where it leads, its key,
    /// its organisation.
    pub fn made_for(&self, function: &str) -> Vec<(String, String)> {
        let form =
            self.body.split("<form").skip(1).find(|form| form.contains(&format!("\"{function}\"")));
        let form = form.unwrap_or_else(|| panic!("a form for {function}: {}", self.body));
        let form = form.split("</form>").next().unwrap_or_default();
        let tags = form.split("<input").skip(1).filter_map(|input| input.split('>').next());
        let pairs =
            tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
        pairs.filter(|(name, _)| name.starts_with('_') || name.starts_with("posting[")).collect()
    }
}

/// What a tag says under a name, as people read it.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(plain.replace("&amp;", "&"))
}

impl Browser {
    /// A browser without cookies.
    pub fn new(address: &str) -> Self {
        let cookies = BTreeMap::new();
        let host = Some(address.to_owned());
        Self {
            address: address.to_owned(),
            cookies,
            language: "zh-CN",
            host,
            drops_secure: false,
            extra: None,
        }
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[], &[])
    }

    /// Posts a form.
    pub fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.ask("POST", path, &[kind], body.join("&").as_bytes())
    }

    /// Opens a page, fills in its form for a server function, and sends it.
    pub fn give(&mut self, page: &str, function: &str, typed: &[(&str, &str)]) -> Answer {
        let made = self.get(page).made_for(function);
        let made = made.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.post(page, &made.chain(typed.iter().copied()).collect::<Vec<_>>())
    }

    /// Signs in by the form of the sign-in page.
    pub fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        let typed = [("command[login]", login), ("command[password]", password)];
        self.give("/sign-in", SIGN_IN, &typed)
    }

    /// Posts a form with a file: field, name, content.
    pub fn upload(
        &mut self,
        path: &str,
        pairs: &[(&str, &str)],
        file: (&str, &str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in pairs {
            body.extend(
                format!(
                    "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .bytes(),
            );
        }
        let (field, name, content) = file;
        body.extend(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n")
                .bytes(),
        );
        body.extend(content);
        body.extend(b"\r\n--edge--\r\n");
        self.ask("POST", path, &[("content-type", "multipart/form-data; boundary=edge")], &body)
    }

    /// Posts a form as the client does by script.
    pub fn fetch(&mut self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let headers =
            [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
        self.ask("POST", path, &headers, body.join("&").as_bytes())
    }

    /// Sends a request as it is given, with the cookies kept so far.
    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut bytes = Vec::new();
        self.request(method, path, headers, body).read_to_end(&mut bytes).expect("an answer");
        let answer = parse(&bytes);
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = value.split(';').next().unwrap_or("");
            if self.drops_secure && value.contains("; Secure") {
                continue;
            }
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// What the server tells from now on, until it ends.
    pub fn listen(&self, path: &str) -> impl Iterator<Item = String> + use<> {
        let lines =
            BufReader::new(self.request("GET", path, &[], &[])).lines().map_while(Result::ok);
        lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned))
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("the program listens");
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nConnection: close\r\nAccept-Language: {}\r\nContent-Length: {}\r\n",
            self.language,
            body.len()
        );
        if let Some(host) = &self.host {
            head.extend(["Host: ", host, "\r\n"]);
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            head.extend(["Cookie: ", &cookies.join("; "), "\r\n"]);
        }
        for (name, value) in headers.iter().chain(&self.extra) {
            head.extend([*name, ": ", *value, "\r\n"]);
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).expect("a request");
        stream.write_all(body).expect("a body");
        stream
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = &bytes[end + 4..];
    let chunked =
        headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { joined(body) } else { body.to_vec() };
    let body = String::from_utf8_lossy(&body).into_owned();
    Answer { status: status.parse().expect("a number"), headers, body }
}

/// The chunks of a body, joined.
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size, 16).ok()).unwrap_or(0);
        if size == 0 {
            break;
        }
        body.extend(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 4 + size..];
    }
    body
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
