//! The rows of an opened node, from top to bottom, and the pods at their ends.

use super::{
    BETWEEN, END, FIRST_ROW, POD_HEIGHT, POD_WIDTH, Part, Pass, Port, ROW, Row, TIGHT_ROW, Turn,
    Wanted, turn,
};
use crate::model::object::Ref;
use crate::scene::geometry::{Rect, rect};

/// The pods at which lanes end, in the order of the walk.
pub(super) fn visited_pods(passes: &[Pass]) -> Vec<Ref> {
    let mut pods: Vec<Ref> = Vec::new();
    for port in passes.iter().flat_map(|pass| [&pass.entry, &pass.exit]) {
        if let Port::Pod(pod) = port
            && !pods.contains(pod)
        {
            pods.push(pod.clone());
        }
    }
    pods
}

/// The rows from top to bottom.
pub(super) fn rows(passes: &[Pass]) -> Vec<Row> {
    let row = |pass: usize, part: Part, right: bool| Row {
        pass,
        part,
        right,
        y: 0,
        tight: false,
        pod: None,
    };
    let turning = |reply: bool| {
        passes
            .iter()
            .enumerate()
            .filter(move |(_, pass)| turn(pass) == Turn::AtRight && (pass.travel == 1) == reply)
            .map(|(index, _)| index)
    };
    let mut rows: Vec<Row> = turning(false)
        .map(|pass| row(pass, Part::In, true))
        .collect();
    for pass in turning(true) {
        // The reply runs against the request: in below, out above.
        let mut out = row(pass, Part::Out, false);
        out.tight = true;
        rows.push(out);
        rows.push(row(pass, Part::In, true));
    }
    let inside = |pass: &Pass, right: bool| {
        if right {
            matches!(pass.exit, Port::Inside) && !matches!(pass.entry, Port::Pod(_))
        } else {
            matches!(pass.entry, Port::Inside) && matches!(pass.exit, Port::Nic)
        }
    };
    for right in [true, false] {
        let alone = passes
            .iter()
            .enumerate()
            .filter(|(_, pass)| inside(pass, right));
        rows.extend(alone.map(|(index, _)| row(index, Part::Whole, right)));
    }
    for pod in visited_pods(passes) {
        rows.extend(pod_rows(passes, &pod));
    }
    let mut outs: Vec<Row> = turning(false)
        .map(|pass| row(pass, Part::Out, false))
        .collect();
    outs.reverse();
    rows.extend(outs);
    rows
}

/// The rows that end at a pod: what arrives above what leaves, the reply within the request.
fn pod_rows(passes: &[Pass], pod: &Ref) -> Vec<Row> {
    let port = Port::Pod(pod.clone());
    let mut arriving: Vec<usize> = ends(passes, |pass| pass.exit == port);
    let mut leaving: Vec<usize> = ends(passes, |pass| pass.entry == port);
    arriving.sort_by_key(|&index| passes.get(index).map(|pass| pass.travel));
    leaving.sort_by_key(|&index| passes.get(index).map(|pass| 1 - pass.travel.min(1)));
    let part = |index: usize, out: bool| {
        let turns = passes
            .get(index)
            .is_some_and(|pass| turn(pass) == Turn::AtLeft);
        match (turns, out) {
            (false, _) => Part::Whole,
            (true, true) => Part::Out,
            (true, false) => Part::In,
        }
    };
    let rows = arriving.into_iter().map(|index| (index, true));
    rows.chain(leaving.into_iter().map(|index| (index, false)))
        .map(|(pass, right)| Row {
            pass,
            part: part(pass, right),
            right,
            y: 0,
            tight: false,
            pod: Some(pod.clone()),
        })
        .collect()
}

pub(super) fn ends(passes: &[Pass], wanted: impl Fn(&Pass) -> bool) -> Vec<usize> {
    let found = passes.iter().enumerate().filter(|(_, pass)| wanted(pass));
    found.map(|(index, _)| index).collect()
}

pub(super) fn place_rows(rows: &mut [Row]) {
    let mut y = FIRST_ROW;
    let mut previous: Option<(bool, Option<Ref>)> = None;
    for row in rows {
        y += match &previous {
            None => 0,
            Some((true, _)) => TIGHT_ROW,
            // The card of a pod reaches beyond its rows, and is never lower than its text.
            Some((false, pod)) if pod.is_some() && *pod != row.pod => ROW + 24,
            Some((false, _)) => ROW,
        };
        row.y = y;
        previous = Some((row.tight, row.pod.clone()));
    }
}

/// The width that the stations of a pass need in its widest row.
pub(super) fn row_width(pass: &Pass) -> i32 {
    let sum = |stations: &[Wanted]| -> i32 {
        let widths = stations
            .iter()
            .map(|station| station.width.max(station.note) + BETWEEN);
        widths.sum()
    };
    let tight = turn(pass) == Turn::AtRight && pass.travel == 1;
    if tight {
        // The last note stands beside its station.
        let last = pass
            .stations
            .last()
            .map_or(0, |last| last.width.min(last.note));
        return sum(&pass.stations) + last;
    }
    let end = if pass.exit == Port::Inside { END } else { 0 };
    if turn(pass) == Turn::None {
        return sum(&pass.stations) + end;
    }
    let (first, last) = pass.stations.split_at(split(pass.stations.len()));
    sum(first).max(sum(last) + 24)
}

/// How many stations of a turn stand on its way in: all but the last, which is decided on the way out.
pub(super) fn split(stations: usize) -> usize {
    if stations > 1 { stations - 1 } else { stations }
}

/// The cards of pods at which lanes end.
pub(super) fn pod_cards(rows: &[Row], visited: &[Ref], x: i32) -> Vec<(Ref, Rect)> {
    let mut cards = Vec::new();
    for pod in visited {
        let ys = rows
            .iter()
            .filter(|row| row.pod.as_ref() == Some(pod))
            .map(|row| row.y);
        let (first, last) = ys.fold((i32::MAX, i32::MIN), |(low, high), y| {
            (low.min(y), high.max(y))
        });
        if first > last {
            continue;
        }
        let top = first - 16;
        let height = (last + 16 - top).max(POD_HEIGHT + 16);
        cards.push((pod.clone(), rect(x, top, POD_WIDTH, height)));
    }
    cards
}
