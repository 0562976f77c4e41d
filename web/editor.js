// The YAML editor: CodeMirror 6 behind a small interface, bundled into a file of its own that the page loads when the
// YAML panel opens for the first time.
//
// From Rust (the page's `ui` layer):
//
//   #[wasm_bindgen]
//   extern "C" {
//       #[wasm_bindgen(js_namespace = ["window", "kubehop"], js_name = loadEditor, catch)]
//       async fn load_editor() -> Result<JsValue, JsValue>;          // -> the module below; may be called again after a failure
//
//       type EditorModule;                                           // module.unchecked_into::<EditorModule>()
//       #[wasm_bindgen(method)]
//       fn create(this: &EditorModule, parent: &Element, text: &str, options: &JsValue) -> Editor;
//
//       type Editor;
//       #[wasm_bindgen(method, js_name = setText)]
//       fn set_text(this: &Editor, text: &str);
//       // ... and so on, one per function of the handle
//   }
//
// `options` is a plain object (`js_sys::Object` with `Reflect::set`); callbacks are `Closure`s that the caller keeps
// alive until `destroy()`. Every position is a line and a column, both from 1, the column in characters (Unicode
// scalar values, what Rust's `chars()` counts), so that it is what a diagnostic of the model says.
//
// The editor lives in a shadow root inside `parent`: its styles are constructed sheets there, which a policy without
// 'unsafe-inline' allows, and the page's styles do not reach in. Colours come from the page's tokens, because custom
// properties do reach in; so light and dark need no call. For the page, the focused element is `parent`.
// Keys that the editor uses never reach the page: of plain keys only Escape and F1 to F12 do, of the others what is
// not bound here (Ctrl/Cmd Enter, for example). `parent` must be empty and stay so: a component renders it and leaves
// its inside alone. Give it a height; the editor fills it and scrolls.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, StateEffect, StateField, Transaction } from "@codemirror/state";
import {
  Decoration, EditorView, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { phrases } from "./editor-phrases.js";
import { theme, highlighting } from "./editor-theme.js";

/** Marks a change that the page made, so that the page is not told of it. */
const fromPage = Annotation.define();
const setLines = StateEffect.define();
const lineMark = Decoration.line({ class: "cm-kubehop-line" });

/** The lines that the page wants to stand out; they move with the text. */
const markedLines = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    const lines = transaction.effects.find((effect) => effect.is(setLines))?.value;
    if (!lines) return marks.map(transaction.changes);
    const { doc } = transaction.state;
    const known = [...new Set(lines)].filter((line) => line >= 1 && line <= doc.lines).sort((a, b) => a - b);
    return Decoration.set(known.map((line) => lineMark.range(doc.line(line).from)));
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Offset of a line and column; what lies outside is moved to the nearest place inside. */
function offsetOf(doc, line, column) {
  const { from, to, text } = doc.line(Math.min(Math.max(line || 1, 1), doc.lines));
  let units = 0;
  let left = (column || 1) - 1;
  for (const character of text) {
    if (left-- <= 0) break;
    units += character.length;
  }
  return Math.min(from + units, to);
}

function positionOf(doc, offset) {
  const line = doc.lineAt(offset);
  return { line: line.number, column: [...line.text.slice(0, offset - line.from)].length + 1 };
}

/** The smallest single replacement that turns `old` into `text`: cursor, folds and scroll outside of it stay. */
function replacement(old, text) {
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  while (start < shorter && old[start] === text[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  return { from: start, to: old.length - end, insert: text.slice(start, text.length - end) };
}

/** CodeMirror has line feeds inside; a file that came with carriage returns goes back with them. */
const inside = (text) => text.replace(/\r\n?/g, "\n");
const lineEnd = (text) => (text.includes("\r\n") ? "\r\n" : "\n");

/** Undo and redo belong to the page when it asks for them: one history for the diagram and the text. */
function historyOf({ onUndo, onRedo }) {
  if (!onUndo || !onRedo) return [history(), keymap.of(historyKeymap)];
  const call = (callback) => () => {
    callback();
    return true;
  };
  return keymap.of([
    { key: "Mod-z", run: call(onUndo), preventDefault: true },
    { key: "Mod-y", mac: "Mod-Shift-z", run: call(onRedo), preventDefault: true },
    { linux: "Ctrl-Shift-z", win: "Ctrl-Shift-z", run: call(onRedo), preventDefault: true },
  ]);
}

/** Everything that does not change while an editor lives. */
function extensions(options) {
  const { onChange, onCursor, ariaLabel, lang, dark, readOnly } = options;
  const words = phrases[lang] ?? phrases.en;
  // Ctrl/Cmd Enter sends the request; it is the page's key.
  const keys = defaultKeymap.filter(({ key }) => key !== "Mod-Enter");
  return [
    lineNumbers(), highlightActiveLineGutter(), foldGutter(), lintGutter(), highlightSpecialChars(), historyOf(options),
    drawSelection(), dropCursor(), EditorState.allowMultipleSelections.of(true), indentOnInput(), indentUnit.of("  "),
    bracketMatching(), highlightActiveLine(), highlightSelectionMatches(), search({ top: true }),
    yaml(), syntaxHighlighting(highlighting), theme, EditorView.darkTheme.of(Boolean(dark)),
    // Tab indents; Escape and then Tab leaves the editor, and the description says so.
    keymap.of([...keys, ...searchKeymap, ...foldKeymap, ...lintKeymap, indentWithTab]),
    EditorState.phrases.of(words), EditorState.readOnly.of(Boolean(readOnly)), markedLines,
    EditorView.contentAttributes.of({
      "aria-label": ariaLabel ?? "YAML",
      "aria-description": words["Press Escape, then Tab, to leave the editor."],
      "aria-multiline": "true",
      lang: lang ?? "en",
    }),
    EditorView.updateListener.of((update) => {
      if (update.transactions.some((transaction) => transaction.annotation(fromPage))) return;
      if (update.docChanged) onChange(update.state.doc);
      if (update.docChanged || update.selectionSet) {
        const { line, column } = positionOf(update.state.doc, update.state.selection.main.head);
        onCursor?.(line, column);
      }
    }),
  ];
}

/** Keeps the editor's keys from the page's shortcuts. */
function keepKeys(event) {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const forPage = event.key === "Escape" || /^F\d+$/.test(event.key);
  if (event.defaultPrevented || (plain && !forPage)) event.stopPropagation();
}

/**
 * Makes an editor inside `parent`.
 *
 * Options, all optional: `onChange(text)` after each edit of the user; `onCursor(line, column)` after each move of the
 * user; `onUndo()` and `onRedo()`, together, to keep the history in the page; `ariaLabel`; `lang` ("en" or "ja");
 * `dark`, which only matters to what CodeMirror draws by itself; `readOnly`.
 */
export function create(parent, text, options = {}) {
  let end = lineEnd(text);
  const whole = (doc) => doc.toString().replaceAll("\n", end);
  const tell = (doc) => options.onChange?.(whole(doc));
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  const stateOf = (doc) => EditorState.create({ doc, extensions: extensions({ ...options, onChange: tell }) });
  const view = new EditorView({ state: stateOf(text), parent: root, root });
  root.addEventListener("keydown", keepKeys);

  const dispatch = (spec) =>
    view.dispatch({ ...spec, annotations: [fromPage.of(true), Transaction.addToHistory.of(false)] });

  return {
    /** The text as it stands. */
    text: () => whole(view.state.doc),

    /** Brings the text to what the page has (after an undo or an edit in the diagram); the cursor stays in place. */
    setText(next) {
      end = lineEnd(next);
      const old = view.state.doc.toString();
      if (old !== inside(next)) dispatch({ changes: replacement(old, inside(next)) });
    },

    /** Opens another file: nothing of the former one (history, folds, cursor, scroll) stays. */
    open(next) {
      end = lineEnd(next);
      view.setState(stateOf(next));
    },

    /**
     * Shows problems as underlines and in the gutter, in place of the former ones. Each is
     * `{ line, column, endLine?, endColumn?, severity, message }`; severity is "error", "warning", "info" or "hint".
     * Without an end, the rest of the line from its first word is marked.
     */
    setDiagnostics(list) {
      const { doc } = view.state;
      const marks = list.map(({ line, column, endLine, endColumn, severity, message }) => {
        const from = offsetOf(doc, line, column);
        const end = endLine ? offsetOf(doc, endLine, endColumn ?? 1) : doc.lineAt(from).to;
        return { from, to: Math.max(from, end), severity, message };
      });
      view.dispatch(setDiagnostics(view.state, marks), { annotations: fromPage.of(true) });
    },

    /** Puts the cursor at a place and scrolls it to the middle. Does not take the focus. */
    reveal(line, column) {
      const anchor = offsetOf(view.state.doc, line, column);
      dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    },

    /** Makes these lines (numbers from 1) stand out, in place of the former ones. */
    highlightLines(lines) {
      dispatch({ effects: setLines.of([...lines]) });
    },

    focus: () => view.focus(),

    /** Takes the editor off the page. */
    destroy() {
      root.removeEventListener("keydown", keepKeys);
      view.destroy();
    },
  };
}
