//! A way to PostgreSQL that can be cut and mended, also in the middle of a certain statement.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

#[derive(Default)]
struct State {
    cut: bool,
    /// Cut when the program sends this.
    at: Option<&'static str>,
    open: Vec<TcpStream>,
}

impl State {
    fn cut(&mut self) {
        self.cut = true;
        self.at = None;
        for stream in self.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// A proxy in front of a server.
#[derive(Clone)]
pub struct Proxy {
    state: Arc<Mutex<State>>,
    /// The port it listens on.
    pub port: u16,
}

impl Proxy {
    /// Passes everything on to `target`.
    pub fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self { state: Arc::default(), port };
        let listening = proxy.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                listening.pass(stream, &target);
            }
        });
        proxy
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics holding it")
    }

    /// Everything that is open breaks, and nothing new gets through.
    pub fn cut(&self) {
        self.state().cut();
    }

    /// The same, as soon as the program sends `text`.
    pub fn cut_at(&self, text: &'static str) {
        self.state().at = Some(text);
    }

    /// Whether it is cut.
    pub fn is_cut(&self) -> bool {
        self.state().cut
    }

    /// New connections get through again.
    pub fn mend(&self) {
        self.state().cut = false;
    }

    fn pass(&self, near: TcpStream, target: &str) {
        let mut state = self.state();
        if state.cut {
            return;
        }
        let far = TcpStream::connect(target).expect("PostgreSQL listens");
        let twin = |stream: &TcpStream| stream.try_clone().expect("a second handle");
        state.open.extend([twin(&near), twin(&far)]);
        drop(state);
        let (from_far, to_near) = (twin(&far), twin(&near));
        let there = self.clone();
        thread::spawn(move || there.copy(near, far, true));
        let back = self.clone();
        thread::spawn(move || back.copy(from_far, to_near, false));
    }

    fn copy(&self, mut from: TcpStream, mut to: TcpStream, watched: bool) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if watched {
                let mut state = self.state();
                let text = state.at.map(str::as_bytes);
                if text.is_some_and(|text| {
                    buffer[..count].windows(text.len()).any(|part| part == text)
                }) {
                    state.cut();
                    return;
                }
            }
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    }
}
