// The editing of lines and the echo. An end of file (^D) is kept in the line as a character of its
// own with the end mark: reading stops at it and leaves it out.
#include "kernel/fs/line_discipline.h"
#include "kernel/base/math.h"

namespace {
constexpr u8 end_of_file_mark = 0; // with the end bit; a plain NUL has none

bool is_control(u8 c) { return c < 32 || c == 127; }
bool is_continuation(u8 c) { return (c & 0xc0) == 0x80; } // of a UTF-8 character
bool is_word(u8 c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c >= 128;
}
} // namespace

void LineDiscipline::set_modes(const TerminalModes& changed) {
    const bool was_canonical = canonical();
    modes = changed;
    if (was_canonical && !canonical()) line_ = tail_;
    if (!was_canonical && canonical()) {
        // What came in raw is a line to whoever reads now (Linux's n_tty does the same).
        line_ = tail_;
        if (head_ != tail_) {
            const usize last = (tail_ - 1) % capacity;
            ends_[last / 8] |= static_cast<u8>(1 << last % 8);
        }
    }
    if (!(modes.iflag & IXON)) stopped_ = false;
}

bool LineDiscipline::push(u8 c, bool line_end) {
    // The last place is kept for the end of a line, so that a full buffer can still be finished.
    if (tail_ - head_ >= capacity - (line_end ? 0 : 1)) return false;
    const usize place = tail_++ % capacity;
    characters_[place] = c;
    const u8 bit = static_cast<u8>(1 << place % 8);
    if (line_end)
        ends_[place / 8] |= bit;
    else
        ends_[place / 8] &= static_cast<u8>(~bit);
    return true;
}

LineEvent LineDiscipline::signal(u8 c, LineEvent event, Output& echo) {
    if (!(modes.lflag & NOFLSH)) flush_input();
    if (modes.lflag & ECHO) echo_character(c, echo);
    return event;
}

LineEvent LineDiscipline::receive(u8 c, Output& echo) {
    if (modes.iflag & ISTRIP) c &= 0x7f;
    if (literal_) {
        literal_ = false;
        if (push(c) && (modes.lflag & ECHO)) echo_character(c, echo);
        if (!canonical()) line_ = tail_;
        return LineEvent::none;
    }
    if (modes.iflag & IXON) {
        if (is_special(c, VSTOP) && !stopped_) {
            stopped_ = true;
            return LineEvent::stop;
        }
        if (is_special(c, VSTART) || (stopped_ && (modes.iflag & IXANY))) {
            stopped_ = false;
            return LineEvent::start;
        }
        if (is_special(c, VSTOP)) return LineEvent::none;
    }
    if (modes.lflag & ISIG) {
        if (is_special(c, VINTR)) return signal(c, LineEvent::interrupt, echo);
        if (is_special(c, VQUIT)) return signal(c, LineEvent::quit, echo);
        if (is_special(c, VSUSP)) return signal(c, LineEvent::suspend, echo);
    }
    if (c == '\r') {
        if (modes.iflag & IGNCR) return LineEvent::none;
        if (modes.iflag & ICRNL) c = '\n';
    } else if (c == '\n' && (modes.iflag & INLCR)) {
        c = '\r';
    }
    if (canonical()) {
        if (edit(c, echo)) return LineEvent::none;
    } else {
        if (push(c) && (modes.lflag & ECHO)) echo_character(c, echo);
        line_ = tail_;
        return LineEvent::none;
    }
    const bool end = c == '\n' || is_special(c, VEOL) || is_special(c, VEOL2);
    if (line_ == tail_) line_column_ = column_;
    if (!push(c, end)) {
        if (modes.iflag & IMAXBEL) echo.put('\a');
        return LineEvent::none;
    }
    if (end) line_ = tail_;
    if ((modes.lflag & ECHO) || (c == '\n' && (modes.lflag & ECHONL))) echo_character(c, echo);
    return LineEvent::none;
}

// The characters that edit the line instead of going into it.
bool LineDiscipline::edit(u8 c, Output& echo) {
    if (is_special(c, VERASE)) {
        erase_one(echo);
        return true;
    }
    if (is_special(c, VKILL)) {
        erase_line(c, echo);
        return true;
    }
    if (is_special(c, VEOF)) {
        if (push(end_of_file_mark, true)) line_ = tail_;
        return true;
    }
    if (!(modes.lflag & IEXTEN)) return false;
    if (is_special(c, VWERASE)) {
        erase_word(echo);
        return true;
    }
    if (is_special(c, VLNEXT)) {
        literal_ = true;
        if ((modes.lflag & (ECHO | ECHOCTL)) == (ECHO | ECHOCTL)) {
            echo.put('^');
            echo.put('\b');
        }
        return true;
    }
    if (is_special(c, VREPRINT) && (modes.lflag & ECHO)) {
        reprint(echo);
        return true;
    }
    return false;
}

