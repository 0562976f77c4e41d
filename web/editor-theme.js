// How the editor looks: every colour, size and face is a token of the page (styles/tokens.css).

import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** A mark in the gutter: colour is the second sign, shape the first. */
const marker = (colour, shape) => ({ content: "normal", width: "9px", height: "9px", background: colour, clipPath: shape });
const wavy = (colour) => ({ backgroundImage: "none", paddingBottom: "0", textDecoration: `underline wavy 1px ${colour}`, textUnderlineOffset: "3px" });
const OCTAGON = "polygon(30% 0, 70% 0, 100% 30%, 100% 70%, 70% 100%, 30% 100%, 0 70%, 0 30%)";
const TRIANGLE = "polygon(50% 0, 100% 100%, 0 100%)";

export const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--panel)", color: "var(--ink-1)", fontSize: "var(--text-sm)" },
  "&.cm-focused": { outline: "2px solid var(--flow)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink-1)", padding: "var(--space-3) 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink-1)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--flow-soft)" },
  ".cm-activeLine": { backgroundColor: "transparent", boxShadow: "inset 0 0 0 1px var(--line-1)" },
  ".cm-kubehop-line": { backgroundColor: "var(--flow-soft)", boxShadow: "inset 3px 0 0 var(--flow)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--ink-3)", border: "0", borderRight: "1px solid var(--line-1)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--ink-1)" },
  ".cm-foldGutter .cm-gutterElement": { cursor: "pointer" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", border: "1px solid var(--line-2)", color: "var(--ink-2)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--sunken)", outline: "1px solid var(--line-3)" },
  ".cm-selectionMatch": { backgroundColor: "var(--sunken)" },
  ".cm-searchMatch": { backgroundColor: "var(--rewritten-soft)", outline: "1px solid var(--rewritten-mark)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--rewritten-soft)", outline: "2px solid var(--rewritten-mark)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink-1)", fontFamily: "var(--font-sans)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line-1)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line-1)" },
  ".cm-panel.cm-search label, .cm-textfield, .cm-button": { fontSize: "var(--text-sm)" },
  ".cm-textfield, .cm-button": {
    minHeight: "24px", backgroundColor: "var(--raised)", backgroundImage: "none", color: "var(--ink-1)",
    border: "1px solid var(--line-3)", borderRadius: "var(--radius-2)",
  },
  ".cm-button:active": { backgroundColor: "var(--hover)", backgroundImage: "none" },
  ".cm-panel button[name=close], .cm-panel.cm-panel-lint button[name=close]": { color: "var(--ink-2)", minWidth: "24px", minHeight: "24px" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--flow-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink-1)", border: "1px solid var(--line-2)", borderRadius: "var(--radius-2)", boxShadow: "var(--shadow-2)", fontFamily: "var(--font-sans)" },
  ".cm-diagnostic": { padding: "var(--space-3) var(--space-4)", maxWidth: "52ch", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--dropped)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--rewritten-mark)" },
  ".cm-diagnostic-info, .cm-diagnostic-hint": { borderLeft: "4px solid var(--line-3)" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { display: "flex", alignItems: "center", justifyContent: "center", padding: "0" },
  ".cm-lint-marker-error": marker("var(--dropped)", OCTAGON),
  ".cm-lint-marker-warning": marker("var(--rewritten-mark)", TRIANGLE),
  ".cm-lint-marker-info, .cm-lint-marker-hint": marker("var(--line-3)", "circle()"),
  ".cm-lintRange-error": wavy("var(--dropped)"),
  ".cm-lintRange-warning": wavy("var(--rewritten-mark)"),
  ".cm-lintRange-info, .cm-lintRange-hint": wavy("var(--line-3)"),
});

export const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--flow)" },
  { tag: [tags.string, tags.content, tags.attributeValue], color: "var(--ink-1)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)" },
  { tag: [tags.keyword, tags.typeName, tags.labelName], color: "var(--rejected)" },
  { tag: [tags.meta, tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--ink-3)" },
  { tag: tags.invalid, color: "var(--dropped)" },
]);
