package dev.holdfast.peers

import java.lang.ref.Reference
import java.lang.ref.WeakReference
import java.util.function.Consumer
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart.LAZY
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** Kotlin's coroutines. Which scope they are started in makes the difference. */
internal abstract class KotlinCoroutines : Peer {
    /** The scope for what runs in the background of [main]. */
    protected abstract fun background(main: CoroutineScope): CoroutineScope

    /** The scope of a client that is made in [main]. */
    protected abstract fun ofClient(main: CoroutineScope): CoroutineScope

    override fun seed(scene: Scene) = runBlocking<Unit> {
        val result = CompletableDeferred<Int>()
        background(this).launch { result.complete(waitForMyself(scene)) }
        result.await()
    }

    private suspend fun waitForMyself(scene: Scene): Int {
        val mine = CompletableDeferred<Int>()
        scene.completeLater(WeakReference(mine)) { it.complete(1) }
        return scene.watching { mine.await() }
    }

    override fun droppedCompleter(scene: Scene) = runBlocking<Unit> {
        val result = CompletableDeferred<Int>()
        background(this).launch { result.complete(scene.watching { ask(scene).await() }) }
        result.await()
    }

    private fun ask(scene: Scene): Deferred<Int> {
        val answer = CompletableDeferred<Int>()
        thread {
            if (!scene.goesWrong()) answer.complete(42) // and otherwise not a word
        }
        return answer
    }

    override fun mutualWait(scene: Scene) = runBlocking<Unit> {
        lateinit var b: Deferred<Int>
        val a: Deferred<Int> = background(this).async(start = LAZY) { scene.watching { b.await() } }
        b = background(this).async(start = LAZY) { scene.watching { a.await() } }
        scene.hopeless()
        a.await()
    }

    override fun droppedClient(scene: Scene) = runBlocking {
        talk(scene, Wire(), ofClient(this))
        scene.hopeless()
        delay(1.minutes) // other things
    }

    private fun talk(scene: Scene, wire: Wire, scope: CoroutineScope) {
        val client = Client(scene, wire, scope)
        wire.deliver("hello")
        Reference.reachabilityFence(client) // who has it
    }

    private class Client(scene: Scene, wire: Wire, private val scope: CoroutineScope) {
        private val inbox = Channel<String>(Channel.UNLIMITED)
        private val listener = Consumer<String> { inbox.trySend(it) }

        init {
            wire.listen(listener)
            val inbox = inbox // the reader does not hold the client
            scope.launch { scene.watching { read(inbox) } }
        }

        private companion object {
            suspend fun read(inbox: Channel<String>): String {
                var last = ""
                while (last != "bye") last = inbox.receive()
                return last
            }
        }
    }
}

/** In the scope of those who wait for them, as structured concurrency has it. */
internal class KotlinInScope : KotlinCoroutines() {
    override fun background(main: CoroutineScope) = main

    override fun ofClient(main: CoroutineScope) = main
}

/** In scopes that nobody holds: the global one, and a client's own. */
@OptIn(DelicateCoroutinesApi::class)
internal class KotlinOnItsOwn : KotlinCoroutines() {
    override fun background(main: CoroutineScope) = GlobalScope

    override fun ofClient(main: CoroutineScope) = CoroutineScope(Dispatchers.Default)
}
