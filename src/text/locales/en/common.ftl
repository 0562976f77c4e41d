### Words that every part uses: verdicts, dispositions, places of which there is only one.

# The verdict of a walk.
verdict-delivered = Delivered
verdict-dropped = Dropped
verdict-rejected = Rejected

# How a walk ended.
disposition-delivered = delivered

# Places and objects of which there is only one.
object-internet = internet
object-azuredns = Azure DNS
