package dev.holdfast.peers.works

import java.util.concurrent.Executors
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/**
 * Kotlin's coroutines, one at a time. They have no stack: only what is marked `suspend` can wait, all the way down, and in return a
 * coroutine is an object of some hundred bytes, and a switch a call. There are no timers beside `delay`.
 */
internal abstract class KotlinCoroutines(private val context: CoroutineContext) : Works {
    override fun switches(n: Int) = runBlocking(context) {
        var waits = 0L
        repeat(n / Works.GAME) { waits += game() }
        waits
    }

    private suspend fun game(): Int = coroutineScope {
        val a = Player(CompletableDeferred<Int>())
        val b = Player(CompletableDeferred<Int>())
        launch { play(a, b) }
        val last = async { play(b, a) }
        a.ball.complete(0)
        last.await() + 1
    }

    private suspend fun play(me: Player<CompletableDeferred<Int>>, other: Player<CompletableDeferred<Int>>): Int {
        var value = 0
        repeat(Works.GAME / 2) {
            value = me.ball.await()
            me.ball = CompletableDeferred()
            other.ball.complete(value + 1)
        }
        return value
    }

    override fun startJoin(n: Int) = runBlocking(context) {
        var sum = 0L
        for (i in 0 until n) sum += async { i }.await()
        sum
    }

    override fun pingPong(n: Int) = runBlocking(context) {
        var items = 0L
        repeat(n / Works.GAME) { items += rally() }
        items
    }

    private suspend fun rally(): Int = coroutineScope {
        val left = Channel<Int>(1)
        val right = Channel<Int>(1)
        launch { pass(left, right) }
        val last = async { pass(right, left) }
        left.send(0)
        last.await() + 1
    }

    private suspend fun pass(from: Channel<Int>, to: Channel<Int>): Int {
        var value = 0
        repeat(Works.GAME / 2) {
            value = from.receive()
            to.send(value + 1)
        }
        return value
    }

    override fun fan(n: Int) = runBlocking(context) { inScopes(n, Works.BATCH) }

    override fun scopes(n: Int) = runBlocking(context) { inScopes(n, Works.CHILDREN) }

    /** So many at a time. */
    private suspend fun inScopes(n: Int, children: Int): Long {
        var sum = 0L
        for (first in 0 until n step children) {
            sum += coroutineScope { List(children) { async { (first + it).toLong() } }.awaitAll().sum() }
        }
        return sum
    }

    override fun skynet(n: Int) = runBlocking(context) { skynet(0, n) }

    private suspend fun skynet(first: Long, size: Int): Long {
        if (size == 1) return first
        val part = size / Works.CHILDREN
        return coroutineScope { List(Works.CHILDREN) { async { skynet(first + it * part, part) } }.awaitAll().sum() }
    }

    override fun sleepers(n: Int) = runBlocking(context) {
        List(n) {
            async {
                delay(Works.SOON.toKotlinDuration())
                it.toLong()
            }
        }.awaitAll().sum()
    }

    override fun callbacks(n: Int): Long {
        var sum = 0L
        runBlocking(context) {
            val all = Job()
            thread {
                for (i in 0 until n) launch { sum += i }
                all.complete()
            }
            all.join()
        }
        return sum // the block has waited for them all
    }

    override fun close() {}
}

/** On a dispatcher of one thread. */
internal class KotlinOnOneThread private constructor(private val dispatcher: ExecutorCoroutineDispatcher) :
    KotlinCoroutines(dispatcher) {
    constructor() : this(Executors.newSingleThreadExecutor().asCoroutineDispatcher())

    override fun park(n: Int): Works.Gate {
        val gate = CompletableDeferred<Boolean>()
        val all = Job()
        val scope = CoroutineScope(dispatcher + all)
        repeat(n) { scope.launch { gate.await() } }
        runBlocking { scope.launch {}.join() } // behind them all: each waits by then
        return Works.Gate {
            gate.complete(true)
            all.complete()
            runBlocking { all.join() }
        }
    }

    override fun close() = dispatcher.close()
}

/** On the loop that `runBlocking` runs on the thread that calls it. */
internal class KotlinInRunBlocking : KotlinCoroutines(EmptyCoroutineContext)
