// A terminal as the files on it see it: the line discipline, who is waiting, whose it is. The
// console's line is the machine's; a pseudo-terminal's is a program with the master's descriptor.
#pragma once

#include "kernel/base/restart.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/line_discipline.h"
#include <string_view>

struct WindowSize {
    u16 rows, columns, width, height; // characters; pixels
};

struct Tty : RefCounted {
    explicit Tty(Device device) : device(device) {}
    virtual ~Tty();
    // Puts characters on the line. No more than room() at a time.
    virtual void transmit(std::string_view text) = 0;
    virtual usize room() const { return ~usize{0}; }
    // The program has read: there is room for more input.
    virtual void input_taken() {}

    const Device device; // as /proc/PID/stat tells it
    LineDiscipline discipline;
    WaitQueue readable, writable;
    int session = 0;      // whose controlling terminal it is; 0: nobody's
    int foreground = 0;   // process group
    bool stopped = false; // ^S
    bool hung_up = false; // the line is gone for good
    WindowSize window = {};
};

// A character has come in from the line.
void tty_receive(Tty& tty, char c);
// The line is gone: who reads is at the end, the session is told and loses the terminal.
void tty_hang_up(Tty& tty);
// The session's leader that calls gets the terminal for its session when it has none; unless it
// says O_NOCTTY.
void tty_opened(Tty& tty, u32 flags);

// An open file of a terminal.
class TtyFile : public file {
  public:
    TtyFile(Tty& tty, u32 flags) : file(flags), tty_(&tty) {}

    Result<usize> read(IovIter& to, i64&) override;
    Result<usize> write(IovIter& from, i64&) override;
    u32 poll(PollTable* table) override;
    SysResult ioctl(u32 command, uptr argument, bool compat) override;
    bool async_capable() const override { return true; }

  protected:
    Ref<Tty> tty_;

  private:
    Result<void> wait_for_input(usize wanted);
    Result<void> wait_for_room();
    Result<void> set_modes(uptr argument, bool flush);
    SysResult set_controlling(uptr steal);
    SysResult disown();
    SysResult set_foreground(uptr argument);
    SysResult set_window(uptr argument);
};

// Registers /dev/ptmx, and the terminals that it makes (pty.cpp).
void pty_init();
