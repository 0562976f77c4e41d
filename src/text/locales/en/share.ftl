### Links.

link-not-a-link = The link does not begin with a version such as v1:.
# $version (string): such as v2
link-newer = The link is of version { $version }, which a later kubehop made; reload the page to get the newest.
# $position (string): how many characters come before it
link-not-base64 = The link has a character that does not belong there, after { $position } characters.
link-cut-off = The end of the link is missing; copy it whole, or ask for a file instead.
link-damaged = The link is damaged and cannot be unpacked; ask for it again.
link-too-large = The link unpacks to more than 16 MiB; ask for a file instead.
link-wrong-content = The link does not hold a scenario; ask for it again.
# $second (string): of the clock
link-no-such-moment = The link names second { $second } of the clock, which ends at 172800 s; ask for the link again.
# $side (string): 1 or 2
link-wrong-side = Side { $side } of the comparison in the link is not either a word or files with a short title; ask for the link again.
