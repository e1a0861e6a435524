# if, loops, case, functions, lists.
if false; then echo no; elif true; then echo elif; else echo else; fi
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done
until [ $i -eq 0 ]; do i=$((i-1)); [ $i -eq 1 ] && continue; echo u$i; done
for i in 1 2 3 4; do [ $i = 3 ] && break; echo f$i; done
for a in 1 2; do for b in x y; do [ $b = y ] && continue 2; echo $a$b; done; done
case hello in h*o) echo match;; *) echo nomatch;; esac
case 'a*' in 'a*') echo literal;; esac
case b in a|b) echo either;; esac
case x in (y) ;; (x) echo paren; esac
f() { echo "in $1 $#"; return 3; echo never; }
f one two; echo $?
g() { local v=inner; echo $v; }; v=outer; g; echo $v
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1-1))))); fi; }
fact 10
true && echo and || echo or
false && echo and || echo or
! false && echo not
{ echo group; echo two; } | cat
( echo sub; exit 4 ); echo $?
v=1; ( v=2 ); echo $v
false; echo $?
true | false; echo $?
false | true; echo $?
for i in; do echo none; done; echo done
while read -r a b; do echo "$b $a"; done <<END
1 2
3 4 5
END
eval 'echo ev$((1+1))'
x='echo "a b"'; eval $x
: ${q=5}; echo $q
if ! [ -e /nonexistent ]; then echo absent; fi
[ a = a -a b != c ] && echo both
[ ! a = b ] && echo differ
test 3 -gt 2 && echo greater
[ -n "" ] || echo empty
