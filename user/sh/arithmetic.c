// $(( )): C's integer expressions, by precedence climbing.
#include "user/sh/sh.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct Arithmetic {
    const char* at;
    bool failed;
    int skipped; // > 0 in the part of && || ?: that isn't evaluated
};

static const struct Operator {
    char text[3];
    int level;
} operators[] = {
    {"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<=", 7}, {">=", 7},
    {"<<", 8}, {">>", 8}, {"|", 3},  {"^", 4},  {"&", 5},  {"<", 7},
    {">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};

static long long ternary(struct Arithmetic* state);

static long long fail(struct Arithmetic* state, const char* why) {
    if (!state->failed) expansion_error("arithmetic", why);
    state->failed = true;
    return 0;
}

static void blanks(struct Arithmetic* state) {
    while (isspace((unsigned char)*state->at)) state->at++;
}

static const struct Operator* operator_at(struct Arithmetic* state) {
    blanks(state);
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t length = strlen(operators[i].text);
        if (strncmp(state->at, operators[i].text, length)) continue;
        // "+=" and its like belong to an assignment.
        bool assigns =
            state->at[length] == '=' && operators[i].level != 6 && operators[i].level != 7;
        return assigns ? NULL : &operators[i];
    }
    return NULL;
}

static long long apply(struct Arithmetic* state, const char* operation, long long a, long long b) {
    unsigned long long x = (unsigned long long)a, y = (unsigned long long)b;
    switch (operation[0]) {
    case '+':
        return (long long)(x + y);
    case '-':
        return (long long)(x - y);
    case '*':
        return (long long)(x * y);
    case '/':
    case '%':
        if (!b) return state->skipped ? 0 : fail(state, "division by zero");
        if (b == -1) return operation[0] == '/' ? (long long)(0 - x) : 0;
        return operation[0] == '/' ? a / b : a % b;
    case '<':
        return operation[1] == '<' ? (long long)(x << (y & 63)) : operation[1] ? a <= b : a < b;
    case '>':
        return operation[1] == '>' ? a >> (y & 63) : operation[1] ? a >= b : a > b;
    case '=':
        return a == b;
    case '!':
        return a != b;
    case '&':
        return operation[1] ? a && b : a & b;
    case '|':
        return operation[1] ? a || b : a | b;
    default:
        return a ^ b;
    }
}

static long long value_of(struct Arithmetic* state, const char* name) {
    const char* text = variable(name);
    if (!text || !*text) return 0;
    char* end;
    long long value = strtoll(text, &end, 0);
    while (isspace((unsigned char)*end)) end++;
    return *end ? fail(state, "variable is not a number") : value;
}

static long long named(struct Arithmetic* state) {
    const char* start = state->at;
    while (isalnum((unsigned char)*state->at) || *state->at == '_') state->at++;
    char* name = arena_text(&shell.scratch, start, (size_t)(state->at - start));
    blanks(state);
    const char* at = state->at;
    char operation[3] = {0};
    size_t length = strspn(at, "+-*/%&|^<>");
    bool shift = length == 2 && at[0] == at[1] && (at[0] == '<' || at[0] == '>');
    if (at[length] == '=' && at[length + 1] != '=' &&
        (length == 0 || shift || (length == 1 && at[0] != '<' && at[0] != '>'))) {
        memcpy(operation, at, length);
        state->at += length + 1;
        long long value = ternary(state);
        if (length) value = apply(state, operation, value_of(state, name), value);
        char text[32];
        snprintf(text, sizeof text, "%lld", value);
        if (!state->skipped && !state->failed) set_variable(name, text);
        return value;
    }
    return state->skipped ? 0 : value_of(state, name);
}

static long long unary(struct Arithmetic* state) {
    blanks(state);
    char c = *state->at;
    if (c == '-' || c == '+' || c == '!' || c == '~') {
        state->at++;
        long long value = unary(state);
        return c == '-'   ? (long long)(0 - (unsigned long long)value)
               : c == '!' ? !value
               : c == '~' ? ~value
                          : value;
    }
    if (c == '(') {
        state->at++;
        long long value = ternary(state);
        blanks(state);
        if (*state->at != ')') return fail(state, "expected )");
        state->at++;
        return value;
    }
    if (isdigit((unsigned char)c)) {
        char* end;
        long long value = (long long)strtoull(state->at, &end, 0);
        state->at = end;
        return value;
    }
    if (isalpha((unsigned char)c) || c == '_') return named(state);
    return fail(state, "expected a number or a name");
}

static long long climb(struct Arithmetic* state, int level) {
    long long left = unary(state);
    const struct Operator* next;
    while (!state->failed && (next = operator_at(state)) && next->level >= level) {
        state->at += strlen(next->text);
        bool rests = (next->level == 1 && left) || (next->level == 2 && !left);
        state->skipped += rests;
        long long right = climb(state, next->level + 1);
        state->skipped -= rests;
        left = apply(state, next->text, left, right);
    }
    return left;
}

static long long ternary(struct Arithmetic* state) {
    long long condition = climb(state, 1);
    blanks(state);
    if (*state->at != '?' || state->failed) return condition;
    state->at++;
    state->skipped += !condition;
    long long yes = ternary(state);
    state->skipped -= !condition;
    blanks(state);
    if (*state->at != ':') return fail(state, "expected :");
    state->at++;
    state->skipped += condition != 0;
    long long no = ternary(state);
    state->skipped -= condition != 0;
    return condition ? yes : no;
}

long long arithmetic(const char* text) {
    struct Arithmetic state = {text, false, 0};
    blanks(&state);
    if (!*state.at) return 0;
    long long value = ternary(&state);
    blanks(&state);
    if (*state.at && !state.failed) return fail(&state, "syntax error");
    return value;
}
