### Events in time, as the page shows them.

clock-title = Events in time
clock-hint = Pick a cell to see the walk of that moment. Arrow keys move, Space plays, Esc leaves.
clock-play = Play the events
clock-pause = Pause the events
clock-leave = Leave the clock
clock-before = before
# $at (number): seconds
clock-second = { $at } s
clock-new = New connections
clock-open = Open connections
clock-none = None was open.
clock-quiet = Nothing has happened yet.
clock-events = Events
# $what (string): the event
clock-remove = Remove: { $what }
# $moment (string), $row (string): which connections, $what (string): what they come to
clock-cell = { $moment }, { $row }: { $what }
# $moment (string), $row (string), $what (string): what they come to in a word, $whole (string): all of it
clock-cell-whole = { $moment }, { $row }: { $what }. { $whole }
# $what (string): what some of them come to, $percent (string)
clock-part = { $what } { $percent }
# $verdict (string), $reason (string)
clock-lost = { $verdict } ({ $reason })
# $receiver (string), $status (number): of HTTP
clock-answered = { $receiver } (HTTP { $status })
# $status (number): of HTTP
clock-status = HTTP { $status }
clock-opened = Opened
clock-lives = Alive
clock-hangs = Hanging
clock-over = Over

## What an event does. $at (number): seconds; $object (object)
clock-stop = { $at } s: { $object } stops
clock-start = { $at } s: { $object } starts
clock-unready = { $at } s: readiness of { $object } fails
clock-ready = { $at } s: readiness of { $object } passes
clock-disconnect = { $at } s: { $object } is cut
clock-connect = { $at } s: { $object } is made again
clock-deny = { $at } s: { $object } denies

## What if it fails?
failing-title = What if it fails?
# $at (number): seconds
failing-at = at { $at } s
failing-stop = Stop
failing-start = Start again
failing-unready = Fail readiness
failing-ready = Pass readiness again
# $object (object): a peering
failing-disconnect = Cut { $object }
# $object (object): a peering
failing-connect = Make { $object } again
# $object (object): a network security group
failing-deny = Deny everything in { $object }

## What is out of order at a moment
state-stopped = stopped
# $balancer (object)
state-left-out = taken out by { $balancer }
# $balancer (object)
state-both = stopped, taken out by { $balancer }

kind-event = Event
scene-kind-event = Event
keys-moment = previous, next moment of the clock; Space plays the clock while it has the focus
