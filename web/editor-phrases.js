// The words of the editor. Keys are CodeMirror's own English phrases, and ours; English needs no entry for the former.

const LEAVE = "Press Escape, then Tab, to leave the editor.";

export const phrases = {
  en: { [LEAVE]: LEAVE },
  ja: {
    [LEAVE]: "エディターから出るには、Esc キーを押してから Tab キーを押します。",
    "Control character": "制御文字",
    "Diagnostics": "診断",
    "No diagnostics": "診断はありません",
    "Fold line": "行を折りたたむ",
    "Unfold line": "折りたたみを開く",
    "Folded lines": "折りたたんだ行",
    "Unfolded lines": "開いた行",
    "folded code": "折りたたまれた部分",
    "unfold": "開く",
    "to": "から",
    "Selection deleted": "選択範囲を削除しました",
    "Find": "検索",
    "Replace": "置換",
    "next": "次へ",
    "previous": "前へ",
    "all": "すべて",
    "match case": "大文字と小文字を区別",
    "by word": "単語単位",
    "regexp": "正規表現",
    "replace": "置換",
    "replace all": "すべて置換",
    "close": "閉じる",
    "current match": "現在の一致",
    "on line": "行",
    "replaced match on line $": "$ 行目の一致を置換しました",
    "replaced $ matches": "$ 件を置換しました",
    "Go to line": "行へ移動",
    "go": "移動",
  },
};
