# Options, traps, subshells, variables, background.
trap 'echo bye' EXIT
(trap 'echo sub bye' EXIT; echo in sub)
set -- a b c; echo $#; set --; echo $#
set -f; echo /b*n; set +f
FOO=temp env | grep ^FOO
echo ${FOO-unset}
export BAR=exported; sh -c 'echo $BAR'
sh -c 'echo $0 $1 $#' name arg
(set -e; false; echo not reached); echo $?
(set -e; if false; then :; fi; false || true; echo reached)
(set -u; echo ${undefined}) 2>/dev/null; echo $?
sleep 0.1 & wait $!; echo $?
(exit 5) & wait $!; echo $?
f() { x=changed; }; x=old; f; echo $x
readonly R=1; (R=2) 2>/dev/null; echo $?
unset x; echo ${x-gone}
sh -c 'kill -TERM $$'; echo $?
trap 'echo usr1' USR1; kill -USR1 $$; trap - USR1
nosuchcommand 2>/dev/null; echo $?
/etc/passwd 2>/dev/null; echo $?
command -v cd; type cd
umask 022; umask
eval "exit 3"
