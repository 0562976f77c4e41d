//! A small static server for one folder, on this machine only.

use crate::shell::Outcome;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

const DEFAULT_PORT: u16 = 8080;

/// What `cargo xtask serve` was asked for.
#[derive(Default)]
pub struct Options {
    port: Option<u16>,
    open: bool,
}

impl Options {
    /// Reads `--port N` and `--open`.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--open" => options.open = true,
                "--port" => {
                    let value = rest.next().ok_or("`--port` needs a number")?;
                    let port = value.parse();
                    options.port =
                        Some(port.map_err(|_| format!("`{value}` is not a port number"))?);
                }
                other => {
                    return Err(format!(
                        "`serve` knows `--port N` and `--open`, not `{other}`"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// Serves `folder` until the process is ended.
///
/// Without `--port`, a free port is taken where the usual one is in use; a port that was asked for must be free.
pub fn serve(folder: &Path, options: &Options) -> Outcome {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = match options.port {
        Some(port) => bind(port).map_err(|error| format!("port {port}: {error}"))?,
        None => bind(DEFAULT_PORT)
            .or_else(|_| bind(0))
            .map_err(|error| format!("no free port: {error}"))?,
    };
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let url = format!("http://localhost:{}/", address.port());
    println!("\nkubehop is at {url}   (Ctrl C ends it)");
    if options.open {
        open(&url);
    }
    for stream in listener.incoming().flatten() {
        let folder = folder.to_path_buf();
        // A client that hangs up early is no error of ours.
        thread::spawn(move || drop(answer(&folder, stream)));
    }
    Ok(())
}

fn open(url: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    if let Err(error) = Command::new(program).arg(url).spawn() {
        println!("`{program}` could not open a browser: {error}");
    }
}

fn answer(folder: &Path, mut stream: TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut words = request.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or("/"),
    );
    let file = file_for(folder, target).and_then(|path| Some((fs::read(&path).ok()?, path)));
    let (status, kind, body) = match (method, file) {
        ("GET" | "HEAD", Some((body, path))) => ("200 OK", media_type(&path), body),
        ("GET" | "HEAD", None) => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
        _ => (
            "405 Method Not Allowed",
            "text/plain",
            b"only GET\n".to_vec(),
        ),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that a request names; `None` for one that points outside of the folder.
fn file_for(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.trim_start_matches('/');
    let inside = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let file = folder.join(path);
    match inside {
        true if file.is_dir() => Some(file.join("index.html")),
        true => Some(file),
        false => None,
    }
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("yaml" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_never_leaves_the_folder() {
        let folder = Path::new("/srv/dist");
        let file = |target| file_for(folder, target);
        assert_eq!(file("/a.js?x#y"), Some(PathBuf::from("/srv/dist/a.js")));
        assert_eq!(file("/../secret"), None);
        assert_eq!(file("/a/../../secret"), None);
        assert_eq!(
            file("//etc/passwd"),
            Some(PathBuf::from("/srv/dist/etc/passwd"))
        );
    }

    #[test]
    fn a_port_that_is_no_number_is_refused() {
        let parse =
            |words: &[&str]| Options::parse(&words.iter().map(|&w| w.into()).collect::<Vec<_>>());
        assert_eq!(
            parse(&["--port", "x"]).err().as_deref(),
            Some("`x` is not a port number")
        );
        assert_eq!(parse(&["--port", "81"]).ok().and_then(|o| o.port), Some(81));
    }
}
