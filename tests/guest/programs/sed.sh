# sed against the host's.
seq 5 > n; printf 'one two\nthree four\n\nfive\n' > t
sed 's/o/0/' t; sed 's/o/0/g' t; sed 's/o/0/2' t; sed -n 's/t\(.\)/[\1]/p' t; sed -E 's/(\w+) (\w+)/\2 \1/' t
sed 2d n; sed '2,4d' n; sed '$d' n; sed -n 2p n; sed -n '2,$p' n; sed '/3/q' n; sed -n '/2/,/4/p' n; sed '2!d' n
sed -n '$=' n; sed '2a\
added' n; sed '2i before' n; sed '2c changed' n; sed y/123/abc/ n
sed 'N;s/\n/-/' n; sed -n '1!G;h;$p' n; sed ':a;N;$!ba;s/\n/,/g' n; sed 'n;d' n
sed -e 's/1/x/' -e 's/x/y/' n; sed 's,/,|,g;s/a*/x/g' t; sed '/^$/d' t; sed 's/.*/[&]/' t; sed '2{s/2/two/;p}' n
sed -i s/1/first/ n; cat n; sed 's/[/]/x/' t | head -n 1; sed -n '/three/{p;q}' t; sed = n | head -n 4
