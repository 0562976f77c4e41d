//! How wide a text will be, without a font: the widest face that the page may get decides.

/// Which face and size a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Sans, 10.5 px: notes and captions.
    Note,
    /// Sans, 11 px: labels.
    Label,
    /// Sans, bold, 12 px: names.
    Name,
    /// Monospaced, 10.5 px: addresses.
    Mono,
    /// Monospaced, bold, 10.5 px: rewritten addresses.
    MonoBold,
}

impl Face {
    /// Width of a character of the alphabet in thousandths of a pixel, and of an ideograph.
    const fn advances(self) -> (i32, i32) {
        match self {
            Face::Note => (5_880, 10_500),
            Face::Label => (6_160, 11_000),
            Face::Name => (7_200, 12_000),
            Face::Mono | Face::MonoBold => (6_321, 10_500),
        }
    }
}

/// The ellipsis of a name that was cut.
const ELLIPSIS: char = '…';

/// Width of `text` in pixels: mono 0.602 em a character, sans 0.56, bold 0.60, CJK 1.
pub fn width(text: &str, face: Face) -> i32 {
    let total: i64 = text
        .chars()
        .map(|character| i64::from(advance(character, face)))
        .sum();
    i32::try_from(total / 1000 + 1).unwrap_or(i32::MAX / 4)
}

fn advance(character: char, face: Face) -> i32 {
    let (narrow, wide) = face.advances();
    if is_wide(character) { wide } else { narrow }
}

/// Whether a character takes a full em: CJK, Hangul, full-width forms, emoji.
fn is_wide(character: char) -> bool {
    matches!(u32::from(character), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F000..=0x3FFFD)
}

/// `text` if it fits into `room` pixels, or else cut in the middle so that both ends are kept.
pub fn cut(text: &str, face: Face, room: i32) -> String {
    if width(text, face) <= room {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let mut budget = i64::from(room) * 1000 - i64::from(advance(ELLIPSIS, face));
    let (mut head, mut tail) = (0, characters.len());
    while head < tail {
        // Two characters of the beginning for each one of the end.
        let take_tail = (head + characters.len() - tail) % 3 == 2;
        let next = if take_tail { tail - 1 } else { head };
        budget -= characters
            .get(next)
            .map_or(0, |&character| i64::from(advance(character, face)));
        if budget < 0 {
            break;
        }
        if take_tail {
            tail -= 1;
        } else {
            head += 1;
        }
    }
    let start: String = characters.iter().take(head).collect();
    let end: String = characters.iter().skip(tail).collect();
    format!("{start}{ELLIPSIS}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ideograph_is_one_em_and_a_mono_character_0_602_em() {
        assert_eq!(width("10.244.0.10", Face::Mono), 11 * 6321 / 1000 + 1);
        assert_eq!(width("応答", Face::Note), 22);
    }

    #[test]
    fn a_long_name_keeps_both_ends_and_fits() {
        let name = "k8s-azure-lb_allow_IPv4_556f7044ec033c1f9c";
        let shown = cut(name, Face::Mono, 150);
        assert_eq!(shown, "k8s-azure-lb_al…33c1f9c");
        assert!(width(&shown, Face::Mono) <= 150);
        assert_eq!(cut("web", Face::Name, 150), "web");
        assert_eq!(cut("web", Face::Name, 0), "…");
        assert_eq!(cut("", Face::Name, 20), "");
    }
}
