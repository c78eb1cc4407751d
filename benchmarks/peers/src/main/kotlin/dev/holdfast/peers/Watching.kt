package dev.holdfast.peers

/** [Scene.watch] for what suspends: the coroutine holds the witness while it waits. */
internal suspend fun <T> Scene.watching(wait: suspend () -> T): T {
    val witness = witness<T>()
    try {
        val value = wait()
        witness.accept(value, null)
        return value
    } catch (e: Throwable) {
        ended(e)
        throw e
    }
}
