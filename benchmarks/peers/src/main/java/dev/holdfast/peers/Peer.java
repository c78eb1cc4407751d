package dev.holdfast.peers;

/// The four programs, written as somebody would who uses that runtime every day. Each starts what waits, then waits
/// for it itself, and returns if it ever can. What waits does so by [Scene#watch] or [Scene#witness].
interface Peer {
    /// A coroutine in the background waits on a future which only itself can reach. Whoever will complete it holds
    /// it weakly; before that comes a collection.
    void seed(Scene scene) throws Exception;

    /// A coroutine in the background waits for an answer, and whoever would give it forgets to.
    void droppedCompleter(Scene scene) throws Exception;

    /// `a` joins `b`, and `b` joins `a`.
    void mutualWait(Scene scene) throws Exception;

    /// An object that reads messages in a coroutine of its own; its user drops it and goes on with other things.
    void droppedClient(Scene scene) throws Exception;
}
