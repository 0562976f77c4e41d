# Read by up, down and probe: LAB, the prefix of the namespaces' names, and KUBEHOP, the program.
LAB=${LAB:-$(cat name)}
case $LAB in
  '' | *[!a-z0-9]*) echo "lab: a name has only lower-case letters and digits, not: $LAB" >&2; exit 2 ;;
esac
KUBEHOP=${KUBEHOP:-kubehop}
PATH=$PATH:/usr/sbin:/sbin
