//! `kubehop draw`: the picture as the page shows it, as an SVG file that stands alone.

use std::fs;
use std::path::Path;

use super::HOLDS;
use super::args::{DrawArguments, Theme};
use super::input::{Input, load};
use super::output::Answer;
use crate::scene::draw::{View, draw};
use crate::scene::layout::place;
use crate::scene::svg;

pub(super) fn run(arguments: &DrawArguments) -> Answer {
    let drawn = load(&arguments.common).and_then(|input| {
        let svg = picture(arguments, &input)?;
        if arguments.output == Path::new("-") {
            return Ok(input.answer(svg, true, HOLDS));
        }
        fs::write(&arguments.output, svg).map_err(|error| {
            let args = [
                ("path", arguments.output.display().to_string().into()),
                ("problem", error.to_string().into()),
            ];
            input.unusable(&input.texts.message("cli-cannot-write", &args))
        })?;
        Ok(input.answer(String::new(), true, HOLDS))
    });
    drawn.unwrap_or_else(|problem| problem)
}

/// The network, with the first walk of the flow if one is asked for.
fn picture(arguments: &DrawArguments, input: &Input) -> Result<String, Answer> {
    let flow = arguments
        .flow
        .as_deref()
        .map(|name| input.flow(name))
        .transpose()?;
    let result = flow.map(|flow| input.simulation.trace(flow).unrolled());
    let branch = result.as_ref().and_then(|result| result.branches.first());
    let network = input.simulation.network();
    let placement = place(network, branch);
    let scene = draw(network, &placement, branch, &View::default(), &input.texts);
    let theme = match arguments.theme {
        Theme::Light => svg::Theme::Light,
        Theme::Dark => svg::Theme::Dark,
    };
    Ok(svg::standalone(&scene, theme))
}
