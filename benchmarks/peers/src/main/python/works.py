"""The works on CPython: `works.py asyncio|tornado WORK N SUM ITERATIONS`. Prints nanoseconds of each iteration, or bytes for `parked`.

Both are written in `async def`; Tornado's users do so too since its version 5. Where Tornado has a word of its own it is used:
its loop, its queues, its `multi`. It has no scopes.
"""
import asyncio
import gc
import sys
import threading
import time
import tracemalloc

GAME = 500
BATCH = 1_000
CHILDREN = 10
LATER = 3_600
SOON = 0.001


class Asyncio:
    """Tasks of asyncio, in a `TaskGroup` where several belong together."""

    def run(self, main):
        return asyncio.run(main)

    def start(self, body):
        return asyncio.create_task(body)

    def queue(self):
        return asyncio.Queue(1)

    async def all(self, bodies):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(body) for body in bodies]
        return [task.result() for task in tasks]

    def sleep(self, seconds):
        return asyncio.sleep(seconds)

    def call_later(self, seconds, callback):
        return asyncio.get_running_loop().call_later(seconds, callback)

    def cancel(self, timer):
        timer.cancel()

    def door(self):
        return asyncio.get_running_loop().call_soon_threadsafe


class Tornado:
    """Native coroutines on Tornado's loop, with its words."""

    def __init__(self):
        from tornado import gen, ioloop, queues

        self.gen = gen
        self.loop = ioloop.IOLoop
        self.queues = queues

    def run(self, main):
        async def body():
            return await main

        return self.loop.current().run_sync(body)

    def start(self, body):
        return self.gen.convert_yielded(body)

    def queue(self):
        return self.queues.Queue(1)

    async def all(self, bodies):
        return await self.gen.multi(list(bodies))

    def sleep(self, seconds):
        return self.gen.sleep(seconds)

    def call_later(self, seconds, callback):
        return self.loop.current().call_later(seconds, callback)

    def cancel(self, timer):
        self.loop.current().remove_timeout(timer)

    def door(self):
        return self.loop.current().add_callback


class Player:
    def __init__(self):
        self.ball = asyncio.Future()


async def number(value):
    return value


async def switch(peer, n):
    async def play(me, other):
        value = 0
        for _ in range(GAME // 2):
            value = await me.ball
            me.ball = asyncio.Future()
            other.ball.set_result(value + 1)
        return value

    waits = 0
    for _ in range(n // GAME):
        a, b = Player(), Player()
        first, second = peer.start(play(a, b)), peer.start(play(b, a))
        a.ball.set_result(0)
        await first
        waits += await second + 1
    return waits


async def start_join(peer, n):
    total = 0
    for i in range(n):
        total += await peer.start(number(i))
    return total


async def ping_pong(peer, n):
    async def hand_on(source, target):
        value = 0
        for _ in range(GAME // 2):
            value = await source.get()
            await target.put(value + 1)
        return value

    items = 0
    for _ in range(n // GAME):
        left, right = peer.queue(), peer.queue()
        first, second = peer.start(hand_on(left, right)), peer.start(hand_on(right, left))
        await left.put(0)
        await first
        items += await second + 1
    return items


async def in_scopes(peer, n, children):
    total = 0
    for first in range(0, n, children):
        total += sum(await peer.all(number(i) for i in range(first, first + children)))
    return total


async def fan(peer, n):
    return await in_scopes(peer, n, BATCH)


async def scope(peer, n):
    return await in_scopes(peer, n, CHILDREN)


async def skynet(peer, n):
    async def node(first, size):
        if size == 1:
            return first
        part = size // CHILDREN
        return sum(await peer.all(node(first + k * part, part) for k in range(CHILDREN)))

    return await node(0, n)


async def set_cancel(peer, n):
    cancelled = 0
    for _ in range(n // BATCH):
        timers = [peer.call_later(LATER, int) for _ in range(BATCH)]
        for timer in timers:
            peer.cancel(timer)
        cancelled += len(timers)
    return cancelled


async def set_fire(peer, n):
    fired = 0
    everyone = asyncio.Future()

    def fire():
        nonlocal fired
        fired += 1
        if fired == n:
            everyone.set_result(fired)

    for _ in range(n):
        peer.call_later(SOON, fire)
    return await everyone


async def sleep(peer, n):
    async def sleeper(i):
        await peer.sleep(SOON)
        return i

    return sum(await peer.all(sleeper(i) for i in range(n)))


async def callback(peer, n):
    total = 0
    everyone = asyncio.Future()
    door = peer.door()

    def add(i):
        nonlocal total
        total += i

    def bring():
        for i in range(n):
            door(add, i)
        door(lambda: everyone.set_result(total))

    thread = threading.Thread(target=bring)
    thread.start()
    await everyone
    thread.join()
    return total


async def parked(peer, n):
    gate = asyncio.Future()

    async def wait():
        return await gate

    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    tasks = [peer.start(wait()) for _ in range(n)]
    await peer.start(number(0))  # behind them all: each waits by then
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    gate.set_result(1)
    return sum([await task for task in tasks]), (after - before) / n


def measure(peer, work, n, expected):
    start = time.perf_counter_ns()
    result = peer.run(work(peer, n))
    figure = time.perf_counter_ns() - start
    if work is parked:
        result, figure = result
    if result != expected:
        raise SystemExit(f"{work.__name__} of {n} came to {result}, not {expected}")
    return figure


def main(name, work, n, expected, iterations):
    peer = {"asyncio": Asyncio, "tornado": Tornado}[name]()
    if work is parked:
        tracemalloc.start()
    for _ in range(iterations):
        print(measure(peer, work, n, expected), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], globals()[sys.argv[2]], *map(int, sys.argv[3:]))
