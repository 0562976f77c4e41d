//! Source and destination along each lane.

use super::{REPLY, REQUEST, Read, Timeline};
use crate::engine::trace::Trace;
use crate::model::packet::Packet;
use crate::scene::geometry::point;
use crate::scene::measure::{Face, cut, width};
use crate::scene::numbering::Mark;
use crate::scene::shape::{Element, ElementKind, Path, Run, Shape, StepRef};

impl Timeline<'_> {
    /// Source above the lane, destination below it, each with a hairline until the next rewrite.
    pub(super) fn bands(
        &self,
        marks: &[(usize, &Mark)],
        trace: &Trace,
        reply: bool,
        ends: (i32, i32),
    ) -> Vec<Element> {
        let y = if reply { REPLY } else { REQUEST };
        let way = if reply { "reply" } else { "request" };
        let read: [(&str, i32, Read); 2] = [
            (
                "src",
                if reply { y - 16 } else { y - 18 },
                Packet::source_text,
            ),
            ("dst", y + 25, Packet::destination_text),
        ];
        let mut elements = Vec::new();
        for (band, baseline, read) in read {
            let runs = self.runs(marks, trace, ends, read);
            for (index, run) in runs.iter().enumerate() {
                elements.push(run.element(format!("{band}-{way}-{index}"), baseline));
            }
        }
        elements
    }

    /// The values along a lane, the first one of the way first.
    pub(super) fn runs(
        &self,
        marks: &[(usize, &Mark)],
        trace: &Trace,
        (start, end): (i32, i32),
        read: Read,
    ) -> Vec<Value> {
        // Lookups happen before the packet sets out.
        let mut steps = trace
            .steps()
            .filter(|(_, step)| !crate::scene::numbering::is_lookup(step.stage));
        let Some(first) = steps.next() else {
            return Vec::new();
        };
        let forward = start <= end;
        let mut values = vec![Value {
            from: start,
            to: end,
            text: read(&first.1.before),
            change: None,
            after_badge: false,
        }];
        for &(index, mark) in marks {
            let Some((_, step)) = self
                .step(index)
                .filter(|(_, step)| !crate::scene::numbering::is_lookup(step.stage))
            else {
                continue;
            };
            let text = read(&step.after);
            let same = values.last().is_some_and(|last| last.text == text);
            if same || (read(&step.before) == text) {
                continue;
            }
            let x = self.x(index);
            if let Some(last) = values.last_mut() {
                last.to = x;
            }
            values.push(Value {
                from: x,
                to: end,
                text,
                change: Some((mark.step, self.reached(index))),
                after_badge: false,
            });
        }
        let last = values.len().saturating_sub(1);
        for (index, value) in values.iter_mut().enumerate() {
            value.after_badge = if forward { index > 0 } else { index < last };
            if !forward {
                std::mem::swap(&mut value.from, &mut value.to);
            }
        }
        values
    }
}

/// A value from one place to another.
pub(super) struct Value {
    from: i32,
    to: i32,
    text: String,
    /// The step that wrote it, and whether that has happened.
    change: Option<(StepRef, bool)>,
    /// Whether it begins at a badge.
    after_badge: bool,
}

impl Value {
    /// Where its text begins.
    fn start(&self) -> i32 {
        if self.after_badge {
            self.from + 14
        } else {
            self.from - 8
        }
    }

    /// Where it must end so that its text is shown whole.
    pub(super) fn whole(&self) -> i32 {
        self.start() + width(&self.text, Face::Mono) + 8
    }

    fn element(&self, key: String, baseline: i32) -> Element {
        let changed = matches!(self.change, Some((step, true)) if !step.reply);
        let class = if changed {
            "t-change t-clear"
        } else {
            "t-addr t-clear"
        };
        let start = self.start();
        let room = self.to - start - 8;
        let shown = cut(&self.text, Face::Mono, room.max(0));
        let text_end = start + width(&shown, Face::Mono) + 6;
        let mut shapes = Vec::new();
        if room >= 40 {
            shapes.push(Shape::Text {
                at: point(start, baseline),
                class: class.into(),
                full: (shown != self.text).then(|| self.text.clone()),
                runs: vec![Run::new(shown, "", 0)],
            });
        }
        let line = point(if room >= 40 { text_end } else { start }, baseline - 4);
        if self.to - 8 > line.x {
            shapes.push(Shape::path(
                Path::through(&[line, point(self.to - 8, line.y)]),
                "band",
            ));
        }
        let element = Element::new(key, ElementKind::Note, shapes);
        match self.change {
            Some((step, _)) => element.of_step(step),
            None => element,
        }
    }
}
