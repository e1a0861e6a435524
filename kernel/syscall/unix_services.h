// What AF_UNIX asks of the kernel (net/unix/unix.h): names of files, descriptors, identities.
#pragma once

void unix_services_init();
