# Exercise 9: rules.txt is what `rules load` takes (docs/hooks.md), a rule a line. Port 5001 is for 127.0.0.0/8 alone: everybody else is
# answered with a reset at once (reject). All other ports, and ping, stay as they are.
# Usage, in the guest: test.sh RULES
fail() { echo "not yet: $1"; rules flush; kill $server $other; exit 1; }
replyhi 0.0.0.0 5001 >/dev/null
replyhi 0.0.0.0 5002 >/dev/null
sleep 0.2
server=$(ps | sed -n 's/^ *\([0-9]*\) .* 5001$/\1/p')
other=$(ps | sed -n 's/^ *\([0-9]*\) .* 5002$/\1/p')
rules load $1 || fail "the rules can be loaded"
hello 127.0.0.1 5001 >/dev/null || fail "127.0.0.1 may come to port 5001"
hello 10.0.2.15 5002 >/dev/null || fail "10.0.2.15 may come to other ports"
ping -c 1 10.0.2.15 >/dev/null || fail "ping still works"
said=$(hello 10.0.2.15 5001 2>&1) && fail "10.0.2.15 may not come to port 5001"
echo "$said" | grep -q refused || fail "the answer is a reset"
rules flush
kill $server $other
exit 0
