//! `kubehop lab`: a runnable copy of the scenario on one Linux machine.
//!
//! [`places`] says who gets a namespace and what is inside, [`fabric`] is Azure between them,
//! [`outcomes`] says what the simulator expects of each flow, [`files`] puts it all into files,
//! and [`process`] is the program that answers, sends and compares. Security groups, policies,
//! Ingress and DNS are not part of it.

mod fabric;
mod files;
mod outcomes;
mod places;
pub(super) mod process;

use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::HOLDS;
use super::args::LabArguments;
use super::input::{Input, load};
use super::output::Answer;
use files::Lab;
use places::{Places, What};

pub(super) fn run(arguments: &LabArguments) -> Answer {
    let written = load(&arguments.common).and_then(|input| {
        let places = Places::of(&input.simulation.dataplane);
        let lab = files::of(&input.simulation, &places, &name(&arguments.output));
        write(&arguments.output, &lab).map_err(|error| {
            let args = [
                ("path", arguments.output.display().to_string().into()),
                ("problem", error.to_string().into()),
            ];
            input.unusable(&input.texts.message("cli-cannot-write", &args))
        })?;
        let told = tell(&arguments.output, &input, &places, &lab);
        Ok(input.answer(told, false, HOLDS))
    });
    written.unwrap_or_else(|problem| problem)
}

/// A name for the lab of this folder: two folders may be up at once.
fn name(folder: &Path) -> String {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let digest = Sha256::digest(whole.as_os_str().as_encoded_bytes());
    let mut name = String::from("kh");
    for byte in digest.iter().take(4) {
        put!(name, "{byte:02x}");
    }
    name
}

/// Writes into a folder that is new, empty or a lab.
fn write(folder: &Path, lab: &Lab) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    if fs::read_dir(folder)?.next().is_some() && !folder.join("namespaces").is_file() {
        return Err(io::Error::other("the folder is not empty, and no lab"));
    }
    for (path, text) in &lab.files {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, text)?;
        #[cfg(unix)]
        if files::is_script(path) {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

fn tell(folder: &Path, input: &Input, places: &Places<'_>, lab: &Lab) -> String {
    let count = |kind| fluent(places.count(kind));
    let directory = || folder.display().to_string();
    let mut lines = vec![
        input.texts.message(
            "cli-lab-written",
            &[
                ("directory", directory().into()),
                ("nodes", count(|what| matches!(what, What::Node(..))).into()),
                ("pods", count(|what| matches!(what, What::Pod(..))).into()),
                (
                    "hosts",
                    count(|what| matches!(what, What::Host(..) | What::Internet(_))).into(),
                ),
            ],
        ),
        input.texts.message(
            "cli-lab-flows",
            &[
                ("fired", fluent(lab.fired).into()),
                ("left", fluent(lab.left_out.len()).into()),
            ],
        ),
    ];
    for (flow, why) in &lab.left_out {
        let args = [
            ("flow", flow.as_str().into()),
            ("why", input.texts.message(why, &[]).into()),
        ];
        lines.push(input.texts.message("cli-lab-left-out", &args));
    }
    lines.push(input.texts.message("cli-lab-not-part", &[]));
    lines.push(
        input
            .texts
            .message("cli-lab-next", &[("directory", directory().into())]),
    );
    lines.into_iter().map(|line| line + "\n").collect()
}

fn fluent(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
