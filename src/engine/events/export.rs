//! The clock as versioned JSON.

use serde_json::{Value, json};

use super::summary::{Course, End, ends};
use super::{Fate, Moment, Timeline};
use crate::engine::explain::Explanation;
use crate::engine::export;
use crate::model::flow::Flow;

impl Fate {
    /// The word as answers print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Fate::Lives => "lives",
            Fate::Hangs => "hangs",
            Fate::Over => "over",
        }
    }
}

/// All moments, with what each flow comes to.
pub fn timeline(
    timeline: &Timeline,
    courses: &[(&Flow, Course)],
    sentence: &dyn Fn(&Explanation) -> String,
) -> Value {
    let moments = timeline.moments.iter().enumerate();
    let moments: Vec<Value> = moments
        .map(|(index, it)| moment(index, it, courses, sentence))
        .collect();
    let flows: Vec<Value> = courses.iter().map(|(flow, _)| export::flow(flow)).collect();
    json!({
        "apiVersion": "kubehop.dev/v1",
        "kind": "TimelineResult",
        "flows": flows,
        "moments": moments,
    })
}

fn moment(
    index: usize,
    moment: &Moment,
    courses: &[(&Flow, Course)],
    sentence: &dyn Fn(&Explanation) -> String,
) -> Value {
    let changes = moment.changes.iter().map(|change| {
        json!({
            "object": change.object.to_string(),
            "why": sentence(&change.what),
            "reference": change.reference.id(),
        })
    });
    let flows = courses.iter().map(|(_, course)| {
        let new = course.new.get(index);
        let fates = course.fates(index);
        json!({
            "verdict": new.map(|new| new.verdict.as_str()),
            "new": new.map(|new| ends(new).iter().map(end).collect::<Vec<Value>>()),
            "open": fates.iter().map(|(fate, probability)| {
                json!({ "fate": fate.as_str(), "probability": probability })
            }).collect::<Vec<Value>>(),
        })
    });
    json!({
        // The first moment is what was before all events.
        "at": (index > 0).then_some(moment.at),
        "changes": changes.collect::<Vec<Value>>(),
        "flows": flows.collect::<Vec<Value>>(),
    })
}

fn end((end, probability): &(End, f64)) -> Value {
    match end {
        End::Received { receiver, status } => json!({
            "receiver": receiver.to_string(),
            "status": status,
            "probability": probability,
        }),
        End::Lost(disposition) => json!({
            "verdict": disposition.verdict().as_str(),
            "disposition": disposition.as_str(),
            "probability": probability,
        }),
    }
}
