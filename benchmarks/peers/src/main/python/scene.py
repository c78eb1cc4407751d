"""One program on asyncio, and what is seen of it: what Scene.java is for those in Java."""
import asyncio
import gc
import os
import time
import weakref

QUIET = 5.0  # seconds; who has told nobody by then hangs
AFTERWORD = 1.0  # for news of what has vanished already
PAUSE = 0.05  # between two collections
BEFORE = 0.2  # by then everybody waits


class Scene:
    def __init__(self):
        self.hopeless_at = time.monotonic()  # since when nobody can end the wait; before, the start
        self.witnesses = []  # weak references

    def watch(self, loop):
        """Has collections come all the time, and decides in the end. To be called on the loop."""
        loop.call_later(PAUSE, self.look, loop)

    def witness(self):
        """A block around a wait, that sees how it ends. The frame of the waiting code holds it."""
        witness = Witness(self)
        self.witnesses.append(weakref.ref(witness))
        return witness

    def hopeless(self):
        """From here on nobody can end the wait any more."""
        self.hopeless_at = time.monotonic()

    def goes_wrong(self):
        """True, always: the error path on which nobody answers."""
        self.hopeless()
        return True

    def complete_later(self, future, complete):
        """Completes what the weak reference `future` leads to, after collections, if it is still there."""

        def callback():
            gc.collect()
            still_there = future()
            if still_there is None:
                self.hopeless()
            else:
                complete(still_there)

        asyncio.get_running_loop().call_later(BEFORE, callback)

    def look(self, loop):
        gc.collect()
        gone = self.witnesses and all(witness() is None for witness in self.witnesses)
        silent = time.monotonic() - self.hopeless_at
        if gone and silent > AFTERWORD:
            decide("vanishes")
        if silent > QUIET:
            decide("hangs")
        loop.call_later(PAUSE, self.look, loop)


class Witness:
    def __init__(self, scene):
        self.scene = scene

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is GeneratorExit:  # a coroutine that is collected runs its `finally`; nobody who waits is told
            return
        if kind is None:
            decide("keeps")
        millis = round((time.monotonic() - self.scene.hopeless_at) * 1000)
        decide("tells", kind.__name__, millis)


def decide(word, detail="", millis=0):
    print(f"verdict: {word}|{detail}|{millis}", flush=True)
    os._exit(0)  # what hangs would not end by itself
