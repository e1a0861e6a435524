"""Chrome's trace format: opens in Perfetto and in chrome://tracing. A process of ours is a process there, flow arrows are flows."""

import json

import story as s


def bar_event(bar, run, group):
    arguments = dict(bar.values, lane=s.LANES[bar.lane])
    if bar.result is not None:
        arguments["result"] = bar.result
    if bar.kind == "libc":
        arguments["call"] = run.story.call_text(bar.call)
    event = {"name": bar.name or bar.kind, "cat": s.LANES[bar.lane], "pid": group, "tid": 1, "ts": bar.began / 1000, "args": arguments}
    if bar.kind in ("event", "wire"):
        return {**event, "ph": "i", "s": "t"}
    return {**event, "ph": "X", "dur": (bar.ended - bar.began) / 1000}


def events_of(run, first_pid, first_flow):
    for number, group in enumerate(run.story.groups):
        name = f"{group.name} {group.pid}" if group.pid else "kernel, for everyone"
        yield {"name": "process_name", "ph": "M", "pid": first_pid + number, "tid": 1, "args": {"name": f"{name} ({run.document['door']})"}}
    for bar in run.story.spans:
        yield bar_event(bar, run, first_pid + bar.group)
    for number, arrow in enumerate(run.passing.arrows, first_flow):
        about = {"name": arrow.kind, "cat": "flow", "id": number}
        end = arrow.end.ended if arrow.kind == "wake" else arrow.end.began
        yield {**about, "ph": "s", "pid": first_pid + arrow.start.group, "tid": 1, "ts": arrow.start.began / 1000}
        yield {**about, "ph": "f", "bp": "e", "pid": first_pid + arrow.end.group, "tid": 1, "ts": end / 1000}


def write(path, runs):
    events = []
    flows = 0
    for run in runs:
        events += events_of(run, 1 + max((event["pid"] for event in events), default=0), flows)
        flows += len(run.passing.arrows)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"displayTimeUnit": "ns", "traceEvents": events}, file, ensure_ascii=False, indent=None, separators=(",", ":"))
        file.write("\n")
