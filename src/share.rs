//! A link that carries a whole scenario: `v1:` and then, in base64url without
//! padding, the deflated JSON of the files, the request and what is looked at.
//!
//! Stability promise: a link that was ever made keeps opening. Fields are only
//! added and are optional; unknown fields are ignored; what cannot stay compatible
//! gets a new number in front. `tests/links` holds links of every version.
//! A link is data: nothing in it is executed, and what is damaged is refused as a whole.

mod wire;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use crate::model::diagnostic::Diagnostic;
use crate::model::document::Document;
use crate::model::event::MOST_SECONDS;

/// What a link carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    /// The files.
    pub document: Document,
    /// A title for people.
    pub title: Option<String>,
    /// The request to fire.
    pub request: Option<SharedRequest>,
    /// What the sender looked at.
    pub view: SharedView,
}

/// A request as it was typed; the reader of the link checks it like any other input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedRequest {
    /// The sender.
    pub from: String,
    /// The destination: a place, an address, a name or a URL.
    pub to: String,
    /// Transport protocol; absent means TCP.
    pub protocol: Option<String>,
    /// Port.
    pub port: Option<u16>,
}

/// What the sender of a link looked at; never changes an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedView {
    /// Language, as a tag such as `ja`.
    pub language: Option<String>,
    /// `light` or `dark`.
    pub theme: Option<String>,
    /// Index of the branch.
    pub branch: Option<u32>,
    /// Index of the step.
    pub step: Option<u32>,
    /// Name of the inspector's tab.
    pub tab: Option<String>,
    /// The moment of the clock.
    pub moment: Option<SharedMoment>,
    /// The two sides of the comparison, left first; `None` where nothing was compared.
    pub compare: Option<[SharedSide; 2]>,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharedSide {
    /// What the reader has anyway, by its word: `now`, a network model such as `model-overlay`, a built-in scenario
    /// such as `scenario-kubenet`. Words that the reader's version does not know are left to the page.
    Word(String),
    /// Other files.
    Files {
        /// What they are, for people: the edit that they were before.
        title: String,
        /// The files.
        document: Document,
    },
}

/// The most characters of a side's word or title.
pub const MAX_SIDE_TEXT: usize = 200;

/// A moment of a scenario's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SharedMoment {
    /// Its second, at most [`MOST_SECONDS`]; `None` before all events. The last moment that is not later is meant.
    pub second: Option<u32>,
    /// Whether it is about connections that were open before the events, not about new ones.
    pub open: bool,
}

/// The largest content that a link may unpack to, in bytes.
pub const MAX_INFLATED: usize = 16 << 20;

/// The version that this build writes.
const PREFIX: &str = "v1:";

/// Best compression that `miniz_oxide` offers without searching exhaustively.
const LEVEL: u8 = 9;

/// Why a link cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin with a version.
    NotALink,
    /// A later version of kubehop made it.
    Newer {
        /// Its version, such as `v2`.
        version: String,
    },
    /// A character that no link has.
    NotBase64 {
        /// How many characters of the link come before it.
        position: usize,
    },
    /// The end is missing.
    CutOff,
    /// It cannot be unpacked.
    Damaged,
    /// It unpacks to more than [`MAX_INFLATED`].
    TooLarge,
    /// It unpacks to something else than a scenario.
    WrongContent {
        /// What the JSON reader says.
        detail: String,
    },
    /// It names a moment that no clock has.
    NoSuchMoment {
        /// Its second.
        second: u64,
    },
    /// A side of its comparison is neither a word nor files, both, or has a text that is too long.
    WrongSide {
        /// Which, from 1.
        side: usize,
    },
}

