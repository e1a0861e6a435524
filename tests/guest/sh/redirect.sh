# Redirections, here-documents, pipelines, descriptors.
d=/tmp/sh-redirect.$$; mkdir $d; cd $d
echo one > f; echo two >> f; cat < f
cat nonexistent 2>/dev/null; echo $?
{ echo out; echo err >&2; } > o 2> e; cat o e
{ echo out; echo err >&2; } > both 2>&1; cat both
cat <<EOF | tr a-z A-Z
value $((2*3)) $(echo sub) `echo old`
"quoted" \$escaped
EOF
cat <<'EOF'
$raw `raw` \raw
EOF
cat <<-EOF
	tabs
	gone
	EOF
exec 3> three; echo to three >&3; exec 3>&-; cat three
exec 4< f; read a <&4; read b <&4; echo $b $a; exec 4<&-
echo a | while read x; do echo got $x; done
seq 1 1000 | wc -l
yes | head -n 3
echo hi | cat | cat | cat
for i in 1 2 3; do echo $i; done > loop; cat loop
if true; then cat; fi < f
while read l; do echo "<$l>"; done < f
f() { echo func; }; f > fo; cat fo
> empty; wc -c < empty
ls *.none 2>/dev/null || echo none
touch b1 b2 .hidden; echo b*; echo .h*; echo [bf]*
echo 'b*' "b*" b\*
(exit 7) | true; echo $?
x=$(cat <<EOF
in substitution
EOF
); echo "$x"
cd /; rm -rf $d
