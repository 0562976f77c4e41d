//! The Corefile of CoreDNS: server blocks for zones, each with plugins.
//!
//! [`servers`] reads a file of server blocks, [`plugins`] what stands inside one (an `*.override` of AKS). Both go
//! through [`lines`]: words, and lines within braces. Plugins act in the fixed order of CoreDNS, whatever the order
//! in the file; those that never change an answer are left out, and those that are not modelled keep their name.
//! What CoreDNS would refuse to load is a [`Problem`] with its place in the text.

pub mod lines;
pub mod pattern;
mod plugin;
mod zone;

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use lines::Line;
use pattern::Pattern;

/// The port that the DNS Service sends queries to.
const PORT: u16 = 53;

/// What CoreDNS would refuse, and where: line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the text.
    pub line: usize,
    /// Column in characters.
    pub column: usize,
    /// What is wrong.
    pub message: &'static str,
    /// What stands there.
    pub found: String,
    /// What should stand there.
    pub expected: &'static str,
}

/// A server block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Server {
    /// Its zones in lower case, without the final dot: nothing for the root.
    pub zones: Vec<Arc<str>>,
    /// Its plugins, in the order of CoreDNS.
    pub plugins: Vec<Entry>,
    /// The key of the `ConfigMap` that it stands in; none for the default block of AKS.
    pub key: Arc<str>,
}

/// A plugin of a server block, and the key of the `ConfigMap` that it stands in; no key for what AKS configures.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The plugin.
    pub plugin: Plugin,
    /// The key.
    pub key: Arc<str>,
}

/// A plugin that may change answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Plugin {
    /// `rewrite name`.
    Rewrite(Rewrite),
    /// `template` that only refuses.
    Refuse(Refuse),
    /// `hosts`.
    Hosts(Hosts),
    /// `kubernetes`.
    Kubernetes(Kubernetes),
    /// `forward`.
    Forward(Forward),
    /// What is not modelled, for these zones; for all of the block where there are none.
    Other(Arc<str>, Vec<Arc<str>>),
}

/// `rewrite name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewrite {
    /// Which names, and what of them is replaced.
    pub matching: Matching,
    /// By what.
    pub to: Arc<str>,
    /// Whether the answer gets the name that was asked for: always for whole names, else with `answer auto`.
    pub restores: bool,
    /// `answer name` and `answer value`: pattern, replacement, and whether it is for values.
    pub answers: Vec<(Pattern, Arc<str>, bool)>,
    /// Whether the rules behind it are tried as well.
    pub goes_on: bool,
}

/// Which names a [`Rewrite`] is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Matching {
    /// The whole name.
    Exact(Arc<str>),
    /// Names that begin so.
    Prefix(Arc<str>),
    /// Names that end so.
    Suffix(Arc<str>),
    /// Names that hold it.
    Substring(Arc<str>),
    /// Names that fit.
    Regex(Pattern),
}

/// `template` without records: names of its zones get a response code.
#[derive(Clone, Debug, PartialEq)]
pub struct Refuse {
    /// The zones; none for all of the block.
    pub zones: Vec<Arc<str>>,
    /// So many labels at least, as the filter of AKS for names that a search list makes.
    pub labels: usize,
    /// `NXDOMAIN`, or another code.
    pub rcode: &'static str,
}

/// `hosts` with entries in the Corefile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hosts {
    /// Address and name.
    pub entries: Vec<(IpAddr, Arc<str>)>,
    /// Where the next plugin is asked for names that have no entry.
    pub falls: Through,
}

/// `fallthrough`: nowhere, everywhere, or in zones.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Through {
    /// Absent.
    #[default]
    No,
    /// Without zones.
    Everywhere,
    /// In these.
    Zones(Vec<Arc<str>>),
}

/// `kubernetes`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kubernetes {
    /// The zones.
    pub zones: Vec<Arc<str>>,
    /// `pods`.
    pub pods: Pods,
    /// The namespaces that are served; none for all.
    pub namespaces: Vec<Arc<str>>,
    /// Where the next plugin is asked for names that do not exist.
    pub falls: Through,
}

/// `pods` of `kubernetes`: how names of pods are answered (R38).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pods {
    /// Not at all.
    #[default]
    Disabled,
    /// With the address in the name.
    Insecure,
    /// The same if a pod of the namespace has it.
    Verified,
}

/// `forward`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forward {
    /// The zone.
    pub from: Arc<str>,
    /// Who is asked; the resolver of the pod where none is named (`/etc/resolv.conf`).
    pub to: Vec<(IpAddr, u16)>,
    /// The zones that it is not for.
    pub except: Vec<Arc<str>>,
    /// By TCP instead of UDP.
    pub tcp: bool,
}

/// What `import` stands for: `custom/*.override` and `custom/*.server`, in the order of their keys.
pub type Imports<'a> = &'a dyn Fn(&str) -> Vec<(Arc<str>, Arc<str>)>;

