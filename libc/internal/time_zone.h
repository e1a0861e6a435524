// What the files about dates share.
#pragma once
#include <stdint.h>
#include <time.h>

// Fills the date and time of day (not the zone's fields). 0, or −1: the year doesn't fit
// (EOVERFLOW).
int __calendar_from_seconds(int64_t seconds, struct tm*);
// Fields may be out of their ranges; they count all the same.
int64_t __seconds_from_calendar(const struct tm*);

extern const char* const __day_names[7];
extern const char* const __month_names[12];
