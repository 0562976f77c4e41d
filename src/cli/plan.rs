//! `kubehop plan`: addresses by holder and reason, what still fits, what an upgrade needs, which limit binds first.

use super::args::{Output, PlanArguments};
use super::input::{Input, load};
use super::output::{Answer, BAD, FAINT, GOOD, marked};
use super::{FAILED, HOLDS};
use crate::engine::explain::Explanation;
use crate::engine::plan::export::json;
use crate::engine::plan::wish::{self, Refusal, Wish};
use crate::engine::plan::{Plan, sizes};
use crate::text::plan as lines;
use crate::text::plan::number;

pub(super) fn run(arguments: &PlanArguments) -> Answer {
    let input = match load(&arguments.common) {
        Ok(input) => input,
        Err(answer) => return answer,
    };
    let wish = Wish {
        pool: arguments.pool.as_deref().map(Into::into),
        nodes: arguments.nodes,
        max_pods: arguments.max_pods,
        surge: arguments.surge,
        prefix: arguments.prefix,
    };
    let plan = match Plan::of(input.simulation.network(), &wish) {
        Ok(plan) => plan,
        Err(refusal) => return input.unusable(&refused(&input, &refusal)),
    };
    let (output, raw) = match arguments.output {
        Output::Text => (text(&input, &plan), false),
        Output::Json => {
            let sentence = |why: &Explanation| input.texts.why(why);
            let value = json(&plan, input.simulation.network(), &sentence);
            (format!("{value:#}\n"), true)
        }
    };
    let asked = wish != Wish::default();
    let holds = !asked || plan.answer.as_ref().is_none_or(wish::Answer::holds);
    input.answer(output, raw, if holds { HOLDS } else { FAILED })
}

fn refused(input: &Input, refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoSuchPool(name, names) => {
            let names: Vec<&str> = names.iter().map(|name| &**name).collect();
            let args = [
                ("name", name.clone().into()),
                ("names", names.join(", ").into()),
            ];
            input.texts.message("plan-no-such-pool", &args)
        }
        Refusal::MaxPods(pods) => input
            .texts
            .message("plan-bad-max-pods", &[("pods", number(u64::from(*pods)))]),
        Refusal::Prefix(prefix) => input.texts.message(
            "plan-bad-prefix",
            &[
                ("prefix", number(u64::from(*prefix))),
                ("most", number(u64::from(sizes::LONGEST_PREFIX))),
            ],
        ),
    }
}

fn text(input: &Input, plan: &Plan) -> String {
    let (texts, mut text) = (&input.texts, String::new());
    for range in &plan.ranges {
        line!(text, "{}", lines::range(texts, range));
        let legend = lines::legend(texts, range);
        line!(text, "  {}", marked(FAINT, &legend));
        let name = lines::name(range);
        for holding in &range.holdings {
            line!(text, "{}", lines::holding(texts, &name, holding));
        }
        for fact in lines::uncounted(texts, range) {
            line!(text, "{fact}");
        }
    }
    for fact in lines::pools(texts, plan) {
        line!(text, "{fact}");
    }
    let nodes = input.simulation.network().nodes.len() as u64;
    for (index, bound) in plan.limits.iter().enumerate() {
        let fact = lines::limit(texts, bound, index == 0, nodes);
        line!(text, "{fact}");
    }
    for way in &plan.outbound {
        line!(text, "{}", texts.why(&way.why));
    }
    let answer = plan.answer.as_ref();
    for (fact, good) in answer
        .map(|it| lines::answer(texts, it))
        .into_iter()
        .flatten()
    {
        let mark = good.map(|good| if good { GOOD } else { BAD });
        line!(
            text,
            "{}",
            mark.map_or(fact.clone(), |mark| marked(mark, &fact))
        );
    }
    if plan.ranges.is_empty() && plan.pools.is_empty() {
        line!(text, "{}", texts.get("plan-nothing"));
    }
    text
}
