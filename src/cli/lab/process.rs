//! The programs of a lab: who answers, who sends, and who compares with what was simulated.
//!
//! `answer` and `fire` run in a namespace, `probe` outside. All of them are `kubehop lab-process`,
//! so that a lab needs nothing but kubehop, iproute2 and iptables. What they exchange is lines of
//! words between tabs; the files of a lab hold the same.

#![allow(
    clippy::disallowed_methods,
    reason = "a lab is real: it takes time and runs at once; none of this reaches the browser"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread::{self, Builder};
use std::time::Duration;

use super::super::args::LabProcessArguments;
use super::super::output::Answer;
use super::super::{FAILED, HOLDS};
use super::outcomes::{REFUSED, SILENCE, reached};

/// How long to wait for an answer at first, and where the first answer was a surprise.
const PATIENCE: [u64; 2] = [700, 3000];
/// How many are on their way at once from one namespace.
const AT_ONCE: usize = 64;
/// How often a flow is fired again to see an outcome that has not been seen.
const AGAIN: usize = 64;
/// An outcome less likely than this may stay unseen.
const LIKELY: f64 = 0.2;
/// What a thread of these needs.
const STACK: usize = 128 << 10;
/// The most that a datagram or answer may hold.
const LONGEST: usize = 1024;

pub(in super::super) fn run(arguments: &LabProcessArguments) -> Answer {
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["answer", listen, sign] => {
            answer(Path::new(listen), Path::new(sign)).map(|()| Answer::default())
        }
        ["fire"] => fire().map(|()| Answer::default()),
        ["probe", name, rest @ ..] => probe(name, rest),
        _ => Err("what should a process of a lab do?".to_owned()),
    };
    outcome.unwrap_or_else(|problem| Answer::unusable(format!("error: {problem}\n")))
}

fn told(what: &str) -> impl Fn(io::Error) -> String {
    move |error| format!("{what}: {error}")
}

/// Listens as the file says and answers with what it sees. Writes the sign when it is ready, and
/// ends when the sign is gone.
fn answer(listen: &Path, sign: &Path) -> Result<(), String> {
    let text = fs::read_to_string(listen).map_err(told(&listen.display().to_string()))?;
    for line in text.lines() {
        let [protocol, address, name] = *line.split('\t').collect::<Vec<_>>() else {
            return Err(format!("cannot listen as `{line}` says"));
        };
        let (problem, name) = (told(line), name.to_owned());
        let thread = Builder::new().stack_size(STACK);
        if protocol == "tcp" {
            let listener = TcpListener::bind(address).map_err(&problem)?;
            thread
                .spawn(move || answer_connections(&listener, &name))
                .map_err(&problem)?;
        } else {
            let socket = UdpSocket::bind(address).map_err(&problem)?;
            thread
                .spawn(move || answer_datagrams(&socket, &name))
                .map_err(&problem)?;
        }
    }
    fs::write(sign, "").map_err(told(&sign.display().to_string()))?;
    while sign.exists() {
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn answer_connections(listener: &TcpListener, name: &str) {
    for mut stream in listener.incoming().flatten() {
        if let (Ok(local), Ok(peer)) = (stream.local_addr(), stream.peer_addr()) {
            // Whoever is gone does not read.
            let _ = writeln!(stream, "{name}\t{local}\t{peer}");
        }
    }
}

/// Says on standard output what arrives, for those whose answer gets lost.
fn answer_datagrams(socket: &UdpSocket, name: &str) {
    let mut buffer = [0; LONGEST];
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut buffer) else {
            // A refusal of an earlier answer is reported here; the socket is as good as before.
            continue;
        };
        let (Ok(local), Ok(token)) = (socket.local_addr(), std::str::from_utf8(&buffer[..length]))
        else {
            continue;
        };
        let token: String = token.chars().filter(char::is_ascii_graphic).collect();
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{token}\t{name}\t{local}\t{peer}");
        let _ = out.flush();
        let _ = socket.send_to(format!("{name}\t{local}\t{peer}\n").as_bytes(), peer);
    }
}

