//! A scene as an SVG file that stands alone: styles and symbols inside, nothing loaded, nothing that runs.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::icons;
use super::shape::{Element, Run, Scene, Shape};
use crate::text::arrived;

/// The colours of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light paper.
    #[default]
    Light,
    /// Dark paper.
    Dark,
}

const CANVAS: &str = include_str!("../../styles/canvas.css");
const TOKENS: &str = include_str!("../../styles/tokens.css");

/// The pattern of pods in a small node: a dot each, 16 pixels apart. The page needs the same one.
pub const POD_PATTERN: &str = r#"<pattern id="pod-dots" width="16" height="16" patternUnits="userSpaceOnUse"><circle cx="8" cy="8" r="4.5" class="pod-dot"/></pattern>"#;

/// The scene as the text of an SVG file. The same scene gives the same bytes.
pub fn standalone(scene: &Scene, theme: Theme) -> String {
    let mut out = String::with_capacity(16 * 1024);
    let (width, height) = (scene.size.width, scene.size.height);
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="scene" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title desc" lang="{}">"#,
        scene.language
    );
    let _ = write!(
        out,
        "\n<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n<style>{}</style>\n<defs>{}{POD_PATTERN}</defs>\n",
        escape(&scene.title),
        escape(&scene.description),
        style(theme),
        symbols(scene),
    );
    out += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
    for element in &scene.elements {
        write_element(&mut out, element);
    }
    out += "</svg>\n";
    out
}

fn write_element(out: &mut String, element: &Element) {
    out.push_str("<g");
    attribute(out, "id", &element.key);
    attribute(out, "class", &element.class);
    if let Some(transform) = &element.transform {
        attribute(out, "transform", &transform.to_string());
    }
    if let Some(object) = &element.object {
        attribute(out, "data-object", &object.to_string());
    }
    out.push('>');
    if !element.name.is_empty() {
        let _ = write!(out, "<title>{}</title>", escape(&element.name));
    }
    for shape in &element.shapes {
        write_shape(out, shape);
    }
    out.push_str("</g>\n");
}

fn write_shape(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Rect {
            rect,
            radius,
            class,
        } => {
            let _ = write!(
                out,
                r#"<rect x="{}" y="{}" width="{}" height="{}" rx="{radius}""#,
                rect.x, rect.y, rect.width, rect.height
            );
            attribute(out, "class", class);
            out.push_str("/>");
        }
        Shape::Circle {
            centre,
            radius,
            class,
        } => {
            let _ = write!(
                out,
                r#"<circle cx="{}" cy="{}" r="{radius}""#,
                centre.x, centre.y
            );
            attribute(out, "class", class);
            out.push_str("/>");
        }
        Shape::Path { path, class } => {
            let _ = write!(out, r#"<path d="{path}""#);
            attribute(out, "class", class);
            out.push_str("/>");
        }
        Shape::Icon { name, rect, class } => {
            let _ = write!(
                out,
                r##"<use href="#{name}" x="{}" y="{}" width="{}" height="{}""##,
                rect.x, rect.y, rect.width, rect.height
            );
            attribute(out, "class", class);
            out.push_str("/>");
        }
        Shape::Text {
            at,
            class,
            runs,
            full,
        } => {
            let _ = write!(out, r#"<text x="{}" y="{}""#, at.x, at.y);
            attribute(out, "class", class);
            out.push('>');
            if let Some(full) = full {
                let _ = write!(out, "<title>{}</title>", escape(full));
            }
            for run in runs {
                write_run(out, run);
            }
            out.push_str("</text>");
        }
    }
}

fn write_run(out: &mut String, run: &Run) {
    if run.class.is_empty() && run.space == 0 {
        out.push_str(&escape(&run.text));
        return;
    }
    out.push_str("<tspan");
    attribute(out, "class", &run.class);
    if run.space != 0 {
        let _ = write!(out, r#" dx="{}""#, run.space);
    }
    let _ = write!(out, ">{}</tspan>", escape(&run.text));
}

/// Writes an attribute unless its value is empty.
fn attribute(out: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = write!(out, r#" {name}="{}""#, escape(value));
    }
}

/// `text` as XML character data: markup becomes text, and what XML forbids becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(character),
        }
    }
    out
}

