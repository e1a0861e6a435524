// The PS/2 keyboard, US layout. What is typed goes to the console as a terminal would send it.
#pragma once

void keyboard_init();
