//! The arguments, as clap reads them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::edit::switch;
use crate::engine::walk::MAX_CONNECTIONS;
use crate::model::event::MOST_SECONDS;
use crate::model::packet::Protocol;
use crate::text::Language;

/// The network of an AKS cluster that you can question.
///
/// Files hold Kubernetes manifests, Azure resources and kubehop documents, in YAML or JSON.
/// A folder means every *.yaml, *.yml and *.json in it; - is standard input.
#[derive(Debug, Parser)]
#[command(name = "kubehop", version, about, max_term_width = 100, after_help = EXIT_STATUS)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_STATUS: &str = "\
Exit status: 0 what was asked holds; 1 an expectation failed, a flow did not arrive (trace --fail),
a name has no answer (resolve), other numbers do not fit (plan), or diff found a difference;
2 the input or the arguments could not be used.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Every possible walk of one flow
    Trace(TraceArguments),
    /// Every query that a resolver sends for a name, and its answers
    Resolve(ResolveArguments),
    /// Run each flow that has an `expect`
    Check(CheckArguments),
    /// Write the picture as SVG
    Draw(DrawArguments),
    /// Problems of the files, each with its place and a hint
    Lint(LintArguments),
    /// Effective state: rules of nodes, routes, security rules, derived objects
    Effective(EffectiveArguments),
    /// Who may talk to whom under NetworkPolicy
    Reach(ReachArguments),
    /// What differs between two scenarios: who may talk to whom, and the walks of flows
    Diff(DiffArguments),
    /// Addresses by holder and reason, what still fits, and what other numbers would need
    Plan(PlanArguments),
    /// What happens after something fails, second by second, to new connections and to open ones
    Timeline(TimelineArguments),
    /// The eight rows of "Network concepts for applications in AKS" for this cluster, computed by walking packets
    Table(TableArguments),
    /// A runnable copy of the scenario: network namespaces, routes, and each node's rules
    Lab(LabArguments),
    /// What runs inside a lab
    #[command(hide = true)]
    LabProcess(LabProcessArguments),
}

/// What every command takes.
#[derive(Args, Debug)]
pub(super) struct Common {
    /// Files or folders; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Language of the answer: en or ja
    #[arg(long, default_value = "en", value_name = "LANGUAGE")]
    pub lang: Language,
}

/// Which flow is meant.
#[derive(Args, Debug)]
pub(super) struct Question {
    /// Sender, such as pod/default/web, host/client or internet
    #[arg(long, value_name = "PLACE", requires = "to", conflicts_with = "flow")]
    pub from: Option<String>,
    /// Destination: a place, an address, a DNS name or a URL
    #[arg(long, value_name = "TARGET", requires = "from")]
    pub to: Option<String>,
    /// Destination port
    #[arg(long, value_name = "PORT", requires = "from", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// TCP, UDP, SCTP or ICMP
    #[arg(long, value_name = "PROTOCOL", requires = "from")]
    pub protocol: Option<Protocol>,
    /// Name of a Flow document
    #[arg(long, value_name = "NAME")]
    pub flow: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct TimelineArguments {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub question: Question,
    /// What happens besides the Event documents, such as at=5,stop=node/n0; may be repeated
    #[arg(long, value_name = "SPEC")]
    pub event: Vec<String>,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORM")]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(super) struct TraceArguments {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub question: Question,
    /// How many connections the sender opens one after the other, 1 to 8: shows what session affinity does
    #[arg(
        long, value_name = "N", default_value_t = 1, conflicts_with = "blockers",
        value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_CONNECTIONS))
    )]
    pub connections: u16,
    /// How many connections to the same destination the sender's machine has open already: shows when SNAT ports end
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        conflicts_with = "blockers"
    )]
    pub open: u32,
    /// Ask at this second of the clock, after the events that have happened by then
    #[arg(
        long, value_name = "SECOND",
        value_parser = clap::value_parser!(u32).range(0..=i64::from(MOST_SECONDS))
    )]
    pub at: Option<u32>,
    /// What happens besides the Event documents, such as at=5,stop=node/n0; may be repeated
    #[arg(long, value_name = "SPEC", requires = "at")]
    pub event: Vec<String>,
    /// Follow connections that were open before all events, instead of opening a new one
    #[arg(long, requires = "at", conflicts_with_all = ["blockers", "connections", "open"])]
    pub established: bool,
    /// Exit with status 1 if the flow does not arrive on every branch
    #[arg(long)]
    pub fail: bool,
    /// Go on past each refusal as if it allowed the packet, and list every one with what lifts it
    #[arg(long)]
    pub blockers: bool,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = TraceOutput::Text, value_name = "FORM")]
    pub output: TraceOutput,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TraceOutput {
    /// Steps, rules and reasons, one fact a line
    Text,
    /// Places and steps as a tree
    Tree,
    /// Versioned JSON
    Json,
    /// A Mermaid flowchart
    Mermaid,
}

