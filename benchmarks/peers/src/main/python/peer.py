"""Coroutines of asyncio: `peer.py create_task|task_group CASE`. What starts them makes the difference."""
import asyncio
import sys
import threading
import weakref

from scene import Scene


async def seed(scene, start):
    result = asyncio.get_running_loop().create_future()

    async def reader():
        result.set_result(await wait_for_myself(scene))

    start(reader())
    await result


async def wait_for_myself(scene):
    mine = asyncio.get_running_loop().create_future()
    scene.complete_later(weakref.ref(mine), lambda future: future.set_result(1))
    with scene.witness():
        return await mine


async def dropped_completer(scene, start):
    result = asyncio.get_running_loop().create_future()

    async def asker():
        with scene.witness():
            result.set_result(await ask(scene))

    start(asker())
    await result


def ask(scene):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()

    def work(answer):
        if scene.goes_wrong():
            return  # without a word
        loop.call_soon_threadsafe(answer.set_result, 42)

    threading.Thread(target=work, args=[answer]).start()
    return answer


async def mutual_wait(scene, start):
    a = b = None

    async def join_b():
        with scene.witness():
            return await b

    async def join_a():
        with scene.witness():
            return await a

    a = start(join_b())
    b = start(join_a())
    scene.hopeless()
    await a


async def dropped_client(scene, start):
    talk(scene, Wire(), start)
    scene.hopeless()
    await asyncio.sleep(60)  # other things


def talk(scene, wire, start):
    client = Client(scene, wire, start)
    wire.deliver("hello")
    del client


class Wire:
    """A network library: it never keeps a listener alive."""

    def __init__(self):
        self.listeners = []

    def listen(self, listener):
        self.listeners.append(weakref.ref(listener))

    def deliver(self, message):
        for weak in self.listeners:
            listener = weak()
            if listener:
                listener(message)


class Client:
    def __init__(self, scene, wire, start):
        inbox = asyncio.Queue()
        self.listener = inbox.put_nowait
        wire.listen(self.listener)
        self.reader = start(read(scene, inbox))  # which does not hold the client


async def read(scene, inbox):
    with scene.witness():
        while await inbox.get() != "bye":
            pass


async def main(way, program):
    scene = Scene()
    scene.watch(asyncio.get_running_loop())
    if way == "create_task":
        await program(scene, asyncio.create_task)
    else:
        async with asyncio.TaskGroup() as group:
            await program(scene, group.create_task)


if __name__ == "__main__":
    programs = {each.__name__: each for each in (seed, dropped_completer, mutual_wait, dropped_client)}
    asyncio.run(main(sys.argv[1], programs[sys.argv[2]]))
