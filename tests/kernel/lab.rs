//! Network namespaces on this machine: one for the node of the kubenet test cluster, one for each
//! of its pods, and one for the rest of the world.
//!
//! In every namespace a copy of this test program runs ([`inside`]): it listens on UDP ports and
//! says what arrives, and sends datagrams when told to. Everything is named after
//! the process and goes away with it.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Where [`inside`] finds the addresses on which it listens.
const LISTEN: &str = "KUBEHOP_KERNEL_LISTEN";
/// What the program inside says begins so; the rest is the test harness.
const MARK: &str = "@kubehop ";
/// How long a refusal may take.
const SHORTLY: Duration = Duration::from_millis(60);
/// How long a datagram may take that seems lost.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a program in a namespace may take to start or to answer.
const LIMIT: Duration = Duration::from_secs(20);

/// Whether this machine lets the test make network namespaces.
pub fn allowed() -> bool {
    silent(&["unshare", "--net", "true"])
}

fn silent(command: &[&str]) -> bool {
    Command::new(command[0])
        .args(&command[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Says something even where the test harness swallows the output of a test that passes.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// How many labs this process has made; several may exist at once.
static LABS: AtomicUsize = AtomicUsize::new(0);

/// A set of namespaces; deleted when dropped.
pub struct Lab {
    places: Vec<Place>,
    said: Receiver<String>,
    next: usize,
}

struct Place {
    name: &'static str,
    namespace: String,
    child: Child,
    input: ChildStdin,
}

/// What became of several datagrams sent the same way.
#[derive(Debug, Default)]
pub struct Seen {
    /// Receiver (`address:port`) and the source address that it saw, for each datagram that arrived.
    pub arrived: Vec<(String, IpAddr)>,
    /// How many were answered with ICMP port unreachable.
    pub refused: usize,
}

/// What to set up, in `ip` commands; `{node}` and the like stand for namespaces.
const SET_UP: &str = "
link add eth0 netns {node} type veth peer name eth0 netns {world}
link add veth0 netns {node} type veth peer name eth0 netns {client}
link add veth1 netns {node} type veth peer name eth0 netns {web-0}
-n {node} link add cbr0 type bridge
-n {node} link set lo up
-n {world} link set lo up
-n {client} link set lo up
-n {web-0} link set lo up
-n {node} link set veth0 master cbr0
-n {node} link set veth1 master cbr0
-n {node} addr add 10.1.0.4/24 dev eth0
-n {node} addr add 10.244.0.1/24 dev cbr0
-n {client} addr add 10.244.0.10/24 dev eth0
-n {web-0} addr add 10.244.0.20/24 dev eth0
-n {world} addr add 10.1.0.100/24 dev eth0
-n {world} addr add 10.1.0.5/24 dev eth0
-n {world} addr add 10.1.1.4/32 dev eth0
-n {world} addr add 203.0.113.9/32 dev eth0
-n {world} addr add 10.244.1.20/32 dev eth0
-n {world} addr add 10.244.1.30/32 dev eth0
-n {node} link set veth0 up
-n {node} link set veth1 up
-n {node} link set cbr0 up
-n {node} link set eth0 up
-n {client} link set eth0 up
-n {web-0} link set eth0 up
-n {world} link set eth0 up
-n {node} route add default via 10.1.0.100
-n {node} route add 10.244.1.0/24 via 10.1.0.5
-n {client} route add default via 10.244.0.1
-n {web-0} route add default via 10.244.0.1
-n {world} route add default via 10.1.0.4
";

/// Settings of the node's namespace, as on a real node, but: refusals are not rationed, and the
/// bridge leaves filtering to the routed path. With `br_netfilter` the bridge itself applies the
/// rules and then needs hairpin ports or promiscuity to send a packet back; what it does
/// differs between kernels, and is not what is tested here.
const SETTINGS: &[&str] = &[
    "net/ipv4/ip_forward=1",
    "net/ipv4/conf/all/route_localnet=1",
    "net/ipv4/icmp_ratelimit=0",
    "net/ipv4/conf/all/rp_filter=0",
    "net/ipv4/conf/default/rp_filter=0",
    "net/ipv4/conf/eth0/rp_filter=0",
    "net/ipv4/conf/cbr0/rp_filter=0",
    "net/bridge/bridge-nf-call-iptables=0",
];

impl Lab {
    /// The namespaces, connected and with programs inside; `None` where the machine does not
    /// allow it.
    pub fn new() -> Option<Self> {
        let places = [
            ("node", ""),
            ("client", ""),
            ("web-0", "10.244.0.20:5353"),
            (
                "world",
                "10.244.1.20:5353 10.244.1.30:5354 10.1.1.4:5353 203.0.113.9:5353",
            ),
        ];
        let (say, said) = channel();
        let mut lab = Self {
            places: Vec::new(),
            said,
            next: 0,
        };
        let number = LABS.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("kubehop-{}-{number}", std::process::id());
        let named = |name: &str| format!("{prefix}-{name}");
        for (name, _) in places {
            if !silent(&["ip", "netns", "add", &named(name)]) {
                for (name, _) in places {
                    silent(&["ip", "netns", "del", &named(name)]);
                }
                return None;
            }
        }
        for line in SET_UP.lines().filter(|line| !line.is_empty()) {
            let mut line = line.to_owned();
            for (name, _) in places {
                line = line.replace(&format!("{{{name}}}"), &named(name));
            }
            let words: Vec<&str> = std::iter::once("ip").chain(line.split(' ')).collect();
            assert!(silent(&words), "`{}` failed", words.join(" "));
        }
        for setting in SETTINGS {
            let (path, value) = setting.split_once('=').unwrap();
            let write = format!("[ ! -e /proc/sys/{path} ] || echo {value} > /proc/sys/{path}");
            let node = named("node");
            assert!(silent(&["ip", "netns", "exec", &node, "sh", "-c", &write]));
        }
        for (name, listen) in places {
            lab.places
                .push(Place::start(name, named(name), listen, &say));
        }
        Some(lab)
    }

    /// Loads rules into the node's namespace.
    pub fn load(&self, variant: &str, rules: &str) -> bool {
        let command = format!("iptables-{variant}-restore");
        let namespace = &self.place("node").namespace;
        let mut child = Command::new("ip")
            .args(["netns", "exec", namespace, &command])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        input.unwrap().write_all(rules.as_bytes()).unwrap();
        child.wait().unwrap().success()
    }

    /// Sends `count` datagrams from an address of a place, each on a connection of its own.
    pub fn send(&mut self, from: &str, source: IpAddr, to: SocketAddr, count: usize) -> Seen {
        self.next += 1;
        let round = self.next;
        let place = self
            .places
            .iter_mut()
            .find(|place| place.name == from)
            .unwrap();
        writeln!(place.input, "{round} {source} {to} {count}").unwrap();
        let mut seen = Seen::default();
        let mut deadline = Instant::now() + LIMIT;
        let mut sent = false;
        while !sent || seen.arrived.len() + seen.refused < count {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.said.recv_timeout(left) else {
                assert!(sent, "nothing came back from {from}");
                break;
            };
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["got", of, receiver, peer] if of.parse() == Ok(round) => {
                    let peer: SocketAddr = peer.parse().unwrap();
                    seen.arrived.push(((*receiver).to_owned(), peer.ip()));
                }
                ["sent", of, refused] if of.parse() == Ok(round) => {
                    seen.refused = refused.parse().unwrap();
                    sent = true;
                    deadline = Instant::now() + PATIENCE;
                }
                _ => {}
            }
        }
        seen
    }

    fn place(&self, name: &str) -> &Place {
        self.places.iter().find(|place| place.name == name).unwrap()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for place in &mut self.places {
            let _ = place.child.kill();
            let _ = place.child.wait();
            silent(&["ip", "netns", "del", &place.namespace]);
        }
    }
}

impl Place {
    fn start(name: &'static str, namespace: String, listen: &str, say: &Sender<String>) -> Self {
        let mut child = Command::new("ip")
            .args(["netns", "exec", &namespace])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "inside_a_namespace", "--nocapture"])
            .env(LISTEN, listen)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (say, (ready, started)) = (say.clone(), channel());
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                match line.strip_prefix(MARK) {
                    Some("ready") => drop(ready.send(())),
                    Some(fact) => drop(say.send(fact.to_owned())),
                    None => {}
                }
            }
        });
        started
            .recv_timeout(LIMIT)
            .expect("the program inside starts");
        Self {
            name,
            namespace,
            child,
            input,
        }
    }
}

