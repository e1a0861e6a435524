# Aliases (POSIX XCU 2.3.1): from the next line on.
alias say='echo said' loud='say loudly' two='echo one; echo two' ; say not yet
say it; loud now; two
alias say; alias nothing-there; echo $?
X=1 say $X; (say inside); { say group; }; if say condition; then say then; fi
say | cat; true && say and; ! say not; echo $?
echo say; 'say' quoted; \say quoted; s''ay parts
alias echo='echo again'; echo own name
alias echo='echo again '; echo say; echo x say
unalias echo; echo plain
alias first='second' second='first'; first; echo $?
first; echo $?
alias before='echo ' word='expanded'
before word word
alias run='before before'; alias both='before  '
run word; both word
alias when='if true; then'
when echo reserved; fi
alias loop='for i in 1 2; do echo $i; done'
loop
f() { say "$1"; }; unalias say; f still
say gone; echo $?
alias it="echo don\\'t"; x=$(alias it); unalias it; eval "alias $x"
it
alias a=b a=c; alias a; unalias a; unalias a; echo $?
x=$(alias); case $x in *word=*) echo listed;; esac
alias out='>file'
out echo redirected; cat file
alias here='cat <<END'
here
text
END
alias pipe='cat |'
echo piped | pipe cat
case two in two) echo case;; esac; for two in two; do echo $two; done
alias none='' blank=' ' remark='# a remark'
none
blank none
remark and what follows
{ none
echo after none; }
true && none
echo behind none
if none
none true; then echo none then; fi; case x in x) none ;; esac
alias last='echo ' ; alias word='WORD'
last none word word
alias no='!' yes='then echo yes;'
no true; echo $?; if true
yes fi; if true; yes fi
alias twice='echo twice
twice'
twice 2>/dev/null; echo $?
alias a1=a2 a2=a3 a3=a4 a4=a5 a5=a6 a6=a7 a7=a8 a8=a9 a9=b1 b1=b2 b2=b3 b3=b4 b4=b5 b5=b6 b6=b7 b7=b8 b8='echo deep'
a1; alias if='echo never'
if true; then echo reserved; fi
command -v a1; type a1
unalias -a; alias; echo $?
echo end
