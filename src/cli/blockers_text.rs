//! Blockers as text: a refusal and what lifts it, one fact a line.

use std::fmt::Write as _;

use super::input::Input;
use crate::blockers::{Blocker, Blockers, Remedy, Way};

pub(super) fn print(input: &Input, found: &Blockers) -> String {
    if found.list.is_empty() {
        return "blocker: none\n".to_owned();
    }
    let mut text = String::new();
    for (index, blocker) in found.list.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write_blocker(&mut text, input, index + 1, blocker);
    }
    let _ = writeln!(text, "with all changes: {}", found.after.as_str());
    text
}

fn write_blocker(
    text: &mut String,
    input: &Input,
    number: usize,
    blocker: &Blocker,
) -> std::fmt::Result {
    let step = &blocker.step;
    let way = match blocker.way {
        Way::Request => String::new(),
        other => format!(" ({})", other.as_str()),
    };
    let (place, stage) = (&blocker.place, step.stage.as_str());
    writeln!(text, "blocker {number}: {place} {stage}{way}")?;
    writeln!(text, "  why: {}", input.texts.why(&step.why))?;
    if let Some(rule) = step.rule() {
        writeln!(text, "  rule: {}", input.texts.words(&rule))?;
    }
    if let Some(cause) = &step.cause {
        write!(text, "  cause: {}", cause.object)?;
        if !cause.field.is_empty() {
            write!(text, " {}", cause.field)?;
        }
        match input.place(&cause.object, &cause.field) {
            Some(place) => writeln!(text, " ({place})")?,
            None => writeln!(text)?,
        }
    }
    match &blocker.remedy {
        Remedy::Change(change) => {
            writeln!(text, "  change: {}", input.texts.why(&change.what))?;
            for patch in &change.patch_in_turn {
                let place = format!("{}:{}", patch.file, patch.line);
                for line in &patch.removed {
                    writeln!(text, "  patch: {place} - {line}")?;
                }
                for line in &patch.added {
                    writeln!(text, "  patch: {place} + {line}")?;
                }
            }
            Ok(())
        }
        Remedy::With(index) => writeln!(text, "  change: that of blocker {}", index + 1),
        Remedy::None(why) => writeln!(text, "  no change: {}", input.texts.why(why)),
    }
}