/// The program in a namespace. Returns at once in the test run itself.
pub fn inside() {
    let Ok(listen) = std::env::var(LISTEN) else {
        return;
    };
    for address in listen.split(' ').filter(|address| !address.is_empty()) {
        let socket = UdpSocket::bind(address).unwrap();
        let address = address.to_owned();
        thread::spawn(move || serve(&socket, &address));
    }
    println!("\n{MARK}ready");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        let [round, source, to, count] = words.as_slice() else {
            continue;
        };
        let refused = fire(round, source, to, count.parse().unwrap());
        println!("{MARK}sent {round} {refused}");
    }
}

/// Says what arrives.
fn serve(socket: &UdpSocket, address: &str) {
    let mut buffer = [0; 32];
    while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
        let round = String::from_utf8_lossy(&buffer[..length]);
        println!("{MARK}got {round} {address} {peer}");
    }
}

/// Sends, and counts the datagrams that are refused.
fn fire(round: &str, source: &str, to: &str, count: usize) -> usize {
    let source: IpAddr = source.parse().unwrap();
    let sockets: Vec<UdpSocket> = (0..count)
        .map(|_| {
            let socket = UdpSocket::bind((source, 0)).unwrap();
            socket.connect(to).unwrap();
            // A datagram that a rule of OUTPUT drops is "not permitted": it just does not arrive.
            let _ = socket.send(round.as_bytes());
            socket
        })
        .collect();
    thread::sleep(SHORTLY);
    let is_refused = |socket: &&UdpSocket| {
        let _ = socket.set_nonblocking(true);
        let received = socket.recv(&mut [0; 32]);
        received.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    };
    sockets.iter().filter(is_refused).count()
}
