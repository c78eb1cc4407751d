package dev.holdfast.carrier;

/// Something in the line that is no coroutine: it runs to its end when its turn comes, and must not throw.
public interface Callback extends Runnable {}