#[derive(Args, Debug)]
#[command(override_usage = "kubehop resolve <FILE>... --from <PLACE> <NAME> [--type <TYPE>]")]
pub(super) struct ResolveArguments {
    /// Files and folders, and behind them the name
    #[command(flatten)]
    pub common: Common,
    /// Who asks, such as pod/default/web, node/NAME or host/client
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// Type of the records: A, AAAA, CNAME, SRV, PTR or TXT
    #[arg(long = "type", default_value = "A", value_name = "TYPE")]
    pub kind: String,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORM")]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub common: Common,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = CheckOutput::Text, value_name = "FORM")]
    pub output: CheckOutput,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckOutput {
    /// One line a flow; under a failed one what differs, and the walk
    Text,
    /// Versioned JSON
    Json,
    /// `JUnit` XML
    Junit,
}

#[derive(Args, Debug)]
pub(super) struct DrawArguments {
    #[command(flatten)]
    pub common: Common,
    /// Name of a Flow document, whose walk is drawn
    #[arg(long, value_name = "NAME")]
    pub flow: Option<String>,
    /// Theme of the picture
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    pub theme: Theme,
    /// The file to write; - is standard output
    #[arg(short, long, value_name = "FILE.svg")]
    pub output: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct LabArguments {
    #[command(flatten)]
    pub common: Common,
    /// The folder to write: new, empty, or a lab
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
}

/// What the scripts of a lab say.
#[derive(Args, Debug)]
pub(super) struct LabProcessArguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Theme {
    /// Dark ink on white
    Light,
    /// Light ink on black
    Dark,
}

#[derive(Args, Debug)]
pub(super) struct ReachArguments {
    #[command(flatten)]
    pub common: Common,
    /// What is one row and column of the answer
    #[arg(long, value_enum, default_value_t = ReachBy::Pod, value_name = "WHAT")]
    pub by: ReachBy,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = ReachOutput::Text, value_name = "FORM")]
    pub output: ReachOutput,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReachBy {
    /// Each pod
    Pod,
    /// All pods of a workload together: what any of them may do
    Workload,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReachOutput {
    /// One pair a line
    Text,
    /// One pair a row
    Csv,
    /// Versioned JSON
    Json,
}

#[derive(Args, Debug)]
pub(super) struct DiffArguments {
    /// The scenario to compare with: a file or folder
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// The scenario that may differ; with --model, it may be left out
    #[arg(value_name = "B", required_unless_present = "model")]
    pub after: Option<PathBuf>,
    /// Give the cluster of B, or else of A, this network model
    #[arg(long, value_name = "MODEL", value_parser = switch::Choice::parse)]
    pub model: Option<switch::Choice>,
    /// Name of a Flow document, whose walks are put side by side, step by step
    #[arg(long, value_name = "NAME")]
    pub flow: Option<String>,
    /// Language of problems with the files: en or ja
    #[arg(long, default_value = "en", value_name = "LANGUAGE")]
    pub lang: Language,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = DiffOutput::Text, value_name = "FORM")]
    pub output: DiffOutput,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffOutput {
    /// One difference a line
    Text,
    /// Versioned JSON
    Json,
    /// Tables for a comment
    Markdown,
}

#[derive(Args, Debug)]
pub(super) struct LintArguments {
    #[command(flatten)]
    pub common: Common,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORM")]
    pub output: Output,
}

/// The forms that every command knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people, one fact a line
    Text,
    /// For programs
    Json,
}

/// Without an option, the numbers are those that are written.
#[derive(Args, Debug)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    pub common: Common,
    /// The agent pool that the numbers below are for; the first one where absent
    #[arg(long, value_name = "NAME")]
    pub pool: Option<String>,
    /// Try another number of nodes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub nodes: Option<u32>,
    /// Try another number of pods a node, 10 to 250
    #[arg(long, value_name = "N")]
    pub max_pods: Option<u32>,
    /// Nodes that an upgrade adds for a time; as the pool says where absent, else 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub surge: Option<u32>,
    /// Try another length of the subnet's prefix, such as 21
    #[arg(long, value_name = "LENGTH")]
    pub prefix: Option<u8>,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORM")]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(super) struct TableArguments {
    #[command(flatten)]
    pub common: Common,
    /// Give the cluster this network model, and keep the rest of the scenario
    #[arg(long, value_name = "MODEL", value_parser = switch::Choice::parse)]
    pub model: Option<switch::Choice>,
    /// Print the walks that prove each answer
    #[arg(long)]
    pub walks: bool,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORM")]
    pub output: Output,
}

#[derive(Args, Debug)]
pub(super) struct EffectiveArguments {
    /// What to show
    #[arg(value_enum)]
    pub what: Effective,
    #[command(flatten)]
    pub common: Common,
    /// Name of a node
    #[arg(long, value_name = "NAME", conflicts_with = "subnet")]
    pub node: Option<String>,
    /// A subnet, as VNET/SUBNET
    #[arg(long, value_name = "VNET/SUBNET")]
    pub subnet: Option<String>,
    /// Form of the answer
    #[arg(short, long, value_enum, default_value_t = Output::Text, value_name = "FORM")]
    pub output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Effective {
    /// The rules of a node, as iptables-save prints them (--node)
    Iptables,
    /// Effective routes of a subnet, or the routing table of a node (--subnet or --node)
    Routes,
    /// Security rules in the order of evaluation (--subnet or --node)
    Nsg,
    /// The load balancers that Services make
    Loadbalancer,
    /// Application Gateways: listeners, rules, pools, settings, probes, and what made each
    Appgateway,
    /// SNAT ports: which each node has, how many connections they are enough for, and where that comes from
    Snat,
    /// `EndpointSlices` that Services make
    Endpointslices,
    /// Everything that controllers make, with its cause
    Objects,
}
