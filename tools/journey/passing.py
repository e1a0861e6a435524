"""What passes from one bar to another: frames, wake-ups, bytes that a call takes, new processes; and the frames' own list, with
the call and the stations that sent or took each."""

import headers
from story import SOCKET, TRANSPORT, WIRE, Span

TRANSMITTERS = ("e1000_xmit_frame", "loopback_xmit", "tun_xmit")
RECEIVER = "netif_receive_skb"
TAKER = "skb_copy_datagram_iter"


class Arrow:
    def __init__(self, start, end, kind, text):
        self.start, self.end, self.kind, self.text = start, end, kind, text


class Frame:
    """One frame as a device sent or received it."""

    def __init__(self, span, device, direction):
        self.span, self.device, self.direction = span, device, direction
        self.sent_by = self.taken_by = None
        self.received = None  # the bar in which it came up again, of a frame on lo
        buffer = span.buffer
        self.data = bytes.fromhex(buffer["bytes"])[buffer["data"] - buffer["from"]:] if buffer["data"] >= buffer["from"] else b""
        self.length = buffer["tail"] - buffer["data"]
        self.summary = headers.summary([headers.Region(*region) for region in buffer["regions"]])


def ancestors(span):
    """From the outermost to the bar itself."""
    chain = []
    while span:
        chain.append(span)
        span = span.parent
    return chain[::-1]


def stations_down(span):
    return [bar.name for bar in ancestors(span) if bar.kind == "station"]


class Passing:
    def __init__(self, story):
        self.story, self.arrows, self.frames = story, [], []
        self._beneath = {}
        for span in story.spans:
            for outer in ancestors(span)[:-1]:
                self._beneath.setdefault(outer, []).append(span)
        self._frames()
        self._takers()
        self._wake_ups()
        story.spans.sort(key=lambda span: span.first)

    # --- frames ---

    def _frames(self):
        on_the_way = {}  # skb → frame that lo hands over
        for span in list(self.story.spans):
            if not span.buffer:
                continue
            if span.name in TRANSMITTERS:
                local = span.name == "loopback_xmit"
                frame = Frame(span, "lo" if local else "eth0", "out")
                frame.sent_by = span
                self.frames.append(frame)
                if local:
                    on_the_way[span.skb] = frame
                else:
                    self._wire(span, frame, span.first + 0.4)
            elif span.name == RECEIVER:
                frame = on_the_way.pop(span.skb, None)
                if frame:
                    self.arrows.append(Arrow(frame.span, span, "frame", frame.summary))
                else:  # from outside, or from a program that isn't told of
                    local = any(outer.name == "net_drain" for outer in ancestors(span))
                    frame = Frame(span, "lo" if local else "eth0", "in")
                    self.frames.append(frame)
                    if not local:
                        self._wire(span, frame, span.first - 0.4)
                frame.received = span

    def _wire(self, span, frame, step):
        """The mark in the wire's lane, and the arrow to it or from it."""
        name = ("→ " if frame.direction == "out" else "← ") + frame.summary.split(":")[0]
        mark = Span(span.group, WIRE, name, "wire", span.began, step)
        mark.close(span.began, step + 0.2)
        mark.buffer, mark.skb, mark.station, mark.context = span.buffer, span.skb, span.station, span.context
        mark.call, mark.values = span.call, [("frame", frame.summary)]
        self.story.spans.append(mark)
        ends = (span, mark) if frame.direction == "out" else (mark, span)
        self.arrows.append(Arrow(*ends, "wire", frame.summary))

    # --- who takes what came ---

    def _takers(self):
        takes = [span for span in self.story.spans if span.name == TAKER and span.call]
        for frame in self.frames:
            if not frame.received:
                continue
            take = next((t for t in takes if t.skb == frame.received.skb and t.first > frame.received.first), None)
            if take:
                queued = [s for s in self._beneath.get(frame.received, []) if s.skb == take.skb and s.lane in (TRANSPORT, SOCKET)]
                self.arrows.append(Arrow(queued[-1] if queued else frame.received, take, "take", f"takes skb {take.skb}"))
                frame.taken_by = take.call
            else:
                frame.taken_by = self._woken_by(frame.received)

    def _woken_by(self, span):
        """The call that goes on because of what happened in a bar."""
        for wake, thread in self.story.resumes:
            if span in ancestors(wake):
                inside = [c for c in self.story.calls if self.story.groups[c.span.group].thread == thread
                          and c.span.first < wake.first < c.span.last]
                return inside[0] if inside else None
        return None

    def _wake_ups(self):
        for wake, thread in self.story.resumes:
            wait = next((s for s in self.story.spans if s.kind == "wait" and self.story.groups[s.group].thread == thread
                         and s.first < wake.first < s.last), None)
            if wait:
                self.arrows.append(Arrow(wake, wait, "wake", wake.name))
        for fork, thread in self.story.forks:
            first = next((s for s in self.story.spans if self.story.groups[s.group].thread == thread), None)
            if first:
                self.arrows.append(Arrow(fork, first, "fork", fork.name))

    # --- in words ---

    def who(self, call):
        group = self.story.groups[call.span.group]
        return f"{group.name}[{group.pid}] {self.story.call_text(call)}"

    def comment(self, frame):
        """The call and the stations that sent or took a frame."""
        lines = []
        if frame.sent_by:
            by = self.who(frame.sent_by.call) if frame.sent_by.call else "kernel (no call)"
            lines.append(f"sent by {by}: {' > '.join(stations_down(frame.sent_by))}")
        if frame.received:
            way = [frame.received.name] + [s.name for s in self._beneath.get(frame.received, [])
                                           if s.kind == "station" and s.skb == frame.received.skb]
            by = self.who(frame.taken_by) if frame.taken_by else "kernel (no call)"
            lines.append(f"taken by {by}: {' > '.join(way)}")
        return "\n".join(lines)
