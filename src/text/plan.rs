//! A plan in lines: one fact a line, for the command line and the page.

use super::Texts;
use crate::engine::explain::Arg;
use crate::engine::plan::Plan;
use crate::engine::plan::limits::{self, Bound};
use crate::engine::plan::pools::PoolPlan;
use crate::engine::plan::ranges::{Holding, Purpose, Range, State};
use crate::engine::plan::sizes::PODS_OF_POOL;
use crate::engine::plan::wish;

/// Characters of the bar that shows how full a range is.
const BAR: u64 = 40;

/// A number as an argument of a sentence.
pub fn number(value: u64) -> Arg {
    Arg::Number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// What a range is called: a subnet by itself, the others with what they are for.
pub fn name(range: &Range) -> String {
    match range.purpose {
        Purpose::Subnet => range.object.to_string(),
        Purpose::Pods | Purpose::Services => {
            format!("{} {}", range.object, range.purpose.as_str())
        }
    }
}

/// How many addresses of a range are in which state.
pub fn range(texts: &Texts, range: &Range) -> String {
    let args = [
        ("range", name(range).into()),
        ("prefix", range.prefix.to_string().into()),
        ("addresses", number(range.addresses())),
        ("reserved", number(range.count(State::Reserved))),
        ("used", number(range.count(State::Used))),
        ("held", number(range.count(State::Held))),
        ("free", number(range.free())),
    ];
    texts.message("plan-range", &args)
}

/// The same as a bar with its key.
pub fn legend(texts: &Texts, range: &Range) -> String {
    texts.message("plan-bar", &[("bar", bar(range).into())])
}

/// The states of a range side by side, each as wide as its share; whatever exists is at least one character wide.
fn bar(range: &Range) -> String {
    let parts = [
        ('x', range.count(State::Reserved)),
        ('#', range.count(State::Used)),
        ('=', range.count(State::Held)),
    ];
    let all = range.addresses().max(1);
    let mut bar = String::new();
    for (character, count) in parts {
        let width = if count == 0 {
            0
        } else {
            (count * BAR / all).max(1)
        };
        bar.extend((0..width).map(|_| character));
    }
    let full = usize::try_from(BAR).unwrap_or_default();
    let free = full.saturating_sub(bar.len());
    bar.extend((0..free).map(|_| '.'));
    bar
}

/// The addresses that one holder has in a row.
pub fn addresses(holding: &Holding) -> String {
    if holding.first == holding.last {
        holding.first.to_string()
    } else {
        format!("{}-{}", holding.first, holding.last)
    }
}

/// Who holds addresses of the range of that name, and why.
pub fn holding(texts: &Texts, range: &str, holding: &Holding) -> String {
    let addresses = addresses(holding);
    let holder = holding.holder.as_ref().map(ToString::to_string);
    let id = match (holding.state, &holder) {
        (State::Reserved, None) => "plan-reserved",
        (State::Reserved, Some(_)) => "plan-reserved-for",
        (State::Used, _) => "plan-used",
        (State::Held, _) => "plan-held-by",
    };
    let args = [
        ("range", range.into()),
        ("addresses", addresses.into()),
        ("holder", holder.unwrap_or_default().into()),
        ("reason", texts.get(holding.reason).into()),
    ];
    texts.message(id, &args)
}

/// Who takes more addresses of a range than are counted.
pub fn uncounted(texts: &Texts, range: &Range) -> Vec<String> {
    let one = |holder: &crate::model::object::Ref| {
        let args = [
            ("range", name(range).into()),
            ("holder", holder.to_string().into()),
        ];
        texts.message("plan-uncounted", &args)
    };
    range.uncounted.iter().map(one).collect()
}

/// What the pools take, what still fits, and what an upgrade needs.
pub fn pools(texts: &Texts, plan: &Plan) -> Vec<String> {
    let of_pool = |pool| {
        let exceeded = limits::of_upgrade(pool, &plan.limits).map(move |bound| {
            let args = [
                ("pool", pool.name.clone().into()),
                ("limit", bound.id.into()),
                ("why", texts.why(&bound.why).into()),
            ];
            texts.message("plan-surge-exceeds", &args)
        });
        let most = pool.most.map(|most| {
            let limit = limits::of_autoscaler(pool, &plan.limits);
            let args = [
                ("pool", pool.name.clone().into()),
                ("most", number(u64::from(most))),
                ("limit", limit.map_or("", |it| it.id).into()),
                ("more", number(limit.map_or(0, |it| it.more))),
            ];
            let grows = |it: &PoolPlan| it.most.is_some_and(|most| most > it.nodes);
            let mut others = plan.pools.iter().filter(|it| it.name != pool.name);
            let id = match limit {
                Some(_) => "plan-autoscaler-does-not-fit",
                None if others.any(grows) => "plan-autoscaler-fits-alone",
                None => "plan-autoscaler-fits",
            };
            texts.message(id, &args)
        });
        let lines = self::pool(texts, pool).into_iter();
        lines.chain(exceeded).chain(most)
    };
    plan.pools.iter().flat_map(of_pool).collect()
}

fn pool(texts: &Texts, pool: &PoolPlan) -> Vec<String> {
    let subnet = pool.subnet.as_ref();
    let subnet = subnet.map_or_else(|| "-".to_owned(), |id| id.reference().to_string());
    let pods = pool.pod_subnet.as_ref();
    let pods = pods.map_or_else(String::new, |id| id.reference().to_string());
    let args = [
        ("pool", pool.name.clone().into()),
        ("subnet", subnet.into()),
        ("nodes", number(u64::from(pool.nodes))),
        ("wanted", number(u64::from(pool.wanted))),
        ("each", number(pool.per_node)),
        ("free", number(pool.free)),
        ("moreNodes", number(pool.more_nodes())),
        ("pods", number(pool.pods)),
        (
            "room",
            number(u64::from(pool.nodes) * u64::from(pool.max_pods)),
        ),
        ("morePods", number(pool.more_pods())),
        ("surge", number(u64::from(pool.surge))),
        ("need", number(pool.surge_need())),
        ("podSubnet", pods.into()),
        ("podFree", number(pool.pods_free)),
        ("podNeed", number(pool.surge_need_of_pods())),
    ];
    let surge = if pool.surge_fits() {
        "plan-surge-fits"
    } else {
        "plan-surge-does-not-fit"
    };
    let mut ids = vec!["plan-pool-nodes", "plan-pool-pods", surge];
    if pool.pod_subnet.is_some() {
        ids.push(match (pool.blocks, pool.surge_of_pods_fits()) {
            (false, true) => "plan-surge-pods-fit",
            (false, false) => "plan-surge-pods-do-not-fit",
            (true, true) => "plan-surge-blocks-fit",
            (true, false) => "plan-surge-blocks-do-not-fit",
        });
    }
    ids.into_iter().map(|id| texts.message(id, &args)).collect()
}

/// A limit: where it binds and why. `nodes` is how many there are.
pub fn limit(texts: &Texts, bound: &Bound, first: bool, nodes: u64) -> String {
    let args = [
        ("limit", bound.id.into()),
        ("object", bound.object.to_string().into()),
        ("more", number(bound.more)),
        ("nodes", number(nodes.saturating_add(bound.more))),
        ("why", texts.why(&bound.why).into()),
        ("url", bound.source.url().into()),
    ];
    let id = if first {
        "plan-binds-first"
    } else {
        "plan-binds"
    };
    texts.message(id, &args)
}

/// What other numbers need, each line with whether it is good news, where it is news.
pub fn answer(texts: &Texts, answer: &wish::Answer) -> Vec<(String, Option<bool>)> {
    needs(texts, answer, |[line, _]| line)
}

/// The same in sentences, for readers who see above them which numbers these are.
pub fn says(texts: &Texts, answer: &wish::Answer) -> Vec<(String, Option<bool>)> {
    needs(texts, answer, |[_, sentence]| sentence)
}

/// What forbids other numbers.
fn forbidden(
    texts: &Texts,
    answer: &wish::Answer,
    obstacle: &wish::Obstacle,
    choose: fn([&'static str; 2]) -> &'static str,
) -> String {
    let subnet = answer.subnet.as_ref().map(|id| id.reference().to_string());
    match obstacle {
        wish::Obstacle::NoSubnet => match subnet {
            Some(subnet) => texts.message(
                choose(["plan-no-subnet", "plan-says-no-subnet"]),
                &[
                    ("pool", answer.pool.clone().into()),
                    ("subnet", subnet.into()),
                ],
            ),
            None => texts.message(
                choose(["plan-subnet-unnamed", "plan-says-subnet-unnamed"]),
                &[("pool", answer.pool.clone().into())],
            ),
        },
        wish::Obstacle::NoPlace(length, vnet) => texts.message(
            choose(["plan-no-place", "plan-says-no-place"]),
            &[
                ("prefix", format!("/{length}").into()),
                ("vnet", vnet.to_string().into()),
            ],
        ),
        wish::Obstacle::TooFewPods(pods) => texts.message(
            choose(["plan-too-few-pods", "plan-says-too-few-pods"]),
            &[
                ("pool", answer.pool.clone().into()),
                ("pods", number(*pods)),
                ("least", number(PODS_OF_POOL)),
            ],
        ),
    }
}

/// What other numbers need, in the messages that `choose` takes of a line and a sentence.
fn needs(
    texts: &Texts,
    answer: &wish::Answer,
    choose: fn([&'static str; 2]) -> &'static str,
) -> Vec<(String, Option<bool>)> {
    let subnet = answer.subnet.as_ref();
    let subnet = subnet.map_or_else(|| "-".to_owned(), |id| id.reference().to_string());
    let prefix = |length: Option<u8>| length.map_or_else(|| "-".to_owned(), |it| format!("/{it}"));
    let args = [
        ("pool", answer.pool.clone().into()),
        ("subnet", subnet.into()),
        ("nodes", number(u64::from(answer.nodes))),
        ("maxPods", number(u64::from(answer.max_pods))),
        ("surge", number(u64::from(answer.surge))),
        ("pods", number(answer.pods)),
        ("each", number(answer.per_node)),
        ("others", number(answer.others)),
        ("need", number(answer.need)),
        ("usable", number(answer.usable)),
        ("prefix", prefix(answer.prefix).into()),
        ("smallest", prefix(answer.smallest).into()),
        ("podRange", prefix(answer.smallest_pod_range).into()),
        (
            "blocks",
            number(u64::from(answer.pod_subnet_blocks.unwrap_or_default())),
        ),
    ];
    let say = |ids| texts.message(choose(ids), &args);
    let fits = if answer.has_room() {
        ["plan-fits", "plan-says-fits"]
    } else {
        ["plan-does-not-fit", "plan-says-does-not-fit"]
    };
    let mut lines = vec![(say(["plan-what-if", "plan-says-need"]), None)];
    let mut is_placed = true;
    for obstacle in &answer.obstacles {
        is_placed &= matches!(obstacle, wish::Obstacle::TooFewPods(_));
        lines.push((forbidden(texts, answer, obstacle, choose), Some(false)));
    }
    if is_placed {
        lines.push((say(fits), Some(answer.has_room())));
    }
    lines.push((say(["plan-smallest", "plan-says-smallest"]), None));
    if let Some(vnet) = &answer.crowded {
        let args = [
            ("prefix", prefix(answer.smallest).into()),
            ("vnet", vnet.to_string().into()),
        ];
        let line = texts.message(choose(["plan-no-place", "plan-says-no-place"]), &args);
        lines.push((line, Some(false)));
    }
    if answer.smallest_pod_range.is_some() {
        let ids = if answer.pod_range_fits {
            ["plan-pod-range-fits", "plan-says-pod-range-fits"]
        } else {
            [
                "plan-pod-range-does-not-fit",
                "plan-says-pod-range-does-not-fit",
            ]
        };
        lines.push((say(ids), Some(answer.pod_range_fits)));
    }
    if answer.pod_subnet_blocks.is_some() {
        lines.push((say(["plan-pod-subnet", "plan-says-pod-subnet"]), None));
    }
    if let Some(pods) = &answer.of_pods {
        let args = [
            ("podSubnet", pods.subnet.reference().to_string().into()),
            ("nodes", number(u64::from(answer.nodes))),
            ("surge", number(u64::from(answer.surge))),
            ("each", number(pods.per_node)),
            ("others", number(pods.others)),
            ("need", number(pods.need)),
            ("usable", number(pods.usable)),
            ("smallest", prefix(pods.smallest).into()),
        ];
        let fits = if pods.fits() {
            ["plan-pods-fit", "plan-says-pods-fit"]
        } else {
            ["plan-pods-do-not-fit", "plan-says-pods-do-not-fit"]
        };
        let smallest = ["plan-pods-smallest", "plan-says-pods-smallest"];
        lines.push((texts.message(choose(fits), &args), Some(pods.fits())));
        lines.push((texts.message(choose(smallest), &args), None));
    }
    for bound in &answer.exceeded {
        let args = [
            ("limit", bound.id.into()),
            ("why", texts.why(&bound.why).into()),
        ];
        let id = choose(["plan-exceeded", "plan-says-exceeded"]);
        lines.push((texts.message(id, &args), Some(false)));
    }
    lines
}
