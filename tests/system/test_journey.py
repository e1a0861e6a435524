"""`make journey`: what it writes of replyhi and hello on both doors, by a reader of each format: the page in a browser, the trace's
structure, tshark on the capture."""

import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

from browser import Browser
from harness import ROOT, host_command

TOOLS = os.path.join(ROOT, "tools/journey")
sys.path.append(TOOLS)
import calls  # noqa: E402
import guest  # noqa: E402
import headers  # noqa: E402
import records  # noqa: E402

USES_MAKE = True

PROGRAMS = "replyhi & hello; hello 10.0.2.100"
INT80, SYSCALL = 0, 1
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)
CONVERSATION = {  # what each says, by the names of libc
    "replyhi": ["socket", "setsockopt", "bind", "listen", "accept", "recv", "send", "close", "accept"],
    "hello": ["socket", "connect", "send", "recv", "close"],
}
OWN_PROGRAM = """#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static void say(int fd, const struct sockaddr_in* to) {
    sendto(fd, "plumb", 5, 0, (const struct sockaddr*)to, sizeof *to);
}
int main(int argc, char** argv) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    inet_aton(argv[argc - 1], &to.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    say(fd, &to);
    return close(fd);
}
"""


def bars_of(run, name, group=None):
    return [bar for bar in run["bars"] if bar["name"] == name and (group is None or run["groups"][bar["group"]]["name"] == group)]


def ancestors(run, bar):
    names = []
    while bar:
        names.insert(0, bar["name"])
        bar = run["bars"][bar["parent"]] if bar["parent"] is not None else None
    return names


