//! What a link tells besides the scenario: what its sender looked at.

use super::{Note, State, Tab, Theme};
use crate::share::{SharedMoment, SharedView};
use crate::ui::clock::Instant;

impl State {
    /// What is looked at, for a link.
    pub fn looked_at(&self) -> SharedView {
        let tab = match self.tab {
            Tab::Trace => "trace",
            Tab::Object => "object",
            Tab::Yaml => "yaml",
            Tab::Problems => "problems",
        };
        let theme = match self.preferences.theme {
            Theme::System => None,
            Theme::Light => Some("light".to_owned()),
            Theme::Dark => Some("dark".to_owned()),
        };
        SharedView {
            language: Some(self.preferences.language.code().to_owned()),
            theme,
            branch: u32::try_from(self.branch).ok(),
            step: u32::try_from(self.playhead).ok(),
            tab: Some(tab.to_owned()),
            moment: self.shared_moment(),
            compare: self.shared_sides(),
        }
    }

    /// The shown moment by its second, which stays the same where a later version notices more on the way to it.
    fn shared_moment(&self) -> Option<SharedMoment> {
        let (clock, at) = (self.clock.as_ref()?, self.at.as_ref()?);
        let Instant { moment, open } = at.instant;
        let second = (moment > 0).then(|| clock.second(moment));
        Some(SharedMoment { second, open })
    }

    /// Shows what the sender of a link looked at.
    pub fn look(&mut self, view: &SharedView) {
        if let Some(moment) = view.moment {
            self.look_at_moment(moment);
        }
        let index = |number: Option<u32>| number.and_then(|number| usize::try_from(number).ok());
        let walk = self.walk();
        let branches = walk.map_or(0, |walk| walk.answer().result.branches.len());
        if let Some(branch) = index(view.branch).filter(|branch| *branch < branches) {
            self.branch = branch;
            self.follow_branch();
        }
        let last = self.walk().map_or(0, |walk| walk.len());
        self.playhead = index(view.step).unwrap_or(last).min(last);
        self.tab = match view.tab.as_deref() {
            Some("yaml") => Tab::Yaml,
            Some("problems") => Tab::Problems,
            _ => Tab::Trace,
        };
        if let Some(sides) = &view.compare {
            self.look_at_sides(sides);
        }
    }

    fn look_at_moment(&mut self, moment: SharedMoment) {
        let Some(clock) = &self.clock else {
            let second = moment.second.unwrap_or_default();
            self.note = Some(Note::LinkedWithoutMoment(second));
            return;
        };
        let index = moment.second.map(|second| clock.timeline.index_at(second));
        let instant = clock.nearest(Instant {
            moment: index.unwrap_or_default(),
            open: moment.open,
        });
        self.go_to(Some(instant));
    }
}
