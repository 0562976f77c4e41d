### Links.

link-not-a-link = リンクが v1: のようなバージョンで始まっていません。
# $version (string): such as v2
link-newer = リンクのバージョン { $version } は、より新しい kubehop のものです。ページを再読み込みしてください。
# $position (string): how many characters come before it
link-not-base64 = リンクの { $position } 文字より後に、使えない文字があります。
link-cut-off = リンクの末尾が欠けています。全体をコピーするか、ファイルを受け取ってください。
link-damaged = リンクが壊れていて展開できません。もう一度受け取ってください。
link-too-large = リンクを展開すると 16 MiB を超えます。ファイルを受け取ってください。
link-wrong-content = リンクの内容がシナリオではありません。もう一度受け取ってください。
# $second (string): of the clock
link-no-such-moment = リンクは時計の { $second } 秒を指していますが、時計は 172800 秒までです。もう一度受け取ってください。
# $side (string): 1 or 2
link-wrong-side = リンクの比較の { $side } 番目の側が、単語でも短い題名の付いたファイルでもありません。リンクをもう一度もらってください。
