// Recognises ANSI control sequences (ECMA-48, 5.4: ESC [ arguments final) in a stream of text.
#pragma once

class AnsiParser {
  public:
    enum class Event { text, more, command };

    // `text`: show the character; `more`: it is part of a sequence; `command`: the sequence is
    // complete.
    Event feed(char c) {
        switch (state_) {
        case State::text:
            if (c != '\033') return Event::text;
            state_ = State::escape;
            return Event::more;
        case State::escape:
            state_ = c == '[' ? State::arguments : State::text;
            count_ = 0;
            for (int& argument : arguments_) argument = 0;
            return Event::more;
        case State::arguments:
            return feed_argument(c);
        }
        return Event::text;
    }
    char final() const { return final_; }
    int argument_count() const { return count_; }
    int argument(int index) const { return index < maximum ? arguments_[index] : 0; }

  private:
    enum class State { text, escape, arguments };
    static constexpr int maximum = 8;

    Event feed_argument(char c) {
        if (count_ == 0) count_ = 1;
        int& current = arguments_[count_ - 1];
        if (c >= '0' && c <= '9') {
            if (current < 1000) current = current * 10 + (c - '0');
            return Event::more;
        }
        if (c == ';') {
            if (count_ < maximum) ++count_;
            return Event::more;
        }
        if (c < '@') return Event::more; // `?` and other marks of private sequences
        state_ = State::text;
        final_ = c;
        return Event::command;
    }

    State state_ = State::text;
    int arguments_[maximum] = {};
    int count_ = 0;
    char final_ = 0;
};
