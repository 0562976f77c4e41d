### Two variants side by side: one request, walked in both.

compare-title = Compare
compare-left = Left
compare-right = Right
compare-swap = Swap sides
compare-branch = Picks
compare-only = Only differences
compare-back = Back to the diagram
# $title (string): what is open
compare-now = Now: { $title }
# $what (string): an edit
compare-before = Before: { $what }
compare-no-branch = There is no such walk on this side.
# $same, $differs, $left, $right (numbers): steps
compare-sum = Steps that are the same: { $same }, that differ: { $differs }, only left: { $left }, only right: { $right }.
compare-same-all = Both walks are the same, step by step.
compare-same = same
compare-carried = same decision
compare-other = differs
# $what (string): what differs
compare-differs = differs: { $what }
compare-and = {", "}
compare-only-left = only left
compare-only-right = only right
compare-none = none
# $place (object): where the request ended
compare-ended = nobody; ended at { $place }
compare-what = Question
compare-relation = Same or not
compare-what-verdict = Request
compare-what-receiver = Receiver
compare-what-source = Source seen
compare-what-destination = Reached at
compare-what-reply = Reply
compare-what-places = Places on the way
compare-aspect-place = place
compare-aspect-decision = decision
compare-aspect-rule = rule
compare-aspect-source = source
compare-aspect-source-port = source port
compare-aspect-destination = destination
compare-aspect-destination-port = destination port
