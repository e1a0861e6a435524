# From `nm -n --demangle` to the table of function names (kernel/arch/symbols.cpp): per function the
# offset from the start of the image and the offset of its name.
BEGIN {
    print "; Made by kernel/arch/symbols.awk."
    print "global symbol_table, symbol_count, symbol_names"
    print "section .symbols align=8"
    print "symbol_table:"
    names = ""
}
$2 ~ /^[tTwW]$/ && $1 ~ /^ffffffff/ {
    name = $0
    sub(/^[^ ]* . /, "", name)
    sub(/\(.*/, "", name)
    gsub(/["`\\]/, "", name)
    sub(/\.cold$/, "", name)
    if (name ~ /^\./) next
    print "dd 0x" substr($1, 9) " - 0x80000000, " offset + 0
    list[count++] = name
    offset += length(name) + 1
}
END {
    print "symbol_count: dd " count + 0
    print "symbol_names:"
    for (i = 0; i < count; i++) print "db \"" list[i] "\", 0"
    print "db 0"
}
