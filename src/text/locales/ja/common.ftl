### Words that every part uses: verdicts, dispositions, places of which there is only one.

# The verdict of a walk.
verdict-delivered = 到達
verdict-dropped = 破棄
verdict-rejected = 拒否

# How a walk ended.
disposition-delivered = 到達

# Places and objects of which there is only one.
object-internet = インターネット
object-azuredns = Azure DNS
