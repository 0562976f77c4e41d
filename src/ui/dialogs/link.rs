//! Links that carry everything, and the text that puts kubehop into another page.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{
    AttrValue, Callback, Event, Html, Properties, TargetCast, component, html, use_memo, use_state,
};

use super::{CopyButton, Frame};
use crate::share::{self, Shared, SharedRequest, SharedView};
use crate::text::Language;
use crate::ui::browser;
use crate::ui::context::use_words;
use crate::ui::store::{Origin, Request, Theme, Work};

/// Above this many characters, messengers and mail programs may cut a link.
const LONG: usize = 8000;

/// The themes that an embedded page can have, with their names.
const THEMES: [(Theme, &str); 3] = [
    (Theme::System, "theme-name-system"),
    (Theme::Light, "theme-name-light"),
    (Theme::Dark, "theme-name-dark"),
];

/// Work and what is looked at, for a link.
pub fn shared_of(work: &Work, title: &str, view: SharedView) -> Shared {
    let request = work.request.as_ref().map(|request| SharedRequest {
        from: request.from.clone(),
        to: request.to.clone(),
        protocol: Some(request.protocol.as_str().to_owned()),
        port: request.port.parse().ok(),
    });
    Shared {
        document: (*work.document).clone(),
        title: Some(title.to_owned()),
        request,
        view,
    }
}

/// What a link carries, as work that is not the reader's own.
pub fn work_of(shared: Shared) -> Work {
    let request = shared.request.map(|request| {
        Rc::new(Request {
            from: request.from,
            to: request.to,
            protocol: request
                .protocol
                .and_then(|text| text.parse().ok())
                .unwrap_or_default(),
            port: request
                .port
                .map(|port| port.to_string())
                .unwrap_or_default(),
        })
    });
    Work {
        name: shared.title.unwrap_or_default().into(),
        origin: Origin::Link,
        document: shared.document.into(),
        request,
    }
}

#[derive(PartialEq, Properties)]
pub struct LinkDialogProps {
    /// What is shared.
    pub work: Rc<Work>,
    /// Its title.
    pub title: AttrValue,
    /// What is looked at.
    pub view: Rc<SharedView>,
}

/// A link to what is shown.
#[component]
pub fn ShareDialog(props: &LinkDialogProps) -> Html {
    let words = use_words();
    let link = use_memo(
        (props.work.clone(), props.title.clone(), props.view.clone()),
        |(work, title, view)| {
            let fragment = share::encode(&shared_of(work, title, (**view).clone()));
            format!("{}#{fragment}", browser::own_address())
        },
    );
    let length = i64::try_from(link.len()).unwrap_or(i64::MAX);
    html! {
        <Frame title={words.get("share-title")}>
            <p class="quiet">{ words.get("share-hint") }</p>
            <label class="field">{ words.get("share-link") }<textarea class="input mono" rows="4" readonly=true value={(*link).clone()} /></label>
            <p class="quiet">{ words.with("share-length", &[("length", length.into())]) }</p>
            if link.len() > LONG { <p class="error-text">{ words.get("share-long") }</p> }
            <p class="dialog__row"><CopyButton text={(*link).clone()} /></p>
        </Frame>
    }
}

/// The text that shows what is shown in another page.
#[component]
pub fn EmbedDialog(props: &LinkDialogProps) -> Html {
    let words = use_words();
    let theme = use_state(|| Theme::System);
    let language = use_state(|| words.texts().language());
    let dependencies = (
        props.work.clone(),
        props.title.clone(),
        props.view.clone(),
        *theme,
        *language,
    );
    let code = use_memo(dependencies, |(work, title, view, theme, language)| {
        let fragment = share::encode(&shared_of(work, title, (**view).clone()));
        let theme = match theme {
            Theme::System => "",
            Theme::Light => "&theme=light",
            Theme::Dark => "&theme=dark",
        };
        let address = format!(
            "{}?embed=view&lang={}{theme}#{fragment}",
            browser::own_address(),
            language.code()
        );
        format!(
            "<iframe src=\"{}\" title=\"{}\" width=\"720\" height=\"420\" loading=\"lazy\"></iframe>",
            escape(&address),
            escape(title)
        )
    });
    let chosen_theme = *theme;
    let choose_theme = Callback::from(move |event: Event| {
        theme.set(
            usize::try_from(
                event
                    .target_unchecked_into::<HtmlSelectElement>()
                    .selected_index(),
            )
            .ok()
            .and_then(|index| THEMES.get(index))
            .map_or(Theme::System, |(theme, _)| *theme),
        );
    });
    let chosen = *language;
    let choose_language = Callback::from(move |event: Event| {
        let index = event
            .target_unchecked_into::<HtmlSelectElement>()
            .selected_index();
        let index = usize::try_from(index).unwrap_or(0);
        language.set(Language::ALL.get(index).copied().unwrap_or_default());
    });
    html! {
        <Frame title={words.get("embed-title")}>
            <p class="quiet">{ words.get("embed-hint") }</p>
            <p class="dialog__row">
                <label class="field">{ words.get("embed-theme") }
                    <select class="input" onchange={choose_theme}>
                        // Without a word about it, the browser takes the option that is put in first, which is the last.
                        for (theme, id) in THEMES { <option selected={theme == chosen_theme}>{ words.get(id) }</option> }
                    </select>
                </label>
                <label class="field">{ words.get("language") }
                    <select class="input" onchange={choose_language}>
                        for language in Language::ALL { <option selected={*language == chosen}>{ language.own_name() }</option> }
                    </select>
                </label>
            </p>
            <label class="field">{ words.get("embed-code") }<textarea class="input mono" rows="6" readonly=true value={(*code).clone()} /></label>
            <p class="dialog__row"><CopyButton text={(*code).clone()} /></p>
        </Frame>
    }
}

/// A text inside an attribute in quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_leave_its_attribute() {
        assert_eq!(
            escape(r#"a" onload="x<y>&"#),
            "a&quot; onload=&quot;x&lt;y&gt;&amp;"
        );
    }
}