/// The server blocks of a file. Blocks that are not for the port of DNS are left out, as nobody asks them.
pub fn servers(
    text: &str,
    key: &Arc<str>,
    imports: Imports,
    problems: &mut Vec<Problem>,
) -> Vec<Server> {
    let mut servers = Vec::new();
    let mut before: Vec<&lines::Word> = Vec::new();
    let lines = lines::read(text, problems);
    for line in &lines {
        let Some(first) = line.words.first() else {
            continue;
        };
        if first.text == "import" && line.body.is_none() {
            for (key, text) in line
                .words
                .get(1)
                .map_or_else(Vec::new, |it| imports(&it.text))
            {
                servers.extend(self::servers(&text, &key, &|_| Vec::new(), &mut Vec::new()));
            }
            continue;
        }
        // A snippet: `(name) { … }`.
        if first.text.starts_with('(') && line.body.is_some() {
            continue;
        }
        before.extend(&line.words);
        let Some(body) = &line.body else {
            if !line
                .words
                .last()
                .is_some_and(|word| word.text.ends_with(','))
            {
                problems.push(first.problem("has no block", "`{` at the end of the line"));
                before.clear();
            }
            continue;
        };
        let keys = before.iter().flat_map(|word| word.text.split(','));
        let zones: Vec<Arc<str>> = keys
            .filter(|word| !word.is_empty())
            .filter_map(zones_and_port)
            .filter(|(_, port)| *port == PORT)
            .flat_map(|(zones, _)| zones)
            .collect();
        before.clear();
        let mut server = Server {
            zones,
            plugins: Vec::new(),
            key: key.clone(),
        };
        server.add(body, key, imports, problems);
        if !server.zones.is_empty() {
            servers.push(server);
        }
    }
    if let Some(word) = before.first() {
        problems.push(word.problem("has no block", "`{` at the end of the line"));
    }
    servers
}

/// The plugins of a text that stands inside a server block.
pub fn plugins(text: &str, key: &Arc<str>, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut server = Server::default();
    let lines = lines::read(text, problems);
    server.add(&lines, key, &|_| Vec::new(), problems);
    server.plugins
}

impl Server {
    fn add(
        &mut self,
        lines: &[Line],
        key: &Arc<str>,
        imports: Imports,
        problems: &mut Vec<Problem>,
    ) {
        for line in lines {
            let Some(name) = line.words.first() else {
                continue;
            };
            if name.text == "import" {
                let what = line.words.get(1).map_or("", |word| &*word.text);
                if what.ends_with("*.override") {
                    for (key, text) in imports(what) {
                        self.extend(plugins(&text, &key, &mut Vec::new()));
                    }
                } else {
                    let what = Arc::from(format!("import {what}"));
                    self.extend(vec![Entry {
                        plugin: Plugin::Other(what, Vec::new()),
                        key: key.clone(),
                    }]);
                }
                continue;
            }
            match plugin::read(line, problems) {
                Ok(Some(plugin)) => self.extend(vec![Entry {
                    plugin,
                    key: key.clone(),
                }]),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
    }

    /// Adds plugins behind those of the same kind, and keeps the order of CoreDNS.
    pub fn extend(&mut self, plugins: Vec<Entry>) {
        self.plugins.extend(plugins);
        self.plugins
            .sort_by_key(|entry| plugin::rank(&entry.plugin));
    }
}

/// Why CoreDNS would not start with these blocks together: the key, what is wrong, and what was found.
pub fn clash(servers: &[Server]) -> Option<(&Arc<str>, &'static str, String)> {
    for (index, server) in servers.iter().enumerate() {
        for zone in &server.zones {
            let before = servers.get(..index).unwrap_or_default();
            if before.iter().any(|other| other.zones.contains(zone)) {
                let message = "holds a zone that has a block already";
                return Some((&server.key, message, format!("`{zone}.:{PORT}`")));
            }
        }
        let is_hosts = |entry: &&Entry| matches!(entry.plugin, Plugin::Hosts(_));
        if let Some(second) = server.plugins.iter().filter(is_hosts).nth(1) {
            let message = "has `hosts` for a block that has one already";
            return Some((&second.key, message, "a second `hosts`".to_owned()));
        }
    }
    None
}

/// Lower case, without the final dot.
pub fn normal(name: &str) -> Arc<str> {
    Arc::from(name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase())
}

/// Zones and port of an address such as `dns://contoso.com:53`; nothing for other protocols.
fn zones_and_port(word: &str) -> Option<(Vec<Arc<str>>, u16)> {
    let word = match word.split_once("://") {
        Some((protocol, rest)) => Some(rest).filter(|_| protocol == "dns")?,
        None => word,
    };
    if word.parse::<IpNet>().is_ok() {
        return Some((zone::read(word), PORT));
    }
    let (zone, port) = word.rsplit_once(':').unwrap_or((word, "53"));
    Some((zone::read(zone), port.parse().ok()?))
}

#[cfg(test)]
mod tests;
