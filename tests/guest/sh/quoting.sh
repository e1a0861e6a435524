# Quotes, fields and parameters.
a='one two'; b="x  y"
echo $a "$a" '$a' "\$a" \$a
echo $b "$b"
set -- "p q" r ''
for i in "$@"; do echo "[$i]"; done
for i in $@; do echo "<$i>"; done
for i in "$*"; do echo "{$i}"; done
echo $# "$1" ${2} "${3-unset}" "${4-unset}" ${3:-empty} ${#a} ${#}
shift 2; echo $#
IFS=:; v=a:b::c; for i in $v; do echo "[$i]"; done
set -- 1 2 3; echo "$*"; unset IFS
x=/usr/lib/lib.so.1; echo ${x##*/} ${x#*/} ${x%.*} ${x%%.*} ${x%/*}
echo "${none:-a b}" ${none:=set} $none "${none:+yes}" "${other:+no}"
echo "a\nb" | wc -l
echo 'it'"'"'s' a\ b "tab	x"
f() { for i; do printf '%s,' "$i"; done; echo; }
f "" a "$@" ""
set --; f "$@"; f "$*"
echo "x${y-"in  ner"}z"
x=~/x; echo ${x#"$HOME"}
echo `echo back \`echo nested\``
printf '%s|%5d|%-5s|%x|%c\n' str 42 ab 255 z
printf '%s %s\n' 1 2 3
echo a#b # comment
echo "multi
line"
echo con\
tinued
