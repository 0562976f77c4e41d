### Sending, routing on Linux, bridges, delivery, and the limits of the model.

# $interface (text), $node (object)
why-walk-bridge-in = The bridge { $interface } of { $node } takes the packet from the pod.

# $interface (text), $pod (object)
why-walk-bridge-out = The bridge { $interface } switches the packet to { $pod }.

# $node (object), $before (text), $after (text)
why-walk-conntrack-both = { $node } knows the connection and undoes both rewrites that it made for the request.

# $node (object)
why-walk-conntrack-none = { $node } knows the connection; it rewrote nothing, so it has nothing to undo.

# $receiver (object), $source (text)
why-walk-delivered = { $receiver } gets the packet and sees { $source } as its sender.

# $destination (text), $interface (text), $node (object), $route (text)
why-walk-node-route = { $node } sends the packet out of { $interface }, because { $route } matches { $destination } best.

# $pod (object), $destination (text), $route (text)
why-walk-pod-answers = { $pod } answers to { $destination } by its route { $route }.

# $receiver (object), $source (text)
why-walk-reply-delivered = { $receiver } gets the answer from { $source }, the address that it called.

# $sender (object), $destination (text), $through (text): the first network
why-walk-sends = { $sender } opens a connection to { $destination }.