class Written(unittest.TestCase):
    """The files, of one run by each door."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="plumb-journey-")
        cls.addClassCleanup(cls.folder.cleanup)
        command = [sys.executable, os.path.join(TOOLS, "journey.py"), "--programs", PROGRAMS, "--door", "compare", "--output", cls.folder.name]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
        if result.returncode:
            raise AssertionError(f"journey.py: {result.stdout}{result.stderr}")
        cls.path = {end: os.path.join(cls.folder.name, f"journey.{end}") for end in ("html", "json", "pcapng")}
        with open(cls.path["html"], encoding="utf-8") as file:
            cls.html = file.read()
        cls.data = json.loads(DATA.search(cls.html)[1])
        cls.runs = cls.data["runs"]

    # --- what is in the page ---

    def test_calls_and_programs(self):
        self.assertEqual([run["door"] for run in self.runs], ["int 0x80", "syscall"])
        for run, suffix in zip(self.runs, ("32", "")):
            self.assertEqual(run["lost"], 0)
            for program, expected in CONVERSATION.items():
                groups = [n for n, group in enumerate(run["groups"]) if group["name"] == program + suffix]
                self.assertEqual(len(groups), 2)  # replyhi and its child; hello twice
                said = [call["text"].split("(")[0] for call in run["calls"] if call["group"] == groups[-1]]
                said = [re.sub("(from|to)$|4$", "", name) for name in said if name not in ("write", "ioctl")]
                self.assertEqual([name for name in said if name in expected], expected, run["door"])
            texts = [call["text"] for call in run["calls"]]
            self.assertIn("socket(AF_INET, SOCK_STREAM, 0)", texts)
            self.assertIn("connect(3, {AF_INET, 10.0.2.100:5001}, 16)", texts)
            self.assertEqual({call["door"] for call in run["calls"]}, {run["door"]})

    def test_bars_nest(self):
        for run in self.runs:
            for bar in run["bars"]:
                self.assertLessEqual(bar["first"], bar["last"])
                self.assertLessEqual(bar["began"], bar["ended"])
                if bar["parent"] is not None:
                    outer = run["bars"][bar["parent"]]
                    self.assertTrue(outer["first"] < bar["first"] and bar["last"] <= outer["last"], (outer["name"], bar["name"]))
                    self.assertEqual(outer["group"], bar["group"])

    def test_way_down(self):
        """One send, from the user's function to the device."""
        down = {INT80: "send_all send int_0x80 102_→_sys_socketcall sys_socketcall sys_send sys_sendto",
                SYSCALL: "send_all sendto syscall 44_→_sys_sendto sys_sendto"}
        for number, head in down.items():
            run = self.runs[number]
            sends = [bar for bar in bars_of(run, "e1000_xmit_frame") if "tcp_sendmsg" in ancestors(run, bar)]
            self.assertEqual(len(sends), 1)
            way = [name.replace(" ", "_") for name in ancestors(run, sends[0])]
            self.assertEqual(way[:len(head.split())], head.split())
            rest = iter(way)
            for name in "sock_sendmsg inet_sendmsg tcp_sendmsg tcp_write_xmit ip_queue_xmit ip_output neigh_output dev_queue_xmit".split():
                self.assertIn(name, rest, way)
            lanes = [run["lanes"][run["bars"][n]["lane"]] for n in self.numbers(run, sends[0])]
            self.assertEqual(sorted(set(lanes), key=lanes.index),
                             "user libc door table socketcall socket inet TCP IP Ethernet e1000".split())

    @staticmethod
    def numbers(run, bar):
        found = [run["bars"].index(bar)]
        while run["bars"][found[0]]["parent"] is not None:
            found.insert(0, run["bars"][found[0]]["parent"])
        return found

    def test_arrows(self):
        for run in self.runs:
            bars = run["bars"]
            kinds = {arrow["kind"] for arrow in run["arrows"]}
            self.assertEqual(kinds, {"frame", "wire", "wake", "take", "fork"})
            for arrow in run["arrows"]:
                start, end = bars[arrow["from"]], bars[arrow["to"]]
                self.assertLessEqual(start["first"], end["last"], arrow)
                if arrow["kind"] in ("frame", "wire", "take"):
                    self.assertEqual(start["skb"], end["skb"], arrow)
            takes = [bars[arrow["to"]] for arrow in run["arrows"] if arrow["kind"] == "take"]
            takers = [run["calls"][bar["call"]]["text"].split("(")[0] for bar in takes]
            self.assertEqual([name.removesuffix("from") for name in takers], ["recv"] * 3)

    # --- the border ---

    def test_border(self):
        for run, functions in ((self.runs[INT80], ["__connect", "connect_to"]), (self.runs[SYSCALL], ["__connect", "connect_to"])):
            call = next(call for call in run["calls"] if call["text"].startswith("connect("))
            names = [frame["function"] for frame in call["frames"] if not frame["function"].startswith("__trap")]
            self.assertEqual(names[:2], functions)
            user = next(frame for frame in call["frames"] if frame["function"] == "connect_to")
            with open(os.path.join(ROOT, user["file"]), encoding="utf-8") as file:
                self.assertIn("connect(", file.read().split("\n")[user["line"] - 1])
            registers = dict(call["registers"])
            self.assertEqual(int(registers["original_rax"], 16), call["number"])
            self.assertEqual(registers["rsp"], call["stacks"]["user"]["address"])
            notes = {word[1]: word[0] for word in call["stacks"]["kernel"]["words"] if len(word) > 1}
            self.assertEqual(notes["TrapFrame.rip"], call["frames"][0]["address"])
            self.assertTrue(any(note.startswith("in syscall_entry") or note.startswith("in trace_call") for note in notes), notes)
            self.assertIn(f"back to {names[1]}", [word[1] for word in call["stacks"]["user"]["words"] if len(word) > 1])

    def test_block_of_socketcall(self):
        for call in self.runs[INT80]["calls"]:
            if call["block"]:
                self.assertEqual(call["number"], 102)
                self.assertEqual(int(dict(call["registers"])["rbx"], 16), call["block"]["sub"])
                self.assertEqual(dict(call["registers"])["rcx"], call["block"]["address"])
        connect = next(call for call in self.runs[INT80]["calls"] if call["text"].startswith("connect("))
        self.assertEqual(connect["block"]["names"], ["fd", "address", "length"])
        self.assertEqual([connect["block"]["words"][0], connect["block"]["words"][2]], ["0x3", "0x10"])
        self.assertFalse(any(call["block"] for call in self.runs[SYSCALL]["calls"]))

    def test_buffers(self):
        for run in self.runs:
            buffers = [(bar["name"], bar["buffer"]) for bar in run["bars"] if "buffer" in bar]
            self.assertGreater(len(buffers), 100)
            for name, buffer in buffers:
                self.assertTrue(0 <= buffer["from"] <= buffer["data"] <= buffer["tail"] <= buffer["end"], (name, buffer))
                covered = [place for start, end, _, _ in buffer["regions"] for place in range(start, end)]
                self.assertEqual(covered, list(range(len(buffer["bytes"]) // 2)), name)
            # What each layer puts in front, on the way down.
            for name, header in (("dev_queue_xmit", "mac"), ("ip_output", "network"), ("ip_queue_xmit", "transport")):
                for at, buffer in buffers:
                    if at == name and not any(region[2] == "arp" for region in buffer["regions"]):
                        self.assertEqual(buffer["headers"][header], buffer["data"], name)

    def test_sources(self):
        for run in self.runs:
            for bar in run["bars"]:
                self.assertIn("source", bar, bar["name"])
                piece = self.data["sources"][bar["source"][0]]
                line = piece["lines"][bar["source"][1] - piece["first"]]
                if bar["kind"] == "station":
                    self.assertIn("TRACE_STATION", line, bar["name"])

    # --- the other files ---

    def test_chrome_trace(self):
        with open(self.path["json"], encoding="utf-8") as file:
            events = json.load(file)["traceEvents"]
        self.assertEqual({event["ph"] for event in events}, {"M", "X", "i", "s", "f"})
        named = {event["pid"] for event in events if event["ph"] == "M"}
        flows = {}
        tracks = {}
        for event in events:
            self.assertIn(event["pid"], named)
            if event["ph"] == "M":
                continue
            self.assertIsInstance(event["ts"], (int, float))
            if event["ph"] == "X":
                tracks.setdefault((event["pid"], event["tid"]), []).append((event["ts"], event["ts"] + event["dur"], event["name"]))
            elif event["ph"] in "sf":
                flows.setdefault(event["id"], []).append(event)
        for ends in flows.values():
            self.assertEqual([end["ph"] for end in ends], ["s", "f"])
            self.assertLessEqual(ends[0]["ts"], ends[1]["ts"])
            self.assertEqual(ends[1]["bp"], "e")
        for slices in tracks.values():
            self.check_slices_nest(slices)
        self.assertTrue(any(event["name"] == "tcp_v4_connect" and event["ph"] == "X" for event in events))

    def check_slices_nest(self, slices):
        """Slices of one track lie within one another or apart: Perfetto drops the others."""
        open_ends = []
        for began, ended, name in sorted(slices, key=lambda one: (one[0], -one[1])):
            while open_ends and open_ends[-1] <= began:
                open_ends.pop()
            self.assertTrue(not open_ends or ended <= open_ends[-1] + 0.001, name)
            open_ends.append(ended)

    def tshark(self, *fields):
        command = ["tshark", "-n", "-r", self.path["pcapng"], "-T", "fields", "-E", "separator=|"]
        text = host_command(command + [word for name in fields for word in ("-e", name)]).stdout.decode()
        return [line.split("|") for line in text.splitlines()]

    def test_tshark_reads_the_comments(self):
        rows = self.tshark("frame.interface_name", "frame.time_epoch", "data.data", "frame.comment")
        comments = {}
        for device, time, payload, comment in rows:
            self.assertRegex(comment, r"^(sent|taken) by ", device)
            self.assertRegex(time, r"^\d+\.\d{9}$")
            if payload:
                comments.setdefault(device, []).append((bytes.fromhex(payload).decode(), comment))
        self.assertEqual({name: [text for text, _ in said] for name, said in comments.items()},
                         {f"{device} ({door})": ["hello", "hi"] for device in ("lo", "eth0") for door in ("int 0x80", "syscall")})
        there, back = (comment for _, comment in comments["lo (syscall)"])
        self.assertRegex(there, r'^sent by hello\[\d+\] sendto\(3, "hello", 5, .*\): sys_sendto > sock_sendmsg > inet_sendmsg > tcp_sendmsg > .*loopback_xmit')
        self.assertRegex(there, r'taken by replyhi\[\d+\] recvfrom\(4, "hello", .*: netif_receive_skb > ip_rcv > .*tcp_v4_rcv')
        self.assertRegex(back, r'^sent by replyhi\[\d+\] sendto\(4, "hi", .*taken by hello\[\d+\] recvfrom')
        out, come = (comment for _, comment in comments["eth0 (int 0x80)"])
        self.assertRegex(out, r'^sent by hello32\[\d+\] send\(3, "hello", 5, .*\): sys_socketcall > sys_send > .*e1000_xmit_frame$')
        self.assertRegex(come, r'^taken by hello32\[\d+\] recv\(3, "hi", .*: netif_receive_skb > ')

    def test_tshark_sees_the_same_headers(self):
        seen = [tuple(int(field or 0) for field in row) for row in self.tshark("ip.hdr_len", "tcp.hdr_len", "tcp.len", "arp.opcode")]
        ours = []
        for run in self.runs:
            for frame in run["frames"]:
                buffer = run["bars"][frame["bar"]]["buffer"]
                size = {kind: end - start for start, end, kind, _ in buffer["regions"]}
                request = any("who has" in text for _, _, kind, text in buffer["regions"] if kind == "arp")
                payload = size.get("payload", 0) if "tcp" in size else 0
                ours.append((size.get("ipv4", 0), size.get("tcp", 0), payload, 0 if "arp" not in size else 1 if request else 2))
        self.assertEqual(sorted(ours), sorted(seen))

    def test_one_end_alone(self):
        """hello without replyhi being told of: its answer comes by loopback all the same, and nothing is on the wire."""
        with tempfile.TemporaryDirectory(prefix="plumb-journey-") as folder:
            host_command([sys.executable, os.path.join(TOOLS, "journey.py"), "--programs", "hello", "--output", folder], 110, cwd=ROOT)
            with open(os.path.join(folder, "journey.html"), encoding="utf-8") as file:
                run = json.loads(DATA.search(file.read())[1])["runs"][0]
        self.assertEqual([group["name"] for group in run["groups"]], ["kernel", "hello"])
        self.assertEqual({frame["device"] for frame in run["frames"]}, {"lo"})
        taken = [frame["comment"] for frame in run["frames"] if "recvfrom(3, \"hi\"" in frame["comment"]]
        self.assertEqual(len(taken), 1)
        self.assertNotIn("sent by", taken[0])

    def test_a_program_of_ones_own(self):
        """A C file from anywhere: built with Plumb's libc, and its own lines are on the page."""
        with tempfile.TemporaryDirectory(prefix="plumb-journey-") as folder:
            path = os.path.join(folder, "own_program.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write(OWN_PROGRAM)
            host_command(["make", "-s", "debug-sources", f"PROG={path}"], 110, cwd=ROOT)
            host_command([sys.executable, os.path.join(TOOLS, "journey.py"), "--programs", f"{path} 127.0.0.1", "--door", "int80", "--output", folder],
                         110, cwd=ROOT)
            with open(os.path.join(folder, "journey.html"), encoding="utf-8") as file:
                data = json.loads(DATA.search(file.read())[1])
        run = data["runs"][0]
        self.assertEqual([group["name"] for group in run["groups"]], ["kernel", "own_program32"])
        texts = [call["text"] for call in run["calls"]]
        self.assertIn('sendto(3, "plumb", 5, 0, {AF_INET, 127.0.0.1:9}, 16)', texts)
        self.assertEqual([bar["name"] for bar in run["bars"] if bar["kind"] == "user"], ["main", "say", "main"])
        piece, line = bars_of(run, "say")[0]["source"]
        self.assertEqual((data["sources"][piece]["file"], OWN_PROGRAM.splitlines()[line - 1].strip()[:6]), (path, "sendto"))

    def test_names_of_the_shell(self):
        """echo is a program here, though the shell has one of its own."""
        self.assertEqual(guest.shell_line(guest.parts_of("replyhi & echo a"), "32"), "/bin/replyhi32 & sleep 0.2; /bin/echo32 a; echo > /tmp/over")

    def test_what_is_to_be_built(self):
        """A C file stands where a program does, whatever follows it; an argument is none."""
        self.assertEqual(guest.sources_of("b.c; hello x.c&d/a.c 1 | b.c"), ["b.c", "d/a.c"])

    def test_a_bad_pointer_is_an_address(self):
        for kind in (calls.STRING, calls.BYTES, calls.SOCKADDR, calls.SEGMENT):
            self.assertEqual(calls.Memory(calls.MEMORY.pack(0x1000, 7, 1, 0, kind, 0)).text(), "0x1000")

    # --- in a browser ---

    def test_page(self):
        self.assertNotRegex(re.sub(r'<script type="application/json".*?</script>', "", self.html, flags=re.S), r'(?:src|href)="(?!data:)|@import|fetch\(')
        browser = Browser()
        try:
            self.check_lanes(browser)
            self.check_keys(browser)
            self.check_themes(browser)
            self.check_compare(browser)
            self.check_narrow(browser)
            self.check_paper(browser)
        finally:
            browser.close()

    def open(self, browser, width, height, dark=False, run=SYSCALL, bar=0):
        browser.open(f"{self.path['html']}#{run}.{bar}", width, height, dark)
        self.clean(browser)

    def clean(self, browser):
        self.assertEqual(browser.errors, [])
        self.assertEqual([url for url in browser.requests if not url.startswith(("file:", "data:", "about:"))], [])

    def shown(self, browser):
        return int(browser.evaluate("location.hash.split('.')[1]"))

    def check_lanes(self, browser):
        run = self.runs[SYSCALL]
        bar = run["bars"].index(bars_of(run, "ip_output")[0])
        self.open(browser, 1280, 860, bar=bar)
        boxes = browser.evaluate("[...document.querySelectorAll('#lanes .bar')].map(b => { const r = b.getBoundingClientRect();"
                                 " return [r.width > 0 && r.height > 0, !!b.getAttribute('aria-label')]; })")
        self.assertEqual(boxes, [[True, True]] * len(run["bars"]))
        self.assertEqual(browser.evaluate("document.querySelectorAll('#lanes .arrow').length"), len(run["arrows"]))
        lanes = browser.evaluate("[...new Set([...document.querySelectorAll('#lanes .lane span')].map(s => s.textContent))]")
        self.assertEqual(sorted(lanes), sorted(run["lanes"]))
        self.assertEqual(browser.evaluate("document.querySelector('#panel h2').textContent"), "ip_output")
        self.assertIn("TRACE_STATION", browser.evaluate("document.querySelector('#panel .source .here').textContent"))
        marks = browser.evaluate("[...document.querySelectorAll('#panel .mark b')].map(b => b.textContent).join(' ')")
        for name in ("head", "data", "tail", "end", "network_header", "transport_header"):
            self.assertIn(name, marks)
        self.assertEqual(browser.evaluate("document.querySelectorAll('#panel .byte-row span.ipv4').length"), 20)
        for title in ("Registers at the trap", "Both stacks at the border", "Way to the trap"):
            self.assertIn(title, browser.evaluate("document.getElementById('panel').textContent"))
        browser.click("#lanes .bar.chosen")
        self.assertEqual(browser.evaluate("document.getElementById('tip').textContent.includes('ip_output')"), True)

    def check_keys(self, browser):
        run = self.runs[SYSCALL]
        start = run["bars"].index(bars_of(run, "tcp_v4_connect")[0])
        self.open(browser, 1280, 860, bar=start)
        browser.key("ArrowRight")
        self.assertEqual(self.shown(browser), start + 1)
        self.assertEqual(browser.evaluate("document.querySelector('#lanes .chosen').dataset.bar"), str(start + 1))
        browser.key("ArrowLeft")
        browser.key("ArrowUp")
        self.assertEqual(self.shown(browser), run["bars"][start]["parent"])
        browser.key("ArrowDown")
        self.assertEqual(run["bars"][self.shown(browser)]["parent"], run["bars"][start]["parent"])
        browser.key("]")
        self.assertEqual(run["bars"][self.shown(browser)]["kind"], "libc")
        browser.key("/")
        self.assertEqual(browser.evaluate("document.activeElement.id"), "search")
        browser.type("neigh_output")
        browser.key("Enter")
        self.assertEqual(run["bars"][self.shown(browser)]["name"], "neigh_output")
        self.assertEqual(browser.evaluate("document.getElementById('matches').textContent"), str(len(bars_of(run, "neigh_output"))))
        browser.key("Escape")
        browser.key("t")
        self.assertEqual(browser.evaluate("document.querySelector('#times [aria-pressed=true]').textContent"), "real time")
        self.assertTrue(browser.evaluate("[...document.querySelectorAll('#lanes .bar')].every(b => b.offsetWidth > 0 && isFinite(parseFloat(b.style.left)))"))
        browser.key("?")
        self.assertTrue(browser.evaluate("document.getElementById('help').open"))
        self.clean(browser)

    def check_themes(self, browser):
        paper = "getComputedStyle(document.documentElement).backgroundColor"
        self.open(browser, 1280, 860)
        light = browser.evaluate(paper)
        self.open(browser, 1280, 860, dark=True)
        dark = browser.evaluate(paper)
        self.assertNotEqual(light, dark)
        browser.key("d")
        self.assertEqual(browser.evaluate(paper), light)

    def check_compare(self, browser):
        browser.open(self.path["html"], 1280, 860)
        self.assertEqual(browser.evaluate("document.body.dataset.view"), "compare")
        only = browser.evaluate("[0, 1].map(side => [...new Set([...document.querySelectorAll('#compare tr')].map(row => row.children[side])"
                                ".filter(cell => cell && cell.className === 'alone').map(cell => cell.querySelector('button').textContent))])")
        self.assertIn("sys_socketcall", only[0])
        self.assertNotIn("sys_socketcall", only[1])
        pairs = browser.evaluate("[...document.querySelectorAll('#compare tr:not(.call):not(.who)')].map(row => [...row.children].map(cell => cell.firstChild?.textContent || ''))")
        self.assertIn(["102 → sys_socketcall", "42 → sys_connect"], pairs)
        self.assertIn(["tcp_v4_connect", "tcp_v4_connect"], pairs)
        self.clean(browser)

    def check_narrow(self, browser):
        run = self.runs[INT80]
        for dark in (False, True):
            self.open(browser, 400, 800, dark, run=INT80, bar=30)
            self.assertEqual(browser.evaluate("[document.documentElement.scrollWidth, document.body.dataset.view]"), [400, "outline"])
            rows = browser.evaluate("[...document.querySelectorAll('#outline tr[data-bar]')].map(r => r.getBoundingClientRect()).filter(r => r.left >= 0 && r.right <= 400 && r.height > 10).length")
            self.assertEqual(rows, len(run["bars"]))
            tall = browser.evaluate("['view', 'panel'].map(id => document.getElementById(id).offsetHeight > 200)")
            self.assertEqual(tall, [True, True])
        browser.key("ArrowRight")
        self.assertEqual(browser.evaluate("document.querySelector('#outline .chosen').dataset.bar"), "31")
        # Without a mouse and without our keys: a row that gets the focus is chosen.
        browser.evaluate("document.querySelector('#outline [data-bar=\"40\"]').focus()")
        self.assertEqual(self.shown(browser), 40)
        self.clean(browser)

    def check_paper(self, browser):
        self.open(browser, 1280, 860)
        browser.print_media()
        visible = browser.evaluate("['outline', 'lanes', 'panel'].map(id => getComputedStyle(document.getElementById(id)).display !== 'none')")
        self.assertEqual(visible, [True, False, False])
        self.assertEqual(browser.evaluate("document.querySelectorAll('#outline tbody tr[data-bar]').length"), len(self.runs[SYSCALL]["bars"]))
        self.assertTrue(browser.pdf().startswith(b"%PDF"))


class Reading(unittest.TestCase):
    """The stream's reader and the dissector, on bytes made here."""

    STATIONS = b"plumb-trace 1\n0 tcp station tcp_push net/tcp/tcp_output.cpp:115 sk:sock\n\n"

    @staticmethod
    def record(kind, station=0, size=0, values=(7,)):
        units = 1 + (size + 63) // 64
        head = records.HEADER.pack(1000, 5, station, kind, units, 2, 0, len(values), size, 0, *(list(values) + [0] * 5)[:5])
        return head + bytes(64 * (units - 1))

    def test_stream(self):
        stations, found = records.read_stream(self.STATIONS + self.record(records.ENTER) + self.record(records.LOST, values=(12,)) + self.record(records.LEAVE, size=70))
        self.assertEqual((stations[0].function, stations[0].line, stations[0].fields), ("tcp_push", 115, [("sk", "sock")]))
        self.assertEqual([(r.kind, r.values, len(r.payload), r.missing) for r in found], [(1, (7,), 0, 0), (2, (7,), 70, 12)])

    def test_broken_streams(self):
        whole = self.STATIONS + self.record(records.ENTER, size=10)
        for broken in (b"", b"something else\n\n", b"plumb-trace 1\n0 tcp", whole[:-1], whole[:-70], self.STATIONS + self.record(records.ENTER, station=1),
                       self.STATIONS + bytes(64)):
            with self.assertRaises(records.StreamError):
                records.read_stream(broken)

    def test_dissector_stays_inside(self):
        ipv6 = struct.pack(">IHBB", 6 << 28, 8, 17, 64) + bytes(15) + b"\1" + bytes(15) + b"\1"
        frame = bytes(12) + b"\x86\xdd" + ipv6 + struct.pack(">HHHH", 1000, 53, 8, 0)
        self.assertEqual([(r.kind, r.start, r.end) for r in headers.dissect(frame, "ethernet")], [("ethernet", 0, 14), ("ipv6", 14, 54), ("udp", 54, 62)])
        for length in range(len(frame)):
            regions = headers.dissect(frame[:length], "ethernet")
            self.assertEqual([place for r in regions for place in range(r.start, r.end)], list(range(length)))
        self.assertEqual([r.kind for r in headers.dissect(b"\x4f" + bytes(30), "ipv4")], ["ipv4"])


if __name__ == "__main__":
    unittest.main()
