//! The symbols: those of the picture ([`crate::scene::icons`]) and those of the interface, drawn in the same way.

use yew::virtual_dom::VTag;
use yew::{AttrValue, Html, classes, component, html};

use crate::scene::icons::ICONS;

/// A symbol with further classes; decoration only, the words beside it say the same.
pub fn symbol(name: &str, class: &str) -> Html {
    html! {
        <svg class={classes!("icon", class.to_owned())} viewBox="0 0 24 24" aria-hidden="true">
            <use href={format!("#{name}")} />
        </svg>
    }
}

/// All symbols, once in the page; `use` refers to them.
#[component]
pub fn Sprite() -> Html {
    html! {
        <svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">
            for (id, markup) in ICONS.iter().chain(INTERFACE) {
                <symbol id={*id} viewBox="0 0 24 24">
                    <g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">
                        { for shapes(markup) }
                    </g>
                </symbol>
            }
            // The pattern of pods in a small node: a dot each.
            <pattern id="pod-dots" width="8" height="8" patternUnits="userSpaceOnUse">
                <circle cx="4" cy="4" r="2" class="pod-dot" />
            </pattern>
        </svg>
    }
}

/// The shapes of a symbol. The markup is a constant of this project: empty elements with quoted attributes.
fn shapes(markup: &'static str) -> Vec<Html> {
    let elements = markup
        .split("/>")
        .filter_map(|element| element.strip_prefix('<'));
    elements.map(shape).collect()
}

fn shape(element: &'static str) -> Html {
    let (tag, mut rest) = element.split_once(' ').unwrap_or((element, ""));
    let mut shape = VTag::new(tag);
    while let Some((name, value)) = rest.split_once("=\"") {
        let (value, after) = value.split_once('"').unwrap_or((value, ""));
        shape.add_attribute(name.trim_start(), AttrValue::Static(value));
        rest = after;
    }
    shape.into()
}

#[rustfmt::skip]
const INTERFACE: &[(&str, &str)] = &[
    ("u-play", r#"<path d="M7.5 5.25v13.5L18.5 12Z" fill="currentColor"/>"#),
    ("u-pause", r#"<path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3"/>"#),
    ("u-next", r#"<path d="M6.5 6v12l8.5-6Z" fill="currentColor"/><path d="M18 6v12" stroke-width="2"/>"#),
    ("u-prev", r#"<path d="M17.5 6v12L9 12Z" fill="currentColor"/><path d="M6 6v12" stroke-width="2"/>"#),
    ("u-undo", r#"<path d="M8.5 4.75 4.25 9l4.25 4.25M4.75 9h9.5a5.25 5.25 0 0 1 0 10.5H10"/>"#),
    ("u-redo", r#"<path d="M15.5 4.75 19.75 9l-4.25 4.25M19.25 9h-9.5a5.25 5.25 0 0 0 0 10.5H14"/>"#),
    ("u-share", r#"<path d="m9.5 14.5 5-5M8 11l-2.1 2.1a3.6 3.6 0 0 0 5.1 5.1L13 16.1M16 13l2.1-2.1A3.6 3.6 0 0 0 13 5.8L11 7.9"/>"#),
    ("u-embed", r#"<path d="m8.25 7-5 5 5 5M15.75 7l5 5-5 5"/>"#),
    ("u-theme", r#"<circle cx="12" cy="12" r="8.25"/><path d="M12 3.75a8.25 8.25 0 0 1 0 16.5Z" fill="currentColor"/>"#),
    ("u-search", r#"<circle cx="10.75" cy="10.75" r="6"/><path d="m15.25 15.25 4.5 4.5"/>"#),
    ("u-plus", r#"<path d="M12 5.25v13.5M5.25 12h13.5"/>"#),
    ("u-minus", r#"<path d="M5.25 12h13.5"/>"#),
    ("u-fit", r#"<path d="M4.25 9V5.75a1.5 1.5 0 0 1 1.5-1.5H9M15 4.25h3.25a1.5 1.5 0 0 1 1.5 1.5V9M19.75 15v3.25a1.5 1.5 0 0 1-1.5 1.5H15M9 19.75H5.75a1.5 1.5 0 0 1-1.5-1.5V15"/>"#),
    ("u-down", r#"<path d="m6.75 9.5 5.25 5.25 5.25-5.25"/>"#),
    ("u-right", r#"<path d="m9.5 6.75 5.25 5.25-5.25 5.25"/>"#),
    ("u-external", r#"<path d="M13.5 4.75h5.75v5.75M19 5l-8.5 8.5M10 5.25H6.25a1.5 1.5 0 0 0-1.5 1.5v11a1.5 1.5 0 0 0 1.5 1.5h11a1.5 1.5 0 0 0 1.5-1.5V14"/>"#),
    ("u-close", r#"<path d="m6.25 6.25 11.5 11.5M17.75 6.25l-11.5 11.5"/>"#),
    ("u-check", r#"<path d="m5.25 12.5 4.5 4.5 9-10"/>"#),
    ("u-warn", r#"<path d="M12 4.25 21 19.25H3ZM12 10v4M12 16.6h.01"/>"#),
    ("u-info", r#"<circle cx="12" cy="12" r="8.75"/><path d="M12 11v5M12 8h.01"/>"#),
    ("u-diagram", r#"<rect x="3.25" y="4.25" width="7" height="6" rx="1.25"/><rect x="13.75" y="13.75" width="7" height="6" rx="1.25"/><path d="M10.25 7.25h4.5a2.5 2.5 0 0 1 2.5 2.5v4"/>"#),
    ("u-table", r#"<path d="M4.25 5.25h15.5v13.5H4.25ZM4.25 10h15.5M4.25 14.4h15.5M10 10v8.75"/>"#),
    ("u-matrix", r#"<path d="M4.25 4.25h15.5v15.5H4.25ZM9.4 4.25v15.5M14.6 4.25v15.5M4.25 9.4h15.5M4.25 14.6h15.5"/>"#),
    ("u-compare", r#"<path d="M4.25 5.25h6v13.5h-6ZM13.75 5.25h6v13.5h-6ZM6.5 9h1.5M16 9h1.5M6.5 12.5h1.5M16 15.5h1.5"/>"#),
    ("u-file", r#"<path d="M6.25 3.75h7.5l4.5 4.5v12h-12ZM13.5 4v4.5H18"/>"#),
    ("u-menu", r#"<path d="M4.25 7h15.5M4.25 12h15.5M4.25 17h15.5"/>"#),
    ("u-copy", r#"<rect x="8.25" y="8.25" width="11.5" height="11.5" rx="1.5"/><path d="M15.75 8.25v-2.5a1.5 1.5 0 0 0-1.5-1.5h-8.5a1.5 1.5 0 0 0-1.5 1.5v8.5a1.5 1.5 0 0 0 1.5 1.5h2.5"/>"#),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_read_whole() {
        for (id, markup) in ICONS.iter().chain(INTERFACE) {
            let elements = markup.matches('<').count();
            assert_eq!(shapes(markup).len(), elements, "{id}");
        }
    }
}