impl LinkError {
    /// Stable id; also the message id of its sentence.
    pub const fn id(&self) -> &'static str {
        match self {
            LinkError::NotALink => "link-not-a-link",
            LinkError::Newer { .. } => "link-newer",
            LinkError::NotBase64 { .. } => "link-not-base64",
            LinkError::CutOff => "link-cut-off",
            LinkError::Damaged => "link-damaged",
            LinkError::TooLarge => "link-too-large",
            LinkError::WrongContent { .. } => "link-wrong-content",
            LinkError::NoSuchMoment { .. } => "link-no-such-moment",
            LinkError::WrongSide { .. } => "link-wrong-side",
        }
    }

    /// The argument of its sentence, by name; empty for sentences without one.
    pub fn argument(&self) -> (&'static str, String) {
        match self {
            LinkError::Newer { version } => ("version", version.clone()),
            LinkError::NotBase64 { position } => ("position", position.to_string()),
            LinkError::NoSuchMoment { second } => ("second", second.to_string()),
            LinkError::WrongSide { side } => ("side", side.to_string()),
            LinkError::NotALink
            | LinkError::CutOff
            | LinkError::Damaged
            | LinkError::TooLarge
            | LinkError::WrongContent { .. } => ("detail", String::new()),
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NotALink => {
                f.write_str("the link does not begin with a version such as `v1:`")
            }
            LinkError::Newer { version } => {
                write!(
                    f,
                    "the link is of version `{version}`, which a later kubehop made"
                )
            }
            LinkError::NotBase64 { position } => {
                write!(
                    f,
                    "the link has a character that does not belong there, after {position} characters"
                )
            }
            LinkError::CutOff => f.write_str("the end of the link is missing"),
            LinkError::Damaged => f.write_str("the link is damaged and cannot be unpacked"),
            LinkError::TooLarge => write!(
                f,
                "the link unpacks to more than {} MiB",
                MAX_INFLATED >> 20
            ),
            LinkError::WrongContent { detail } => {
                write!(f, "the link does not hold a scenario: {detail}")
            }
            LinkError::NoSuchMoment { second } => write!(
                f,
                "the link names second {second} of the clock, which ends at {MOST_SECONDS} s"
            ),
            LinkError::WrongSide { side } => write!(
                f,
                "side {side} of the link's comparison is not either a word or files, with at most {MAX_SIDE_TEXT} characters of text"
            ),
        }
    }
}

impl std::error::Error for LinkError {}

/// The fragment of a link, beginning with `v1:`.
pub fn encode(shared: &Shared) -> String {
    let packed = compress_to_vec(wire::write(shared).as_bytes(), LEVEL);
    let mut link = PREFIX.to_owned();
    URL_SAFE_NO_PAD.encode_string(packed, &mut link);
    link
}

/// How many characters the fragment of a link has; messengers cut links at about 2,000 to 8,000.
pub fn link_length(shared: &Shared) -> usize {
    encode(shared).len()
}

/// Reads the fragment of a link, with or without its `#` and what stands before that.
///
/// Data of Secrets is taken out as it is of any file; the diagnostics say so.
///
/// # Errors
/// Says why the link cannot be opened; no part of a damaged link is used.
pub fn decode(link: &str) -> Result<(Shared, Vec<Diagnostic>), LinkError> {
    let link = link.trim();
    let fragment = link.rsplit_once('#').map_or(link, |(_, fragment)| fragment);
    let (version, payload) = version(fragment)?;
    if version != "v1" {
        return Err(LinkError::Newer {
            version: version.to_owned(),
        });
    }
    if payload.len() > 2 * MAX_INFLATED {
        return Err(LinkError::TooLarge);
    }
    let before = fragment.len() - payload.len();
    let packed = URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|error| match error {
            base64::DecodeError::InvalidByte(position, _) => LinkError::NotBase64 {
                position: before + position,
            },
            _ => LinkError::CutOff,
        })?;
    let text = inflate(&packed)?;
    wire::read(&text)
}

/// Version and payload; some messengers write the colon as `%3A`.
fn version(fragment: &str) -> Result<(&str, &str), LinkError> {
    let (version, payload) = fragment
        .split_once(':')
        .or_else(|| fragment.split_once("%3A"))
        .or_else(|| fragment.split_once("%3a"))
        .ok_or(LinkError::NotALink)?;
    let number = version.strip_prefix('v').ok_or(LinkError::NotALink)?;
    let is_number =
        (1..=4).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit());
    if is_number && !number.starts_with('0') {
        Ok((version, payload))
    } else {
        Err(LinkError::NotALink)
    }
}

fn inflate(packed: &[u8]) -> Result<String, LinkError> {
    let bytes = decompress_to_vec_with_limit(packed, MAX_INFLATED).map_err(|error| match error
        .status
    {
        TINFLStatus::HasMoreOutput => LinkError::TooLarge,
        TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => LinkError::CutOff,
        _ => LinkError::Damaged,
    })?;
    String::from_utf8(bytes).map_err(|_| LinkError::Damaged)
}

#[cfg(test)]
mod tests;