/// The symbols that the scene uses.
fn symbols(scene: &Scene) -> String {
    let used: BTreeSet<&str> = scene
        .elements
        .iter()
        .flat_map(|element| &element.shapes)
        .filter_map(|shape| match shape {
            Shape::Icon { name, .. } => Some(*name),
            _ => None,
        })
        .collect();
    let mut out = String::new();
    for name in used {
        if let Some(body) = icons::markup(name) {
            let _ = write!(
                out,
                r#"<symbol id="{name}" viewBox="0 0 24 24"><g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">{body}</g></symbol>"#
            );
        }
    }
    out
}

/// `canvas.css` for one theme, and the values of the tokens that it and the symbols name.
fn style(theme: Theme) -> String {
    let (canvas, all) = (arrived(CANVAS), arrived(TOKENS));
    let mut tokens = block(all, ":root {");
    if theme == Theme::Dark {
        tokens.extend(block(all, ":root[data-theme=\"dark\"] {"));
    }
    let css = resolve(&without_comments(canvas), &tokens);
    let on_ink = value(&tokens, "--on-ink");
    let paper = value(&tokens, "--paper");
    let css: String = css.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("svg{{--on-ink:{on_ink}}} .paper{{fill:{paper}}} {css}")
}

type Tokens<'a> = Vec<(&'a str, String)>;

/// The declarations of the first block that opens with `head`.
fn block<'a>(css: &'a str, head: &str) -> Tokens<'a> {
    let body = css
        .split_once(head)
        .and_then(|(_, rest)| rest.split_once('}'))
        .map_or("", |(body, _)| body);
    let mut tokens = Vec::new();
    // A comment may stand before or after a declaration, and holds no semicolon that matters.
    for declaration in body.split(';') {
        let declaration = declaration.rsplit("*/").next().unwrap_or_default().trim();
        if let Some((name, value)) = declaration.split_once(':') {
            let value: Vec<&str> = value.split_whitespace().collect();
            tokens.push((name.trim(), value.join(" ")));
        }
    }
    tokens
}

/// The last value given to a token.
fn value<'a>(tokens: &'a Tokens<'_>, name: &str) -> &'a str {
    tokens
        .iter()
        .rev()
        .find(|(token, _)| *token == name)
        .map_or("", |(_, value)| value)
}

fn without_comments(css: &str) -> String {
    let mut pieces = css.split("/*");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once("*/").map_or("", |(_, rest)| rest));
    }
    out
}

/// Puts the value of the token in the place of every `var(--token)`.
fn resolve(css: &str, tokens: &Tokens<'_>) -> String {
    let mut pieces = css.split("var(");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(')').unwrap_or((piece, ""));
        out.push_str(value(tokens, name.trim()));
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::geometry::{Size, point};
    use super::super::shape::ElementKind;
    use super::*;

    fn scene(text: &str) -> Scene {
        Scene {
            size: Size {
                width: 80,
                height: 40,
            },
            language: "en",
            title: text.into(),
            description: text.into(),
            elements: vec![Element::new(
                text,
                ElementKind::Leaf,
                vec![Shape::text(point(1, 2), text, "t-name")],
            )],
        }
    }

    #[test]
    fn markup_in_a_name_stays_text() {
        let svg = standalone(
            &scene("<script>alert(1)</script>\" onload='x'\u{0}"),
            Theme::Light,
        );
        assert!(!svg.contains("<script"), "{svg}");
        assert!(
            svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39;\u{FFFD}")
        );
    }

    #[test]
    fn every_token_is_resolved_and_nothing_is_loaded() {
        for theme in [Theme::Light, Theme::Dark] {
            let css = style(theme);
            assert!(!css.contains("var("), "{css}");
            assert!(!css.contains("url(http"), "{css}");
            assert!(!css.contains("@import"), "{css}");
            // An unknown token would leave an empty value behind.
            assert!(!css.contains(": ;") && !css.contains(":;"), "{css}");
        }
        assert!(style(Theme::Light).contains("stroke: #2b46c8"));
        assert!(style(Theme::Dark).contains("stroke: #93a8ff"));
    }
}
