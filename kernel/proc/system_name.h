// uname(2)'s names.
#pragma once

constexpr unsigned name_length = 64;
struct SystemName {
    char node[name_length + 1] = "plumb";
    char domain[name_length + 1] = "(none)";
};
extern SystemName system_name;
constexpr const char* system_release = "6.1.0-plumb";
constexpr const char* system_version = "#1 Plumb";
