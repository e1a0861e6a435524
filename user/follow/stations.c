// /proc/stations: what the numbers in the records mean, and how values are shown.
#include "user/follow/follow.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static struct Station* table;
static unsigned count;

bool is_group(const char* name) {
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(name, table[i].group)) return true;
    return false;
}

static void copy(char* to, size_t room, const char* from) { snprintf(to, room, "%s", from); }

static void read_line(char* line) {
    table = realloc(table, (count + 1) * sizeof *table);
    if (!table) exit(1);
    struct Station* entry = &table[count++];
    memset(entry, 0, sizeof *entry);
    char* save;
    char* word = strtok_r(line, " \n", &save); // the number
    for (int i = 0; (word = strtok_r(NULL, " \n", &save)); i++) {
        if (i == 0) copy(entry->group, sizeof entry->group, word);
        if (i == 1) entry->is_event = !strcmp(word, "event");
        if (i == 2) copy(entry->function, sizeof entry->function, word);
        if (i == 3) copy(entry->place, sizeof entry->place, word);
        char* colon = strchr(word, ':');
        if (i < 4 || !colon || entry->count == MAX_FIELDS) continue;
        *colon = 0;
        struct Field* to = &entry->fields[entry->count++];
        copy(to->name, sizeof to->name, word);
        copy(to->type, sizeof to->type, colon + 1);
    }
}

void read_stations(void) {
    FILE* file = fopen("/proc/stations", "r");
    if (!file) {
        perror("follow: /proc/stations");
        exit(1);
    }
    char line[512];
    while (fgets(line, sizeof line, file)) read_line(line);
    fclose(file);
}

const struct Station* station(unsigned number) { return number < count ? &table[number] : NULL; }

static void print_value(const char* type, unsigned long long value) {
    if (!strcmp(type, "i") || !strcmp(type, "fd"))
        fprintf(out, "%lld", (long long)value);
    else if (!strcmp(type, "hex"))
        fprintf(out, "%#llx", value);
    else if (!strcmp(type, "bool"))
        fprintf(out, "%s", value ? "yes" : "no");
    else if (!strcmp(type, "ipv4"))
        fprintf(out, "%s", inet_ntoa((struct in_addr){(in_addr_t)value}));
    else if (!strcmp(type, "port"))
        fprintf(out, "%u", ntohs((unsigned short)value));
    else if (!strcmp(type, "text"))
        fprintf(out, "%.8s", (const char*)&value);
    else
        fprintf(out, "%llu", value);
}

void print_fields(const struct trace_record* record) {
    const struct Station* at = station(record->station);
    for (int i = 0; at && i < at->count && i < record->count; i++) {
        fprintf(out, " %s=", at->fields[i].name);
        print_value(at->fields[i].type, record->values[i]);
    }
}

unsigned long long field(const struct trace_record* record, const char* name,
                         unsigned long long otherwise) {
    const struct Station* at = station(record->station);
    for (int i = 0; at && i < at->count && i < record->count; i++)
        if (!strcmp(at->fields[i].name, name)) return record->values[i];
    return otherwise;
}
