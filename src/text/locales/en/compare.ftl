### Two variants side by side: one request, walked in both.

compare-title = Compare
compare-left = Left
compare-right = Right
compare-swap = Swap sides
# What is compared: walks, or the eight rows
compare-shape = What is compared
compare-walks = Two walks
compare-models = This scenario with another network model
# $model (string): a network model
compare-model = With { $model }
# $from, $to (addresses), $object (object)
compare-moved = { $from } is { $object }, whose address here is { $to }: that was asked.
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

## The eight rows of AKS's article

article-title = Network concepts, answered by walks
article-rows = Eight rows
article-hint = Each answer is what packets came to when they were walked. Choose one to see its walks; the work stays as it is.
article-beside = Beside it
article-models = Other network models
# $row (string): a question; $model (string): a network model
article-cell = { $row }, { $model }:
article-fixed = Nobody wrote this cluster down, so its network model cannot be switched.
article-no-cluster = There is no cluster here, so there is nothing to ask.
article-switched = the same scenario, switched
article-copy = The answers as kubehop table prints them.
article-back = Back to the table
# $row (number), $title (string): the row; $model (string): a network model; $answer (string)
article-proves = Row { $row }, { $model }: { $title }: { $answer }
# $number, $count (numbers): which of the row's walks
article-walk = Walk { $number } of { $count }
# $ended (string): how the walk ended; $assumed (string): what was put beside the scenario
article-result = { $ended }; { $assumed }
