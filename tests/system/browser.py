"""Debian's chromium without a window, driven through its DevTools protocol over a pipe (JSON ended by NUL, in on descriptor 3,
out on 4). A profile of its own in a temporary folder; no network."""

import base64
import fcntl
import json
import os
import select
import signal
import subprocess
import tempfile
import time

from harness import die_with_parent

# Root can't use chromium's sandbox; whatever chromium would fetch by itself is switched off, and names lead nowhere.
FLAGS = ["--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
         "--disable-sync", "--metrics-recording-only", "--mute-audio", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"]
DEADLINE = 30  # seconds for an answer
KEY_CODES = {"ArrowRight": 39, "ArrowLeft": 37, "ArrowUp": 38, "ArrowDown": 40, "Enter": 13, "Escape": 27, "Tab": 9}


class BrowserError(AssertionError):
    """What the browser said."""


class Browser:
    """One page. `errors` are the exceptions, console errors and failed loads since it was opened; `requests` all that it wanted."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="plumb-browser-", ignore_cleanup_errors=True)
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        # 3 and 4 might be ends of these pipes: they are moved out of the way first.
        ends = [os.dup(to_read), os.dup(to_write)]
        high = [self._high(end) for end in (to_read, to_write)]

        def in_child():
            die_with_parent()
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        environment = dict(os.environ, HOME=self._folder.name, XDG_CONFIG_HOME=self._folder.name, XDG_CACHE_HOME=self._folder.name)
        self.process = subprocess.Popen(["chromium", *FLAGS, f"--user-data-dir={self._folder.name}/profile", "about:blank"], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        preexec_fn=in_child, close_fds=False, start_new_session=True)
        for end in ends + high + [to_read, to_write]:
            os.close(end)
        self._number = 0
        self._buffer = b""
        self._session = None
        self._events = []
        self.errors = []
        self.requests = []
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    @staticmethod
    def _high(descriptor):
        """A copy of a descriptor that is neither 3 nor 4."""
        copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10)
        os.set_inheritable(copy, True)
        return copy

    # --- the protocol ---

    def _message(self, deadline):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0, deadline - time.monotonic()))
            chunk = os.read(self._from, 1 << 20) if ready else b""
            if not chunk:
                raise BrowserError("chromium has ended" if ready else f"chromium said nothing for {DEADLINE} s")
            self._buffer += chunk
        text, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(text)

    def _note(self, event):
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(parameters["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.errors.append(json.dumps(parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.errors.append(json.dumps(parameters["entry"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        self._events.append(method)

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + DEADLINE
        while True:
            answer = self._message(deadline)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    # --- a person's doings ---

    def open(self, path, width, height, dark=False):
        self.errors.clear()
        self.requests.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", media="screen", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self._navigate("about:blank")  # so that a change of the part behind # loads the page anew
        self._navigate(f"file://{path}")

    def _navigate(self, url):
        self._events.clear()
        self.call("Page.navigate", url=url)
        deadline = time.monotonic() + DEADLINE
        while "Page.loadEventFired" not in self._events:
            self._note(self._message(deadline))

    def print_media(self):
        self.call("Emulation.setEmulatedMedia", media="print", features=[])

    def evaluate(self, expression):
        """The value of a JavaScript expression."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def key(self, key):
        about = {"key": key, "windowsVirtualKeyCode": KEY_CODES.get(key, ord(key[0].upper()))}
        if len(key) == 1:
            about["text"] = key
        self.call("Input.dispatchKeyEvent", type="keyDown", **about)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def click(self, selector):
        x, y = self.evaluate(f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                             " return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF")["data"])

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self._to)
        os.close(self._from)
        self._folder.cleanup()
