#!/usr/bin/env python3
"""Follows programs through a guest from libc to the wire and back: what `make journey` runs. Writes DIR/journey.html (a page of
its own), journey.json (Chrome's trace format) and journey.pcapng. docs/journey.md tells the rest."""

import argparse
import os
import sys

import chrome
import guest
import model
import page
import pcapng
import records
import story

DOORS = {"syscall": ["syscall"], "int80": ["int80"], "compare": ["int80", "syscall"]}
DOOR_NAMES = {"syscall": "syscall", "int80": "int 0x80"}


def stream_of(options, door):
    """(records, names of the programs): from a file that `follow -j` wrote, or from a guest."""
    if options.records:
        with open(options.records, "rb") as file:
            return file.read(), [guest.name_of(words[0]) for words, _ in guest.parts_of(options.programs)]
    return guest.record(options.programs, door)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="what to run, as a shell would: 'replyhi; hello', 'tcpecho & nc 127.0.0.1 7'")
    parser.add_argument("--door", choices=DOORS, default="syscall", help="which door; compare: one after the other, side by side")
    parser.add_argument("--records", metavar="FILE", help="what `follow -j FILE` wrote, instead of starting a guest")
    parser.add_argument("--output", metavar="DIR", default=os.path.join(model.ROOT, "build"))
    parser.add_argument("--sources", action="store_true", help="only name the C files among the programs, for who builds them")
    options = parser.parse_args()
    if options.sources:
        return print(*guest.sources_of(options.programs))
    runs = []
    try:
        for door in DOORS[options.door]:
            data, names = stream_of(options, door)
            _, stream = records.read_stream(data)
            runs.append((story.Story(stream, names), DOOR_NAMES[door]))
    except (guest.GuestError, records.StreamError) as error:
        sys.exit(f"journey: {error}")
    if not all(run.calls for run, _ in runs):
        sys.exit("journey: no call was recorded")
    models, document = model.compile_runs(runs, options.programs)
    os.makedirs(options.output, exist_ok=True)
    paths = {end: os.path.join(options.output, f"journey.{end}") for end in ("html", "json", "pcapng")}
    page.write(paths["html"], document)
    chrome.write(paths["json"], models)
    pcapng.write(paths["pcapng"], models)
    for run in models:
        bars, frames = len(run.story.spans), len(run.passing.frames)
        print(f"{run.document['door']}: {len(run.story.calls)} calls, {bars} bars, {frames} frames, {run.story.lost} records lost")
    print("\n".join(os.path.relpath(path) for path in paths.values()))


if __name__ == "__main__":
    main()
