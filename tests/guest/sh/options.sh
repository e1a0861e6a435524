# getopts, ulimit, and a case inside a substitution.
parse() {
    OPTIND=1
    while getopts "$@" ; do echo "<$o> <$OPTARG>"; done
    echo "end <$o> $OPTIND"
}
parse ab:c o -a -b value -c rest
parse ab:c o -ab value -cbjoined -- -a
parse ab:c o -acb
parse :ab:c o -x -b
parse ab o word -a
parse ab o - -a
parse ab o
parse a: o -a '' x
count() { n=0; while getopts v o; do n=$((n+1)); done; shift $((OPTIND-1)); echo $n "$@"; }
OPTIND=1; count -v -vv file
echo $(case a in a) echo one;; b) echo two;; esac)
echo "$(case b in (a) echo one;; (b) echo two;; esac; echo three)"
echo $(case x in a|x) (echo in; case y in y) echo deep;; esac);; esac) $(echo ')') $(echo case)
x=$(
  case "$(case q in q) echo w;; esac)" in # a ) in a comment
    w) echo found ;;
    *) echo ")" ;;
  esac
)
echo $x $((1 + (2)))
echo $(case a in esac) none $(if true; then case k in k) echo k;; esac; fi)
echo $(for i in case in esac; do echo $i; done)
ulimit -n 50; ulimit -n; (ulimit -n 40; ulimit -n); ulimit -n
ulimit -S -c 0; ulimit -c; ulimit -f; ulimit -Sn 30; ulimit -Hn; ulimit -n
