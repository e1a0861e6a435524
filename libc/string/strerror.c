// The texts of errors, as Linux programs print them (strerror(3)): one after the other in the order
// of their numbers, since every program with printf carries them (%m) and pointers would double the
// size.
#include <stdio.h>
#include <string.h>

static const char texts[] = "Success"
                            "\0Operation not permitted"                         // EPERM
                            "\0No such file or directory"                       // ENOENT
                            "\0No such process"                                 // ESRCH
                            "\0Interrupted system call"                         // EINTR
                            "\0Input/output error"                              // EIO
                            "\0No such device or address"                       // ENXIO
                            "\0Argument list too long"                          // E2BIG
                            "\0Exec format error"                               // ENOEXEC
                            "\0Bad file descriptor"                             // EBADF
                            "\0No child processes"                              // ECHILD
                            "\0Resource temporarily unavailable"                // EAGAIN
                            "\0Cannot allocate memory"                          // ENOMEM
                            "\0Permission denied"                               // EACCES
                            "\0Bad address"                                     // EFAULT
                            "\0Block device required"                           // ENOTBLK
                            "\0Device or resource busy"                         // EBUSY
                            "\0File exists"                                     // EEXIST
                            "\0Invalid cross-device link"                       // EXDEV
                            "\0No such device"                                  // ENODEV
                            "\0Not a directory"                                 // ENOTDIR
                            "\0Is a directory"                                  // EISDIR
                            "\0Invalid argument"                                // EINVAL
                            "\0Too many open files in system"                   // ENFILE
                            "\0Too many open files"                             // EMFILE
                            "\0Inappropriate ioctl for device"                  // ENOTTY
                            "\0Text file busy"                                  // ETXTBSY
                            "\0File too large"                                  // EFBIG
                            "\0No space left on device"                         // ENOSPC
                            "\0Illegal seek"                                    // ESPIPE
                            "\0Read-only file system"                           // EROFS
                            "\0Too many links"                                  // EMLINK
                            "\0Broken pipe"                                     // EPIPE
                            "\0Numerical argument out of domain"                // EDOM
                            "\0Numerical result out of range"                   // ERANGE
                            "\0Resource deadlock avoided"                       // EDEADLK
                            "\0File name too long"                              // ENAMETOOLONG
                            "\0No locks available"                              // ENOLCK
                            "\0Function not implemented"                        // ENOSYS
                            "\0Directory not empty"                             // ENOTEMPTY
                            "\0Too many levels of symbolic links"               // ELOOP
                            "\0"                                                // 41: no such error
                            "\0No message of desired type"                      // ENOMSG
                            "\0Identifier removed"                              // EIDRM
                            "\0Channel number out of range"                     // ECHRNG
                            "\0Level 2 not synchronized"                        // EL2NSYNC
                            "\0Level 3 halted"                                  // EL3HLT
                            "\0Level 3 reset"                                   // EL3RST
                            "\0Link number out of range"                        // ELNRNG
                            "\0Protocol driver not attached"                    // EUNATCH
                            "\0No CSI structure available"                      // ENOCSI
                            "\0Level 2 halted"                                  // EL2HLT
                            "\0Invalid exchange"                                // EBADE
                            "\0Invalid request descriptor"                      // EBADR
                            "\0Exchange full"                                   // EXFULL
                            "\0No anode"                                        // ENOANO
                            "\0Invalid request code"                            // EBADRQC
                            "\0Invalid slot"                                    // EBADSLT
                            "\0"                                                // 58: no such error
                            "\0Bad font file format"                            // EBFONT
                            "\0Device not a stream"                             // ENOSTR
                            "\0No data available"                               // ENODATA
                            "\0Timer expired"                                   // ETIME
                            "\0Out of streams resources"                        // ENOSR
                            "\0Machine is not on the network"                   // ENONET
                            "\0Package not installed"                           // ENOPKG
                            "\0Object is remote"                                // EREMOTE
                            "\0Link has been severed"                           // ENOLINK
                            "\0Advertise error"                                 // EADV
                            "\0Srmount error"                                   // ESRMNT
                            "\0Communication error on send"                     // ECOMM
                            "\0Protocol error"                                  // EPROTO
                            "\0Multihop attempted"                              // EMULTIHOP
                            "\0RFS specific error"                              // EDOTDOT
                            "\0Bad message"                                     // EBADMSG
                            "\0Value too large for defined data type"           // EOVERFLOW
                            "\0Name not unique on network"                      // ENOTUNIQ
                            "\0File descriptor in bad state"                    // EBADFD
                            "\0Remote address changed"                          // EREMCHG
                            "\0Can not access a needed shared library"          // ELIBACC
                            "\0Accessing a corrupted shared library"            // ELIBBAD
                            "\0.lib section in a.out corrupted"                 // ELIBSCN
                            "\0Attempting to link in too many shared libraries" // ELIBMAX
                            "\0Cannot exec a shared library directly"           // ELIBEXEC
                            "\0Invalid or incomplete multibyte or wide character" // EILSEQ
                            "\0Interrupted system call should be restarted"       // ERESTART
                            "\0Streams pipe error"                                // ESTRPIPE
                            "\0Too many users"                                    // EUSERS
                            "\0Socket operation on non-socket"                    // ENOTSOCK
                            "\0Destination address required"                      // EDESTADDRREQ
                            "\0Message too long"                                  // EMSGSIZE
                            "\0Protocol wrong type for socket"                    // EPROTOTYPE
                            "\0Protocol not available"                            // ENOPROTOOPT
                            "\0Protocol not supported"                            // EPROTONOSUPPORT
                            "\0Socket type not supported"                         // ESOCKTNOSUPPORT
                            "\0Operation not supported"                           // EOPNOTSUPP
                            "\0Protocol family not supported"                     // EPFNOSUPPORT
                            "\0Address family not supported by protocol"          // EAFNOSUPPORT
                            "\0Address already in use"                            // EADDRINUSE
                            "\0Cannot assign requested address"                   // EADDRNOTAVAIL
                            "\0Network is down"                                   // ENETDOWN
                            "\0Network is unreachable"                            // ENETUNREACH
                            "\0Network dropped connection on reset"               // ENETRESET
                            "\0Software caused connection abort"                  // ECONNABORTED
                            "\0Connection reset by peer"                          // ECONNRESET
                            "\0No buffer space available"                         // ENOBUFS
                            "\0Transport endpoint is already connected"           // EISCONN
                            "\0Transport endpoint is not connected"               // ENOTCONN
                            "\0Cannot send after transport endpoint shutdown"     // ESHUTDOWN
                            "\0Too many references: cannot splice"                // ETOOMANYREFS
                            "\0Connection timed out"                              // ETIMEDOUT
                            "\0Connection refused"                                // ECONNREFUSED
                            "\0Host is down"                                      // EHOSTDOWN
                            "\0No route to host"                                  // EHOSTUNREACH
                            "\0Operation already in progress"                     // EALREADY
                            "\0Operation now in progress"                         // EINPROGRESS
                            "\0Stale file handle"                                 // ESTALE
                            "\0Structure needs cleaning"                          // EUCLEAN
                            "\0Not a XENIX named type file"                       // ENOTNAM
                            "\0No XENIX semaphores available"                     // ENAVAIL
                            "\0Is a named type file"                              // EISNAM
                            "\0Remote I/O error"                                  // EREMOTEIO
                            "\0Disk quota exceeded"                               // EDQUOT
                            "\0No medium found"                                   // ENOMEDIUM
                            "\0Wrong medium type"                                 // EMEDIUMTYPE
                            "\0Operation canceled"                                // ECANCELED
                            "\0Required key not available"                        // ENOKEY
                            "\0Key has expired"                                   // EKEYEXPIRED
                            "\0Key has been revoked"                              // EKEYREVOKED
                            "\0Key was rejected by service"                       // EKEYREJECTED
                            "\0Owner died"                                        // EOWNERDEAD
                            "\0State not recoverable"                             // ENOTRECOVERABLE
                            "\0Operation not possible due to RF-kill"             // ERFKILL
                            "\0Memory page has hardware error";                   // EHWPOISON
enum { LAST = 133 };

char* strerror_r(int number, char* buffer, size_t size) {
    const char* text = texts;
    for (int i = 0; i < number && i < LAST; i++) text += strlen(text) + 1;
    if (number >= 0 && number <= LAST && *text) return (char*)text;
    snprintf(buffer, size, "Unknown error %d", number);
    return buffer;
}

char* strerror(int number) {
    static __thread char buffer[32];
    return strerror_r(number, buffer, sizeof buffer);
}
