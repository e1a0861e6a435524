// What a terminal does to the characters between the line and the program: editing, echo, signals,
// line ends (termios(3), POSIX.1-2017 XBD 11). Pure: characters in, characters and events out.
#pragma once

#include "kernel/base/types.h"
#include "kernel/uapi/termios.h"
#include <span>

// As tcgetattr gives it (asm-generic struct termios).
struct TerminalModes {
    u32 iflag = ICRNL | IXON;
    u32 oflag = OPOST | ONLCR;
    u32 cflag = B38400 | CS8 | CREAD | HUPCL;
    u32 lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
    u8 line = 0;
    // ^C ^\ DEL ^U ^D 0 1 0 ^Q ^S ^Z 0 ^R ^O ^W ^V 0
    u8 cc[NCCS] = {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0};
};

enum class LineEvent : u8 {
    none,
    interrupt, // ^C: SIGINT to the foreground group
    quit,      // ^\: SIGQUIT
    suspend,   // ^Z: SIGTSTP
    stop,      // ^S: output is to wait
    start,     // ^Q: … and to go on
};

class LineDiscipline {
  public:
    static constexpr usize capacity = 4096; // Linux's N_TTY_BUF_SIZE

    // Takes output characters (the echo).
    class Output {
      public:
        virtual void put(u8 c) = 0;

      protected:
        ~Output() = default;
    };

    TerminalModes modes;
    // For changed modes: going raw makes the unfinished line readable.
    void set_modes(const TerminalModes& changed);

    // A character has come in. Echo goes to `echo`.
    LineEvent receive(u8 c, Output& echo);
    // Whether read() would have something: a line or end of file in canonical mode, else at least
    // `minimum` characters (VMIN, 1 for poll).
    bool readable(usize minimum = 1) const;
    // Hands out what a read of to.size() gives. 0 in canonical mode is the end of file (^D).
    usize read(std::span<u8> to);
    // How many characters more it takes.
    usize room() const { return tail_ - head_ < capacity - 1 ? capacity - 1 - (tail_ - head_) : 0; }
    // What FIONREAD says.
    usize available() const;
    void flush_input();
    // A character that a program writes, as it goes to the line.
    void output(u8 c, Output& to);
    bool canonical() const { return modes.lflag & ICANON; }

  private:
    bool is_special(u8 c, int which) const { return c == modes.cc[which] && c != 0; }
    bool push(u8 c, bool line_end = false);
    LineEvent signal(u8 c, LineEvent event, Output& echo);
    bool edit(u8 c, Output& echo);
    void erase_one(Output& echo);
    void erase_word(Output& echo);
    void erase_line(u8 c, Output& echo);
    void rub_out(u8 c, Output& echo);
    void reprint(Output& echo);
    void echo_character(u8 c, Output& echo);
    u32 width(u8 c) const;
    u8 at(usize position) const { return characters_[position % capacity]; }
    bool is_end(usize position) const {
        return ends_[position % capacity / 8] >> (position % 8) & 1;
    }

    u8 characters_[capacity];
    u8 ends_[capacity / 8] = {}; // a line ends behind this character; an end of file is itself one
    usize head_ = 0;             // next to read
    usize line_ = 0;             // start of the unfinished line
    usize tail_ = 0;             // next to fill
    u32 column_ = 0;             // of the cursor, for tabs and ONLRET
    u32 line_column_ = 0;        // where the unfinished line began
    bool literal_ = false;       // ^V: the next one as it is
    bool stopped_ = false;
};
