# The text tools against the host's.
printf 'pear 3\napple 10\nfig 2\napple 10\nBanana 7\n' > t
sort t; sort -r t; sort -u t; sort -k 2 -n t; sort -t ' ' -k 2 -n -r t
sort t | uniq; sort t | uniq -c | tr -s ' '; sort t | uniq -d
cut -d ' ' -f 2 t; cut -c 1-3 t; cut -d ' ' -f 2- t
tr a-z A-Z < t; tr -d aeiou < t; tr -cd '0-9\n' < t; tr -s p < t
head -n 2 t; tail -n 2 t; tail -n +4 t; head -c 5 t; echo; tail -c 4 t
wc -l < t; wc -w < t; wc -c < t
grep apple t; grep -v apple t; grep -c apple t; grep -n fig t; grep -i banana t
grep -E '^(pear|fig) [23]$' t; grep -o '[0-9]*0' t; grep 'p\{2\}' t; grep -E 'p{2}|g ' t; grep -w 1 t || echo none
grep -F . t || echo no dot; grep -l fig t; grep -q fig t && echo quiet; grep '\(p\)\1' t; grep -E '(an)+a' t
grep '[[:upper:]]' t; grep '^[^a]' t; grep -x 'fig 2' t; echo 'a+b' | grep 'a+b'; echo 'a*b' | grep 'a\*b'
grep nothing t; echo $?; grep x nofile; echo $?
seq 5; seq 2 4; seq 10 -3 1
echo abc | md5sum; echo abc | sha256sum; md5sum t; md5sum t > sums; md5sum -c sums
head -c 3000 /dev/zero | sha256sum
printf 'a\0b' | wc -c; cat t t | wc -l; cat -n t | head -n 1
echo one | tee f1 f2 > f3; cat f1 f2 f3
cmp f1 f2 && echo same; printf 'ab\ncd\n' > g1; printf 'ab\nce\n' > g2; cmp g1 g2; echo $?
printf 'a b\nc\n' | xargs echo; printf 'a b c' | xargs -n 1 echo; printf 'x\ny\n' | xargs -I @ echo '<@>'
basename /usr/lib/x.so .so; basename /; dirname /usr/lib/x; dirname x; dirname /x; basename a/b/
date -u -d @86400 '+%Y-%m-%d %H:%M:%S'; env -i A=1 B=2 env; yes | head -n 2
printf 'a b\nab\n' | grep '[[:blank:]]'; case b in [[:alpha:]]) echo class;; esac; case - in [!a[=-=]]) echo no;; [[.-.]]) echo sign;; esac
