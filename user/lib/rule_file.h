// Files of /proc that hold rules (rules, policy): a text of commands goes in with one write and
// takes effect whole or not at all; what was wrong with it stands in the last line that comes out.
#pragma once

#include "user/lib/user.h"

// The whole of a program that shows and changes such a file: list (each line to `list_line`, with
// the number of the rule before it), save, load, and `commands`, which go to the file as they are.
int rule_file_main(int argc, char** argv, const char* usage, const char* path, const char* commands,
                   void (*list_line)(char* line, int* place));

// All of the file's text, allocated. Ends the program if it can't be read.
char* rule_file_read(const char* path);
// Writes the text. When it isn't taken, ends the program with the reason that the file gives.
void rule_file_write(const char* path, const char* text, size_t length);
// The words from argv[from] on as one line.
void rule_file_command(const char* path, int argc, char** argv, int from);
// All of a program's input file ("-": standard input), for rule_file_write.
void rule_file_load(const char* path, const char* from);