u32 LineDiscipline::width(u8 c) const {
    if (is_continuation(c) && (modes.iflag & IUTF8)) return 0;
    if (is_control(c)) return (modes.lflag & ECHOCTL) ? 2 : 0;
    return 1;
}

// Takes the picture of the character, which is no longer in the line, off the screen.
void LineDiscipline::rub_out(u8 c, Output& echo) {
    if (!(modes.lflag & ECHO)) return;
    if (!(modes.lflag & ECHOE)) {
        echo_character(modes.cc[VERASE], echo);
        return;
    }
    u32 columns = width(c);
    if (c == '\t') {
        u32 before = line_column_;
        for (usize i = line_; i < tail_; i++)
            before =
                at(i) == '\t' ? static_cast<u32>(align_down(before + 8, 8)) : before + width(at(i));
        columns = column_ - min(column_, before);
        for (u32 i = 0; i < columns; i++) echo.put('\b');
        column_ -= columns;
        return;
    }
    for (u32 i = 0; i < columns; i++) {
        echo.put('\b');
        echo.put(' ');
        echo.put('\b');
    }
    column_ -= min(column_, columns);
}

void LineDiscipline::erase_one(Output& echo) {
    if (tail_ == line_) return;
    if (modes.iflag & IUTF8)
        while (tail_ - line_ > 1 && is_continuation(at(tail_ - 1))) tail_--;
    const u8 c = at(--tail_);
    rub_out(c, echo);
}

void LineDiscipline::erase_word(Output& echo) {
    bool seen = false;
    while (tail_ != line_) {
        const bool word = is_word(at(tail_ - 1));
        if (seen && !word) break;
        seen |= word;
        erase_one(echo);
    }
}

void LineDiscipline::erase_line(u8 c, Output& echo) {
    if ((modes.lflag & (ECHOK | ECHOKE | ECHOE)) == (ECHOK | ECHOKE | ECHOE)) {
        while (tail_ != line_) erase_one(echo);
        return;
    }
    tail_ = line_;
    if (!(modes.lflag & ECHO)) return;
    echo_character(c, echo);
    if (modes.lflag & ECHOK) output('\n', echo);
}

void LineDiscipline::reprint(Output& echo) {
    echo_character(modes.cc[VREPRINT], echo);
    output('\n', echo);
    line_column_ = column_;
    for (usize i = line_; i < tail_; i++) echo_character(at(i), echo);
}

void LineDiscipline::echo_character(u8 c, Output& echo) {
    if (is_control(c) && (modes.lflag & ECHOCTL) && c != '\t' && c != '\n') {
        echo.put('^');
        echo.put(c ^ 0x40);
        column_ += 2;
        return;
    }
    output(c, echo);
}

void LineDiscipline::output(u8 c, Output& to) {
    if (modes.oflag & OPOST) {
        if (c == '\n' && (modes.oflag & ONLCR)) {
            to.put('\r');
            column_ = 0;
        }
        if (c == '\r') {
            if ((modes.oflag & ONOCR) && column_ == 0) return;
            if (modes.oflag & OCRNL) c = '\n';
        }
        if ((modes.oflag & OLCUC) && c >= 'a' && c <= 'z') c -= 32;
        if (c == '\t' && (modes.oflag & TABDLY) == XTABS) {
            do to.put(' ');
            while (++column_ % 8);
            return;
        }
    }
    to.put(c);
    if (c == '\r' || (c == '\n' && (modes.oflag & ONLRET)))
        column_ = 0;
    else if (c == '\t')
        column_ = static_cast<u32>(align_down(column_ + 8, 8));
    else if (c == '\b')
        column_ -= column_ > 0;
    else if (!is_control(c) && !(is_continuation(c) && (modes.iflag & IUTF8)))
        column_++;
}

bool LineDiscipline::readable(usize minimum) const {
    if (canonical()) return line_ != head_;
    return tail_ - head_ >= max<usize>(minimum, 1);
}

usize LineDiscipline::available() const {
    if (!canonical()) return tail_ - head_;
    usize n = 0;
    for (usize i = head_; i < line_; i++) n += !(is_end(i) && at(i) == end_of_file_mark);
    return n;
}

usize LineDiscipline::read(std::span<u8> to) {
    const usize end = canonical() ? line_ : tail_;
    usize done = 0;
    while (head_ != end) {
        if (is_end(head_) && at(head_) == end_of_file_mark) {
            // It ends this read; alone it is the end of file.
            head_++;
            break;
        }
        if (done == to.size()) break;
        const bool ends_line = canonical() && is_end(head_);
        to[done++] = at(head_++);
        if (ends_line) break;
        // A mark right behind the last character that fits belongs to this read.
        if (done == to.size() && head_ != end && is_end(head_) && at(head_) == end_of_file_mark) {
            head_++;
            break;
        }
    }
    return done;
}

void LineDiscipline::flush_input() {
    head_ = line_ = tail_ = 0;
    literal_ = false;
}