/// Sends what standard input says (token, protocol, destination, patience in milliseconds) and says
/// what came back.
fn fire() -> Result<(), String> {
    let lines: Result<Vec<String>, io::Error> = io::stdin().lines().collect();
    let lines = lines.map_err(told("standard input"))?;
    let count = lines.len().min(AT_ONCE);
    let queue = Mutex::new(lines.into_iter());
    let work = || {
        loop {
            let next = queue.lock().ok().and_then(|mut queue| queue.next());
            let Some(line) = next else { break };
            let words: Vec<&str> = line.split('\t').collect();
            let [token, protocol, to, patience] = *words else {
                continue;
            };
            let (Ok(to), Ok(patience)) = (to.parse(), patience.parse()) else {
                continue;
            };
            let patience = Duration::from_millis(patience);
            let seen = if protocol == "tcp" {
                connect(to, patience)
            } else {
                send(token, to, patience)
            };
            println!(
                "{token}\t{}",
                seen.unwrap_or_else(|error| failure(&error).to_owned())
            );
        }
    };
    thread::scope(|scope| {
        for _ in 0..count {
            let _ = Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        }
    });
    Ok(())
}

fn connect(to: SocketAddr, patience: Duration) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&to, patience)?;
    stream.set_read_timeout(Some(patience))?;
    let mut text = String::new();
    Read::by_ref(&mut stream)
        .take(LONGEST as u64)
        .read_to_string(&mut text)?;
    Ok(text.trim_end().to_owned())
}

fn send(token: &str, to: SocketAddr, patience: Duration) -> io::Result<String> {
    let socket = UdpSocket::bind(("0.0.0.0", 0))?;
    socket.connect(to)?;
    socket.set_read_timeout(Some(patience))?;
    // A rule of OUTPUT that refuses makes sending fail as well; what it tells the sender comes after.
    let sent = socket.send(token.as_bytes());
    if sent.is_err_and(|error| error.kind() != ErrorKind::PermissionDenied) {
        return Ok(SILENCE.to_owned());
    }
    let mut buffer = [0; LONGEST];
    let length = socket.recv(&mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer[..length])
        .trim_end()
        .to_owned())
}

/// An ICMP "port unreachable" and a reset look the same to a sender; whatever else goes wrong is
/// no answer. (A host that nobody has is silence in Azure, where a Linux router would tell.)
fn failure(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::ConnectionRefused => REFUSED,
        _ => SILENCE,
    }
}

/// A flow to fire.
struct Flow {
    name: String,
    namespace: String,
    protocol: String,
    to: String,
    /// Outcomes with their probability.
    simulated: BTreeMap<String, f64>,
    /// Outcomes with how often they were seen.
    seen: BTreeMap<String, usize>,
}

impl Flow {
    fn note(&mut self, outcome: String) {
        *self.seen.entry(outcome).or_default() += 1;
    }

    fn unexpected(&self) -> Vec<&str> {
        let unknown = self
            .seen
            .keys()
            .filter(|seen| !self.simulated.contains_key(*seen));
        unknown.map(String::as_str).collect()
    }

    fn missing(&self) -> Vec<&str> {
        let likely = self
            .simulated
            .iter()
            .filter(|(_, probability)| **probability >= LIKELY);
        likely
            .map(|(outcome, _)| outcome.as_str())
            .filter(|outcome| !self.seen.contains_key(*outcome))
            .collect()
    }

    fn differs(&self) -> bool {
        !self.unexpected().is_empty() || !self.missing().is_empty()
    }
}

