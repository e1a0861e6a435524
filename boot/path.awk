# From boot/path.txt to lines of the linker's script: each function has a section of its own, named after its mangled name
# (the Itanium C++ ABI, section 5.1: each part of it has its length in front; constructors are C, destructors D).
{
    n = split($0, part, "::")
    mangled = ""
    for (i = 1; i <= n; i++) {
        if (i > 1 && part[i] == part[i - 1]) mangled = mangled "C"
        else if (part[i] ~ /^~/) mangled = mangled "D"
        else mangled = mangled length(part[i]) part[i]
    }
    print "*(.text." $0 " .text._Z*" mangled "*)"
}