/// Fires flows of the lab in the current folder and compares, or fires a single request and shows.
fn probe(lab: &str, words: &[&str]) -> Result<Answer, String> {
    let mut text = String::new();
    if let [from, address, port, protocol @ ..] = words
        && !from.starts_with("--")
    {
        let flow = single(
            from,
            address,
            port,
            protocol.first().copied().unwrap_or("tcp"),
        )?;
        let mut flows = [flow];
        let mut shots = Shots::new(lab)?;
        shots.fire(&mut flows, &[0], 1, PATIENCE[1])?;
        for seen in flows[0].seen.keys() {
            line!(text, "{seen}");
        }
        return Ok(Answer {
            output: text,
            ..Answer::default()
        });
    }
    let count = match words {
        [] => 8,
        ["--count", count] => count
            .parse()
            .ok()
            .filter(|it| (1..=1000).contains(it))
            .ok_or("a count is 1 to 1000")?,
        _ => {
            return Err(
                "usage: probe [--count N], or probe PLACE ADDRESS PORT [tcp|udp]".to_owned(),
            );
        }
    };
    let listed = fs::read_to_string("flows").map_err(told("flows"))?;
    let (mut flows, mut left_out) = (Vec::new(), 0);
    for line in listed.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        match *words {
            [name, "-", why] => {
                line!(text, "left out {name}: {why}");
                left_out += 1;
            }
            [name, namespace, protocol, to, ref outcomes @ ..] => flows.push(Flow {
                name: name.to_owned(),
                namespace: namespace.to_owned(),
                protocol: protocol.to_owned(),
                to: to.to_owned(),
                simulated: outcomes
                    .iter()
                    .filter_map(|it| {
                        let (probability, outcome) = it.split_once(' ')?;
                        Some((outcome.to_owned(), probability.parse().ok()?))
                    })
                    .collect(),
                seen: BTreeMap::new(),
            }),
            _ => return Err(format!("flows: cannot read `{line}`")),
        }
    }
    let mut shots = Shots::new(lab)?;
    let all: Vec<usize> = (0..flows.len()).collect();
    shots.fire(&mut flows, &all, count, PATIENCE[0])?;
    look_again(&mut shots, &mut flows, count)?;
    let differences = flows.iter().filter(|flow| flow.differs()).count();
    for flow in &flows {
        tell(flow, &mut text);
    }
    line!(
        text,
        "{} flows, {} packets sent, {differences} differences, {left_out} left out",
        flows.len(),
        shots.sent
    );
    Ok(Answer {
        output: text,
        status: if differences == 0 { HOLDS } else { FAILED },
        ..Answer::default()
    })
}

/// Silence on a busy machine may be an answer that came late: only a second silence counts. An
/// outcome that was not seen gets more chances.
fn look_again(shots: &mut Shots, flows: &mut [Flow], count: usize) -> Result<(), String> {
    let chosen = |flows: &[Flow], which: fn(&Flow) -> bool| -> Vec<usize> {
        let numbered = flows.iter().enumerate();
        numbered
            .filter(|(_, flow)| which(flow))
            .map(|(index, _)| index)
            .collect()
    };
    let silent = chosen(flows, |flow| {
        flow.unexpected()
            .iter()
            .any(|seen| *seen == SILENCE || seen.starts_with("unanswered"))
    });
    for index in &silent {
        flows[*index]
            .seen
            .retain(|seen, _| seen != SILENCE && !seen.starts_with("unanswered"));
    }
    shots.fire(flows, &silent, count, PATIENCE[1])?;
    let unseen = chosen(flows, |flow| {
        !flow.missing().is_empty() && flow.unexpected().is_empty()
    });
    shots.fire(flows, &unseen, AGAIN, PATIENCE[0])
}

fn tell(flow: &Flow, text: &mut String) {
    let word = if flow.differs() { "DIFFERS" } else { "ok" };
    let seen: Vec<String> = flow
        .seen
        .iter()
        .map(|(seen, count)| format!("{count}x {seen}"))
        .collect();
    line!(
        text,
        "{word} {}: {} {}: {}",
        flow.name,
        flow.protocol,
        flow.to,
        seen.join(" | ")
    );
    if flow.differs() {
        for (outcome, probability) in &flow.simulated {
            line!(text, "  simulated, probability {probability:.4}: {outcome}");
        }
        for outcome in flow.unexpected() {
            line!(text, "  only the kernel: {outcome}");
        }
        for outcome in flow.missing() {
            line!(text, "  only simulated: {outcome}");
        }
    }
}

/// The flow of a request that is asked for by the name of a place.
fn single(from: &str, address: &str, port: &str, protocol: &str) -> Result<Flow, String> {
    let places = fs::read_to_string("places").map_err(told("places"))?;
    let namespace = places.lines().find_map(|line| {
        let [namespace, _, name] = *line.split('\t').collect::<Vec<_>>() else {
            return None;
        };
        (name == from).then(|| namespace.to_owned())
    });
    let to = format!("{address}:{port}");
    let _: SocketAddr = to
        .parse()
        .map_err(|_| format!("`{to}` is no address and port"))?;
    if !matches!(protocol, "tcp" | "udp") {
        return Err(format!("`{protocol}` is neither tcp nor udp"));
    }
    Ok(Flow {
        name: from.to_owned(),
        namespace: namespace
            .ok_or_else(|| format!("the lab has no `{from}`; the file `places` lists all"))?,
        protocol: protocol.to_owned(),
        to,
        simulated: BTreeMap::new(),
        seen: BTreeMap::new(),
    })
}

/// What sends in the namespaces of a lab.
struct Shots<'a> {
    lab: &'a str,
    program: std::path::PathBuf,
    sent: usize,
}

impl<'a> Shots<'a> {
    fn new(lab: &'a str) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(told("kubehop"))?;
        Ok(Self {
            lab,
            program,
            sent: 0,
        })
    }

    /// Fires each of the chosen flows `count` times, all at once, and notes what was seen.
    fn fire(
        &mut self,
        flows: &mut [Flow],
        chosen: &[usize],
        count: usize,
        patience: u64,
    ) -> Result<(), String> {
        let mut inputs: BTreeMap<String, String> = BTreeMap::new();
        let mut of = BTreeMap::new();
        for _ in 0..count {
            for index in chosen {
                let flow = &flows[*index];
                let token = format!("{}.{}", std::process::id(), self.sent);
                let input = inputs.entry(flow.namespace.clone()).or_default();
                line!(input, "{token}\t{}\t{}\t{patience}", flow.protocol, flow.to);
                of.insert(token, *index);
                self.sent += 1;
            }
        }
        let mut children = Vec::new();
        for (namespace, input) in inputs {
            let mut child = Command::new("ip")
                .args(["netns", "exec", &format!("{}-{namespace}", self.lab)])
                .arg(&self.program)
                .args(["lab-process", "fire"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .map_err(told("ip netns exec"))?;
            let mut stdin = child.stdin.take().ok_or("no standard input")?;
            // The other side reads everything before it writes anything.
            stdin
                .write_all(input.as_bytes())
                .map_err(told("ip netns exec"))?;
            children.push(child);
        }
        let mut seen = BTreeMap::new();
        for child in children {
            let output = child.wait_with_output().map_err(told("ip netns exec"))?;
            for line in String::from_utf8_lossy(&output.stdout).lines() {
                if let Some((token, what)) = line.split_once('\t') {
                    seen.insert(token.to_owned(), what.to_owned());
                }
            }
        }
        let arrived = arrived()?;
        for (token, index) in of {
            let what = seen
                .get(&token)
                .ok_or("a prober said nothing; is the lab up?")?;
            let outcome = match read(what, true) {
                Some(answered) => answered,
                None if what == SILENCE => {
                    let arrived = arrived.get(&token).and_then(|what| read(what, false));
                    arrived.unwrap_or_else(|| SILENCE.to_owned())
                }
                None => what.clone(),
            };
            flows[index].note(outcome);
        }
        Ok(())
    }
}

/// An answer, or a line about a datagram, as an outcome.
fn read(what: &str, answered: bool) -> Option<String> {
    let [name, local, peer] = *what.split('\t').collect::<Vec<_>>() else {
        return None;
    };
    let peer: SocketAddr = peer.parse().ok()?;
    Some(reached(
        answered,
        name,
        local.parse().ok()?,
        &peer.ip().to_string(),
    ))
}

/// Every datagram that arrived anywhere, by token.
fn arrived() -> Result<BTreeMap<String, String>, String> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir("run").map_err(told("run"))?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|it| it == "log") {
            let file = fs::File::open(&path).map_err(told("run"))?;
            for line in io::BufReader::new(file).lines().map_while(Result::ok) {
                if let Some((token, what)) = line.split_once('\t') {
                    all.insert(token.to_owned(), what.to_owned());
                }
            }
        }
    }
    Ok(all)
}
